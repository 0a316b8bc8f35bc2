// The map in words: one row per city with how many sites it has, how many are heard from, and what is open there.

import type { Priority } from "#domain/alarm.ts";
import { isCalling, type AlarmBook } from "./alarm-book.ts";
import type { SiteIndex } from "./site-index.ts";
import type { Freshness } from "./staleness.ts";

export interface CitySummary {
  readonly adcode: string;
  readonly sites: number;
  readonly fresh: number;
  readonly stale: number;
  /** Open alarms whose condition is still there, by priority. */
  readonly active: Readonly<Record<Priority, number>>;
  readonly unacked: number;
}

/** `freshnessOf[i]` belongs to site i of the index. Cities come in the order given. */
export function summarizeCities(
  adcodes: readonly string[],
  index: SiteIndex,
  freshnessOf: readonly Freshness[],
  book: AlarmBook,
): CitySummary[] {
  const rows = new Map(
    adcodes.map((adcode) => [
      adcode,
      { adcode, sites: 0, fresh: 0, stale: 0, active: { 1: 0, 2: 0, 3: 0, 4: 0 }, unacked: 0 },
    ]),
  );
  for (let i = 0; i < index.columns.id.length; i += 1) {
    const row = rows.get(index.columns.city[i] ?? "");
    if (row === undefined) continue;
    row.sites += 1;
    if (freshnessOf[i] === "fresh") row.fresh += 1;
    else row.stale += 1;
  }
  for (const alarm of book.byId.values()) {
    const row = rows.get(index.cityOf(alarm.site) ?? "");
    if (row === undefined || !isCalling(alarm)) continue;
    if (alarm.active) row.active[alarm.priority] += 1;
    if (!alarm.acked) row.unacked += 1;
  }
  return [...rows.values()];
}

export function addSummaries(rows: readonly CitySummary[]): Omit<CitySummary, "adcode"> {
  const total = { sites: 0, fresh: 0, stale: 0, active: { 1: 0, 2: 0, 3: 0, 4: 0 }, unacked: 0 };
  for (const row of rows) {
    total.sites += row.sites;
    total.fresh += row.fresh;
    total.stale += row.stale;
    total.unacked += row.unacked;
    for (const priority of [1, 2, 3, 4] as const) total.active[priority] += row.active[priority];
  }
  return total;
}
