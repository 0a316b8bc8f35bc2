// Evidence of cases: taken as it comes, hashed while it comes, given out only while it is what was captured.

import * as z from "zod";
import { bounds } from "#domain/bounds.ts";
import type { Case, CaseEvidence } from "#domain/case.ts";
import { isEnded } from "#domain/cases/stages.ts";
import type { User } from "#store/state/accounts.ts";
import { cleanName, evidenceTypes, formatDisposition, isEvidenceType } from "../cases/evidence.ts";
import { addAs, drawId, findCaseFor } from "../cases/orders.ts";
import { caseShape, formatCase, isPlantEvidence, isPlantUser } from "../cases/view.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { caseParams, casesPath } from "./cases.ts";

const path = `${casesPath}/{id}/evidence`;

/** Before megabytes are taken for nothing. Ingest says the same again, in the order of the journal. */
function requireRoom(rooms: Rooms, user: User, known: Case): void {
  const current = formatCase(rooms, user, known);
  const refuse = (detail: string): never => {
    throw new Problem("illegal-move", detail, { extra: { current } });
  };
  if (isEnded(known.stage)) refuse(`the case is ${known.stage}: it takes no more evidence`);
  if (isPlantUser(user) && known.replyDueAt === null) refuse("nobody asked the plant for a reply");
  if (known.evidence.length >= bounds.caseEvidenceMax)
    refuse(`a case has ${bounds.caseEvidenceMax} pieces of evidence at most`);
}

export function addEvidence(rooms: Rooms): Route {
  return defineRoute({
    method: "post",
    path,
    summary: "Adds a file as evidence: the body as it is, hashed while it is received; nothing is ever removed",
    access: "operator",
    enterprises: true,
    params: caseParams,
    query: z.strictObject({
      name: z.string().min(1).max(1_000),
      note: z.string().max(bounds.caseTextCharsMax).default(""),
      takenAt: shapes.time.optional().meta({ description: "as the camera says" }),
      lat: z.coerce.number().min(-90).max(90).optional(),
      lon: z.coerce.number().min(-180).max(180).optional(),
    }),
    rawBody: z.any(),
    rawTypes: evidenceTypes,
    inPieces: true,
    bodyBytesMax: bounds.evidenceBytesMax,
    replies: {
      200: { says: "these bytes are in the case already: it is as it was", schema: caseShape },
      201: { says: "kept, and in the case; the newest is the last", schema: caseShape },
      404: { says: "no such case", schema: shapes.problem },
      413: { says: "longer than a piece of evidence may be", schema: shapes.problem },
      415: { says: "a media type that is not taken", schema: shapes.problem },
      422: { says: "the case takes no evidence now", schema: shapes.problem },
    },
    async run({ params, query, user, pieces, mediaType }) {
      const known = await findCaseFor(rooms, user, params.id);
      if (!isEvidenceType(mediaType))
        throw new Problem("media-type-refused", `"${mediaType}" is not taken as evidence`);
      requireRoom(rooms, user, known);
      const kept = await rooms.evidence.keep(pieces);
      if (kept.bytes === 0) throw new Problem("invalid-request", "the file is empty");
      if (known.evidence.some(({ sha256, by }) => sha256 === kept.sha256 && by === user.username))
        return { status: 200, body: formatCase(rooms, user, known) };
      const { lat, lon, note, takenAt = null } = query;
      const evidence: CaseEvidence = {
        id: drawId(rooms),
        name: cleanName(query.name),
        mediaType,
        ...kept,
        by: user.username,
        at: rooms.now(),
        takenAt,
        place: lat === undefined || lon === undefined ? null : { lat, lon },
        note: note.trim(),
      };
      const reason = evidence.note === "" ? evidence.name : evidence.note;
      const done = await addAs(rooms, user.username, known.id, { kind: "evidence", evidence, reason });
      if (done === null) {
        const current = formatCase(rooms, user, await findCaseFor(rooms, user, known.id));
        throw new Problem("illegal-move", "the case takes no more evidence", { extra: { current } });
      }
      return { status: 201, body: formatCase(rooms, user, done) };
    },
  });
}

export function showEvidence(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${path}/{evidence}`,
    summary: "The bytes of a piece of evidence, after they were compared with their hash",
    access: "viewer",
    enterprises: true,
    params: caseParams.extend({ evidence: z.string().min(1).max(bounds.textCharsMax) }),
    replies: {
      200: { says: "exactly what was captured, to be kept as a file", type: "application/octet-stream" },
      404: { says: "no such case or evidence", schema: shapes.problem },
      500: { says: "the bytes are not those that were captured", schema: shapes.problem },
    },
    async run({ params, user }) {
      const known = await findCaseFor(rooms, user, params.id);
      const found = known.evidence.find(({ id }) => id === params.evidence);
      if (found === undefined || (isPlantUser(user) && !isPlantEvidence(user, known, found.id)))
        throw new Problem("evidence-not-found", `there is no evidence ${params.evidence}`);
      const { sha256, name, mediaType } = found;
      const bytes = await rooms.evidence.read(sha256);
      if (typeof bytes === "string") {
        rooms.log.error(
          { case: known.id, evidence: found.id, sha256, state: bytes },
          "evidence is not what was captured",
        );
        throw new Problem("evidence-damaged", `${name} is ${bytes}: SHA-256 ${sha256} was captured`, {
          extra: { sha256 },
        });
      }
      const headers = {
        "content-disposition": formatDisposition(name),
        "x-content-type-options": "nosniff",
        "x-evidence-sha256": sha256,
      };
      return { status: 200, type: mediaType, headers, text: inOnePiece(bytes) };
    },
  });
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
