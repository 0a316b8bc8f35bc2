// Device → what it measures at a moment. A model is a pure function of time: asked twice it answers the same, so a back-filled
// or repeated frame carries the same values. Normal operation stays below 86 % of every limit; exceeding is a scenario's work.

import { findFactor } from "#domain/factor.ts";
import type { Device } from "../fleet/device.ts";
import { createBuildingModel, createProcessModel, createWaterMeterModel } from "./meters.ts";
import { createEnergyModel } from "./energy.ts";
import { createGasModel } from "./gas.ts";
import { createAirModel, createNoiseModel, createRadiationModel, createRiverModel } from "./stations.ts";
import { createWaterModel } from "./water.ts";

/** Factor code → value in the project's unit, unrounded. */
export type Values = Map<string, number>;
export type Model = (timeMs: number) => Values;

export function createModel(device: Device): Model {
  const { profile } = device;
  if (profile.type === "water") return createWaterModel(device, profile);
  if (profile.type === "gas") return createGasModel(device, profile);
  if (profile.type === "energy") return createEnergyModel(device.seed, profile.crudeMtPerYear);
  switch (device.site.kind) {
    case "air-station":
      return createAirModel(device, profile.variant);
    case "water-station":
    case "drinking-water":
      return createRiverModel(device);
    case "noise":
      return createNoiseModel(device);
    case "radiation":
      return createRadiationModel(device);
    case "building":
      return createBuildingModel(device);
    case "water-meter":
      return createWaterMeterModel(device);
    case "process":
      return createProcessModel(device);
    default:
      throw new Error(`no model for a ${device.site.kind}`);
  }
}

/** Rounded to the decimals the factor table gives. */
export function roundValue(code: string, value: number): number {
  const scale = 10 ** (findFactor(code)?.decimals ?? 2);
  return Math.round(value * scale) / scale;
}
