// What the table of budgets promises: a value is judged by its lines, what was not measured is never passed off as kept, and
// only what no machine can be blamed for fails the run.

import { describe, expect, it } from "vitest";
import { type Budget, budgets, formatFinding, isFatal, judge } from "./budget.ts";

const how = "by hand";
const ceiling: Budget = { name: "size", unit: "kB", target: 10, hard: 20, isFixed: true };
const floor: Budget = { name: "frames", unit: "frames/s", target: 58, hard: 50, isFloor: true };

describe("a value", () => {
  it.each([
    [10, "target"],
    [10.01, "hard"],
    [20, "hard"],
    [20.01, "missed"],
    [Number.NaN, "missed"],
    [null, "not measured"],
  ] as const)("of %s below a ceiling of 10 and 20 is judged %s", (value, verdict) => {
    expect(judge(ceiling, { value, how })).toBe(verdict);
  });

  it.each([
    [58, "target"],
    [57.9, "hard"],
    [50, "hard"],
    [49.9, "missed"],
  ] as const)("of %s above a floor of 58 and 50 is judged %s", (value, verdict) => {
    expect(judge(floor, { value, how })).toBe(verdict);
  });

  it("whose companion misses its target keeps no more than the hard line", () => {
    expect(judge(ceiling, { value: 1, how, isBesideTarget: true })).toBe("hard");
  });
});

describe("a missed hard line", () => {
  it("fails the run only where it does not depend on the machine", () => {
    expect([isFatal(ceiling, { value: 21, how }), isFatal(floor, { value: 1, how })]).toEqual([true, false]);
    expect(isFatal(ceiling, { value: 20, how })).toBe(false);
  });

  it("is as bad as a measurement of it that failed, but not as one that this machine cannot make", () => {
    expect(isFatal(ceiling, { value: null, hasFailed: true, how })).toBe(true);
    expect(isFatal(ceiling, { value: null, how })).toBe(false);
  });

  it("is told in the line of its budget, with value and lines", () => {
    expect(formatFinding("A6", { value: 21, how, details: { file: "x.json" } })).toMatchObject({
      budget: "A6 boundary file of the province",
      value: 21,
      target: 13,
      hard: 20,
      ok: "missed",
      pass: false,
      isFatal: true,
      file: "x.json",
      how,
    });
  });
});

it("every hard line is at least as far as its target", () => {
  for (const [id, { target, hard, isFloor = false }] of Object.entries<Budget>(budgets)) {
    if (target === null || hard === null) continue;
    expect(isFloor ? hard <= target : hard >= target, id).toBe(true);
  }
});
