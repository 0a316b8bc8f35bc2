// One day of one site under the magnifying glass: every hour of every judged factor as its minutes say now, what is missing, and
// how late frames came. Pure.

import type { JudgedHours } from "#domain/judged.ts";
import { type LawfulColumn, type LawfulWindow, windowState } from "#domain/judge/shapes.ts";
import { hasState, readWindow } from "#domain/judge/windows.ts";
import { addCounts, noParts, type PartCounts } from "#domain/rules/validity.ts";
import { hourMs } from "#domain/time.ts";
import type { FrameMoments } from "#store/history/history.ts";

/** marked: it would be valid without its marks. */
export const hourStates = ["valid", "invalid", "marked", "missing", "stopped"] as const;
export type HourState = (typeof hourStates)[number];

export interface AuditedHour extends LawfulWindow {
  readonly hourState: HourState;
}

export interface HourSpan {
  readonly from: number;
  readonly to: number;
  readonly hours: number;
}

export interface AuditedFactor {
  readonly factor: string;
  readonly unit: string;
  readonly hours: JudgedHours;
  readonly parts: PartCounts;
  readonly list: readonly AuditedHour[];
  readonly missing: readonly HourSpan[];
}

function stateOf(column: LawfulColumn, at: number): HourState {
  if (hasState(column, at, windowState.stopped)) return "stopped";
  if ((column.received[at] ?? 0) === 0) return "missing";
  if (hasState(column, at, windowState.valid)) return "valid";
  return hasState(column, at, windowState.marked) ? "marked" : "invalid";
}

/** Hours of the clock that follow each other become spans. */
export function joinHours(starts: readonly number[]): HourSpan[] {
  const spans: HourSpan[] = [];
  for (const start of starts) {
    const last = spans.at(-1);
    if (last?.to === start) spans[spans.length - 1] = { from: last.from, to: start + hourMs, hours: last.hours + 1 };
    else spans.push({ from: start, to: start + hourMs, hours: 1 });
  }
  return spans;
}

/** The first `over` hours of a day. */
export function auditHours(column: LawfulColumn, over: number): AuditedFactor {
  const list: AuditedHour[] = [];
  let parts = noParts;
  for (let at = 0; at < Math.min(over, column.start.length); at++) {
    const window = readWindow(column, "hour", at);
    list.push({ ...window, hourState: stateOf(column, at) });
    const { due, received, valid, marked, excluded } = window;
    const [missing, surplus] = [Math.max(0, due - received), Math.max(0, received - due)];
    parts = addCounts(parts, { due, received, valid, marked, excluded, missing, surplus });
  }
  const count = (...states: HourState[]): number => list.filter(({ hourState }) => states.includes(hourState)).length;
  const stopped = count("stopped");
  return {
    factor: column.factor,
    unit: column.unit,
    hours: {
      due: list.length - stopped,
      received: count("valid", "invalid", "marked"),
      valid: count("valid"),
      stopped,
      marked: count("marked"),
    },
    parts,
    list,
    missing: joinHours(list.filter(({ hourState }) => hourState === "missing").map(({ start }) => start)),
  };
}

/** Frames by how long after the time of their readings they came. */
export interface Delays {
  readonly frames: number;
  /** More than a minute before: the clock of the device is ahead. */
  readonly ahead: number;
  readonly withinMinute: number;
  readonly withinQuarter: number;
  readonly withinHour: number;
  readonly later: number;
  readonly greatestSeconds: number | null;
  /** Moments that more than one frame told of. */
  readonly repeated: number;
}

const minuteSeconds = 60;

export function countDelays({ time, receivedAt }: FrameMoments): Delays {
  const seconds = time.map((at, i) => ((receivedAt[i] ?? at) - at) / 1000);
  const between = (from: number, to: number): number => seconds.filter((each) => each > from && each <= to).length;
  const greatest = seconds.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
  return {
    frames: time.length,
    ahead: between(Number.NEGATIVE_INFINITY, -minuteSeconds),
    withinMinute: between(-minuteSeconds, minuteSeconds),
    withinQuarter: between(minuteSeconds, 15 * minuteSeconds),
    withinHour: between(15 * minuteSeconds, 60 * minuteSeconds),
    later: between(60 * minuteSeconds, Number.POSITIVE_INFINITY),
    greatestSeconds: time.length === 0 ? null : Math.round(greatest),
    repeated: time.filter((at, i) => i > 0 && at === time[i - 1] && at !== time[i - 2]).length,
  };
}
