// A rate as a sum of sine waves, so that its meter reading (the integral) and its slope are exact at any moment: counters
// grow by precisely what the rates say, also across restarts and gaps, without any state.

import { dayMs, zoneOffsetMs } from "#domain/time.ts";
import { createRandom } from "../random.ts";

interface Term {
  readonly amplitude: number;
  /** Radians per ms. */
  readonly omega: number;
  readonly phase: number;
}

export interface Wave {
  readonly mean: number;
  readonly terms: readonly Term[];
  /** Where meters were set to zero. */
  readonly zeroMs: number;
}

/** Meters of all simulated plants were put up on this day, UTC+8. */
export const metersZeroMs = Date.UTC(2025, 0, 1) - zoneOffsetMs;

const periodsMs = [dayMs, dayMs / 2, 5.3 * 3_600_000, 1.7 * 3_600_000, 23 * 60_000, 6.1 * 60_000];
/** How a swing is shared out over the periods; each row sums to 1. */
const shapes = {
  plant: [0.34, 0.2, 0.18, 0.14, 0.09, 0.05],
  /** For things with mass, such as a gas holder: no quick terms. */
  slow: [0.5, 0.3, 0.15, 0.05],
  /** For people: almost only the day. */
  daily: [0.78, 0.08, 0.06, 0.04, 0.03, 0.01],
} as const;

export interface WaveOptions {
  readonly shape?: keyof typeof shapes;
  /** Local hour of the daily high; drawn from the seed when absent. */
  readonly peakHour?: number;
}

/** A wave around `mean` that never swings further than `swing` × mean to either side (0 ≤ swing < 1). */
export function createWave(seed: number, mean: number, swing: number, options: WaveOptions = {}): Wave {
  const random = createRandom(seed);
  const weights: readonly number[] = shapes[options.shape ?? "plant"];
  const terms = weights.map((weight, i) => {
    const omega = (2 * Math.PI) / ((periodsMs[i] ?? dayMs) * (i < 2 ? 1 : random.between(0.9, 1.1)));
    const drawn = random.between(0, 2 * Math.PI);
    const locked = options.peakHour !== undefined && i === 0;
    const phase = locked ? Math.PI / 2 - omega * ((options.peakHour ?? 0) * 3_600_000 - zoneOffsetMs) : drawn;
    return { amplitude: mean * swing * weight, omega, phase };
  });
  return { mean, terms, zeroMs: metersZeroMs };
}

/** A batch process: `mean` × (1 + swing × sine) with the given period. */
export function createBatchWave(seed: number, mean: number, swing: number, periodMs: number): Wave {
  const phase = createRandom(seed).between(0, 2 * Math.PI);
  return { mean, terms: [{ amplitude: mean * swing, omega: (2 * Math.PI) / periodMs, phase }], zeroMs: metersZeroMs };
}

/** The swing of the stock that a wave fills and a steady use empties: its integral without the mean, times `factor`. */
export function storedTerms(wave: Wave, factor: number): Wave["terms"] {
  return wave.terms.map(({ amplitude, omega, phase }) => ({
    amplitude: (factor * amplitude) / (omega * 3_600_000),
    omega,
    phase: phase - Math.PI / 2,
  }));
}

export function waveValue(wave: Wave, timeMs: number): number {
  let value = wave.mean;
  for (const { amplitude, omega, phase } of wave.terms) value += amplitude * Math.sin(omega * timeMs + phase);
  return value;
}

/** Change per hour at this moment. */
export function waveSlopePerHour(wave: Wave, timeMs: number): number {
  let slope = 0;
  for (const { amplitude, omega, phase } of wave.terms) slope += amplitude * omega * Math.cos(omega * timeMs + phase);
  return slope * 3_600_000;
}

/** ∫ value dt in value·hours since the meter was set to zero. */
export function waveTotal(wave: Wave, timeMs: number): number {
  let total = wave.mean * (timeMs - wave.zeroMs);
  for (const { amplitude, omega, phase } of wave.terms) {
    total += (amplitude / omega) * (Math.cos(omega * wave.zeroMs + phase) - Math.cos(omega * timeMs + phase));
  }
  return total / 3_600_000;
}
