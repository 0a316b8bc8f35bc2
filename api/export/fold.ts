// Ten-minute means out of minute means, weighted by how many readings count in each minute. Pure; assumes that the minutes
// arrive in order of time.

import { minuteMs } from "#domain/time.ts";
import type { Points } from "./points.ts";

export const tenMinutesMs = 10 * minuteMs;

interface Window {
  readonly start: number;
  sum: number;
  min: number;
  max: number;
  count: number;
  valid: number;
}

type Columns = Record<"time" | "mean" | "min" | "max" | "count" | "valid", number[]>;

function createColumns(): Columns {
  return { time: [], mean: [], min: [], max: [], count: [], valid: [] };
}

function closeWindow(window: Window, into: Columns): void {
  const hasMean = window.valid > 0;
  into.time.push(window.start);
  into.mean.push(hasMean ? window.sum / window.valid : Number.NaN);
  into.min.push(hasMean ? window.min : Number.NaN);
  into.max.push(hasMean ? window.max : Number.NaN);
  into.count.push(window.count);
  into.valid.push(window.valid);
}

function addMinute(window: Window, minutes: Points, at: number): void {
  const valid = minutes.valid[at] ?? 0;
  window.count += minutes.count[at] ?? 0;
  if (valid === 0) return;
  window.sum += (minutes.mean[at] ?? 0) * valid;
  window.valid += valid;
  window.min = Math.min(window.min, minutes.min[at] ?? Number.POSITIVE_INFINITY);
  window.max = Math.max(window.max, minutes.max[at] ?? Number.NEGATIVE_INFINITY);
}

/** A window ends with the first minute of another one, or with the last minute of all. */
export async function* foldColumns(
  parts: AsyncIterable<Points> | Iterable<Points>,
  windowMs: number,
): AsyncGenerator<Points> {
  let window: Window | null = null;
  for await (const minutes of parts) {
    const closed = createColumns();
    for (let at = minutes.from; at < minutes.to; at++) {
      const start = Math.floor((minutes.time[at] ?? 0) / windowMs) * windowMs;
      if (window === null || window.start !== start) {
        if (window !== null) closeWindow(window, closed);
        window = { start, sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, count: 0, valid: 0 };
      }
      addMinute(window, minutes, at);
    }
    yield { ...closed, flag: null, from: 0, to: closed.time.length };
  }
  if (window === null) return;
  const last = createColumns();
  closeWindow(window, last);
  yield { ...last, flag: null, from: 0, to: 1 };
}
