// Shifts of the duty desk by the clock of UTC+8 (tables/shifts.json): which one a moment belongs to. Pure.

import shiftTable from "./tables/shifts.json" with { type: "json" };
import { dayMs, minuteMs, zoneOffsetMs } from "./time.ts";

export const shiftTimes: readonly (typeof shiftTable)[number][] = shiftTable;

/** Name of the shift at `at` (epoch ms); a shift may last past midnight. */
export function shiftNameAt(at: number): string {
  const minute = Math.floor(((((at + zoneOffsetMs) % dayMs) + dayMs) % dayMs) / minuteMs);
  const found = shiftTable.find(({ fromMinute, toMinute }) =>
    fromMinute < toMinute ? minute >= fromMinute && minute < toMinute : minute >= fromMinute || minute < toMinute,
  );
  return found?.name ?? "";
}
