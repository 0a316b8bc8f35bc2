// The texts operators read: rounding, units, times in UTC+8, ages.

import { describe, expect, test } from "vitest";
import { formatInFull, formatLimit, formatUnit, formatValue } from "./number.ts";
import { formatAge, formatClock, formatDuration, formatMoment } from "./time.ts";

const words = { seconds: "s", minutes: "min", hours: "h", days: "d" };
const at = (iso: string): number => Date.parse(iso);

describe("numbers", () => {
  test.each([
    [2.5, 0, "2"],
    [3.5, 0, "4"],
    [2.675, 2, "2.68"],
    [2.665, 2, "2.66"],
    [2.6651, 2, "2.67"],
    [0.05, 1, "0.0"],
    [0.15, 1, "0.2"],
    [99.95, 1, "100.0"],
    [0, 2, "0.00"],
    [-1.25, 1, "-1.2"],
    [-0.001, 2, "0.00"],
    [1234567.891, 1, "1234567.9"],
    [0.000_04, 3, "0.000"],
    [45.2, 1, "45.2"],
    [1e21, 0, "1000000000000000000000"],
  ])("%d with %d decimals is written %s, a lone five going to the even neighbour", (value, decimals, text) => {
    expect(formatValue(value, decimals)).toBe(text);
  });

  test("a unit is shown with its real symbols and a number without a unit without one", () => {
    expect(formatUnit("ug/m3")).toBe("µg/m³");
    expect(formatUnit("mg/L")).toBe("mg/L");
    expect(formatUnit("-")).toBe("");
  });

  test("a revised value is printed in full, so that a change in the last place is seen", () => {
    expect([41.2, 41.25, 41.251, 1e-9].map((value) => formatInFull(value, 1))).toEqual([
      "41.2",
      "41.25",
      "41.251",
      "1e-9",
    ]);
    expect(formatInFull(41, 1)).toBe("41.0");
  });

  test("a limit is printed as it was written", () => {
    expect(formatLimit(0.1 + 0.2)).toBe("0.3");
    expect(formatLimit(50)).toBe("50");
  });
});

describe("times", () => {
  test("a time is shown in UTC+8", () => {
    expect(formatClock(at("2026-11-22T00:43:40Z"))).toBe("08:43:40");
  });

  test("a moment of another day carries its date, of another year its year too", () => {
    const now = at("2026-11-22T00:43:40Z");
    expect(formatMoment(at("2026-11-21T16:00:00Z"), now)).toBe("00:00:00");
    expect(formatMoment(at("2026-11-21T15:59:59Z"), now)).toBe("11-21 23:59:59");
    expect(formatMoment(at("2025-11-21T15:59:59Z"), now)).toBe("2025-11-21 23:59:59");
  });

  test("an age says seconds while they matter and days when they do not", () => {
    expect(formatAge(-50, words)).toBe("0 s");
    expect(formatAge(59_999, words)).toBe("59 s");
    expect(formatAge(185_000, words)).toBe("3 min 05 s");
    expect(formatAge(12 * 60_000, words)).toBe("12 min");
    expect(formatAge(2.25 * 3_600_000, words)).toBe("2 h 15 min");
    expect(formatAge(76 * 3_600_000, words)).toBe("3 d 4 h");
  });

  test("a duration fits into its column", () => {
    expect(formatDuration(125_000)).toBe("02:05");
    expect(formatDuration(3 * 3_600_000 + 760_000)).toBe("3:12:40");
    expect(formatDuration(52 * 3_600_000)).toBe("2d 04h");
  });
});
