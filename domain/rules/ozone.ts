// Ozone: hourly means of a day → running means of eight hours → the greatest of the day. A mean is named by the hour at whose
// end it ends; it holds the hours of one day, or of the evening before.

import airQualityTable from "../tables/air-quality.json" with { type: "json" };
import { meanExactly } from "./exact-sum.ts";
import { findValidityRule } from "./validity.ts";

const { firstEndHour, lastEndHour } = airQualityTable.ozone;

export interface OzoneDay {
  /** µg/m³; null when there is none that counts. */
  readonly greatest: number | null;
  /** Valid eight-hour means, of those due. */
  readonly valid: number;
  readonly due: number;
  /** exceeds: fewer means than needed, but the greatest is above the limit, so it counts all the same. */
  readonly standing: "valid" | "exceeds" | "too-few-valid";
}

function neededFor(window: string, timeMs: number): number {
  const least = findValidityRule("air", window, timeMs)?.least ?? null;
  if (least === null) throw new Error(`validity.json: no rule for ozone over ${window}`);
  return least;
}

/** Mean of eight hours, null for an hour without a valid mean. Null when too few of them are valid. */
export function ozoneEightHours(hours: readonly (number | null)[], timeMs: number): number | null {
  const valid = hours.filter((value) => value !== null);
  return valid.length < neededFor("8 hours", timeMs) ? null : meanExactly(valid);
}

/** `hours`: the 24 hourly means of a day that starts at `dayStartMs`. `limit`: of the day's maximum. */
export function ozoneDay(hours: readonly (number | null)[], dayStartMs: number, limit: number): OzoneDay {
  const means: number[] = [];
  for (let end = firstEndHour; end <= lastEndHour; end += 1) {
    const mean = ozoneEightHours(hours.slice(end - 8, end), dayStartMs);
    if (mean !== null) means.push(mean);
  }
  const due = lastEndHour - firstEndHour + 1;
  const greatest = means.length === 0 ? null : means.reduce((most, mean) => Math.max(most, mean));
  if (means.length >= neededFor("day maximum of 8 hours", dayStartMs)) {
    return { greatest, valid: means.length, due, standing: "valid" };
  }
  const exceeds = greatest !== null && greatest > limit;
  return {
    greatest: exceeds ? greatest : null,
    valid: means.length,
    due,
    standing: exceeds ? "exceeds" : "too-few-valid",
  };
}
