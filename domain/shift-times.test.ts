// Shifts by the clock of UTC+8: every moment belongs to exactly one.

import { describe, expect, it } from "vitest";
import { shiftNameAt, shiftTimes } from "./shift-times.ts";
import { minuteMs } from "./time.ts";

describe("the shift of a moment", () => {
  it("is that of the clock of UTC+8, from its first minute to the one before the next", () => {
    const at = (clock: string) => shiftNameAt(Date.parse(`2026-11-22T${clock}+08:00`));
    expect([at("07:59:59.999"), at("08:00:00"), at("19:59:59.999"), at("20:00:00"), at("00:00:00")]).toEqual([
      "night",
      "day",
      "day",
      "night",
      "night",
    ]);
  });

  it("is never none, and the shifts of a day share it without a gap", () => {
    const begin = Date.parse("2026-11-22T00:00:00+08:00");
    const minutes = Array.from({ length: 1440 }, (_, i) => shiftNameAt(begin + i * minuteMs));
    const lengths = shiftTimes.map(({ fromMinute, toMinute }) => (toMinute - fromMinute + 1440) % 1440);
    expect(shiftTimes.map(({ name }) => minutes.filter((each) => each === name).length)).toEqual(lengths);
    expect(lengths.reduce((sum, each) => sum + each, 0)).toBe(1440);
  });
});
