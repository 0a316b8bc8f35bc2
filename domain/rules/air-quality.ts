// Air quality index: concentrations of one hour or day → an index for each pollutant, the greatest of them, its level and the
// primary pollutants, by the rule in force on that date. Counts in whole numbers: rounding up would turn the dust of a division
// into a whole index.

import airQualityTable from "../tables/air-quality.json" with { type: "json" };
import { roundToDecimals } from "./rounding.ts";
import { type Dated, findDated, readSureness, type Sureness } from "./sureness.ts";

/** day: daily means, and the greatest eight hours of ozone; hour: hourly means. */
export type AirReport = "day" | "hour";

interface Column {
  readonly factor: string;
  readonly report: string;
  /** Concentrations are rounded to them first. [HJ 633-2026 4.2.2] */
  readonly decimals: number;
  /** Index above the last point; null: this rule computes none there. */
  readonly beyond: number | null;
  /** Concentrations at index 0, 50, 100 … */
  readonly points: readonly number[];
}

export interface AirQualityRule extends Dated {
  readonly rule: string;
  readonly clause: string;
  readonly source: string;
  readonly sureness: Sureness;
  readonly columns: readonly Column[];
}

export const airQualityRules: readonly AirQualityRule[] = airQualityTable.rules.map((row) => ({
  ...row,
  sureness: readSureness(row.sureness),
}));

export interface AirQualityLevel {
  /** 1 the best … 6 the worst. */
  readonly level: number;
  readonly to: number;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly colour: string;
}

export const airQualityLevels: readonly AirQualityLevel[] = airQualityTable.levels;

/** Indexes beyond the last level stay in it. */
export function levelOfIndex(index: number): AirQualityLevel {
  const level = airQualityLevels.find(({ to }) => index <= to) ?? airQualityLevels.at(-1);
  if (level === undefined) throw new Error("air-quality.json has no levels");
  return level;
}

/** Index of one concentration, or null when the rule computes none for it: its report has no such column, or it is too high. */
function indexOf({ decimals, beyond, points }: Column, concentration: number): number | null {
  const unit = 10 ** decimals;
  const whole = Math.round(roundToDecimals(concentration, decimals) * unit);
  // Slightly below zero is the drift of an instrument in clean air.
  if (whole <= 0) return 0;
  for (let i = 1; i < points.length; i += 1) {
    const high = Math.round((points[i] ?? 0) * unit);
    if (whole > high) continue;
    const low = Math.round((points[i - 1] ?? 0) * unit);
    const lowIndex = airQualityTable.indexes[i - 1] ?? 0;
    const rise = ((airQualityTable.indexes[i] ?? 0) - lowIndex) * (whole - low);
    const rest = rise % (high - low);
    return lowIndex + (rise - rest) / (high - low) + (rest > 0 ? 1 : 0);
  }
  return beyond;
}

export interface AirQuality {
  /** Null when no pollutant has an index. */
  readonly aqi: number | null;
  readonly level: AirQualityLevel | null;
  /** Above 50: the pollutants with the greatest index, all of them. */
  readonly primary: readonly string[];
  readonly indexes: Readonly<Record<string, number>>;
  /** Pollutants of this report that came without a value, or with one the rule computes nothing from. */
  readonly without: readonly string[];
  readonly rule: string;
  readonly sureness: Sureness;
}

export function findAirQualityRule(timeMs: number): AirQualityRule | undefined {
  return findDated(airQualityRules, timeMs);
}

/** `values`: concentrations by factor code, in the units of air stations. Undefined: no rule is known for that date. */
export function rateAirQuality(
  values: Readonly<Record<string, number | null>>,
  report: AirReport,
  timeMs: number,
): AirQuality | undefined {
  const rule = findAirQualityRule(timeMs);
  if (rule === undefined) return undefined;
  const indexes: Record<string, number> = {};
  const without: string[] = [];
  for (const column of rule.columns) {
    if (column.report !== report) continue;
    const value = values[column.factor] ?? null;
    const index = value === null || !Number.isFinite(value) ? null : indexOf(column, value);
    if (index === null) without.push(column.factor);
    else indexes[column.factor] = index;
  }
  const all = Object.entries(indexes);
  const aqi = all.length === 0 ? null : Math.max(...all.map(([, index]) => index));
  const primary = aqi === null || aqi <= 50 ? [] : all.filter(([, index]) => index === aqi).map(([factor]) => factor);
  return {
    aqi,
    level: aqi === null ? null : levelOfIndex(aqi),
    primary,
    indexes,
    without,
    rule: rule.rule,
    sureness: rule.sureness,
  };
}
