// How many valid values the mean of an hour needs before an alarm looks at it.

import { describe, expect, it } from "vitest";
import { isMeanKnown, valuesNeeded } from "./mean-known.ts";

const start = Date.UTC(2026, 10, 22, 2);

describe("the mean of an hour", () => {
  it("needs three quarters of its minutes at a stack, of what its device can send when that is less", () => {
    expect(valuesNeeded({ kind: "gas-outfall", intervalSeconds: 60 }, start)).toBe(45);
    expect(valuesNeeded({ kind: "gas-outfall", intervalSeconds: 300 }, start)).toBe(9);
    expect(valuesNeeded({ kind: "gas-outfall", intervalSeconds: 10 }, start)).toBe(270);
    expect(valuesNeeded({ kind: "gas-outfall", intervalSeconds: 7_200 }, start)).toBe(1);
  });

  it("needs one result of waste water, and one value where no rule asks for more", () => {
    for (const kind of ["water-outfall", "building"] as const)
      expect(valuesNeeded({ kind, intervalSeconds: 10 }, start)).toBe(1);
  });

  it("is not known with fewer, and never without any", () => {
    const site = { kind: "gas-outfall" as const, intervalSeconds: 60 };
    expect([0, 44, 45].map((valid) => isMeanKnown(site, "hour", { start, valid }))).toEqual([false, false, true]);
    expect([0, 1].map((valid) => isMeanKnown(site, "day", { start, valid }))).toEqual([false, true]);
  });
});
