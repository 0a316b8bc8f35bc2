// Noise against the worked examples; energy, not numbers.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatLocal, hourMs, parseDay } from "../time.ts";
import { meanExactly } from "./exact-sum.ts";
import {
  dayNightLevel,
  isWeatherFit,
  leq,
  levelExceeded,
  nightOf,
  nightPeakLimit,
  noiseLimit,
  noisePeriodOf,
  weightedLeq,
} from "./noise.ts";
import { roundToDecimals } from "./rounding.ts";

const round1 = (value: number | null): number | null => (value === null ? null : roundToDecimals(value, 1));
const day = parseDay("2026-11-02") ?? Number.NaN;
const anyLevel = fc.double({ min: 20, max: 130, noNaN: true });

describe("an equivalent level", () => {
  it("of 50, 50, 50 and 70 dB is 64.1, where the numbers have a mean of 55", () => {
    expect(round1(leq([50, 50, 50, 70]))).toBe(64.1);
    expect(meanExactly([50, 50, 50, 70])).toBe(55);
    expect(leq([])).toBeNull();
  });

  it("of hours made of minutes is that of the minutes", () => {
    const minutes = [40, 45, 50, 55, 60, 65];
    const halves = [minutes.slice(0, 4), minutes.slice(4)].map((part) => ({ db: leq(part) ?? 0, weight: part.length }));
    expect(weightedLeq(halves)).toBeCloseTo(leq(minutes) ?? 0, 9);
  });

  it("is the same in any order, and between the mean of the numbers and the loudest", () => {
    fc.assert(
      fc.property(fc.array(anyLevel, { minLength: 1, maxLength: 60 }), (levels) => {
        const found = leq(levels) ?? Number.NaN;
        expect(leq(levels.toReversed())).toBe(found);
        expect(found).toBeLessThanOrEqual(Math.max(...levels) + 1e-9);
        expect(found).toBeGreaterThanOrEqual((meanExactly(levels) ?? 0) - 1e-9);
      }),
    );
  });
});

describe("a day-night level", () => {
  it("of 56.7 by day and 49.8 by night is 58.0", () => {
    expect(round1(dayNightLevel(56.7, 49.8))).toBe(58);
  });

  it("is that of the day when the night is 10 dB quieter", () => {
    expect(dayNightLevel(60, 50)).toBeCloseTo(60, 9);
  });
});

describe("a level exceeded", () => {
  it("10 % of the time is the tenth from above of a hundred", () => {
    const levels = Array.from({ length: 100 }, (_, i) => i + 1);
    expect([10, 50, 90].map((percent) => levelExceeded(levels, percent))).toEqual([91, 51, 11]);
    expect(levelExceeded([], 10)).toBeNull();
  });

  it("more of the time is never a louder one", () => {
    fc.assert(
      fc.property(fc.array(anyLevel, { minLength: 1, maxLength: 200 }), (levels) => {
        const [l10, l50, l90] = [10, 50, 90].map((percent) => levelExceeded(levels, percent) ?? 0);
        return (l10 ?? 0) >= (l50 ?? 0) && (l50 ?? 0) >= (l90 ?? 0);
      }),
    );
  });
});

describe("the noise of a zone", () => {
  it("is of the day from 6 to 22 o'clock, and of the night until the next morning", () => {
    expect([5, 6, 21, 22].map((hour) => noisePeriodOf(day + hour * hourMs))).toEqual(["night", "day", "day", "night"]);
    expect(noisePeriodOf(day + 7 * hourMs, 8, 23)).toBe("night");
    const night = nightOf(day + 12 * hourMs);
    expect([night.from, night.to].map(formatLocal)).toEqual(["2026-11-02 22:00:00", "2026-11-03 06:00:00"]);
  });

  it.each([
    ["GB 3096-2008", "class 0", 50, 40],
    ["GB 3096-2008", "class 1", 55, 45],
    ["GB 3096-2008", "class 2", 60, 50],
    ["GB 3096-2008", "class 3", 65, 55],
    ["GB 3096-2008", "class 4a", 70, 55],
    ["GB 3096-2008", "class 4b", 70, 60],
    ["GB 12348-2008", "class 2", 60, 50],
    ["GB 12523-2011", "boundary", 70, 55],
  ])("by %s, %s, may be %d by day and %d by night", (standard, zone, dayDb, nightDb) => {
    expect([noiseLimit(standard, zone, "day"), noiseLimit(standard, zone, "night")]).toEqual([dayDb, nightDb]);
  });

  it("may have peaks at night: 10 dB above the limit often, 15 by accident", () => {
    expect(nightPeakLimit("GB 12348-2008", "class 2", "frequent")).toBe(60);
    expect(nightPeakLimit("GB 12348-2008", "class 2", "accidental")).toBe(65);
    expect(nightPeakLimit("GB 3096-2008", "class 2", "frequent")).toBeUndefined();
    expect(nightPeakLimit("GB 12348-2008", "class 9", "frequent")).toBeUndefined();
  });

  it("is not measured in rain, snow or more than 5 m/s of wind", () => {
    expect([
      isWeatherFit({ rainOrSnow: false, windMPerS: 5 }),
      isWeatherFit({ rainOrSnow: false, windMPerS: 5.1 }),
      isWeatherFit({ rainOrSnow: true, windMPerS: 0 }),
      isWeatherFit({ rainOrSnow: false, windMPerS: null }),
    ]).toEqual([true, false, false, true]);
  });
});
