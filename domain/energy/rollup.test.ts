// Roll-ups, ranks, forecasts and cross-checks against numbers worked out by hand.

import { describe, expect, it } from "vitest";
import { crossCheck, type WorksDay } from "./cross-check.ts";
import { forecastMonth, type PlantShare, rankPlants, rollUp } from "./rollup.ts";

const plant = (id: string, city: string, tce: number | null, product: number, coverage = 1): PlantShare => ({
  id,
  name: id,
  city,
  industry: "steel",
  tce,
  product,
  coverage,
});

const plants = [
  plant("A", "130200", 55_000, 100_000),
  plant("B", "130200", 30_000, 50_000, 0.9),
  plant("C", "130400", null, 0, 0),
  plant("D", "130400", 26_000, 50_000),
];

describe("a roll-up", () => {
  it("adds what is known, and says what is missing", () => {
    expect(rollUp(plants, "city")).toEqual([
      {
        key: "130200",
        plants: 2,
        missing: 0,
        tce: 85_000,
        product: 150_000,
        intensity: 85_000_000 / 150_000,
        coverage: 0.9,
      },
      { key: "130400", plants: 2, missing: 1, tce: 26_000, product: 50_000, intensity: 520, coverage: 0 },
    ]);
    expect(rollUp(plants, "all")[0]).toMatchObject({ plants: 4, missing: 1, tce: 111_000 });
  });

  it("ranks only whom it knows well enough, equal ones at the same place", () => {
    const equal = plant("E", "130200", 52_000, 100_000);
    expect(rankPlants([...plants, equal], 0.95)).toEqual([
      { id: "D", intensity: 520, place: 1 },
      { id: "E", intensity: 520, place: 1 },
      { id: "A", intensity: 550, place: 3 },
    ]);
  });

  it("forecasts a month from the days that are known", () => {
    expect(forecastMonth([10, null, 14], 30, 400)).toEqual({ soFar: 24, forecast: 360, target: 400, share: 0.9 });
    expect(forecastMonth([null], 30, 400)).toEqual({ soFar: 0, forecast: null, target: 400, share: null });
  });
});

describe("emission and energy", () => {
  const usual: WorksDay[] = Array.from({ length: 8 }, (_, i) => ({
    day: `2026-10-0${i + 1}`,
    production: 10_000,
    treatmentKwh: 20_000 + i * 100,
    emissionKg: 500 + i,
  }));

  it("are a lead when a works makes as much and emits half, or its treatment hardly draws power", () => {
    const odd = { day: "2026-10-09", production: 10_000, treatmentKwh: 9_000, emissionKg: 200 };
    expect(crossCheck([...usual, odd]).map(({ rule }) => rule)).toEqual([
      "emission-low-for-production",
      "treatment-power-low",
    ]);
    expect(crossCheck([...usual, odd])[0]).toMatchObject({ value: 0.02, usual: 0.05035, threshold: 0.5 });
  });

  it("are none when the works stands, when it is not known, or when there is nothing to compare with", () => {
    const less = { day: "2026-10-09", production: 4_000, treatmentKwh: 8_100, emissionKg: 201 };
    expect(crossCheck([...usual, less])).toEqual([]);
    expect(crossCheck([...usual, { ...less, production: 0 }])).toEqual([]);
    expect(crossCheck([...usual, { ...less, treatmentKwh: null, emissionKg: null }])).toEqual([]);
    expect(crossCheck([...usual.slice(0, 3), { ...less, emissionKg: 1 }])).toEqual([]);
    expect(crossCheck([])).toEqual([]);
  });
});
