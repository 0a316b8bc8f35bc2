// Counters under faults: windows add up to the whole, and no fault ever makes energy.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sumThousandths, toThousandths } from "./amount.ts";
import { amountsOf, followCounter, type MeterChange, type MeterFacts } from "./counter.ts";

const minute = 60_000;
const facts: MeterFacts = { turnsAt: null, ratio: 1, perHourMax: null, gapMs: 3 * minute, changes: [] };

function total(values: readonly number[], given: Partial<MeterFacts> = {}, every = minute): number {
  const time = values.map((_, i) => i * every);
  const line = followCounter({ time, value: values }, { ...facts, ...given });
  const whole = amountsOf(line, [0, (values.length - 1) * every]);
  return (whole[0]?.amount ?? 0) / 1_000;
}

describe("a counter", () => {
  it("counts what it grew by, times its ratio", () => {
    expect(total([100, 101, 103.5])).toBe(3.5);
    expect(total([100, 101, 103.5], { ratio: 40 })).toBe(140);
  });

  it("goes on over the end of its dial", () => {
    expect(total([999_990, 999_996, 3, 9], { turnsAt: 1_000_000 })).toBe(19);
  });

  it("passes over a wild reading, high or low, single or double", () => {
    expect(total([100, 101, 9_999_999, 102, 103])).toBe(3);
    expect(total([100, 101, 0, 102, 103])).toBe(3);
    expect(total([100, 101, 102, 7, 9, 104, 105, 106])).toBe(6);
    expect(total([999_990, 999_991, 5, 999_992, 999_993], { turnsAt: 1_000_000 })).toBe(3);
  });

  it("counts nothing over a fall that it cannot explain, and goes on from there", () => {
    const grown = Array.from({ length: 20 }, (_, i) => i * 2);
    expect(total([...grown.map((each) => 500 + each), ...grown])).toBe(38 + 38);
  });

  it("takes back what a later fall disproves", () => {
    const up = Array.from({ length: 15 }, (_, i) => 900 + i);
    const down = Array.from({ length: 20 }, (_, i) => 104 + i);
    // From 100 to 104 nobody knows: less, never more.
    expect(total([...Array.from({ length: 15 }, () => 100), ...up, ...down])).toBe(19);
  });

  it("counts both meters over a replacement, and nothing when nobody wrote the dials down", () => {
    const change = (last: number | null, first: number | null): MeterChange[] => [{ time: 2.5 * minute, last, first }];
    expect(total([800, 810, 820, 7, 17], { changes: change(825, 2) })).toBe(20 + 5 + 5 + 10);
    expect(total([800, 810, 820, 7, 17], { changes: change(null, null) })).toBe(20 + 10);
  });

  it("spreads over a gap what passed meanwhile, and says so", () => {
    const line = followCounter({ time: [0, minute, 11 * minute], value: [0, 1, 21] }, facts);
    const [first, second, third] = amountsOf(line, [0, minute, 6 * minute, 11 * minute]);
    expect(first).toEqual({ amount: 1_000, coverage: 1, attributed: 0 });
    expect(second).toEqual({ amount: 10_000, coverage: 1, attributed: 1 });
    expect(third).toEqual({ amount: 10_000, coverage: 1, attributed: 1 });
  });

  it("says how much of a window it knows", () => {
    const line = followCounter({ time: [2 * minute, 3 * minute], value: [5, 6] }, facts);
    expect(amountsOf(line, [0, 4 * minute])).toEqual([{ amount: 1_000, coverage: 0.25, attributed: 0 }]);
    expect(amountsOf(line, [10 * minute, 11 * minute])).toEqual([{ amount: 0, coverage: 0, attributed: 0 }]);
  });

  it("adds up: the windows of a span are the span, however it is cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 2, maxLength: 60 }),
        fc.array(fc.integer({ min: 0, max: 60 * minute }), { maxLength: 20 }),
        (steps, cuts) => {
          let dial = 1_000;
          const value = steps.map((step) => (dial += step));
          const time = steps.map((_, i) => i * minute);
          const line = followCounter({ time, value }, facts);
          const end = 61 * minute;
          const edges = [...new Set([0, ...cuts, end])].sort((a, b) => a - b);
          const parts = sumThousandths(amountsOf(line, edges).map(({ amount }) => amount));
          expect(parts).toBe(amountsOf(line, [0, end])[0]?.amount);
        },
      ),
    );
  });

  it("never creates energy, whatever few readings are wild or lost, and wherever it is wound back or turned over", () => {
    const fault = fc.record({
      at: fc.integer({ min: 15, max: 79 }),
      kind: fc.constantFrom("high", "low", "lost", "zero", "plateau"),
      size: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 80, maxLength: 80 }),
        fc.array(fault, { maxLength: 3 }),
        fc.boolean(),
        fc.integer({ min: 0, max: 997_000 }),
        (steps, faults, turns, begin) => {
          // A reset right before the end of the dial cannot be told from a turn.
          const start = turns ? 999_000 : begin;
          let sum = start;
          const value: number[] = steps.map((step) => (sum += step));
          const truth = sum - (value[0] ?? 0);
          let offset = 0;
          const read: number[] = [];
          value.forEach((true_, i) => {
            const now = faults.filter(({ at, size }) => i >= at && i < at + size);
            if (now.some(({ kind, at }) => kind === "zero" && at === i && !turns)) offset = true_;
            const dial = (true_ - offset) % 1_000_000;
            if (now.some(({ kind }) => kind === "lost")) read.push(Number.NaN);
            else if (now.some(({ kind }) => kind === "high")) read.push(dial + 500_000);
            else if (now.some(({ kind }) => kind === "plateau")) read.push(dial + 60_000);
            else if (now.some(({ kind }) => kind === "low")) read.push(Math.floor(dial / 2));
            else read.push(dial);
          });
          const time = read.map((_, i) => i * minute);
          const given = { ...facts, turnsAt: 1_000_000, perHourMax: 40 * 60 };
          const line = followCounter({ time, value: read }, given);
          const amount = sumThousandths(amountsOf(line, [0, 80 * minute]).map((each) => each.amount));
          expect(amount).toBeLessThanOrEqual(toThousandths(truth));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
