// Virtual meters: what is a formula, in which order they are computed, and what a missing part does.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combine, orderMeters, parseFormula } from "./formula.ts";

describe("a formula", () => {
  it("is a sum of meters with signs and fixed factors", () => {
    expect(parseFormula("grid - mill.1 - 2 * mill-2")).toEqual({
      ok: true,
      terms: [
        { factor: 1, meter: "grid" },
        { factor: -1, meter: "mill.1" },
        { factor: -2, meter: "mill-2" },
      ],
    });
    expect(parseFormula("-a + 0.593 * bfg")).toMatchObject({ ok: true, terms: [{ factor: -1 }, { factor: 0.593 }] });
  });

  it.each(["", "a b", "a +", "2 a", "* a", "2 * * a", "a / b", "a - - b", "2", "a + 2", "+"])("is not %j", (text) => {
    expect(parseFormula(text)).toMatchObject({ ok: false });
  });

  it("never throws and never loops, whatever is typed", () => {
    fc.assert(fc.property(fc.string({ maxLength: 40 }), (text) => typeof parseFormula(text).ok === "boolean"));
  });
});

describe("virtual meters", () => {
  it("are computed after what they are made of", () => {
    const result = orderMeters(
      ["a", "b"],
      [
        { id: "rest", formula: "both - a" },
        { id: "both", formula: "a + b" },
      ],
    );
    expect(result.ok && result.order.map(({ id }) => id)).toEqual(["both", "rest"]);
  });

  it("that go round in a circle, name nobody or share a name are refused, each with its reason", () => {
    const says = (virtual: { id: string; formula: string }[]): string[] => {
      const result = orderMeters(["a"], virtual);
      return result.ok ? [] : result.faults.map((fault) => fault.says);
    };
    expect(
      says([
        { id: "x", formula: "y" },
        { id: "y", formula: "x + a" },
      ])[0],
    ).toMatch(/circle: x, y/);
    expect(says([{ id: "x", formula: "x + a" }])[0]).toMatch(/circle/);
    expect(says([{ id: "x", formula: "nobody" }])).toEqual(["there is no meter nobody"]);
    expect(says([{ id: "a", formula: "a" }])[0]).toMatch(/two meters/);
  });

  it("know only the time in which all their parts are known", () => {
    const parts = {
      grid: { amount: 10_000, coverage: 1, attributed: 0 },
      mill: { amount: 3_000, coverage: 0.5, attributed: 0.25 },
    } as const;
    const terms = [
      { factor: 1, meter: "grid" },
      { factor: -0.5, meter: "mill" },
    ];
    const of = (meter: string) => (meter === "grid" || meter === "mill" ? parts[meter] : undefined);
    expect(combine(terms, of)).toEqual({ amount: 8_500, coverage: 0.5, attributed: 0.25 });
    expect(combine([{ factor: 1, meter: "nobody" }], of)).toEqual({ amount: 0, coverage: 0, attributed: 0 });
  });
});
