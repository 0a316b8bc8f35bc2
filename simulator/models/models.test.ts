// The models: physical ranges, limits kept in normal operation, balances, meters that only grow, answers that repeat.

import { describe, expect, it } from "vitest";
import { factorUnit, findFactor, physicalRange } from "#domain/factor.ts";
import { exceeds } from "#domain/limit.ts";
import type { Device } from "../fleet/device.ts";
import { createFleet } from "../fleet.ts";
import { convertToReference } from "./gas.ts";
import { createModel, type Values } from "./model.ts";
import { smoothNoise, wander } from "./noise.ts";
import { curveAt, curves } from "./pattern.ts";
import { createWave, waveTotal, waveValue } from "./wave.ts";

const fleet = createFleet(7);
const winterMs = Date.UTC(2026, 0, 13, 2);
const moments = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((i) => [
  winterMs + i * 10_000_000,
  winterMs + 181 * 86_400_000 + i * 10_000_000,
]);

function first(kind: string): Device {
  const found = fleet.find(({ site }) => site.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
}

function valueOf(values: Values, code: string): number {
  const value = values.get(code);
  if (value === undefined) throw new Error(`no ${code}`);
  return value;
}

function isPlausible(code: string, value: number, device: Device): boolean {
  const factor = findFactor(code);
  if (factor === undefined) return false;
  const range = physicalRange(factorUnit(factor, device.site.kind));
  const low = Math.max(range.min, factor.rangeMin ?? -Infinity);
  const high = Math.min(range.max, factor.rangeMax ?? Infinity);
  return value >= low && value <= high;
}

describe("a model", () => {
  it("measures every factor of its site, within what is physically possible and what the instrument shows", () => {
    const wrong: string[] = [];
    for (const device of fleet) {
      const model = createModel(device);
      for (const ms of moments) {
        const values = model(ms);
        for (const code of device.site.factors) {
          const value = valueOf(values, code);
          if (!isPlausible(code, value, device)) wrong.push(`${device.site.name} ${code} ${value}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it("stays within every limit in normal operation, measured and converted", () => {
    const wrong: string[] = [];
    for (const device of fleet) {
      const model = createModel(device);
      for (const ms of moments) {
        const values = model(ms);
        for (const limit of device.limits) {
          const value = valueOf(values, limit.factor);
          const ref = device.profile.type === "gas" ? device.profile.refOxygen[limit.factor] : undefined;
          const converted = ref === undefined ? value : convertToReference(value, ref, valueOf(values, "a19001"));
          if (exceeds(limit, value) || exceeds(limit, converted))
            wrong.push(`${device.site.name} ${limit.factor} ${value}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it("answers the same when asked again", () => {
    for (const kind of ["water-outfall", "gas-outfall", "energy-centre", "air-station"]) {
      const device = first(kind);
      expect(createModel(device)(winterMs)).toEqual(createModel(device)(winterMs));
    }
  });

  it("never reports less total nitrogen than ammonia nitrogen", () => {
    for (const device of fleet.filter(({ site }) => site.factors.includes("w21001"))) {
      const values = createModel(device)(winterMs);
      expect(valueOf(values, "w21001")).toBeGreaterThan(valueOf(values, "w21003"));
    }
  });

  it("dilutes nitrogen oxides when oxygen rises", () => {
    const device = fleet.find(({ site }) => site.factors.includes("a21002") && site.factors.includes("a19001"));
    if (device === undefined) throw new Error("no combustion outlet");
    const model = createModel(device);
    const rows = Array.from({ length: 400 }, (_, i) => model(winterMs + i * 600_000));
    const oxygen = rows.map((row) => valueOf(row, "a19001"));
    const nitrogen = rows.map((row) => valueOf(row, "a21002"));
    expect(correlation(oxygen, nitrogen)).toBeLessThan(-0.1);
    expect(
      correlation(
        rows.map((row) => valueOf(row, "a00000")),
        rows.map((row) => valueOf(row, "a01011")),
      ),
    ).toBeGreaterThan(0.9);
  });

  it("changes little from one reading to the next and much over a day", () => {
    const model = createModel(first("water-outfall"));
    const cod = Array.from({ length: 5760 }, (_, i) => valueOf(model(winterMs + i * 15_000), "w01018"));
    const steps = cod.slice(1).map((value, i) => Math.abs(value - (cod[i] ?? value)));
    const meanStep = steps.reduce((a, b) => a + b, 0) / steps.length;
    expect(Math.max(...cod) - Math.min(...cod)).toBeGreaterThan(5 * meanStep);
    expect(meanStep).toBeGreaterThan(0);
  });
});

describe("an energy centre", () => {
  const model = createModel(first("energy-centre"));

  it("balances every gas: made = used + flared + what the holder takes up", () => {
    const from = model(winterMs);
    const to = model(winterMs + 3_600_000);
    for (const gas of ["bfg", "cog", "ldg"]) {
      const delta = (code: string): number => valueOf(to, `${gas}.${code}`) - valueOf(from, `${gas}.${code}`);
      const made = delta("make.total");
      const gap = made - delta("use.total") - delta("flare.total");
      // What is left went into the holder: never more than a tenth of its content in an hour, and of the same sign.
      expect(Math.abs(gap) / made).toBeLessThan(0.25);
      if (Math.abs(delta("holder.level")) > 0.2) expect(Math.sign(gap)).toBe(Math.sign(delta("holder.level")));
    }
  });

  it("has meters that only grow, by what the rates say", () => {
    let before = model(winterMs);
    for (let i = 1; i <= 500; i++) {
      const now = model(winterMs + i * 60_000);
      for (const [code, value] of now) {
        if (code.endsWith(".total")) expect(value, code).toBeGreaterThanOrEqual(valueOf(before, code));
      }
      before = now;
    }
  });

  it("has holder levels between the low and the high alarm", () => {
    for (let i = 0; i < 600; i++) {
      const values = model(winterMs + i * 7 * 60_000);
      for (const gas of ["bfg", "cog", "ldg"]) {
        expect(valueOf(values, `${gas}.holder.level`)).toBeGreaterThan(20);
        expect(valueOf(values, `${gas}.holder.level`)).toBeLessThan(86);
        expect(valueOf(values, `${gas}.use`)).toBeGreaterThan(0);
      }
    }
  });
});

describe("noise, waves and curves", () => {
  it("stay within their bounds and hold together over time", () => {
    for (let i = 0; i < 2000; i++) {
      const ms = winterMs + i * 15_000;
      expect(Math.abs(wander(42, ms))).toBeLessThanOrEqual(1);
      expect(Math.abs(smoothNoise(42, ms + 1_000, 600_000) - smoothNoise(42, ms, 600_000))).toBeLessThan(0.01);
    }
  });

  it("integrate exactly", () => {
    const wave = createWave(3, 100, 0.8);
    let sum = 0;
    for (let s = 0; s < 3600; s++) sum += waveValue(wave, winterMs + s * 1000 + 500) / 3600;
    expect(waveTotal(wave, winterMs + 3_600_000) - waveTotal(wave, winterMs)).toBeCloseTo(sum, 3);
  });

  it("put the low of town sewage before dawn and its highs after breakfast and supper", () => {
    const at = (hour: number): number => curveAt("municipal", Date.UTC(2026, 4, 1, hour - 8 + 24));
    expect(at(3)).toBeLessThan(0.6);
    expect(at(9)).toBeGreaterThan(1.25);
    expect(at(20)).toBeGreaterThan(1.25);
    for (const curve of Object.values(curves)) expect(curve).toHaveLength(24);
  });
});

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (x: readonly number[]): number => x.reduce((p, q) => p + q, 0) / x.length;
  const ma = mean(a);
  const mb = mean(b);
  const product = mean(a.map((value, i) => (value - ma) * ((b[i] ?? mb) - mb)));
  return product / Math.sqrt(mean(a.map((value) => (value - ma) ** 2)) * mean(b.map((value) => (value - mb) ** 2)));
}
