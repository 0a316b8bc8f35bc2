// Hours for the tests of this folder: columns as history gives them, made of plain numbers.

import { hourMs } from "../time.ts";
import { createStationHours, type HourColumns, type StationHours } from "./hours.ts";

/** A day of the rules of 2026. */
export const day = Date.parse("2026-11-20T00:00:00+08:00");

/** One value per hour from `from` on (null: none). `minutes`: valid ones of each hour. */
export function column(factor: string, from: number, values: readonly (number | null)[], minutes = 60): HourColumns {
  const rows = values.flatMap((value, i) => (value === null ? [] : [{ value, i }]));
  const means = rows.map(({ value }) => value);
  return {
    factor,
    start: rows.map(({ i }) => from + i * hourMs),
    mean: means,
    min: means,
    max: means,
    count: rows.map(() => 60),
    valid: rows.map(() => minutes),
  };
}

export function hoursOf(...columns: readonly HourColumns[]): StationHours {
  return createStationHours(columns, 60);
}

export function codesOf(remarks: readonly { readonly code: string }[]): string[] {
  return remarks.map(({ code }) => code);
}
