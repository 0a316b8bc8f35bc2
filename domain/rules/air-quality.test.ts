// The air quality index against the worked examples of both rules, at its edges and as a property; and ozone over eight hours.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { standardLimits } from "../standard.ts";
import { parseDay } from "../time.ts";
import { airQualityRules, type AirReport, levelOfIndex, rateAirQuality } from "./air-quality.ts";
import { ozoneDay, ozoneEightHours } from "./ozone.ts";

const now = parseDay("2026-11-22") ?? Number.NaN;
const before = parseDay("2026-02-28") ?? Number.NaN;

const [so2, no2, co, o3, pm10, pm25] = ["a21026", "a21004", "a21005", "a05024", "a34002", "a34004"] as const;
const six = (values: readonly number[]): Record<string, number | null> => ({
  [so2]: values[0] ?? null,
  [no2]: values[1] ?? null,
  [co]: values[2] ?? null,
  [o3]: values[3] ?? null,
  [pm10]: values[4] ?? null,
  [pm25]: values[5] ?? null,
});
const day = [12, 58, 1.3, 71, 138, 82];
const inOrder = (indexes: Readonly<Record<string, number>> | undefined): (number | undefined)[] =>
  [so2, no2, co, o3, pm10, pm25].map((factor) => indexes?.[factor]);

function indexOf(factor: string, value: number, report: AirReport, at = now): number | undefined {
  return rateAirQuality({ [factor]: value }, report, at)?.indexes[factor];
}

describe("the air quality index", () => {
  it("of the example day is 120 by PM2.5, light pollution", () => {
    const found = rateAirQuality(six(day), "day", now);
    expect(inOrder(found?.indexes)).toEqual([12, 73, 33, 36, 107, 120]);
    expect(found).toMatchObject({
      aqi: 120,
      primary: [pm25],
      level: { level: 3, nameZh: "轻度污染", colour: "#FF7E00" },
      without: [],
      rule: "air-quality.2026",
      sureness: "verified",
    });
  });

  it("of the same day by the rule before March 2026 is 109", () => {
    const found = rateAirQuality(six(day), "day", before);
    expect(inOrder(found?.indexes)).toEqual([12, 73, 33, 36, 94, 109]);
    expect(found).toMatchObject({ aqi: 109, primary: [pm25], rule: "air-quality.2012", sureness: "from memory" });
  });

  it("changes its rule at midnight of UTC+8 on 1 March 2026", () => {
    const first = parseDay("2026-03-01") ?? Number.NaN;
    expect([first - 1, first].map((at) => rateAirQuality(six(day), "day", at)?.rule)).toEqual([
      "air-quality.2012",
      "air-quality.2026",
    ]);
    expect(rateAirQuality(six(day), "day", 0)).toBeUndefined();
  });

  it("of the example hour is 133 by PM2.5", () => {
    const found = rateAirQuality(six([18, 63, 1.6, 20, 160, 96]), "hour", now);
    expect(inOrder(found?.indexes)).toEqual([6, 32, 16, 7, 116, 133]);
    expect([found?.aqi, found?.primary]).toEqual([133, [pm25]]);
  });

  it.each([
    [pm25, 60, "day", 100],
    [pm25, 61, "day", 101],
    [pm25, 60.5, "day", 100],
    [pm25, 60.6, "day", 101],
    [co, 4.1, "day", 101],
    [so2, 801, "hour", 200],
    [pm25, 501, "day", 500],
    [co, 2.2, "day", 55],
    [o3, 801, "day", 300],
    [so2, 475, "day", 150],
    [so2, 150, "day", 100],
    [pm10, 120, "day", 100],
    [o3, -3, "hour", 0],
    [pm25, 5000, "hour", 500],
  ] as const)("of %s %d over one %s is %d", (factor, value, report, index) => {
    expect(indexOf(factor, value, report)).toBe(index);
  });

  it("was not computed for hourly SO2 above 800 by the older rule, nor for hourly particles", () => {
    const found = rateAirQuality(six([801, 63, 1.6, 20, 160, 96]), "hour", before);
    expect(found?.without).toEqual([so2]);
    expect(found?.indexes).not.toHaveProperty(pm25);
    expect(rateAirQuality({ [o3]: 801 }, "day", before)?.without).toContain(o3);
  });

  it("names every pollutant of a tie, and none up to 50", () => {
    expect(rateAirQuality({ [pm25]: 60, [pm10]: 120 }, "day", now)?.primary).toEqual([pm10, pm25]);
    expect(rateAirQuality({ [pm25]: 35, [pm10]: 50 }, "day", now)).toMatchObject({ aqi: 50, primary: [] });
  });

  it("without any value is unknown, and says what is missing", () => {
    expect(rateAirQuality({ [pm25]: Number.NaN }, "day", now)?.without).toContain(pm25);
    expect(rateAirQuality({}, "day", now)).toMatchObject({
      aqi: null,
      level: null,
      primary: [],
      without: { length: 6 },
    });
  });

  it("has six levels", () => {
    expect([0, 50, 51, 100, 101, 150, 151, 200, 201, 300, 301, 500].map((index) => levelOfIndex(index).level)).toEqual([
      1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6,
    ]);
  });

  it("never falls when a concentration rises", () => {
    const columns = airQualityRules.flatMap((rule) => rule.columns.map((column) => ({ rule, column })));
    fc.assert(
      fc.property(fc.constantFrom(...columns), fc.nat(4000), fc.nat(4000), ({ rule, column }, a, b) => {
        const at = (parseDay(rule.from ?? "") ?? 0) + 1;
        const unit = column.decimals === 0 ? 1 : 25;
        const report = column.report === "day" ? "day" : "hour";
        const low = indexOf(column.factor, Math.min(a, b) / unit, report, at) ?? Number.POSITIVE_INFINITY;
        const high = indexOf(column.factor, Math.max(a, b) / unit, report, at) ?? Number.POSITIVE_INFINITY;
        return low <= high;
      }),
    );
  });

  it("has the breakpoints of the limits table", () => {
    const rows = standardLimits.filter((row) => row.standard === "HJ 633-2026 Table 3");
    expect(rows.length).toBe(75);
    for (const row of rows) {
      const index = Number(row.sourceUnit.replace("IAQI ", ""));
      // Particles have one column for both reports.
      expect([row.factor, row.max, indexOf(row.factor, row.max ?? -1, row.basis === "hour" ? "hour" : "day")]).toEqual([
        row.factor,
        row.max,
        index,
      ]);
    }
  });
});

