// Numbers about a stretch of a chart: smallest, largest, mean by the readings behind each point, and how many of them are
// valid. And the stretches in which some are not. Pure.

import type { MeanPoint } from "./series.ts";

export interface Statistics {
  readonly min: number | null;
  readonly max: number | null;
  /** Each mean counts as often as it has valid readings. */
  readonly mean: number | null;
  readonly valid: number;
  readonly count: number;
}

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Of the means whose windows begin within the stretch. */
export function summarizePoints(points: readonly MeanPoint[], { from, to }: Stretch): Statistics {
  let min: number | null = null;
  let max: number | null = null;
  let sum = 0;
  let valid = 0;
  let count = 0;
  for (const [start, mean, low, high, all, good] of points) {
    if (start < from || start >= to) continue;
    count += all;
    if (mean === null || good === 0) continue;
    valid += good;
    sum += mean * good;
    if (low !== null && (min === null || low < min)) min = low;
    if (high !== null && (max === null || high > max)) max = high;
  }
  return { min, max, mean: valid === 0 ? null : sum / valid, valid, count };
}

/** Windows with readings that do not count (flags other than normal), neighbours joined. */
export function findFlagged(points: readonly MeanPoint[], stepMs: number): Stretch[] {
  const found: { from: number; to: number }[] = [];
  for (const [start, , , , count, valid] of points) {
    if (valid >= count) continue;
    const last = found.at(-1);
    if (last !== undefined && last.to >= start) last.to = start + stepMs;
    else found.push({ from: start, to: start + stepMs });
  }
  return found;
}
