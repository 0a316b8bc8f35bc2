// Standard conditions: by hand, and as inverses of each other.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roundToDecimals } from "./rounding.ts";
import {
  dryStandardFlow,
  emissionKgPerHour,
  noxAsNo2,
  ppmToMgM3,
  toDry,
  toStandardState,
  wetActualFlow,
} from "./standard-conditions.ts";

const atStandard = { temperatureC: 0, staticPressureKPa: 0, atmosphereKPa: 101.325, moisturePercent: 0 };
const round2 = (value: number | null): number | null => (value === null ? null : roundToDecimals(value, 2));

describe("flue gas", () => {
  it("at standard conditions is what it is", () => {
    expect(toStandardState(50, atStandard)).toBe(50);
    expect(dryStandardFlow(1000, atStandard)).toBe(1000);
  });

  it("at 273 °C holds twice as much in a standard cubic metre as in a hot one", () => {
    expect(toStandardState(50, { ...atStandard, temperatureC: 273 })).toBe(100);
    expect(dryStandardFlow(1000, { ...atStandard, temperatureC: 273 })).toBe(500);
  });

  it("of a wet duct under suction is computed as the standard's formulas are, by hand", () => {
    const duct = { temperatureC: 120, staticPressureKPa: -0.8, atmosphereKPa: 100.8, moisturePercent: 12 };
    // 20 × 101.325 ÷ 100 × 393 ÷ 273
    expect(round2(toStandardState(20, duct))).toBe(29.17);
    // 3600 × 12 × 15 = 648,000; × 273 ÷ 393 × 100 ÷ 101.325 × 0.88
    expect(wetActualFlow(12, 15)).toBe(648_000);
    expect(roundToDecimals(dryStandardFlow(648_000, duct) ?? 0, 0)).toBe(390_941);
  });

  it("is stronger dry than wet", () => {
    expect(toDry(88, 12)).toBe(100);
    expect(toDry(30, 0)).toBe(30);
  });

  it("in parts per million weighs what its molecules weigh", () => {
    expect([ppmToMgM3(100, "SO2"), ppmToMgM3(100, "NO"), ppmToMgM3(100, "NO2")].map(round2)).toEqual([
      285.98, 133.97, 205.4,
    ]);
  });

  it("has its NOx counted as NO2: 30.01 of NO are 46.01", () => {
    expect(round2(noxAsNo2(30.01, 0))).toBe(46.01);
    expect(round2(noxAsNo2(30.01, 10))).toBe(56.01);
    expect(round2(noxAsNo2(ppmToMgM3(100, "NO"), 0))).toBe(round2(ppmToMgM3(100, "NO2")));
  });

  it("of 50 mg/m³ and 400,000 m³/h emits 20 kg/h", () => {
    expect(emissionKgPerHour(50, 400_000)).toBe(20);
  });

  it("in a state that no gas can have gives no number", () => {
    expect(toStandardState(1, { ...atStandard, temperatureC: -273 })).toBeNull();
    expect(toStandardState(1, { ...atStandard, staticPressureKPa: -102 })).toBeNull();
    expect(toStandardState(1, { ...atStandard, staticPressureKPa: -101.325 })).toBeNull();
    expect([toDry(1, 100), toDry(1, -1), toDry(1, Number.NaN)]).toEqual([null, null, null]);
    expect(dryStandardFlow(1, { ...atStandard, moisturePercent: 100 })).toBeNull();
  });

  it("emits the same mass however it is described: standard, or as in the duct", () => {
    const state = fc.record({
      temperatureC: fc.double({ min: -20, max: 400, noNaN: true }),
      staticPressureKPa: fc.double({ min: -5, max: 5, noNaN: true }),
      atmosphereKPa: fc.double({ min: 80, max: 105, noNaN: true }),
      moisturePercent: fc.double({ min: 0, max: 40, noNaN: true }),
    });
    fc.assert(
      fc.property(state, fc.double({ min: 1, max: 1000, noNaN: true }), (duct, wetActual) => {
        const dry = toDry(toStandardState(wetActual, duct) ?? 0, duct.moisturePercent) ?? 0;
        const flow = dryStandardFlow(100_000, duct) ?? 0;
        expect(emissionKgPerHour(dry, flow)).toBeCloseTo(emissionKgPerHour(wetActual, 100_000), 6);
      }),
    );
  });
});
