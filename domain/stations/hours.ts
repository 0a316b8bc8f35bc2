// Hours of a station: means of one hour each as columns of history → a table one can ask for an hour of a factor. A reading
// stands for the interval at which the station sends, so that 45 readings of a minute and 9 of five minutes are 45 minutes alike.

import { hourMs } from "../time.ts";

/** As history gives them; mean is NaN when nothing was valid. */
export interface HourColumns {
  readonly factor: string;
  readonly start: ArrayLike<number>;
  readonly mean: ArrayLike<number>;
  readonly min: ArrayLike<number>;
  readonly max: ArrayLike<number>;
  readonly count: ArrayLike<number>;
  readonly valid: ArrayLike<number>;
  /** What one of them stands for, when it is not the station's interval: an hour that the station made itself is 60. */
  readonly minutesEach?: number | undefined;
}

export interface Hour {
  readonly start: number;
  /** Null: nothing valid. */
  readonly mean: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** Minutes that valid readings stand for, and all readings; 60 at most. */
  readonly validMinutes: number;
  readonly receivedMinutes: number;
  /** Valid readings. */
  readonly results: number;
}

export interface StationHours {
  at(factor: string, startMs: number): Hour | null;
  has(factor: string): boolean;
}

const minutesPerHour = 60;

/** Whole minutes that so many readings stand for. */
export function minutesOf(readings: number, intervalSeconds: number): number {
  // Dust of the division must not take a minute away.
  return Math.min(minutesPerHour, Math.floor((readings * intervalSeconds) / 60 + 1e-9));
}

export function hourStart(timeMs: number): number {
  return Math.floor(timeMs / hourMs) * hourMs;
}

function orNull(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

/** Of several columns of a factor the first that has something valid for an hour is taken. */
export function createStationHours(series: readonly HourColumns[], intervalSeconds: number): StationHours {
  const byFactor = new Map<string, Map<number, Hour>>();
  for (const { factor, start, mean, min, max, count, valid, minutesEach } of series) {
    const eachSeconds = minutesEach === undefined ? intervalSeconds : minutesEach * 60;
    const hours = byFactor.get(factor) ?? new Map<number, Hour>();
    byFactor.set(factor, hours);
    for (let i = 0; i < start.length; i += 1) {
      const at = start[i] ?? 0;
      const results = valid[i] ?? 0;
      if ((hours.get(at)?.results ?? 0) > 0) continue;
      hours.set(at, {
        start: at,
        mean: results === 0 ? null : orNull(mean[i]),
        min: results === 0 ? null : orNull(min[i]),
        max: results === 0 ? null : orNull(max[i]),
        validMinutes: minutesOf(results, eachSeconds),
        receivedMinutes: minutesOf(count[i] ?? 0, eachSeconds),
        results,
      });
    }
  }
  return {
    at: (factor, startMs) => byFactor.get(factor)?.get(startMs) ?? null,
    has: (factor) => (byFactor.get(factor)?.size ?? 0) > 0,
  };
}

/** Starts of the hours of [from, to). */
export function listHours(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, Math.ceil((to - from) / hourMs)) }, (_, i) => from + i * hourMs);
}

/** The newest of these factors' hours with anything in it, among the last `back` hours before `at`; null: none. */
export function newestHour(hours: StationHours, factors: readonly string[], at: number, back: number): number | null {
  for (let i = 1; i <= back; i += 1) {
    const start = hourStart(at) - i * hourMs;
    if (factors.some((factor) => (hours.at(factor, start)?.receivedMinutes ?? 0) > 0)) return start;
  }
  return null;
}
