// Decisions about refused frames. Reprocess: the frame is taken again with today's decoder and its own receive time, and
// what it became moves in the ledger. Dismiss: its refusals are closed. A decision made on an older view of a frame than the
// latest decision about it does nothing. Pure.
//
//   command ─▶ seen since? ──yes──▶ "changed"
//                  └─no─▶ readings.take ─▶ ledger.rebook ─▶ rows of quarantine closed, or open with the new reason

import { bounds } from "#domain/bounds.ts";
import type { Command } from "#domain/command.ts";
import { doors } from "#domain/frame.ts";
import type { FrameAgain, FrameOutcome, QuarantineChange, RefusedFrame } from "#domain/quarantine.ts";
import type { Occasion } from "./occasion.ts";
import { type FrameResult, type Ledger, summarise } from "./ledger.ts";
import type { Output } from "./output.ts";
import type { Readings } from "./readings.ts";

type Reprocess = Extract<Command, { type: "frames.reprocess" }>;
type Dismiss = Extract<Command, { type: "frames.dismiss" }>;

interface Decided {
  readonly result: { readonly frames: readonly FrameOutcome[] };
  /** What was decided about, for the audit. */
  readonly objects: readonly string[];
}

export interface Decisions {
  reprocess(command: Reprocess, actor: string, on: Occasion, output: Output): Decided;
  dismiss(command: Dismiss, actor: string, on: Occasion, output: Output): Decided;
  save(): SavedDecisions;
}

export interface SavedDecisions {
  /** Frame → the newest command about it. */
  readonly latest: readonly (readonly [frame: number, command: number])[];
  /** Decisions up to this command may have been forgotten. */
  readonly forgottenUpTo: number;
}

interface Saved {
  readonly decisions?: SavedDecisions;
}

export function createDecisions(
  parts: { readonly readings: Readings; readonly ledger: Ledger },
  saved?: Saved,
): Decisions {
  const latest = new Map<number, number>(saved?.decisions?.latest);
  let forgottenUpTo = saved?.decisions?.forgottenUpTo ?? 0;

  function isStale(frame: number, asOf: number): boolean {
    return asOf < forgottenUpTo || (latest.get(frame) ?? 0) > asOf;
  }

  function remember(frame: number, command: number): void {
    // A Map keeps the order of insertion: the one decided about longest ago comes first.
    latest.delete(frame);
    latest.set(frame, command);
    if (latest.size <= bounds.decisionsRemembered) return;
    for (const [oldest, at] of latest) {
      latest.delete(oldest);
      forgottenUpTo = Math.max(forgottenUpTo, at);
      return;
    }
  }

  function takeAgain(frame: FrameAgain, on: Occasion, output: Output, closing: Closing): FrameOutcome {
    const { seq, site, receivedAt, before } = frame;
    if (before.places === "unknown") return unchanged(seq);
    const payload = decodeBase64(frame.payload);
    const of = { source: site, channel: before.channel, door: doors.none };
    const again = { ...of, seq, payload, receivedAt, entry: on, again: before.places };
    const result = parts.readings.take(again, output);
    const { stored, duplicate, quarantined } = result;
    // Some of its readings are stored, but now the frame as a whole is refused: what is known of the others stays.
    if (before.places !== "all" && result.refusals.some((refusal) => refusal.point === undefined)) {
      return { seq, outcome: "quarantined", stored, duplicate, quarantined };
    }
    const after = mergeFrame(before, result);
    parts.ledger.rebook(site, receivedAt, before, after, output);
    const change: QuarantineChange = { ...closing, frameSeq: seq, still: result.refusals, frame: after };
    output.state.quarantineChanges.push(change);
    const outcome = result.refusals.length > 0 ? "quarantined" : duplicate > 0 && stored === 0 ? "duplicate" : "stored";
    return { seq, outcome, stored, duplicate, quarantined };
  }

  return {
    reprocess({ frames, asOf, reason }, actor, on, output) {
      const closing = { state: "reprocessed", decision: decisionOf(actor, on, reason) } as const;
      const outcomes = frames.map((frame) => {
        if (isStale(frame.seq, asOf)) return unchanged(frame.seq);
        remember(frame.seq, on.seq);
        return takeAgain(frame, on, output, closing);
      });
      return { result: { frames: outcomes }, objects: objectsOf(frames) };
    },
    dismiss({ frames, asOf, reason }, actor, on, output) {
      const closing = { state: "dismissed", decision: decisionOf(actor, on, reason) } as const;
      const outcomes = frames.map(({ seq }): FrameOutcome => {
        if (isStale(seq, asOf)) return unchanged(seq);
        remember(seq, on.seq);
        output.state.quarantineChanges.push({ ...closing, frameSeq: seq, still: [], frame: null });
        return { ...unchanged(seq), outcome: "dismissed" };
      });
      return { result: { frames: outcomes }, objects: objectsOf(frames) };
    },
    save: () => ({ latest: [...latest], forgottenUpTo }),
  };
}

type Closing = Pick<QuarantineChange, "state" | "decision">;

function decisionOf(by: string, on: Occasion, why: string): QuarantineChange["decision"] {
  return { by, at: on.receivedAt, why, seq: on.seq };
}

function unchanged(seq: number): FrameOutcome {
  return { seq, outcome: "changed", stored: 0, duplicate: 0, quarantined: 0 };
}

function objectsOf(frames: readonly { readonly seq: number }[]): string[] {
  return frames.map(({ seq }) => `frame:${seq}`);
}

/** What was good of the frame before, and what became of the rest now. */
function mergeFrame(before: RefusedFrame, now: FrameResult): RefusedFrame {
  const good = before.stored + before.duplicate;
  return summarise(before.channel, {
    ...now,
    received: good + now.received,
    stored: before.stored + now.stored,
    duplicate: before.duplicate + now.duplicate,
    control: before.control || now.control,
  });
}

const base64Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const base64Values = new Map([...base64Letters].map((letter, value) => [letter, value]));

/** The api wrote it: anything that is not base64 is a bug. */
function decodeBase64(text: string): Uint8Array {
  const letters = text.replace(/=+$/, "");
  const bytes = new Uint8Array(Math.floor((letters.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const letter of letters) {
    const value = base64Values.get(letter);
    if (value === undefined) throw new Error("a command carries bytes that are not base64");
    held = ((held << 6) | value) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (held >> bits) & 0xff;
  }
  return bytes;
}
