// Limits of published standards at the edges of their time.

import { expect, it } from "vitest";
import { isInForce } from "./limit.ts";
import { limitsOfStandard } from "./standard.ts";

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
