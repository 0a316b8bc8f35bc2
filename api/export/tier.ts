// Which resolution fills a picture: raw readings when they fit, else the finest means of which not more than two fall on a
// pixel. Means carry their smallest and largest reading, so no spike disappears with the resolution. Pure.

import { dayMs, hourMs, minuteMs } from "#domain/time.ts";
import type { Interval } from "./points.ts";

export const pictureWidthDefault = 1_200;
export const pictureWidthMax = 10_000;

export interface Picture {
  readonly from: number;
  readonly to: number;
  /** Pixels from left to right. */
  readonly width: number;
  /** How often the series sends, ms; of several series the shortest. */
  readonly readingMs: number;
}

/** Length of one mean, ms. */
export const meanMs: Readonly<Record<Exclude<Interval, "raw">, number>> = {
  "1m": minuteMs,
  "10m": 10 * minuteMs,
  "1h": hourMs,
  "1d": dayMs,
};

const pointsPerPixel = 2;

export function pickInterval({ from, to, width, readingMs }: Picture): Interval {
  const lengthMs = to - from;
  if (lengthMs / readingMs <= width) return "raw";
  for (const interval of ["1m", "10m", "1h"] as const) {
    if (lengthMs / meanMs[interval] <= pointsPerPixel * width) return interval;
  }
  return "1d";
}
