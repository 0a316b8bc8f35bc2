// Noise as a pure function of (seed, time): smooth, auto-correlated, and the same whenever it is asked for. A simulator
// that is restarted, or that fills a gap afterwards, therefore says the same value for the same moment again.

import { mix, unit } from "../random.ts";

/** −1 … 1 at a whole lattice point. */
function latticeAt(seed: number, index: number): number {
  // Indices of short periods pass 2³², so both halves enter the hash.
  return unit(mix(seed, mix(index >>> 0, Math.floor(index / 4294967296)))) * 2 - 1;
}

/** Smooth noise between −1 and 1 whose features are about `periodMs` long. */
export function smoothNoise(seed: number, timeMs: number, periodMs: number): number {
  const x = timeMs / periodMs;
  const index = Math.floor(x);
  const f = x - index;
  const a = latticeAt(seed, index);
  const b = latticeAt(seed, index + 1);
  return a + (b - a) * f * f * (3 - 2 * f);
}

/** What no two moments share: the scatter of the instrument, −1 … 1. */
export function scatter(seed: number, timeMs: number): number {
  return latticeAt(seed ^ 0x5bd1e995, Math.floor(timeMs / 1000));
}

/** Slow drift, hourly swings and minutes of unrest together, −1 … 1. */
export function wander(seed: number, timeMs: number): number {
  return (
    0.45 * smoothNoise(seed, timeMs, 7 * 3_600_000) +
    0.3 * smoothNoise(seed ^ 0x1f123bb5, timeMs, 47 * 60_000) +
    0.17 * smoothNoise(seed ^ 0x2545f491, timeMs, 5 * 60_000) +
    0.08 * scatter(seed, timeMs)
  );
}
