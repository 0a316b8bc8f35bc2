// What means need, at the edge of each rule; and counts that are conserved.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flags } from "../reading.ts";
import { parseDay } from "../time.ts";
import {
  addCounts,
  capturePercent,
  countParts,
  judgeValidity,
  noParts,
  type PartCounts,
  type ReceivedPart,
  validityRules,
} from "./validity.ts";

const november = parseDay("2026-11-02") ?? Number.NaN;
const february = parseDay("2026-02-01") ?? Number.NaN;
const normal: ReceivedPart = { flag: "N", marked: false };
const many = (count: number, part: ReceivedPart = normal): ReceivedPart[] => Array.from({ length: count }, () => part);

const anyPart = fc.record({ flag: fc.constantFrom(...flags), marked: fc.boolean() });

function balance({ due, received, valid, marked, excluded, missing, surplus }: PartCounts): [number, number] {
  const away = Object.values(excluded).reduce((sum, count) => sum + count, 0);
  return [due + surplus - received - missing, received - valid - marked - away];
}

describe("a mean", () => {
  it.each([
    ["flue-gas", "minute", november, 12, 12],
    ["flue-gas", "hour", november, 60, 45],
    ["flue-gas", "day", november, 24, 20],
    ["flue-gas", "month", november, 30, 25],
    ["flue-gas", "month", february, 28, 23],
    ["flue-gas", "quarter", november, 2208, 1656],
    ["waste-water", "10 minutes", november, 120, 120],
    ["waste-water", "hour", november, 1, 1],
    ["waste-water", "day", november, 24, 18],
    ["waste-water", "day", november, 12, 9],
    ["waste-water", "day", november, 5, 4],
    ["waste-water", "month", november, 30, 23],
    ["air", "hour", november, 60, 45],
    ["air", "8 hours", november, 8, 6],
    ["air", "day maximum of 8 hours", november, 17, 14],
    ["air", "day", november, 24, 20],
    ["air", "month", november, 30, 27],
    ["air", "month", february, 28, 25],
    ["air", "year", november, 365, 324],
    ["surface-water", "period", november, 180, 108],
    ["noise", "hour", november, 60, 45],
  ])(
    "of %s over one %s (from %d, %d due) needs %d valid parts and not one less",
    (medium, window, start, due, least) => {
      const enough = judgeValidity(medium, window, start, countParts(due, many(least)));
      expect([enough.valid, enough.why, enough.needed]).toEqual([true, null, least]);
      const oneLess = [...many(least - 1), ...many(due - least + 1, { flag: "M", marked: false })];
      expect(judgeValidity(medium, window, start, countParts(due, oneLess))).toMatchObject({
        valid: false,
        why: "too-few-valid",
        rule: `validity.${medium}.${window.replaceAll(" ", "-")}`,
      });
    },
  );

  it("counts flag N alone, and not what is marked invalid", () => {
    const counts = countParts(60, [
      ...many(44),
      ...many(10, { flag: "N", marked: true }),
      ...flags.filter((flag) => flag !== "N").map((flag) => ({ flag, marked: false })),
    ]);
    expect(counts).toEqual({
      due: 60,
      received: 61,
      valid: 44,
      marked: 10,
      excluded: { F: 1, M: 1, S: 1, D: 1, C: 1, T: 1, B: 1 },
      missing: 0,
      surplus: 1,
    });
    expect(judgeValidity("flue-gas", "hour", november, counts).valid).toBe(false);
  });

  it("says nothing was due, or nothing came, before it says too few", () => {
    expect(judgeValidity("waste-water", "day", november, countParts(0, [])).why).toBe("nothing-due");
    expect(judgeValidity("waste-water", "day", november, countParts(24, [])).why).toBe("nothing-received");
  });

  it("without a rule in force is not called valid", () => {
    expect(judgeValidity("flue-gas", "week", november, countParts(7, many(7)))).toMatchObject({
      valid: false,
      why: "no-rule",
      needed: null,
    });
    const before = parseDay("2010-01-01") ?? Number.NaN;
    expect(judgeValidity("waste-water", "day", before, countParts(24, many(24))).why).toBe("no-rule");
  });

  it("cannot lose its validity by one more valid part", () => {
    fc.assert(
      fc.property(fc.constantFrom(...validityRules), fc.array(anyPart, { maxLength: 70 }), (rule, parts) => {
        const due = rule.due ?? 30;
        const before = judgeValidity(rule.medium, rule.window, november, countParts(due, parts));
        const after = judgeValidity(rule.medium, rule.window, november, countParts(due, [...parts, normal]));
        return !before.valid || after.valid;
      }),
    );
  });
});

describe("counts of parts", () => {
  it("are conserved: due and received, received and what became of it", () => {
    fc.assert(
      fc.property(fc.nat(70), fc.array(anyPart, { maxLength: 90 }), (due, parts) => {
        expect(balance(countParts(due, parts))).toEqual([0, 0]);
        expect(countParts(due, parts.toReversed())).toEqual(countParts(due, parts));
      }),
    );
  });

  it("of two windows add up in any order, and stay conserved", () => {
    const counts = fc
      .tuple(fc.nat(60), fc.array(anyPart, { maxLength: 70 }))
      .map(([due, parts]) => countParts(due, parts));
    fc.assert(
      fc.property(counts, counts, counts, (a, b, c) => {
        const sum = addCounts(addCounts(a, b), c);
        expect(balance(sum)).toEqual([0, 0]);
        expect(addCounts(addCounts(c, a), b)).toEqual(sum);
        expect(addCounts(sum, noParts)).toEqual(sum);
      }),
    );
  });
});

describe("counts of two windows", () => {
  it("name only the flags that came", () => {
    const a = countParts(2, many(2));
    const b = countParts(2, many(1, { flag: "C", marked: false }));
    expect(addCounts(a, b)).toEqual({
      due: 4,
      received: 3,
      valid: 2,
      marked: 0,
      excluded: { C: 1 },
      missing: 1,
      surplus: 0,
    });
  });
});

describe("the capture rate", () => {
  it("leaves out the hours in which the plant stood", () => {
    expect(capturePercent({ hours: 2160, invalid: 216, stopped: 0 })).toBe(90);
    expect(capturePercent({ hours: 2160, invalid: 150, stopped: 660 })).toBe(90);
  });

  it("of a plant that stood all the quarter is not known", () => {
    expect(capturePercent({ hours: 2160, invalid: 0, stopped: 2160 })).toBeNull();
  });
});
