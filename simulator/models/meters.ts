// Buildings, water meters and process signals. Meter readings are exact integrals of their rates.

import type { Device } from "../fleet/device.ts";
import { mix } from "../random.ts";
import { clamp } from "./clamp.ts";
import type { Model } from "./model.ts";
import { wander } from "./noise.ts";
import { createWave, waveTotal, waveValue } from "./wave.ts";

const subItemsKw = { light: 120, hvac: 150, power: 38, special: 45 } as const;

export function createBuildingModel(device: Device): Model {
  const waves = Object.entries(subItemsKw).map(([item, kw], i) => {
    const swing = item === "special" ? 0.12 : 0.72;
    return { item, wave: createWave(mix(device.seed, i), kw, swing, { shape: "daily", peakHour: 14 }) };
  });
  return (timeMs) =>
    new Map(
      waves.flatMap(({ item, wave }): [string, number][] => [
        [`b.${item}.use`, waveValue(wave, timeMs)],
        [`b.${item}.total`, waveTotal(wave, timeMs)],
      ]),
    );
}

export function createWaterMeterModel(device: Device): Model {
  const intake = createWave(mix(device.seed, 1), 210 + (device.seed % 300), 0.45, { shape: "daily", peakHour: 10 });
  const depth = 22 + (device.seed % 30);
  return (timeMs) => {
    const total = waveTotal(intake, timeMs);
    return new Map([
      ["w.intake", waveValue(intake, timeMs)],
      ["w.intake.total", total],
      // Conveyance loses 3 %, the network 12 %; a quarter of what is used is consumed.
      ["w.supply.total", total * 0.97],
      ["w.use.total", total * 0.97 * 0.88],
      ["w.drain.total", total * 0.97 * 0.88 * 0.75],
      ["w.level", depth + 0.4 * wander(mix(device.seed, 2), timeMs)],
    ]);
  };
}

/** Factor → usual value and share of swing. */
const processSignals: Readonly<Record<string, readonly [number, number]>> = {
  e10201: [310, 0.25],
  e10301: [36, 0.25],
  e30201: [270, 0.1],
  e50701: [2.4, 0.3],
  g10201: [255, 0.06],
  g10401: [78, 0.04],
  g11101: [5.6, 0.05],
  g11601: [0, 0],
  g11901: [96.8, 0.015],
  g12001: [270, 0.15],
};

export function createProcessModel(device: Device): Model {
  return (timeMs) =>
    new Map(
      Object.entries(processSignals).map(([code, [base, swing]], i): [string, number] => [
        code,
        clamp(base * (1 + swing * wander(mix(device.seed, i), timeMs)), 0, code === "g11901" ? 99.9 : Infinity),
      ]),
    );
}
