// Buildings and water against numbers worked out by hand.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayMs, hourMs } from "../time.ts";
import { benchmark, type BuildingHour, findOddities, intensityOf, loadShape, weekdayBaseline } from "./building.ts";
import { balanceChain, findWaterOddities, quotaOutlook, roomToRedLine } from "./water.ts";

/** Monday 2026-09-07 00:00 UTC+8. */
const monday = Date.UTC(2026, 8, 6, 16);
const hoursOf = (days: number, kwh: (day: number, hour: number) => number): BuildingHour[] =>
  Array.from({ length: days * 24 }, (_, i) => ({
    start: monday + i * hourMs,
    amount: Math.round(kwh(Math.floor(i / 24), i % 24) * 1_000),
    coverage: 1,
  }));

describe("a building", () => {
  it("has the intensity of a year, scaled from what is known", () => {
    const month = hoursOf(73, () => 10);
    expect(intensityOf(month, 1_000)).toEqual({ value: 87.6, coverage: 0.2, days: 73 });
    expect(intensityOf(month.slice(0, 24), 1_000).value).toBeNull();
    expect(intensityOf(month, null).value).toBeNull();
  });

  it("has a usual day: the median of the same weekday in the weeks before", () => {
    const hours = hoursOf(35, (day, hour) => (day % 7 === 0 ? 100 + Math.floor(day / 7) + hour : 1));
    const usual = weekdayBaseline(hours, monday + 28 * dayMs);
    expect(usual[0]).toBe(101.5);
    expect(usual[23]).toBe(124.5);
    expect(weekdayBaseline(hours.slice(0, 24), monday)[0]).toBeNull();
  });

  it("shows what runs at night and at weekends", () => {
    const shape = loadShape(hoursOf(7, (day, hour) => (day >= 5 ? 5 : hour < 5 ? 4 : 10)));
    expect(shape.weekendShare).toBeCloseTo(5 / ((5 * 4 + 19 * 10) / 24), 9);
    expect(shape.night).toBeCloseTo((5 * 4 + 2 * 5) / 7, 9);
    expect(findOddities(shape, 95_000, 100_000).map(({ rule }) => rule)).toEqual(["night-base-load"]);
    expect(findOddities(shape, 90_000, 100_000).map(({ rule }) => rule)).toContain("sub-meters");
  });

  it("is held against its kind", () => {
    expect(benchmark("office-gov-a", 50)).toMatchObject({ verdict: "within", constraint: 55 });
    expect(benchmark("office-gov-a", 56)).toMatchObject({ verdict: "above" });
    expect(benchmark("hospital", 100)).toBeNull();
  });
});

describe("water", () => {
  const yearStart = Date.UTC(2025, 11, 31, 16);
  const yearEnd = Date.UTC(2026, 11, 31, 16);
  const days = (count: number, m3: number) =>
    Array.from({ length: count }, (_, i) => ({
      start: yearStart + i * dayMs,
      amount: m3 * 1_000,
      coverage: 1,
      attributed: 0,
    }));

  it("is held against its licence to date, with an even pace and the days that are left", () => {
    const outlook = quotaOutlook(days(100, 300), 36_500, yearStart, yearEnd, yearStart + 100 * dayMs);
    expect(outlook).toMatchObject({ taken: 30_000, evenPace: 10_000, verdict: "notice", coverage: 1 });
    expect(outlook.daysLeft).toBeCloseTo(6_500 / 300, 9);
    expect(quotaOutlook(days(100, 99), 36_500, yearStart, yearEnd, yearStart + 100 * dayMs)).toMatchObject({
      verdict: "within",
      daysLeft: null,
    });
    const beyond = quotaOutlook(days(100, 400), 36_500, yearStart, yearEnd, yearStart + 100 * dayMs);
    expect(beyond).toMatchObject({ verdict: "beyond", daysLeft: 0 });
  });

  it("balances along its chain, exactly", () => {
    const any = fc.integer({ min: 0, max: 1_000_000_000 });
    fc.assert(
      fc.property(any, any, any, any, (intake, supply, use, drain) => {
        const balance = balanceChain({ intake, supply, use, drain });
        expect(balance.conveyanceLoss + balance.networkLoss + balance.consumption + drain).toBe(intake);
      }),
    );
  });

  it("has the red line that holds on the day", () => {
    const lines = [
      { site: "W", depthM: 40, from: null, until: "2026-01-01" },
      { site: "W", depthM: 35, from: "2026-01-01", until: null },
    ];
    expect(roomToRedLine(lines, "W", 36, Date.UTC(2025, 5, 1))).toBe(4);
    expect(roomToRedLine(lines, "W", 36, Date.UTC(2026, 5, 1))).toBe(-1);
    expect(roomToRedLine(lines, "X", 36, 0)).toBeNull();
  });

  it("leaks when the night flows like the day", () => {
    expect(findWaterOddities({ nightFlow: 40, meanFlow: 100, reverse: 0 }).map(({ rule }) => rule)).toEqual(["leak"]);
    expect(findWaterOddities({ nightFlow: 30, meanFlow: 100, reverse: 2 }).map(({ rule }) => rule)).toEqual([
      "reverse",
    ]);
  });
});
