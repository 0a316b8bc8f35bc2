// Buildings (公共建筑能耗): what a building uses a year for each square metre, what it uses on a usual day of this weekday, at night
// and at weekends, and what is odd about it. Thresholds are rows of a table with their sources. Pure.

import { dayMs, hourMs, zoneOffsetMs } from "../time.ts";
import table from "../tables/energy-buildings.json" with { type: "json" };
import { fromThousandths, type Thousandths } from "./amount.ts";

/** The four sub-items of electricity (分项能耗), as in factors `b.*`. */
export const subItems = ["light", "hvac", "power", "special"] as const;
export type SubItem = (typeof subItems)[number];

export const buildingTypes = table.types;

/** What a building used in an hour; `coverage` as of its meters. */
export interface BuildingHour {
  readonly start: number;
  readonly amount: Thousandths;
  readonly coverage: number;
}

export interface Intensity {
  /** kWh/(m² · a) over the last year; null: less than a month is known, or no area. */
  readonly value: number | null;
  /** Share of the year that is known; the value is what is known, scaled to the year. */
  readonly coverage: number;
  readonly days: number;
}

const knownDaysMin = 30;

/** Of the hours of one year. */
export function intensityOf(hours: readonly BuildingHour[], areaM2: number | null): Intensity {
  let [sum, known] = [0, 0];
  for (const { amount, coverage } of hours) {
    sum += amount;
    known += coverage;
  }
  const days = (known * hourMs) / dayMs;
  const coverage = Math.min(1, days / 365);
  const isKnown = areaM2 !== null && areaM2 > 0 && days >= knownDaysMin;
  return { value: isKnown ? (fromThousandths(sum) / areaM2) * (365 / days) : null, coverage, days };
}

/** Median kWh of each hour of the day, of the same weekday in the weeks before the day that begins at `day` (UTC+8). */
export function weekdayBaseline(
  hours: readonly BuildingHour[],
  day: number,
  weeks = table.baselineWeeks,
): (number | null)[] {
  const byStart = new Map(hours.map((hour) => [hour.start, hour] as const));
  return Array.from({ length: 24 }, (_, hour) => {
    const values: number[] = [];
    for (let week = 1; week <= weeks; week++) {
      const found = byStart.get(day - week * 7 * dayMs + hour * hourMs);
      if (found !== undefined && found.coverage >= table.hourCoverageMin) values.push(fromThousandths(found.amount));
    }
    return median(values);
  });
}

function median(values: number[]): number | null {
  if (values.length === 0) return null;
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  const upper = values[middle] ?? 0;
  return values.length % 2 === 1 ? upper : ((values[middle - 1] ?? 0) + upper) / 2;
}

export interface LoadShape {
  /** Mean kWh of an hour of the night (table) and of all hours; null: not enough is known. */
  readonly night: number | null;
  readonly mean: number | null;
  /** night / mean. */
  readonly nightShare: number | null;
  /** Mean of an hour at weekends over that of working days. */
  readonly weekendShare: number | null;
}

export function loadShape(hours: readonly BuildingHour[]): LoadShape {
  const sums = { all: [0, 0], night: [0, 0], weekend: [0, 0], work: [0, 0] };
  const add = (to: number[], amount: number): void => {
    to[0] = (to[0] ?? 0) + amount;
    to[1] = (to[1] ?? 0) + 1;
  };
  for (const { start, amount, coverage } of hours) {
    if (coverage < table.hourCoverageMin) continue;
    const local = start + zoneOffsetMs;
    const hour = Math.floor(local / hourMs) % 24;
    const weekday = (Math.floor(local / dayMs) + 4) % 7;
    add(sums.all, amount);
    if (hour >= table.night.from && hour < table.night.to) add(sums.night, amount);
    add(weekday === 0 || weekday === 6 ? sums.weekend : sums.work, amount);
  }
  const mean = meanOf(sums.all);
  const night = meanOf(sums.night);
  const weekend = meanOf(sums.weekend);
  const work = meanOf(sums.work);
  return { night, mean, nightShare: share(night, mean), weekendShare: share(weekend, work) };
}

function meanOf([sum = 0, count = 0]: readonly number[]): number | null {
  return count === 0 ? null : fromThousandths(sum) / count;
}

function share(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole <= 0 ? null : part / whole;
}

export interface BuildingOddity {
  readonly rule: (typeof table.rules)[number]["rule"];
  readonly value: number;
  readonly threshold: number;
  readonly source: string;
}

/** What is odd: base load at night, weekends, and sub-meters that do not add up to the main one. */
export function findOddities(shape: LoadShape, subSum: Thousandths | null, main: Thousandths | null): BuildingOddity[] {
  const mismatch = subSum === null || main === null || main <= 0 ? null : Math.abs(subSum - main) / main;
  const values: Readonly<Record<string, number | null>> = {
    "night-base-load": shape.nightShare,
    weekend: shape.weekendShare,
    "sub-meters": mismatch,
  };
  return table.rules.flatMap(({ rule, threshold, source }) => {
    const value = values[rule] ?? null;
    return value !== null && value > threshold ? [{ rule, value, threshold, source }] : [];
  });
}

export interface Benchmark {
  readonly type: string;
  readonly constraint: number;
  readonly guide: number;
  readonly verdict: "good" | "within" | "above";
  readonly source: string;
  readonly sureness: string;
}

/** GB/T 51161-2016 for the cold zone, by kind of building. Null: no row for it. */
export function benchmark(type: string, intensity: number): Benchmark | null {
  const row = buildingTypes.find((each) => each.code === type);
  if (row === undefined || row.constraint === null || row.guide === null) return null;
  const { constraint, guide, source, sureness } = row;
  const verdict = intensity <= guide ? "good" : intensity <= constraint ? "within" : "above";
  return { type, constraint, guide, verdict, source, sureness };
}
