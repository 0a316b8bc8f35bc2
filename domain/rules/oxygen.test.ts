// Oxygen correction against the worked examples, at its edges, and as a property of any oxygen.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDay } from "../time.ts";
import {
  correctToExcessAir,
  correctToReference,
  excessAirOfOxygen,
  findOxygenReference,
  meanCorrected,
  oxygenOfExcessAir,
} from "./oxygen.ts";
import { roundToDecimals } from "./rounding.ts";

function corrected(dry: number, oxygen: number | null, reference: number | null): number | string {
  const found = correctToReference(dry, oxygen, reference);
  return found.kind === "not-possible" ? found.why : found.value;
}

function rounded(dry: number, oxygen: number, reference: number, decimals: number): number | string {
  const value = corrected(dry, oxygen, reference);
  return typeof value === "string" ? value : roundToDecimals(value, decimals);
}

const on = (day: string): number => parseDay(day) ?? Number.NaN;
const usable = fc.double({ min: 0, max: 20.49, noNaN: true });

describe("a corrected concentration", () => {
  it("is 40.125 for NOx 32.1 at 17.0 % oxygen and reference 16: a tie, which goes to 40.12", () => {
    expect(corrected(32.1, 17, 16)).toBe(40.125);
    expect(rounded(32.1, 17, 16, 2)).toBe(40.12);
  });

  it.each([
    ["NOx of a sinter head in much air", 32.1, 19.5, 16, 107],
    ["NOx of a coke oven", 110, 10.2, 8, 132.4],
    ["a boiler", 30, 8.5, 6, 36],
    ["NOx of a sinter head with its true oxygen", 33, 18, 16, 55],
    ["NOx of a sinter head with an oxygen read too low", 33, 16.5, 16, 36.7],
  ])("of %s (%d at %d %%, reference %d) is %d", (_, dry, oxygen, reference, expected) => {
    expect(rounded(dry, oxygen, reference, 1)).toBe(expected);
  });

  it("with a reference excess air of 1.8 is that with 9.33 % oxygen", () => {
    const reference = oxygenOfExcessAir(1.8) ?? Number.NaN;
    expect(roundToDecimals(reference, 2)).toBe(9.33);
    expect([oxygenOfExcessAir(1), oxygenOfExcessAir(0.99)]).toEqual([0, null]);
    const byAir = correctToExcessAir(100, 12, 1.8);
    const byHand = (100 * (excessAirOfOxygen(12) ?? Number.NaN)) / 1.8;
    expect(byAir.kind === "corrected" ? roundToDecimals(byAir.value, 9) : null).toBe(roundToDecimals(byHand, 9));
  });

  it("is the dry one itself where the standard names no reference, whatever the oxygen", () => {
    for (const oxygen of [null, -3, 20.9, 30]) {
      expect(correctToReference(15, oxygen, null)).toEqual({ kind: "not-needed", value: 15 });
    }
  });

  it.each([
    [20.49, "number"],
    [20.5, "off-air"],
    [20.9, "off-air"],
    [21, "off-air"],
    [21.5, "off-air"],
    [21.51, "sensor-fault"],
    [-0.01, "sensor-fault"],
    [0, "number"],
    [null, "oxygen-missing"],
    [Number.NaN, "oxygen-missing"],
  ])("at %s %% oxygen ends as %s", (oxygen, expected) => {
    const found = corrected(10, oxygen, 16);
    expect(typeof found === "string" ? found : typeof found).toBe(expected);
  });

  it("is refused for a reference that no gas can have", () => {
    expect(corrected(10, 10.5, 0)).toBe(20);
    expect([21, 25, -1].map((reference) => corrected(10, 10, reference))).toEqual([
      "reference-impossible",
      "reference-impossible",
      "reference-impossible",
    ]);
    expect(correctToExcessAir(10, 10, 0.9)).toMatchObject({ why: "reference-impossible" });
  });

  it("stops at the cap of a low-load rule, and says so", () => {
    expect(correctToReference(30, 19.5, 16, 2)).toEqual({ kind: "corrected", value: 60, factor: 2, capped: true });
    expect(correctToReference(30, 18.5, 16, 2)).toEqual({ kind: "corrected", value: 60, factor: 2, capped: false });
  });

  it("grows with the oxygen that was measured, and is the dry one at the reference", () => {
    fc.assert(
      fc.property(usable, usable, fc.double({ min: 0.1, max: 1000, noNaN: true }), (a, b, dry) => {
        const low = corrected(dry, Math.min(a, b), 16);
        const high = corrected(dry, Math.max(a, b), 16);
        expect(Number(low)).toBeLessThanOrEqual(Number(high));
        expect(corrected(dry, 16, 16)).toBeCloseTo(dry, 9);
      }),
    );
  });
});

