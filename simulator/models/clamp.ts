// Bounds of normal operation: below every limit with room to spare, inside the instrument's range.

import { findFactor } from "#domain/factor.ts";
import type { Device } from "../fleet/device.ts";

/** Share of a limit that normal operation never passes. */
export const normalShareMax = 0.86;

export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

/** Factor → upper limit of the device, where it has one. */
export function upperLimits(device: Device): Map<string, number> {
  const found = new Map<string, number>();
  for (const { factor, max } of device.limits) {
    if (max !== null) found.set(factor, max);
  }
  return found;
}

/** Keeps a value inside what the factor's instrument shows. */
export function clampToInstrument(code: string, value: number): number {
  const factor = findFactor(code);
  return clamp(value, factor?.rangeMin ?? -Infinity, factor?.rangeMax ?? Infinity);
}
