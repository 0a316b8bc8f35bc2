// Limits of published standards at the edges of their time.

import { expect, it } from "vitest";
import { isInForce } from "./limit.ts";
import { limitsOfStandard, standardLimits } from "./standard.ts";

const site = { id: "A", kind: "air-station", factors: ["a21026"] } as const;

function maxOn(standard: string, day: string): readonly (number | null)[] {
  const key = { standard, industry: "ambient air", unit: "grade 2" };
  const at = Date.parse(`${day}T12:00:00+08:00`);
  return limitsOfStandard(site, key)
    .filter((limit) => limit.basis === "day" && isInForce(limit, at))
    .map(({ max }) => max);
}

it("a standard counts on its last day, and not on the next", () => {
  expect(maxOn("GB 3095-2012", "2026-02-28")).toEqual([150]);
  expect(maxOn("GB 3095-2012", "2026-03-01")).toEqual([]);
});

it("brings the reference oxygen along that its values are corrected to, and none where there is none", () => {
  const stack = { id: "A", kind: "gas-outfall", factors: ["a21002", "a34013"] } as const;
  const referenceOf = (standard: string, industry: string, unit: string): unknown[] =>
    limitsOfStandard(stack, { standard, industry, unit }).map(({ factor, refO2 }) => [factor, refO2]);
  expect(referenceOf("DB13/2169-2018 (Hebei steel ultra-low)", "sinter", "machine head")).toEqual([
    ["a34013", 16],
    ["a21002", 16],
  ]);
  expect(referenceOf("GB 28662-2012 Table 2", "sinter and pellet", "machine tail and other sources")).toEqual([
    ["a34013", null],
  ]);
});

it("gives a station the column of rivers, and one limit for each factor and basis of any class", () => {
  const station = { id: "A", kind: "water-station", factors: ["w21011"] } as const;
  const maxOf = (unit: string): unknown =>
    limitsOfStandard(station, { standard: "GB 3838-2002 Table 1", industry: "surface water", unit }).map(
      ({ max }) => max,
    );
  expect(["class I", "class II", "class III", "class IV", "class V"].map(maxOf)).toEqual([
    [0.02],
    [0.1],
    [0.2],
    [0.3],
    [0.4],
  ]);
  for (const { standard, industry, sourceUnit } of standardLimits) {
    const all = { id: "A", kind: "process", factors: standardLimits.map(({ factor }) => factor) } as const;
    const ids = limitsOfStandard(all, { standard, industry, unit: sourceUnit }).map(({ id }) => id);
    expect(new Set(ids).size, `${standard} ${industry} ${sourceUnit}`).toBe(ids.length);
  }
});

it("takes the stricter of two rows that a site cannot tell apart", () => {
  const stack = { id: "A", kind: "gas-outfall", factors: ["a21024"] } as const;
  const key = { standard: "GB 28665-2012 Table 2", industry: "rolling", unit: "pickling / acid regeneration" };
  expect(limitsOfStandard(stack, key).map(({ max }) => max)).toEqual([20]);
});

it("gives a municipal works all limits of its class under one name, pH with the others", () => {
  const works = { id: "A", kind: "water-outfall", factors: ["w01018", "w01001"] } as const;
  const key = {
    standard: "GB 18918-2002",
    industry: "urban wastewater treatment plant (城镇污水处理厂)",
    unit: "class 1A",
  };
  const found = limitsOfStandard(works, key).map(({ factor, min, max, basis }) => [factor, min, max, basis]);
  expect(found.toSorted()).toEqual([
    ["w01001", 6, 9, "day"],
    ["w01018", null, 50, "day"],
  ]);
});
