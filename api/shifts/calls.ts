// How densely operators were called. Pure.

import { floodWindowMs } from "#domain/alarms/flood.ts";

/** The most calls of any ten minutes; times ascending. */
export function mostInTenMinutes(calls: readonly number[]): number {
  let first = 0;
  let most = 0;
  for (const [i, at] of calls.entries()) {
    while ((calls[first] ?? at) <= at - floodWindowMs) first += 1;
    most = Math.max(most, i - first + 1);
  }
  return most;
}
