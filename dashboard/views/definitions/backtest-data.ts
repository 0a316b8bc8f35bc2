// A back-test asked for and read as it goes: what the definitions in force, and what those in the form, would have raised.

import { cities } from "#domain/city.ts";
import { dayMs, dayStart, formatDay } from "#domain/time.ts";
import type { DefinitionDraft } from "./definition-data.ts";

export interface BacktestSide {
  readonly raises: number;
  readonly byPriority: Readonly<Record<"1" | "2" | "3" | "4", number>>;
  /** Days of UTC+8; those without any may be missing. */
  readonly byDay: readonly { readonly day: string; readonly raises: number }[];
  /** The first of them, most first. */
  readonly bySite: readonly { readonly site: string; readonly siteName: string; readonly raises: number }[];
}

export interface BacktestResult {
  readonly from: string;
  readonly to: string;
  readonly before: BacktestSide;
  readonly after: BacktestSide;
  readonly confirmed: number;
  readonly missedConfirmed: number;
  readonly samples: number;
  readonly seconds: number;
  /** What history holds nothing to test with. */
  readonly skipped: readonly { readonly id: string; readonly why: string }[];
}

export interface BacktestQuestion {
  readonly id: string;
  readonly draft: DefinitionDraft;
  /** Of this city; not used when a site is named. */
  readonly city: string;
  readonly site: string | null;
  readonly from: number;
  readonly to: number;
}

export const testSpans = [7, 30, 90] as const;
export type TestSpan = (typeof testSpans)[number];
export const usualSpan: TestSpan = 30;

/** The place to begin with: where the definition holds. */
export function placeOf(query: URLSearchParams, scope: { readonly city: string; readonly site: string }) {
  const asked = query.get("city") ?? scope.city;
  return {
    city: (cities.find(({ adcode }) => adcode === asked) ?? cities[0])?.adcode ?? "",
    site: query.get("for") ?? (scope.site === "" ? null : scope.site),
    days: testSpans.find((span) => String(span) === query.get("days")) ?? usualSpan,
  };
}

export interface SiteChange {
  readonly key: string;
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

/**
 * Sites by how much they change, the most first. Both lists of the answer are cut: a site that one of them lacks while it is full
 * had at most as many as the last on it, and its change is not known: it is left out.
 */
export function mostChanged({ before, after }: BacktestResult, full = 20, most = 10): SiteChange[] {
  const names = new Map([...before.bySite, ...after.bySite].map(({ site, siteName }) => [site, siteName]));
  const countOf = ({ bySite }: BacktestSide, site: string): number | null =>
    bySite.find((row) => row.site === site)?.raises ?? (bySite.length < full ? 0 : null);
  return [...names]
    .flatMap(([key, name]) => {
      const [old, young] = [countOf(before, key), countOf(after, key)];
      return old === null || young === null || old === young ? [] : [{ key, name, before: old, after: young }];
    })
    .toSorted((a, b) => Math.abs(b.before - b.after) - Math.abs(a.before - a.after) || (a.key < b.key ? -1 : 1))
    .slice(0, most);
}

/** All days of the time that was looked at, also those without any. */
export function daysOf({ from, to, before, after }: BacktestResult) {
  const [begin, end] = [dayStart(Date.parse(from)), Date.parse(to)];
  const count = Math.max(0, Math.ceil((end - begin) / dayMs));
  return Array.from({ length: count }, (_, i) => {
    const day = formatDay(begin + i * dayMs);
    const of = (side: BacktestSide): number => side.byDay.find((each) => each.day === day)?.raises ?? 0;
    return { key: day, name: day.slice(5), before: of(before), after: of(after) };
  });
}
