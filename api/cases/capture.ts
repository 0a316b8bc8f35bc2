// What a case rests on, frozen when it opens: the explanation of an exceedance as it is at that moment, kept as evidence by its
// hash. And the way back: an alarm names the case that was opened from it.

import type { Case, CaseEvidence } from "#domain/case.ts";
import { bounds } from "#domain/bounds.ts";
import type { Exceedance } from "#domain/judged.ts";
import { formatIso, formatLocal } from "#domain/time.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { gatherExplanation } from "../routes/explanation.ts";
import { findExceedance } from "../routes/exceedances.ts";
import { cleanName } from "./evidence.ts";
import { addAs, drawId } from "./orders.ts";

/** Frames that the snapshot names; the journal keeps all of them. */
const framesMax = 200;

function nameOf({ factor, basis, start, version }: Exceedance): string {
  const from = formatLocal(start).slice(0, 16).replaceAll(":", "").replace(" ", "T");
  return cleanName(`explanation-${factor}-${basis}-${from}-v${version}.json`);
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** The case with the frozen explanation of this exceedance; one that has it already stays as it is. */
export async function captureExplanation(rooms: Rooms, known: Case, exceedance: string): Promise<Case> {
  const { found } = await findExceedance(rooms, exceedance, null);
  const name = nameOf(found);
  const isThere = (of: Case): boolean => of.evidence.some((each) => each.by === "system" && each.name === name);
  if (isThere(known)) return known;
  if (known.evidence.length >= bounds.caseEvidenceMax) return known;
  const body = await gatherExplanation(rooms, found, { framesLimit: framesMax });
  const capturedAt = rooms.now();
  const text = JSON.stringify(
    { capturedAt: formatIso(capturedAt), program: rooms.version, explanation: body },
    null,
    2,
  );
  const kept = await rooms.evidence.keep(inOnePiece(Buffer.from(`${text}\n`)));
  const evidence: CaseEvidence = {
    id: drawId(rooms),
    name,
    mediaType: "application/json",
    ...kept,
    by: "system",
    at: capturedAt,
    takenAt: capturedAt,
    place: null,
    note: `exceedance:${exceedance}`,
  };
  const act = { kind: "evidence", evidence, reason: "the explanation as it was when the case began" } as const;
  return (await addAs(rooms, "system", known.id, act, isThere)) ?? known;
}

/** The alarm names its case from now on; an alarm that is over keeps what it has. */
export async function linkAlarm(rooms: Rooms, actor: string, alarm: string, id: string): Promise<void> {
  const act = { kind: "link-case", case: id } as const;
  try {
    const targets = [{ alarm, expectedVersion: null }];
    await rooms.commands.send(actor, { type: "alarm.act", targets, act, channel: "case" });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    rooms.log.warn({ alarm, case: id, code: error.code }, "an alarm could not be linked to its case");
  }
}

/** What a new link brings along. A case is not held up by what could not be frozen: the log says it. */
export async function followLinks(rooms: Rooms, actor: string, known: Case, links: Case["links"]): Promise<Case> {
  let now = known;
  for (const { kind, id } of links) {
    if (kind === "alarm") await linkAlarm(rooms, actor, id, known.id);
    if (kind !== "exceedance") continue;
    try {
      now = await captureExplanation(rooms, now, id);
    } catch (error) {
      rooms.log.error({ err: error, case: known.id, exceedance: id }, "the ground of a case could not be frozen");
    }
  }
  return now;
}
