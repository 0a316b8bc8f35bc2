// Windows that exceed one right after the other are one episode: "three hours in a row". Computed when it is asked for, because
// a mark or a late reading may cut an episode in two at any time. Pure.

import type { JudgedBasis } from "#domain/judged.ts";
import { dayMs, hourMs } from "#domain/time.ts";

export const windowMs: Readonly<Record<JudgedBasis, number>> = { hour: hourMs, day: dayMs };

/** How far an episode is followed to either side. */
export const reachMs: Readonly<Record<JudgedBasis, number>> = { hour: 31 * dayMs, day: 366 * dayMs };

export interface Episode {
  /** Start of its first window, end of its last one. */
  readonly from: number;
  readonly to: number;
  readonly windows: number;
}

/** The episode around `start` among ascending starts; one window by itself where it is not among them. */
export function findEpisode(starts: readonly number[], start: number, basis: JudgedBasis): Episode {
  const step = windowMs[basis];
  const at = starts.indexOf(start);
  if (at < 0) return { from: start, to: start + step, windows: 1 };
  let [first, last] = [at, at];
  while (starts[first - 1] === (starts[first] ?? 0) - step) first -= 1;
  while (starts[last + 1] === (starts[last] ?? 0) + step) last += 1;
  return { from: starts[first] ?? start, to: (starts[last] ?? start) + step, windows: last - first + 1 };
}
