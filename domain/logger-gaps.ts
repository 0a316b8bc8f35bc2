// Gaps: intervals of a logger's minute, hour and day data that were due and did not come. Kept as spans of time with the
// interval they are counted by. Pure.

import { bounds } from "./bounds.ts";
import type { IntervalKind } from "./logger-card.ts";
import { dayMs, hourMs, minuteMs, zoneOffsetMs } from "./time.ts";

/** Intervals from (inclusive) to (exclusive) that did not come. */
export interface GapSpan {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
}

export type StepSource = "fixed" | "told" | "learned";

/** What is known of one kind of data of a logger. */
export interface LoggerGaps {
  readonly site: string;
  readonly kind: IntervalKind;
  /** Length of an interval. */
  readonly stepMs: number;
  readonly stepFrom: StepSource;
  /** Start of the first interval that is counted. */
  readonly since: number;
  /** Start of the interval behind the newest one that came. */
  readonly next: number;
  readonly spans: readonly GapSpan[];
  /** Intervals that came and lie in a span all the same, because only so many spans are kept. */
  readonly joined: number;
}

export const fixedStepMs: Readonly<Record<IntervalKind, number | null>> = { minute: null, hour: hourMs, day: dayMs };

/** What the standard allows for minute data [HJ 212-2017 table 6: MinInterval]. */
export const minuteSteps: ReadonlySet<number> = new Set(
  [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30].map((minutes) => minutes * minuteMs),
);

/** How long after its end an interval may be on its way before it counts as missing. Assumed. */
export const gapGraceMs: Readonly<Record<IntervalKind, number>> = {
  minute: 5 * minuteMs,
  hour: 15 * minuteMs,
  day: hourMs,
};

/** Start of the interval that holds a time; intervals are laid from local midnight. */
export function intervalStart(time: number, stepMs: number): number {
  return Math.floor((time + zoneOffsetMs) / stepMs) * stepMs - zoneOffsetMs;
}

export function intervalsIn({ from, to, stepMs }: GapSpan): number {
  return Math.ceil((to - from) / stepMs);
}

/** Spans that are missing at `now`: those that are known, and what has been due since the newest that came. */
export function missingSpans(gaps: LoggerGaps, now: number): GapSpan[] {
  const { stepMs, kind, next } = gaps;
  const oldest = now - bounds.gapAgeMsMax;
  const end = intervalStart(now - gapGraceMs[kind], stepMs);
  const tail = end > next ? [{ from: Math.max(next, intervalStart(oldest, stepMs)), to: end, stepMs }] : [];
  const known = gaps.spans.filter(({ to }) => to > oldest);
  const last = known.at(-1);
  const [rest] = tail;
  if (last !== undefined && rest !== undefined && last.to === rest.from && last.stepMs === rest.stepMs)
    return [...known.slice(0, -1), { ...last, to: rest.to }];
  return [...known, ...tail];
}

/** The part of a span within a range of time; null when there is none. */
export function cutSpan(span: GapSpan, from: number, to: number): GapSpan | null {
  const low = span.from + Math.ceil(Math.max(0, from - span.from) / span.stepMs) * span.stepMs;
  const high = Math.min(span.to, to);
  return low < high ? { from: low, to: high, stepMs: span.stepMs } : null;
}
