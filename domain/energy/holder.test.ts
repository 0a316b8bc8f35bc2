// Holders, demand and tariffs against numbers worked out by hand.

import { describe, expect, it } from "vitest";
import { forecastDemand, peakDemand } from "./demand.ts";
import { levelRate, lookAhead, storedM3 } from "./holder.ts";
import { costOf, periodAt } from "./tariff.ts";

const minute = 60_000;
const limits = { lowLow: 10, low: 20, high: 88, highHigh: 95 };
const line = (from: number, perMinute: number, minutes: number) => {
  const time = Array.from({ length: minutes * 6 + 1 }, (_, i) => i * 10_000);
  return { time, level: time.map((each) => from + (perMinute * each) / minute) };
};

describe("a holder", () => {
  it("that rises steadily says when it will be full", () => {
    const readings = line(50, 0.5, 60);
    const outlook = lookAhead(readings, limits, 60 * minute);
    expect(outlook?.level).toBe(80);
    expect(outlook?.beatRate).toBeCloseTo(0.5, 9);
    expect(outlook?.minutesToHigh).toBeCloseTo(30, 6);
    expect(outlook?.minutesToLow).toBeNull();
  });

  it("warns by the beat that is going on, not only by the trend", () => {
    const flat = line(70, 0, 60);
    const time = [...flat.time, ...Array.from({ length: 30 }, (_, i) => 60 * minute + (i + 1) * 10_000)];
    const level = [...flat.level, ...Array.from({ length: 30 }, (_, i) => 70 + (i + 1) / 6)];
    const outlook = lookAhead({ time, level }, limits, 65 * minute);
    expect(outlook?.beatRate).toBeCloseTo(1, 6);
    expect(outlook?.minutesToHigh).toBeCloseTo(20, 3);
  });

  it("says nothing of the future with too few readings, and looks at none of the future", () => {
    expect(levelRate({ time: [0, 10_000], level: [1, 2] }, 10_000, 5)).toBeNull();
    expect(lookAhead({ time: [10 * minute], level: [50] }, limits, minute)).toBeNull();
    const readings = line(50, 0.5, 60);
    expect(lookAhead(readings, limits, 30 * minute)?.level).toBe(65);
  });

  it("is at its limit now when there is no room left", () => {
    expect(lookAhead(line(96, 0, 60), limits, 60 * minute)?.minutesToHigh).toBe(0);
    expect(storedM3(40, 100_000)).toBe(40_000);
  });
});

describe("demand", () => {
  it("of the quarter that is going on is what was used and what the power will add", () => {
    // Five minutes are over with 10,000 kWh; 150 MW for ten more make 25,000.
    const outlook = forecastDemand(5 * minute, 10_000_000, 150_000, 160_000);
    expect(outlook.forecastKw).toBe(140_000);
    expect(outlook.roomKw).toBe(180_000);
  });

  it("slides minute by minute, and not over a hole", () => {
    const minutes = Array.from({ length: 40 }, (_, i) => ({
      start: i * minute,
      amount: (i >= 12 && i < 27 ? 2 : 1) * 1e6,
    }));
    expect(peakDemand(minutes)).toEqual({ kw: 120_000, end: 27 * minute });
    expect(peakDemand(minutes.filter((_, i) => i !== 20))?.kw).toBeLessThan(120_000);
    expect(peakDemand(minutes.slice(0, 14))).toBeNull();
  });
});

describe("a tariff", () => {
  it("prices hours of UTC+8", () => {
    const at = (hour: number): number => Date.UTC(2026, 9, 1, hour - 8);
    expect(periodAt("illustrative", at(19))).toMatchObject({ name: "sharp", price: 1.2 });
    expect(periodAt("illustrative", at(3))).toMatchObject({ name: "valley" });
    const cost = costOf("illustrative", [
      { start: at(19), amount: 1_000_000 },
      { start: at(3), amount: 1_000_000 },
    ]);
    expect(cost).toMatchObject({ total: 1_200 + 320, unpriced: 0 });
    expect(costOf("none", [{ start: 0, amount: 5_000 }])).toMatchObject({ total: 0, unpriced: 5 });
  });

  it("has a price for every hour of the day", () => {
    for (let hour = 0; hour < 24; hour++) expect(periodAt("illustrative", hour * 3_600_000)).not.toBeNull();
  });
});
