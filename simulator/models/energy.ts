// The energy centre of a steel works, scaled by its crude steel in Mt/a. Every gas balances at every moment:
// made = used + flared + what the holder takes up. Meter readings are exact integrals. Magnitudes per Mt/a follow a public
// model plant and rules of thumb, not measured data.

import { mix } from "../random.ts";
import type { Model, Values } from "./model.ts";
import { wander } from "./noise.ts";
import { createBatchWave, createWave, storedTerms, waveSlopePerHour, waveTotal, waveValue, type Wave } from "./wave.ts";

/** Rate code → mean per Mt/a, swing, local hour of the daily high. */
const simpleRates: readonly (readonly [code: string, perMt: number, swing: number, peakHour: number])[] = [
  ["elec.use", 57_000, 0.06, 15],
  ["elec.make", 37_500, 0.05, 3],
  ["ng.use", 320, 0.2, 10],
  ["steam.make", 27, 0.1, 9],
  ["steam.use", 25.5, 0.1, 9],
  ["o2.make", 12_200, 0.05, 14],
  ["o2.use", 11_900, 0.09, 14],
  ["n2.make", 9_600, 0.05, 14],
  ["n2.use", 9_300, 0.08, 14],
  ["ar.make", 440, 0.05, 14],
  ["ar.use", 425, 0.1, 14],
  ["air.use", 30_000, 0.07, 11],
  ["nw.use", 330, 0.12, 11],
  ["rw.use", 12_500, 0.03, 14],
  ["coal.use", 62, 0.05, 10],
  ["coke.use", 40, 0.04, 10],
  ["coke.make", 46, 0.03, 10],
];

/** Running totals without a rate of their own: t/h per Mt/a. */
const products: readonly (readonly [code: string, perMt: number])[] = [
  ["prod.sinter.total", 138],
  ["prod.iron.total", 101],
  ["prod.steel.total", 114],
  ["prod.rolled.total", 109],
];

interface GasSystem {
  readonly code: "bfg" | "cog" | "ldg";
  readonly make: Wave;
  readonly flare: Wave;
  /** Holder level, % */
  readonly level: Wave;
  readonly capacityM3: number;
  readonly pressureKPa: number;
  readonly calorificMJ: number;
}

/** A converter is tapped about every 38 minutes, and its gas comes in that beat. */
const heatMs = 38 * 60_000;

function createGasSystem(code: GasSystem["code"], seed: number, crude: number): GasSystem {
  const seedOf = (n: number): number => mix(seed, n);
  const slowLevel = createWave(seedOf(3), 54, 0.28, { shape: "slow" });
  if (code === "ldg") {
    const make = createBatchWave(seedOf(1), 12_200 * crude, 0.9, heatMs);
    const capacityM3 = 30_000 * crude;
    // The holder swallows the beat, so that what is used stays steady.
    const level = { ...slowLevel, terms: [...slowLevel.terms, ...storedTerms(make, 100 / capacityM3)] };
    return {
      code,
      make,
      flare: createWave(seedOf(2), 260 * crude, 0.9),
      level,
      capacityM3,
      pressureKPa: 3,
      calorificMJ: 7.4,
    };
  }
  const blast = code === "bfg";
  const mean = (blast ? 142_000 : 14_200) * crude;
  return {
    code,
    make: createWave(seedOf(1), mean, blast ? 0.05 : 0.03),
    flare: createWave(seedOf(2), mean * 0.004, 0.9),
    level: slowLevel,
    capacityM3: (blast ? 60_000 : 15_000) * crude,
    pressureKPa: blast ? 11 : 6,
    calorificMJ: blast ? 3.35 : 17.2,
  };
}

function readGas(gas: GasSystem, seed: number, timeMs: number, values: Values): void {
  const { code, make, flare, level, capacityM3 } = gas;
  const perPercent = capacityM3 / 100;
  const taken = perPercent * waveSlopePerHour(level, timeMs);
  const stored = perPercent * (waveValue(level, timeMs) - waveValue(level, level.zeroMs));
  values.set(`${code}.make`, waveValue(make, timeMs));
  values.set(`${code}.flare`, waveValue(flare, timeMs));
  values.set(`${code}.use`, waveValue(make, timeMs) - waveValue(flare, timeMs) - taken);
  values.set(`${code}.make.total`, waveTotal(make, timeMs));
  values.set(`${code}.flare.total`, waveTotal(flare, timeMs));
  values.set(`${code}.use.total`, waveTotal(make, timeMs) - waveTotal(flare, timeMs) - stored);
  values.set(`${code}.holder.level`, waveValue(level, timeMs));
  values.set(`${code}.pressure`, gas.pressureKPa * (1 + 0.06 * wander(mix(seed, 7), timeMs)));
  values.set(`${code}.calorific`, gas.calorificMJ * (1 + 0.03 * wander(mix(seed, 8), timeMs)));
}

export function createEnergyModel(seed: number, crudeMtPerYear: number): Model {
  const seedOf = (n: number): number => mix(seed, n);
  const rates = simpleRates.map(([code, perMt, swing, peakHour], i) => ({
    code,
    wave: createWave(seedOf(100 + i), perMt * crudeMtPerYear, swing, { peakHour }),
  }));
  const waveOf = (code: string): Wave => {
    const found = rates.find((rate) => rate.code === code);
    if (found === undefined) throw new Error(`energy: no rate ${code}`);
    return found.wave;
  };
  const used = waveOf("elec.use");
  const made = waveOf("elec.make");
  const bought = (timeMs: number): number => waveTotal(used, timeMs) - waveTotal(made, timeMs);
  const gases = (["bfg", "cog", "ldg"] as const).map((code, i) =>
    createGasSystem(code, seedOf(10 + i), crudeMtPerYear),
  );
  const outputs = products.map(([code, perMt], i) => ({
    code,
    wave: createWave(seedOf(200 + i), perMt * crudeMtPerYear, 0.04),
  }));

  return (timeMs) => {
    const values: Values = new Map();
    for (const { code, wave } of rates) {
      values.set(code, waveValue(wave, timeMs));
      values.set(`${code}.total`, waveTotal(wave, timeMs));
    }
    values.set("elec.buy", waveValue(used, timeMs) - waveValue(made, timeMs));
    values.set("elec.buy.total", bought(timeMs));
    // Demand is the mean of the last 15 minutes.
    values.set("elec.demand", (bought(timeMs) - bought(timeMs - 900_000)) * 4);
    values.set("elec.pf", 0.935 + 0.012 * wander(seedOf(3), timeMs));
    values.set("elec.u", 112 + 1.1 * wander(seedOf(4), timeMs));
    gases.forEach((gas, i) => readGas(gas, seedOf(20 + i), timeMs, values));
    for (const { code, wave } of outputs) values.set(code, waveTotal(wave, timeMs));
    return values;
  };
}
