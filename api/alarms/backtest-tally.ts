// Raises of a back-test, counted before and after: in all, by priority, by site; and exceedances that had an alarm before and would
// have none after. Pure.

import type { Priority } from "#domain/alarm.ts";
import type { BacktestRaise } from "#domain/alarms/backtest.ts";
import type { Exceedance } from "#domain/judged.ts";
import { formatDay } from "#domain/time.ts";

export interface TestedSeries {
  readonly site: string;
  readonly factor: string;
  readonly before: readonly BacktestRaise[];
  readonly after: readonly BacktestRaise[];
  /** Confirmed ones that these raises could have told of. */
  readonly exceedances: readonly Exceedance[];
}

export interface Counted {
  readonly raises: number;
  /** How often operators would have been called: each raise, and each step up. */
  readonly calls: number;
  readonly byPriority: Readonly<Record<Priority, number>>;
  /** Days of UTC+8 on which something would have been told, ascending. */
  readonly byDay: readonly { readonly day: string; readonly raises: number }[];
  /** Most first. */
  readonly bySite: readonly { readonly site: string; readonly raises: number }[];
}

export interface MissedExceedance {
  readonly id: string;
  readonly site: string;
  readonly factor: string;
  readonly basis: Exceedance["basis"];
  readonly start: number;
}

export interface TallyReport {
  readonly before: Counted;
  readonly after: Counted;
  /** Confirmed exceedances of the tested series. */
  readonly confirmed: number;
  readonly missedConfirmed: number;
  /** The first of them. */
  readonly missed: readonly MissedExceedance[];
}

export interface Tally {
  add(series: TestedSeries): void;
  report(): TallyReport;
}

const listedSites = 20;
const listedMissed = 50;

/** Was the alarm there during the window? */
function tells(raises: readonly BacktestRaise[], { start, end }: Exceedance): boolean {
  return raises.some(({ onset, cleared }) => onset < end && (cleared === null || cleared > start));
}

function createCount() {
  let [raises, calls] = [0, 0];
  const byPriority: Record<Priority, number> = { 1: 0, 2: 0, 3: 0, 4: 0 };
  const sites = new Map<string, number>();
  const days = new Map<string, number>();
  return {
    add(site: string, list: readonly BacktestRaise[]): void {
      raises += list.length;
      for (const raise of list) {
        calls += raise.calls;
        byPriority[raise.priority]++;
        const day = formatDay(raise.at);
        days.set(day, (days.get(day) ?? 0) + 1);
      }
      if (list.length > 0) sites.set(site, (sites.get(site) ?? 0) + list.length);
    },
    report(): Counted {
      const bySite = [...sites]
        .map(([site, count]) => ({ site, raises: count }))
        .toSorted((a, b) => b.raises - a.raises || (a.site < b.site ? -1 : 1))
        .slice(0, listedSites);
      const byDay = [...days].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([day, count]) => ({ day, raises: count }));
      return { raises, calls, byPriority, byDay, bySite };
    },
  };
}

export function createTally(): Tally {
  const [before, after] = [createCount(), createCount()];
  /** By id: a window may be told of by several records. */
  const told = new Map<string, { readonly exceedance: Exceedance; before: boolean; after: boolean }>();
  return {
    add(series) {
      before.add(series.site, series.before);
      after.add(series.site, series.after);
      for (const exceedance of series.exceedances) {
        let known = told.get(exceedance.id);
        if (known === undefined) told.set(exceedance.id, (known = { exceedance, before: false, after: false }));
        known.before ||= tells(series.before, exceedance);
        known.after ||= tells(series.after, exceedance);
      }
    },
    report() {
      const missed = [...told.values()].filter((each) => each.before && !each.after);
      return {
        before: before.report(),
        after: after.report(),
        confirmed: told.size,
        missedConfirmed: missed.length,
        missed: missed.slice(0, listedMissed).map(({ exceedance: { id, site, factor, basis, start } }) => {
          return { id, site, factor, basis, start };
        }),
      };
    },
  };
}
