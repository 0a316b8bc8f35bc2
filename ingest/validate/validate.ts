// Is this reading possible, and what must be said about it? Refuses what cannot be (unknown factor, impossible value or
// time), remarks on the rest. Values are never changed. Pure.

import { bounds } from "#domain/bounds.ts";
import type { Factor } from "#domain/factor.ts";
import { quality } from "#domain/reading.ts";
import type { RefusalReason } from "#domain/refusal.ts";

/** The event time against the receive time (both epoch ms): a refusal of the whole point, or null. */
export function checkTime(time: number, receivedAt: number): RefusalReason | null {
  if (time > receivedAt + bounds.clockAheadMsMax) return "time-in-future";
  if (time < receivedAt - bounds.readingAgeMsMax) return "time-too-old";
  return null;
}

/** Remarks that follow from the time alone. */
export function timeQuality(time: number, receivedAt: number): number {
  if (time > receivedAt + bounds.clockAheadMsNoted) return quality.clockAhead;
  if (time < receivedAt - bounds.lateMsNoted) return quality.late;
  return 0;
}

/** Physically impossible for the factor's unit? */
export function isOutOfRange(value: number, range: { readonly min: number; readonly max: number }): boolean {
  return value < range.min || value > range.max;
}

/** Outside what the instruments usually measure: remarked, and counted all the same, since a real exceedance looks like this. */
export function rangeQuality(value: number, factor: Pick<Factor, "rangeMin" | "rangeMax">): number {
  const below = factor.rangeMin !== null && value < factor.rangeMin;
  const above = factor.rangeMax !== null && value > factor.rangeMax;
  return below || above ? quality.range : 0;
}
