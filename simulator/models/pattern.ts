// The shapes of days and years, in UTC+8: what people, shifts, traffic and seasons do to a rate. All curves have a mean
// near 1; they are plausible, not measured.

import { dayMs, hourMs, zoneOffsetMs } from "#domain/time.ts";

export const curves = {
  /** Town sewage: low before dawn, two peaks after breakfast and after supper. */
  municipal: [
    0.72, 0.62, 0.55, 0.51, 0.52, 0.62, 0.84, 1.12, 1.3, 1.33, 1.24, 1.15, 1.12, 1.08, 1.02, 0.98, 0.98, 1.05, 1.18,
    1.3, 1.34, 1.25, 1.08, 0.88,
  ],
  /** Works in two shifts. */
  shifts: [
    0.7, 0.66, 0.64, 0.64, 0.66, 0.72, 0.9, 1.1, 1.2, 1.24, 1.22, 1.14, 1.06, 1.16, 1.22, 1.22, 1.18, 1.1, 1.06, 1.08,
    1.06, 1, 0.9, 0.8,
  ],
  /** Works around the clock. */
  continuous: [
    0.98, 0.98, 0.97, 0.97, 0.97, 0.98, 0.99, 1, 1.01, 1.02, 1.03, 1.02, 1.02, 1.02, 1.02, 1.01, 1.01, 1.01, 1.01, 1.01,
    1, 1, 0.99, 0.98,
  ],
  traffic: [
    0.7, 0.6, 0.55, 0.55, 0.6, 0.75, 1, 1.35, 1.4, 1.2, 1.05, 1, 0.98, 0.95, 0.95, 1, 1.15, 1.35, 1.4, 1.25, 1.1, 1.05,
    0.95, 0.82,
  ],
  /** Sun on the street: ozone. */
  sun: [
    0.55, 0.5, 0.48, 0.45, 0.42, 0.4, 0.42, 0.5, 0.65, 0.9, 1.15, 1.4, 1.6, 1.75, 1.85, 1.8, 1.65, 1.45, 1.2, 1, 0.85,
    0.75, 0.65, 0.6,
  ],
  office: [
    0.42, 0.41, 0.4, 0.4, 0.41, 0.45, 0.6, 0.95, 1.4, 1.6, 1.62, 1.58, 1.45, 1.52, 1.6, 1.6, 1.52, 1.35, 1.1, 0.9, 0.75,
    0.6, 0.5, 0.45,
  ],
  /** Bought power of a steel works; after a public model plant, peaks at 10 and 19 o'clock. */
  steelPower: [
    0.89, 0.84, 0.82, 0.81, 0.82, 0.86, 0.92, 1.01, 1.1, 1.15, 1.17, 1.14, 1.08, 1.06, 1.04, 1.02, 0.97, 1.06, 1.12,
    1.17, 1.15, 1.11, 1.04, 0.96,
  ],
} as const;

export type CurveName = keyof typeof curves;

/** Hours since local midnight, 0 … 24. */
export function localHour(timeMs: number): number {
  const day = (timeMs + zoneOffsetMs) % dayMs;
  return (day < 0 ? day + dayMs : day) / hourMs;
}

/** The curve between its hourly points. */
export function curveAt(name: CurveName, timeMs: number): number {
  const curve: readonly number[] = curves[name];
  const hour = localHour(timeMs);
  const index = Math.floor(hour) % 24;
  const a = curve[index] ?? 1;
  const b = curve[(index + 1) % 24] ?? 1;
  return a + (b - a) * (hour - Math.floor(hour));
}

const yearMs = 365.2425 * dayMs;
/** 20 July 2026: the warmest time of a year in Hebei. */
const warmestMs = Date.UTC(2026, 6, 20) - zoneOffsetMs;

/** 1 in high summer, −1 in deep winter. */
export function season(timeMs: number): number {
  return Math.cos((2 * Math.PI * (timeMs - warmestMs)) / yearMs);
}

/** 1 at 15 o'clock, −1 at 3 o'clock. */
export function warmthOfDay(timeMs: number): number {
  return Math.cos((2 * Math.PI * (localHour(timeMs) - 15)) / 24);
}

/** Saturday or Sunday in UTC+8. */
export function isWeekend(timeMs: number): boolean {
  // Day 0 of the epoch was a Thursday.
  const weekday = Math.floor((timeMs + zoneOffsetMs) / dayMs) % 7;
  return weekday === 2 || weekday === 3;
}
