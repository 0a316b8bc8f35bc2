// Points of the history → what is drawn and what is said about them: aligned columns for one picture, statistics, rows of a
// table. null = a gap to be seen; undefined = this series says nothing at this x. Times in ms, x in s. Pure.

import { staleAfterMs } from "#domain/site.ts";
import { dayMs, hourMs, minuteMs } from "#domain/time.ts";
import type { Statistic } from "./series-list.ts";

export const intervals = ["raw", "1m", "10m", "1h", "1d"] as const;
export type Interval = (typeof intervals)[number];

/** Length of one window, ms; raw readings have none. */
export const stepMs: Readonly<Record<Interval, number>> = {
  raw: 0,
  "1m": minuteMs,
  "10m": 10 * minuteMs,
  "1h": hourMs,
  "1d": dayMs,
};

/** [ms, mean, min, max, count, valid], of raw readings with the flag behind it. */
export type Point = readonly [
  time: number,
  mean: number | null,
  min: number | null,
  max: number | null,
  count: number,
  valid: number,
  flag?: string,
];

export interface SeriesPoints {
  readonly interval: Interval;
  readonly points: readonly Point[];
  /** How often the site sends, ms: a longer silence is a gap. */
  readonly readingMs: number;
}

export type Cell = number | null | undefined;

/** The line of one series, and its envelope where there is one. */
export interface Trace {
  readonly line: Cell[];
  readonly min: Cell[];
  readonly max: Cell[];
  /** Places where readings are in the window that do not count. */
  readonly flagged: number[];
}

export interface Picture {
  /** Seconds, ascending. */
  readonly x: number[];
  readonly traces: readonly Trace[];
}

export interface Drawn extends SeriesPoints {
  readonly statistic: Statistic;
  /** Added to every time: a window of the past drawn over the present. */
  readonly shiftMs: number;
}

interface Row {
  readonly line: Cell;
  readonly min: Cell;
  readonly max: Cell;
  readonly isFlagged: boolean;
}

const gap: Row = { line: null, min: null, max: null, isFlagged: false };

export function pickStatistic([, mean, min, max]: Point, statistic: Statistic): number | null {
  return statistic === "min" ? min : statistic === "max" ? max : mean;
}

/** Means stand in the middle of their windows. A silence longer than what makes a value stale is a gap. */
function collectRows(drawn: Drawn): Map<number, Row> {
  const rows = new Map<number, Row>();
  const step = stepMs[drawn.interval];
  const expectedMs = step === 0 ? drawn.readingMs : Math.ceil(drawn.readingMs / step) * step;
  const silenceMs = step === 0 ? staleAfterMs(drawn.readingMs / 1000) : 1.5 * expectedMs;
  let before: number | null = null;
  for (const point of drawn.points) {
    const [start, , min, max, count, valid] = point;
    const x = start + step / 2 + drawn.shiftMs;
    if (before !== null && x - before > silenceMs) rows.set(before + expectedMs / 2, gap);
    const line = pickStatistic(point, drawn.statistic);
    // A window without one valid reading has no mean; a raw reading with a flag is shown, and marked.
    const isVoid = line === null || (valid === 0 && step > 0);
    const hasEnvelope = step > 0 && drawn.statistic === "mean" && !isVoid;
    rows.set(x, {
      line: isVoid ? null : line,
      min: hasEnvelope ? min : undefined,
      max: hasEnvelope ? max : undefined,
      isFlagged: valid < count,
    });
    before = x;
  }
  return rows;
}

export function buildPicture(series: readonly Drawn[]): Picture {
  const collected = series.map(collectRows);
  const times = [...new Set(collected.flatMap((rows) => [...rows.keys()]))].sort((a, b) => a - b);
  const traces = collected.map((rows): Trace => {
    const trace: Trace = { line: [], min: [], max: [], flagged: [] };
    times.forEach((time, i) => {
      const row = rows.get(time);
      trace.line.push(row?.line);
      trace.min.push(row === gap ? null : row?.min);
      trace.max.push(row === gap ? null : row?.max);
      if (row?.isFlagged === true) trace.flagged.push(i);
    });
    return trace;
  });
  return { x: times.map((time) => time / 1000), traces };
}

export interface Summary {
  readonly min: number | null;
  readonly max: number | null;
  /** Weighted by how many readings count in each window. */
  readonly mean: number | null;
  readonly valid: number;
  readonly count: number;
  readonly points: number;
}

export function summarize(points: readonly Point[]): Summary {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let valid = 0;
  let count = 0;
  for (const [, mean, low, high, each, counts] of points) {
    count += each;
    if (mean === null || low === null || high === null || counts === 0) continue;
    min = Math.min(min, low);
    max = Math.max(max, high);
    sum += mean * counts;
    valid += counts;
  }
  if (valid === 0) return { min: null, max: null, mean: null, valid, count, points: points.length };
  return { min, max, mean: sum / valid, valid, count, points: points.length };
}

export interface TableRow {
  readonly time: number;
  /** In the order of the series; null = nothing at this time. */
  readonly points: readonly (Point | null)[];
}

/** All times of all series, the newest first. */
export function tabulate(series: readonly SeriesPoints[]): TableRow[] {
  const rows = new Map<number, (Point | null)[]>();
  series.forEach(({ points }, i) => {
    for (const point of points) {
      let row = rows.get(point[0]);
      if (row === undefined) rows.set(point[0], (row = series.map(() => null)));
      row[i] = point;
    }
  });
  return [...rows].sort((a, b) => b[0] - a[0]).map(([time, points]) => ({ time, points }));
}

/** The point at or before the time, if its window (or two intervals of a raw series) still holds it. */
export function pointAt({ points, interval, readingMs }: SeriesPoints, timeMs: number): Point | null {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.[0] ?? 0) <= timeMs) low = middle + 1;
    else high = middle;
  }
  const point = points[low - 1] ?? null;
  const holdsMs = interval === "raw" ? 2 * readingMs : stepMs[interval];
  return point === null || timeMs - point[0] > holdsMs ? null : point;
}
