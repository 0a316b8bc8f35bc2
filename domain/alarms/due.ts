// What time alone does to an instance, and when (receive time): samples that have waited long enough, delays that run out, shelves
// that end, alarms that are told again, chattering that is over, late values that are put together. Pure.

import type { AlarmDefinition } from "../alarm-definition.ts";
import { bounds } from "../bounds.ts";
import { chatterMs, quietAt } from "./chatter.ts";
import { graceOf } from "./reorder.ts";
import type { AlarmContext } from "./shapes.ts";
import { holdsUntil, nextChangeAt, type Timing } from "./timers.ts";
import type { Work } from "./work.ts";

/** Shelves that follow each other within this count as one row. */
export const shelfRowMs = 3_600_000;
/** Late values of one episode follow each other within this. */
export const retroQuietMs = 60_000;

export const dueKinds = ["signal", "shelf", "re-alarm", "quiet", "raises", "shelf-row", "retro", "stale"] as const;
export type DueKind = (typeof dueKinds)[number];

export interface Due {
  readonly kind: DueKind;
  readonly at: number;
}

/** How long a value holds. */
export function holdMsOf(intervalMs: number): number {
  return 2 * paceMsOf(intervalMs);
}

/** For how long a delay goes on after a value. */
export function paceMsOf(intervalMs: number): number {
  return Math.max(intervalMs, 1_000);
}

/** Of what is measured. */
export function measuredTiming({ onDelayMs, offDelayMs }: AlarmDefinition, intervalMs: number): Timing {
  return { onDelayMs, offDelayMs, paceMs: paceMsOf(intervalMs), holdMs: holdMsOf(intervalMs) };
}

export function timingOf({ record, intervalMs }: AlarmContext): Timing {
  const timing = measuredTiming(record, intervalMs);
  // What the centre says of itself, and that nothing came, holds until it says something else.
  const isSaid = record.subject === "silence" || record.subject === "system";
  return isSaid ? { ...timing, paceMs: Number.POSITIVE_INFINITY, holdMs: Number.POSITIVE_INFINITY } : timing;
}

/** The earliest of all; those of the same time in the order of `dueKinds`. */
export function nextDue(work: Work): Due | null {
  let found: Due | null = null;
  for (const kind of dueKinds) {
    const at = dueOf(kind, work);
    if (at !== null && (found === null || at < found.at)) found = { kind, at };
  }
  return found;
}

function dueOf(kind: DueKind, work: Work): number | null {
  const { alarm, shelf, shelves, shelfEndedAt, raises, chattering, retro } = work;
  switch (kind) {
    case "signal":
      return signalDue(work);
    case "shelf":
      return shelf?.until ?? null;
    case "re-alarm":
      return reAlarmDue(work);
    case "quiet":
      return chattering ? quietAt(raises) : null;
    case "raises":
      return chattering || raises.length === 0 ? null : (raises.at(-1) ?? 0) + chatterMs;
    case "shelf-row":
      return shelf !== null || shelves === 0 ? null : (shelfEndedAt ?? 0) + shelfRowMs;
    case "retro":
      return retro === null ? null : retro.receivedAt + retroQuietMs;
    case "stale":
      // Something is pending, no value came for too long: forgotten, so that nothing is kept for a point that is gone.
      return alarm === null ? staleDue(work) : null;
  }
}

function signalDue({ context, signal }: Work): number | null {
  if (signal === null) return null;
  const grace = graceOf(context.record);
  const moment = nextChangeAt(signal, timingOf(context));
  const sample = signal.waiting[0]?.time ?? null;
  if (moment === null) return sample === null ? null : sample + grace;
  // A value of the same moment may come until the grace is over, and goes first.
  const runsOutAt = grace > 0 ? moment + 1 : moment;
  return (sample === null ? runsOutAt : Math.min(runsOutAt, sample)) + grace;
}

function staleDue({ context, signal }: Work): number | null {
  if (signal === null || signal.level > 0 || signal.waiting.length > 0 || signal.last === null) return null;
  const timing = timingOf(context);
  const until = holdsUntil(signal, timing);
  if (!Number.isFinite(until) || nextChangeAt(signal, timing) !== null) return null;
  // A device may send as far behind as its values still count.
  return until + bounds.lateMsNoted + graceOf(context.record) + 1;
}

function reAlarmDue({ alarm, context }: Work): number | null {
  const { reAlarmMs } = context.record;
  if (reAlarmMs === null || alarm === null || alarm.ackedAt === null) return null;
  // Whether it is still beyond is not known while the value is not.
  return alarm.state === "ack-active" && alarm.validity === "good" ? alarm.ackedAt + reAlarmMs : null;
}
