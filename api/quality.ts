// The transmission-effectiveness rate (数据传输有效率) of outfalls and of groups of them, added up from judged days. Days are
// put in one after the other, so that a month of a province never lies in memory as rows. Pure: what time it is comes in as
// the hours that are over.
//
//   a site counts        from the first day it has a judged reading of; before that nothing is due
//   factors that count   the assessed ones of its kind that are on its list
//   due                  hours of the day that are over, without those that were stopped; also of a day that brought nothing
//   an outfall           mean over its factors          a group: sum over sum

import type { JudgedHours } from "#domain/judged.ts";
import { assessedFactors, rateOutfall, rateTransmission } from "#domain/rules/transmission.ts";
import type { Site } from "#domain/site.ts";
import { hourMs, minuteMs } from "#domain/time.ts";
import type { JudgedHoursRow } from "#store/state/state.ts";

export const qualityScopes = ["site", "city", "enterprise", "maintainer", "province"] as const;
export type QualityScope = (typeof qualityScopes)[number];

/** Like JudgedHours, to be added up. */
export interface QualityCounts {
  due: number;
  received: number;
  valid: number;
  stopped: number;
  marked: number;
}

export interface QualityRates {
  /** 0 … 1; null where nothing is counted that could have one. */
  readonly transmission: number | null;
  readonly validity: number | null;
  readonly effective: number | null;
}

export interface QualityDay {
  readonly day: string;
  readonly effective: number | null;
  readonly due: number;
  readonly received: number;
  readonly valid: number;
}

export interface QualityFactor extends QualityCounts, QualityRates {
  readonly factor: string;
}

export interface QualityRow extends QualityCounts, QualityRates {
  readonly key: string;
  readonly sites: number;
  readonly factors: readonly QualityFactor[];
  readonly days: readonly QualityDay[];
}

export function createCounts(): QualityCounts {
  return { due: 0, received: 0, valid: 0, stopped: 0, marked: 0 };
}

function addTo(sum: QualityCounts, counts: QualityCounts): void {
  sum.due += counts.due;
  sum.received += counts.received;
  sum.valid += counts.valid;
  sum.stopped += counts.stopped;
  sum.marked += counts.marked;
}

function rate(counts: QualityCounts): QualityRates {
  const { transmission, validity, effective } = rateTransmission(counts);
  return { transmission, validity, effective };
}

/** An hour is asked for when it could have been judged: a quarter of an hour after its end. */
const graceMs = 15 * minuteMs;

/** Hours of the day that begins at `dayStartMs` that are over. */
export function countHoursOver(dayStartMs: number, nowMs: number): number {
  return Math.min(24, Math.max(0, Math.floor((nowMs - graceMs - dayStartMs) / hourMs)));
}

/** What one factor of one site comes to on a day of which `hoursOver` hours are over. */
export function countDay(hours: JudgedHours | undefined, hoursOver: number): QualityCounts {
  if (hours === undefined) return { ...createCounts(), due: hoursOver };
  const { received, valid, stopped, marked } = hours;
  return { due: Math.max(received, hoursOver - stopped), received, valid, stopped, marked };
}

/** Factors by which a site is assessed. */
export function assessedOf(site: Pick<Site, "kind" | "factors">): string[] {
  return assessedFactors(site.kind).filter((factor) => site.factors.includes(factor));
}

/** One row of the answer, while it grows. */
class Sum {
  readonly #isOutfall: boolean;
  readonly #all = createCounts();
  readonly #factors = new Map<string, QualityCounts>();
  readonly #sites = new Set<string>();
  readonly #days: QualityDay[] = [];
  #today = createCounts();
  #todays: QualityCounts[] = [];

  /** An outfall is the mean of its factors, anything larger sum over sum. */
  constructor(isOutfall: boolean) {
    this.#isOutfall = isOutfall;
  }

  add(site: string, factor: string, counts: QualityCounts): void {
    this.#sites.add(site);
    const known = this.#factors.get(factor);
    if (known === undefined) this.#factors.set(factor, { ...counts });
    else addTo(known, counts);
    addTo(this.#all, counts);
    addTo(this.#today, counts);
    if (this.#isOutfall) this.#todays.push(counts);
  }

  endDay(day: string): void {
    const { due, received, valid } = this.#today;
    this.#days.push({ day, effective: this.#effective(this.#todays, this.#today), due, received, valid });
    this.#today = createCounts();
    this.#todays = [];
  }

  #effective(factors: readonly QualityCounts[], all: QualityCounts): number | null {
    return this.#isOutfall ? rateOutfall(factors) : rateTransmission(all).effective;
  }

  finish(key: string): QualityRow {
    const factors = [...this.#factors].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return {
      key,
      sites: this.#sites.size,
      ...this.#all,
      ...rate(this.#all),
      effective: this.#effective([...this.#factors.values()], this.#all),
      factors: factors.map(([factor, counts]) => ({ factor, ...counts, ...rate(counts) })),
      days: this.#days,
    };
  }
}

export interface QualityBook {
  /** The judged days of all sites for this day, in any order. */
  addDay(day: string, hoursOver: number, judged: readonly JudgedHoursRow[]): void;
  rows(): QualityRow[];
  total(): QualityRow;
}

export interface QualitySite {
  readonly site: Site;
  /** Of its first judged reading; undefined: it never sent any. */
  readonly firstDay: string | undefined;
}

/** `keyOf`: the row that a site belongs to. Sites that are not assessed, or never sent anything, are in no row. */
export function createQualityBook(
  sites: readonly QualitySite[],
  scope: QualityScope,
  keyOf: (site: Site) => string,
): QualityBook {
  const counted = sites
    .map(({ site, firstDay }) => ({ site, firstDay, factors: assessedOf(site) }))
    .filter(({ factors, firstDay }) => factors.length > 0 && firstDay !== undefined);
  const sums = new Map<string, Sum>();
  const all = new Sum(false);
  const sumOf = (key: string): Sum => {
    const known = sums.get(key);
    if (known !== undefined) return known;
    const made = new Sum(scope === "site");
    sums.set(key, made);
    return made;
  };
  const places = counted.map((one) => ({ ...one, sum: sumOf(keyOf(one.site)) }));

  return {
    addDay(day, hoursOver, judged) {
      const found = new Map(judged.map((row) => [`${row.site} ${row.factor}`, row.hours]));
      for (const { site, firstDay, factors, sum } of places) {
        if (firstDay === undefined || firstDay > day) continue;
        for (const factor of factors) {
          const counts = countDay(found.get(`${site.id} ${factor}`), hoursOver);
          sum.add(site.id, factor, counts);
          all.add(site.id, factor, counts);
        }
      }
      for (const sum of sums.values()) sum.endDay(day);
      all.endDay(day);
    },
    rows: () => [...sums].map(([key, sum]) => sum.finish(key)).toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    total: () => all.finish(""),
  };
}
