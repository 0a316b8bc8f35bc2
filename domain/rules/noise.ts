// Noise: levels in dB(A) → means of energy, day and night, and the limits of the zone. Levels are logarithms: they are never
// averaged as numbers. Does not depend on the order of the levels.

import limitTable from "../tables/limits.json" with { type: "json" };
import noiseTable from "../tables/noise.json" with { type: "json" };
import { dayMs, dayStart, hourMs } from "../time.ts";
import type { Period } from "./calendar.ts";
import { sumExactly } from "./exact-sum.ts";

export interface Level {
  readonly db: number;
  /** How long, in any unit, the same for all. */
  readonly weight: number;
}

/** Leq of levels of different length: 10·lg(Σ w·10^(L/10) / Σ w). Null for none. */
export function weightedLeq(levels: readonly Level[]): number | null {
  const weights = sumExactly(levels.map(({ weight }) => weight));
  if (!(weights > 0)) return null;
  const energy = sumExactly(levels.map(({ db, weight }) => weight * 10 ** (db / 10)));
  return 10 * Math.log10(energy / weights);
}

/** Leq of levels of the same length. */
export function leq(levels: readonly number[]): number | null {
  return weightedLeq(levels.map((db) => ({ db, weight: 1 })));
}

/** Day-night level: the night counts with a penalty of 10 dB. */
export function dayNightLevel(dayDb: number, nightDb: number): number {
  const dayHours = noiseTable.nightFromHour - noiseTable.dayFromHour;
  const level = weightedLeq([
    { db: dayDb, weight: dayHours },
    { db: nightDb + noiseTable.nightPenaltyDb, weight: 24 - dayHours },
  ]);
  if (level === null) throw new Error("noise.json: a day without hours");
  return level;
}

/** The level exceeded `percent` of the time: L10 ≥ L50 ≥ L90. Nearest rank, as with 100 samples the 10th from above. */
export function levelExceeded(levels: readonly number[], percent: number): number | null {
  const sorted = levels.toSorted((a, b) => b - a);
  return sorted[Math.max(1, Math.ceil((sorted.length * percent) / 100)) - 1] ?? null;
}

export type NoisePeriod = "day" | "night";

/** 06:00–22:00 is day; local governments may shift it. */
export function noisePeriodOf(
  timeMs: number,
  dayFromHour: number = noiseTable.dayFromHour,
  nightFromHour: number = noiseTable.nightFromHour,
): NoisePeriod {
  const hour = Math.floor((timeMs - dayStart(timeMs)) / hourMs);
  return hour >= dayFromHour && hour < nightFromHour ? "day" : "night";
}

/** The night that begins in the evening of this day and ends in the next morning. */
export function nightOf(timeMs: number): Period {
  const start = dayStart(timeMs);
  return { from: start + noiseTable.nightFromHour * hourMs, to: start + dayMs + noiseTable.dayFromHour * hourMs };
}

export interface NoiseWeather {
  readonly rainOrSnow: boolean;
  /** Null: not measured, which excludes nothing. */
  readonly windMPerS: number | null;
}

/** Rain, snow and wind are heard by the microphone. */
export function isWeatherFit({ rainOrSnow, windMPerS }: NoiseWeather): boolean {
  return !rainOrSnow && (windMPerS === null || windMPerS <= noiseTable.windMPerSMax);
}

/** dB(A) of a zone, e.g. ("GB 3096-2008", "class 2", "night"); undefined: the library has none. */
export function noiseLimit(standard: string, zone: string, period: NoisePeriod): number | undefined {
  const basis = period === "day" ? "daytime" : "nighttime";
  const row = limitTable.find(
    (each) => each.standard === standard && each.sourceUnit === zone && each.basis === basis && each.medium === "noise",
  );
  return row?.max ?? undefined;
}

/** The most a single peak at night may reach; undefined: the standard says nothing for that kind. */
export function nightPeakLimit(standard: string, zone: string, kind: "frequent" | "accidental"): number | undefined {
  const above = noiseTable.nightPeaks.find((row) => row.standard === standard && row.kind === kind)?.aboveLimitDb;
  const limit = noiseLimit(standard, zone, "night");
  return above === undefined || limit === undefined ? undefined : limit + above;
}
