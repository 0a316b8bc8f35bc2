// What people decide about refused frames: to have them decoded again, or to dismiss them. Each decision becomes commands in
// the journal, bounded in bytes, that carry the frames along, so that ingest need not read what is older.

import * as z from "zod";
import { bounds } from "#domain/bounds.ts";
import type { Command } from "#domain/command.ts";
import type { QuarantineRow } from "#domain/ledger.ts";
import type { FrameAgain, RefusedFrame } from "#domain/quarantine.ts";
import type { Rooms } from "../parts.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { path } from "./quarantine.ts";

const int = z.number().int();
const outcomes = ["stored", "duplicate", "quarantined", "dismissed", "changed"] as const;
/** What the api itself finds, before anything is journaled. */
const notSent = ["not-found", "closed", "unreadable", "not-possible"] as const;

const ingestOutcome = z.object({
  seq: int,
  outcome: z.enum(outcomes),
  stored: int,
  duplicate: int,
  quarantined: int,
});
const ingestAnswer = z.object({ frames: z.array(ingestOutcome) });

const outcome = ingestOutcome.extend({ outcome: z.enum([...outcomes, ...notSent]) }).meta({
  description:
    "stored, duplicate: nothing is refused any more; quarantined: some of it still is; dismissed; changed: somebody " +
    "decided about it meanwhile; not-found: nothing was refused of it; closed: nothing is open; unreadable: the journal " +
    "cannot give it back; not-possible: too much of it was refused to tell what was not. The counts are readings.",
});
type Outcome = z.output<typeof outcome>;

const answer = z
  .object({ frames: z.array(outcome), readings: z.object({ stored: int, duplicate: int, quarantined: int }) })
  .meta({ id: "FramesDecided" });

const body = z.strictObject({
  seqs: z.array(int.min(1)).min(1).max(bounds.decisionFramesMax),
  reason: shapes.text,
});

function formatAnswer(frames: readonly Outcome[]): z.output<typeof answer> {
  const readings = { stored: 0, duplicate: 0, quarantined: 0 };
  for (const { stored, duplicate, quarantined } of frames) {
    readings.stored += stored;
    readings.duplicate += duplicate;
    readings.quarantined += quarantined;
  }
  return { frames: [...frames].sort((a, b) => a.seq - b.seq), readings };
}

function noOutcome(seq: number, why: (typeof notSent)[number]): Outcome {
  return { seq, outcome: why, stored: 0, duplicate: 0, quarantined: 0 };
}

interface Seen {
  /** Everything that was decided up to here is in what was seen. */
  readonly asOf: number;
  readonly open: ReadonlyMap<
    number,
    { readonly site: string; readonly receivedAt: number; readonly frame?: RefusedFrame }
  >;
  readonly others: readonly Outcome[];
}

/** The frames as they are now; those about which nothing can be decided are told apart. */
async function look({ state }: Rooms, seqs: readonly number[]): Promise<Seen> {
  // The cursor first: rows may be newer than it says, never older.
  const asOf = await state.cursor();
  const bySeq = Map.groupBy(await state.quarantineOf(seqs), (row: QuarantineRow) => row.seq);
  const open = new Map<number, QuarantineRow>();
  const others: Outcome[] = [];
  for (const seq of new Set(seqs)) {
    const rows = bySeq.get(seq) ?? [];
    const [first] = rows;
    if (first === undefined) others.push(noOutcome(seq, "not-found"));
    else if (!rows.some((row) => (row.state ?? "open") === "open")) others.push(noOutcome(seq, "closed"));
    else open.set(seq, first);
  }
  return { asOf, open, others };
}

async function send(rooms: Rooms, actor: string, command: Command): Promise<Outcome[]> {
  const { result } = await rooms.commands.send(actor, command);
  return ingestAnswer.parse(result).frames;
}

async function reprocess(rooms: Rooms, actor: string, seqs: readonly number[], reason: string): Promise<Outcome[]> {
  const { asOf, open, others } = await look(rooms, seqs);
  const done: Outcome[] = [...others];
  let frames: FrameAgain[] = [];
  let bytes = 0;

  async function flush(): Promise<void> {
    if (frames.length > 0) done.push(...(await send(rooms, actor, { type: "frames.reprocess", reason, asOf, frames })));
    frames = [];
    bytes = 0;
  }

  const unread = new Set<number>();
  for (const [seq, { frame }] of open) {
    if (frame === undefined || frame.places === "unknown") done.push(noOutcome(seq, "not-possible"));
    else unread.add(seq);
  }
  for await (const { seq, payload } of rooms.frames.read([...unread])) {
    const known = open.get(seq);
    if (known?.frame === undefined) continue;
    unread.delete(seq);
    if (bytes + payload.length > bounds.decisionBytesMax || frames.length === bounds.decisionFramesPerEntry)
      await flush();
    const { site, receivedAt, frame: before } = known;
    frames.push({ seq, site, receivedAt, payload: Buffer.from(payload).toString("base64"), before });
    bytes += payload.length;
  }
  await flush();
  for (const seq of unread) done.push(noOutcome(seq, "unreadable"));
  return done;
}

export function reprocessFrames(rooms: Rooms): Route {
  return defineRoute({
    method: "post",
    path: `${path}/reprocess`,
    summary: `Decode up to ${bounds.decisionFramesMax} refused frames again, with the time they were received at`,
    access: "operator",
    body,
    replies: { 200: { says: "what became of each", schema: answer } },
    async run({ body: { seqs, reason }, user }) {
      return { status: 200, body: formatAnswer(await reprocess(rooms, user.username, seqs, reason)) };
    },
  });
}

export function dismissFrames(rooms: Rooms): Route {
  return defineRoute({
    method: "post",
    path: `${path}/dismiss`,
    summary: `Close the refusals of up to ${bounds.decisionFramesMax} frames; they stay counted as quarantined`,
    access: "operator",
    body,
    replies: { 200: { says: "what became of each", schema: answer } },
    async run({ body: { seqs, reason }, user }) {
      const { asOf, open, others } = await look(rooms, seqs);
      const frames = [...open].map(([seq, { site }]) => ({ seq, site }));
      const decided =
        frames.length === 0 ? [] : await send(rooms, user.username, { type: "frames.dismiss", reason, asOf, frames });
      return { status: 200, body: formatAnswer([...others, ...decided]) };
    },
  });
}
