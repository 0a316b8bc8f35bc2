// Ten-minute means out of minute means, weighted by how many readings count in each minute. Pure; assumes that the minutes
// arrive in order of time.

import { minuteMs } from "#domain/time.ts";
import type { MeanPoint } from "./points.ts";

export const tenMinutesMs = 10 * minuteMs;

export interface Fold {
  /** Takes a minute; gives the window before it, when this minute begins a new one. */
  add(point: MeanPoint): MeanPoint | null;
  /** Gives the last window. */
  end(): MeanPoint | null;
}

interface Window {
  readonly start: number;
  sum: number;
  min: number;
  max: number;
  count: number;
  valid: number;
}

function closeWindow(window: Window | null): MeanPoint | null {
  if (window === null) return null;
  const { start, sum, min, max, count, valid } = window;
  return valid === 0 ? [start, null, null, null, count, 0] : [start, sum / valid, min, max, count, valid];
}

export function createFold(windowMs: number): Fold {
  let window: Window | null = null;
  return {
    add([time, mean, min, max, count, valid]) {
      const start = Math.floor(time / windowMs) * windowMs;
      let closed: MeanPoint | null = null;
      if (window === null || window.start !== start) {
        closed = closeWindow(window);
        window = { start, sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, count: 0, valid: 0 };
      }
      window.count += count;
      if (mean === null || min === null || max === null || valid === 0) return closed;
      window.sum += mean * valid;
      window.valid += valid;
      window.min = Math.min(window.min, min);
      window.max = Math.max(window.max, max);
      return closed;
    },
    end() {
      const last = closeWindow(window);
      window = null;
      return last;
    },
  };
}
