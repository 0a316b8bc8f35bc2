// Flow-weighted means against the worked example, and as properties of any hours.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { meanExactly } from "./exact-sum.ts";
import { type FlowPart, loadKg, meanFlow, meanPh, volumeOfFlow, weighByFlow } from "./flow-mean.ts";
import { roundToDecimals } from "./rounding.ts";

const concentrations = [30, 32, 28, 45, 60, 33];
const flows = [500, 520, 480, 300, 100, 510];
const example: FlowPart[] = concentrations.map((concentration, i) => ({
  concentration,
  volumeM3: flows[i] ?? null,
  valid: true,
}));
const round2 = (value: number | null): number | null => (value === null ? null : roundToDecimals(value, 2));

const anyPart = fc.record({
  concentration: fc.option(fc.double({ min: 0, max: 500, noNaN: true })),
  volumeM3: fc.option(fc.double({ min: -1, max: 2000, noNaN: true })),
  valid: fc.boolean(),
});

describe("a flow-weighted mean", () => {
  it("of the example is 33.78 mg/L, where the arithmetic one is 38.00", () => {
    expect(round2(weighByFlow(example).mean)).toBe(33.78);
    expect(round2(meanExactly(concentrations))).toBe(38);
  });

  it("carries the load: 81.41 kg in 2,410 m³", () => {
    const { loadKg, volumeM3 } = weighByFlow(example);
    expect([loadKg, volumeM3]).toEqual([81.41, 2410]);
  });

  it("leaves out hours without flow, invalid ones and those whose flow is unknown, and counts each", () => {
    const more: FlowPart[] = [
      ...example,
      { concentration: 900, volumeM3: 0, valid: true },
      { concentration: 900, volumeM3: -2, valid: true },
      { concentration: 900, volumeM3: 100, valid: false },
      { concentration: null, volumeM3: 100, valid: true },
      { concentration: 900, volumeM3: null, valid: true },
      { concentration: 900, volumeM3: Number.NaN, valid: true },
    ];
    const { mean, ...counts } = weighByFlow(more);
    expect(round2(mean)).toBe(33.78);
    expect(counts).toEqual({
      loadKg: 81.41,
      volumeM3: 2410,
      counted: 6,
      invalid: 2,
      withoutFlow: 2,
      flowUnknown: 2,
    });
  });

  it("of nothing is nothing, with no load", () => {
    expect(weighByFlow([])).toMatchObject({ mean: null, loadKg: 0, volumeM3: 0 });
    expect(weighByFlow([{ concentration: 5, volumeM3: 0, valid: true }]).mean).toBeNull();
  });

  it("weighted twice, first in hours and then in the day, is that weighted once", () => {
    const hours = [example.slice(0, 3), example.slice(3)].map((parts): FlowPart => {
      const { mean, volumeM3 } = weighByFlow(parts);
      return { concentration: mean, volumeM3, valid: true };
    });
    expect(weighByFlow(hours).mean).toBeCloseTo(weighByFlow(example).mean ?? 0, 9);
  });

  it("is the same in any order, lies between its values, and counts every part once", () => {
    fc.assert(
      fc.property(fc.array(anyPart, { maxLength: 48 }), (parts) => {
        const found = weighByFlow(parts);
        expect(weighByFlow(parts.toReversed())).toEqual(found);
        expect(found.counted + found.invalid + found.withoutFlow + found.flowUnknown).toBe(parts.length);
        if (found.mean === null) return;
        const values = parts.flatMap(({ concentration }) => (concentration === null ? [] : [concentration]));
        expect(found.mean).toBeGreaterThanOrEqual(Math.min(...values));
        expect(found.mean).toBeLessThanOrEqual(Math.max(...values));
      }),
    );
  });

  it("of hours with the same concentration is that concentration", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 500, noNaN: true }),
        fc.array(fc.double({ min: 0.1, max: 2000, noNaN: true }), { minLength: 1, maxLength: 24 }),
        (concentration, volumes) =>
          weighByFlow(volumes.map((volumeM3) => ({ concentration, volumeM3, valid: true }))).mean === concentration,
      ),
    );
  });
});

describe("flow, volume and load", () => {
  it("follow from each other: 10 L/s in an hour are 36 m³, and 36 m³ of 50 mg/L hold 1.8 kg", () => {
    expect(volumeOfFlow(10, 3600)).toBe(36);
    expect(meanFlow(36, 3600)).toBe(10);
    expect(meanFlow(36, 0)).toBeNull();
    expect(loadKg(50, 36)).toBe(1.8);
  });
});

describe("a mean of pH", () => {
  it("is arithmetic, without weights", () => {
    expect(meanPh([6, 7, 8])).toBe(7);
    expect(meanPh([])).toBeNull();
  });

  it("of the acid itself is moved further by one sour hour", () => {
    expect(round2(meanPh([4, 7, 7, 7], "hydrogen"))).toBe(4.6);
    expect(meanPh([4, 7, 7, 7])).toBe(6.25);
  });
});