describe("ozone over eight hours", () => {
  const flat = Array.from({ length: 24 }, () => 100);

  it("needs six hours of eight", () => {
    expect(ozoneEightHours([80, 80, 80, 80, 80, 110, null, null], now)).toBe(85);
    expect(ozoneEightHours([80, 80, 80, 80, 80, null, null, null], now)).toBeNull();
  });

  it("has its greatest among 17 means that end from 8 to 24 o'clock", () => {
    const hours = flat.map((value, hour) => (hour >= 12 && hour < 20 ? 180 : value));
    expect(ozoneDay(hours, now, 160)).toEqual({ greatest: 180, valid: 17, due: 17, standing: "valid" });
    expect(ozoneDay(flat, now, 160)).toEqual({ greatest: 100, valid: 17, due: 17, standing: "valid" });
  });

  it("of a day with 14 valid means counts, with 13 only when it is above the limit", () => {
    // Without the last hours, the means that end there fall below six valid hours.
    const until = (hour: number, value: number): (number | null)[] =>
      Array.from({ length: 24 }, (_, i) => (i < hour ? value : null));
    expect(ozoneDay(until(19, 120), now, 160)).toMatchObject({ valid: 14, standing: "valid", greatest: 120 });
    expect(ozoneDay(until(18, 120), now, 160)).toMatchObject({ valid: 13, standing: "too-few-valid", greatest: null });
    expect(ozoneDay(until(18, 160), now, 160).standing).toBe("too-few-valid");
    expect(ozoneDay(until(18, 170), now, 160)).toMatchObject({ valid: 13, standing: "exceeds", greatest: 170 });
  });

  it("of a day without hours is nothing", () => {
    expect(ozoneDay([], now, 160)).toEqual({ greatest: null, valid: 0, due: 17, standing: "too-few-valid" });
  });
});
