// Rounding against the examples of the standard and of the field, and against arithmetic with whole numbers.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareWithBound, decimalsOf, formatRounded, roundToDecimals, roundToSignificant } from "./rounding.ts";

/** A decimal number as a whole number of its last digits, rounded half to even in whole numbers alone. */
function roundWhole(units: number, places: number): number {
  const step = 10 ** places;
  const low = Math.floor(units / step);
  const rest = units - low * step;
  const up = rest * 2 > step || (rest * 2 === step && low % 2 !== 0);
  return low + (up ? 1 : 0);
}

describe("rounding", () => {
  it.each([
    [2.5, 0, 2],
    [3.5, 0, 4],
    [60.5, 0, 60],
    [60.6, 0, 61],
    [0.125, 2, 0.12],
    [0.135, 2, 0.14],
    [12.1498, 1, 12.1],
    [1268, -2, 1300],
    [1250, -2, 1200],
    [0.5, 0, 0],
    [0.51, 0, 1],
    [1.5, 0, 2],
    [0.04, 0, 0],
    [9.96, 1, 10],
    [99.5, 0, 100],
    [0.00005, 5, 0.00005],
  ])("takes %d with %d decimals to %d, half to the even digit", (value, decimals, rounded) => {
    expect(roundToDecimals(value, decimals)).toBe(rounded);
  });

  it.each([
    [-2.5, 0, -2],
    [-3.5, 0, -4],
    [-0.125, 2, -0.12],
    [-0.4, 0, 0],
  ])("of %d with %d decimals looks at the digits, not at the sign: %d", (value, decimals, rounded) => {
    expect(roundToDecimals(value, decimals)).toBe(rounded);
  });

  it.each([
    [1.005, 2, 1],
    [1.015, 2, 1.02],
    [2.675, 2, 2.68],
    [8.345, 2, 8.34],
    [1.0049999999999999, 2, 1],
    [0.1 + 0.2, 1, 0.3],
    [(0.1 + 0.2) * 5, 0, 2],
    [2.5 + 4e-16, 0, 2],
  ])(
    "of %d with %d decimals is that of the decimal number, not of its binary shadow: %d",
    (value, decimals, rounded) => {
      expect(roundToDecimals(value, decimals)).toBe(rounded);
    },
  );

  it("differs from Math.round at a half above an even digit", () => {
    expect([Math.round(60.5), roundToDecimals(60.5, 0)]).toEqual([61, 60]);
  });

  it.each([
    [0.012345, 2, 0.012],
    [125, 2, 120],
    [135, 2, 140],
    [0.0994, 1, 0.1],
    [31.15, 3, 31.2],
    [7, 3, 7],
  ])("takes %d with %d significant digits to %d", (value, digits, rounded) => {
    expect(roundToSignificant(value, digits)).toBe(rounded);
  });

  it("is what arithmetic with whole numbers gives, for every decimal of nine digits", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -999_999_999, max: 999_999_999 }),
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 0, max: 9 }),
        (units, places, cut) => {
          const expected = Math.sign(units) * roundWhole(Math.abs(units), cut);
          const got = roundToDecimals(Number(`${units}e${-places}`), places - cut);
          return got === Number(`${expected}e${cut - places}`);
        },
      ),
    );
  });

  it("a second time changes nothing, and is never further away than half a digit", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1e12, max: 1e12 }),
        fc.integer({ min: -3, max: 9 }),
        (value, decimals) => {
          const once = roundToDecimals(value, decimals);
          expect(roundToDecimals(once, decimals)).toBe(once);
          expect(Math.abs(once - value)).toBeLessThanOrEqual(
            0.5 * 10 ** -decimals * (1 + 1e-9) + Math.abs(value) * 1e-14,
          );
        },
      ),
    );
  });

  it("keeps the order of values", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
        fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
        fc.integer({ min: 0, max: 6 }),
        (a, b, decimals) => roundToDecimals(Math.min(a, b), decimals) <= roundToDecimals(Math.max(a, b), decimals),
      ),
    );
  });

  it("leaves alone what has no more digits than fit", () => {
    expect([1e300, 123456789012345680, Number.POSITIVE_INFINITY].map((value) => roundToDecimals(value, 2))).toEqual([
      1e300,
      123456789012345680,
      Number.POSITIVE_INFINITY,
    ]);
    expect(roundToDecimals(Number.NaN, 2)).toBeNaN();
  });
});

describe("the decimals of a number", () => {
  it("are those it is written with", () => {
    expect([50, 0.5, 0.05, 0.00005, 1200, 7.5, 0].map(decimalsOf)).toEqual([0, 1, 2, 5, 0, 1, 0]);
  });

  it("are all written in a report, zeros too", () => {
    expect([formatRounded(12, 2), formatRounded(60.5, 0), formatRounded(0.125, 2), formatRounded(1250, -2)]).toEqual([
      "12.00",
      "60",
      "0.12",
      "1200",
    ]);
  });
});

describe("a comparison with a bound", () => {
  it("by rounded values lets 50.4 pass at 50 and holds 50.6 against it", () => {
    expect(compareWithBound(50.4, 50, "rounded")).toEqual({ method: "rounded", compared: 50, side: "equal" });
    expect(compareWithBound(50.5, 50, "rounded").side).toBe("equal");
    expect(compareWithBound(50.6, 50, "rounded")).toEqual({ method: "rounded", compared: 51, side: "above" });
    expect(compareWithBound(49.4, 50, "rounded").side).toBe("below");
  });

  it("by full values holds 50.4 against 50, and says so", () => {
    expect(compareWithBound(50.4, 50, "full")).toEqual({ method: "full", compared: 50.4, side: "above" });
  });

  it("by full values takes no dust of a sum for an exceedance", () => {
    expect(compareWithBound(0.1 + 0.2, 0.3, "full").side).toBe("equal");
  });

  it("takes the decimals that a limit is written with where its number does not show them", () => {
    expect(compareWithBound(1.04, 1, "rounded", 1).side).toBe("equal");
    expect(compareWithBound(1.06, 1, "rounded", 1)).toEqual({ method: "rounded", compared: 1.1, side: "above" });
  });

  it("by full values is never kinder than by rounded ones, where the bound is a maximum", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000_000 }), fc.integer({ min: 0, max: 100 }), (thousandths, bound) => {
        const value = thousandths / 10_000;
        const rounded = compareWithBound(value, bound, "rounded").side === "above";
        return !rounded || compareWithBound(value, bound, "full").side === "above";
      }),
    );
  });
});
