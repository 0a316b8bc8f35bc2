// Sums that do not depend on order, against whole numbers and against shuffles.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { meanExactly, sumExactly } from "./exact-sum.ts";

const anyValues = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }), {
  maxLength: 60,
});

/** A double is a whole number of 2^-1074; in steps of 2^-60 those of this test are whole. */
function sumAsWhole(values: readonly number[]): number {
  const total = values.reduce((sum, value) => sum + BigInt(value * 2 ** 40), 0n);
  return Number(total) / 2 ** 40;
}

describe("an exact sum", () => {
  it("adds tenths to what tenths are", () => {
    expect(sumExactly(Array.from({ length: 10 }, () => 0.1))).toBe(1);
    expect(sumExactly([1e16, 1, -1e16])).toBe(1);
    expect(sumExactly([])).toBe(0);
  });

  it("lets the smallest part decide half-way between two doubles", () => {
    expect(sumExactly([1, 2 ** -53, 2 ** -106])).toBe(1 + 2 ** -52);
    expect(sumExactly([1, 2 ** -53, -(2 ** -106)])).toBe(1);
  });

  it("is the same in any order", () => {
    fc.assert(
      fc.property(
        anyValues.chain((values) =>
          fc.tuple(
            fc.constant(values),
            fc.shuffledSubarray(values, { minLength: values.length, maxLength: values.length }),
          ),
        ),
        ([values, shuffled]) => Object.is(sumExactly(values) + 0, sumExactly(shuffled) + 0),
      ),
    );
  });

  it("is the nearest double to the sum in whole numbers", () => {
    const grid = fc.integer({ min: -(2 ** 31), max: 2 ** 31 }).map((units) => units / 2 ** 20);
    fc.assert(fc.property(fc.array(grid), (values) => sumExactly(values) === sumAsWhole(values)));
    const wide = fc.oneof(
      grid,
      fc.integer({ min: -1000, max: 1000 }).map((units) => units * 2 ** 50 + units / 2 ** 30),
    );
    fc.assert(fc.property(fc.array(wide), (values) => sumExactly(values) === sumAsWhole(values)));
  });
});

describe("an exact mean", () => {
  it("of nothing is nothing, not zero", () => {
    expect(meanExactly([])).toBeNull();
    expect(meanExactly([2, 4])).toBe(3);
  });
});