describe("a corrected mean", () => {
  const minutes = [
    { dry: 30, oxygenPercent: 15, valid: true },
    { dry: 30, oxygenPercent: 19, valid: true },
  ];

  it("is the mean of corrected minutes, not the mean corrected once", () => {
    expect(meanCorrected(minutes, 16).mean).toBe((25 + 75) / 2);
    expect(corrected(30, 17, 16)).toBe(37.5);
  });

  it("leaves out what is invalid or cannot be corrected, and counts both", () => {
    const more = [
      ...minutes,
      { dry: 99, oxygenPercent: 17, valid: false },
      { dry: 1, oxygenPercent: 20.9, valid: true },
      { dry: 1, oxygenPercent: null, valid: true },
      { dry: 1, oxygenPercent: 25, valid: true },
    ];
    expect(meanCorrected(more, 16)).toEqual({
      mean: 50,
      counted: 2,
      invalid: 1,
      obstacles: { "off-air": 1, "oxygen-missing": 1, "sensor-fault": 1, "reference-impossible": 0 },
    });
    expect(meanCorrected([], 16).mean).toBeNull();
  });

  it("is the same in any order, and every minute is counted once", () => {
    const minute = fc.record({
      dry: fc.double({ min: 0, max: 500, noNaN: true }),
      oxygenPercent: fc.option(fc.double({ min: -1, max: 23, noNaN: true })),
      valid: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(minute, { maxLength: 60 }), (given) => {
        const found = meanCorrected(given, 8);
        expect(meanCorrected(given.toReversed(), 8)).toEqual(found);
        const obstacles = Object.values(found.obstacles).reduce((sum, count) => sum + count, 0);
        expect(found.counted + found.invalid + obstacles).toBe(given.length);
      }),
    );
  });
});

describe("the reference oxygen", () => {
  it.each([
    ["sinter-head", 16],
    ["pellet-roasting", 18],
    ["coke-oven-chimney", 8],
    ["reheating-furnace", 8],
    ["coal-boiler-power", 6],
    ["coal-boiler-small", 9],
    ["gas-boiler-power", 3],
    ["gas-boiler-small", 3.5],
    ["gas-turbine", 15],
    ["cement-kiln", 10],
    ["waste-incinerator", 11],
    ["lime-kiln", null],
    ["hot-stove", null],
    ["electric-arc-furnace", null],
    ["converter", null],
    ["dust-outlet", null],
  ])("of %s is %s in 2026", (plant, percent) => {
    expect(findOxygenReference(plant, on("2026-11-22"))?.percent).toBe(percent);
  });

  it("changes on a day: a sinter head had none before October 2020", () => {
    expect(findOxygenReference("sinter-head", on("2020-10-01") - 1)?.percent).toBeNull();
    expect(findOxygenReference("sinter-head", on("2020-10-01"))?.percent).toBe(16);
  });

  it("of a plant that the table does not know is unknown, not none", () => {
    expect(findOxygenReference("glass-furnace", on("2026-11-22"))).toBeUndefined();
  });
});
