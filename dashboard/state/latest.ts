// The newest value of every series this screen was told about, in columns, so that ten thousand readings a second make no
// garbage. An older reading never replaces a newer one; a revision of the same moment does.

import { flags, type Flag } from "#domain/reading.ts";

/** One flush of the worker: entry i changes series `index[i]`. New series are named once, in order of their numbers. */
export interface LatestColumns {
  readonly newKeys: readonly (readonly [site: string, factor: string])[];
  readonly index: Uint32Array;
  readonly time: Float64Array;
  readonly value: Float64Array;
  /** Place in `flags` of domain/reading.ts. */
  readonly flag: Uint8Array;
}

export interface LatestValue {
  readonly time: number;
  readonly value: number;
  readonly flag: Flag;
}

interface Series {
  readonly site: string;
  readonly factor: string;
  time: number;
  value: number;
  flag: number;
}

export interface Latest {
  apply(columns: LatestColumns): void;
  /** Newest value of one series. */
  value(site: string, factor: string): LatestValue | null;
  /** Newest event time of any series of the site. */
  siteTime(site: string): number | null;
}

export function createLatest(): Latest {
  const series: Series[] = [];
  const bySite = new Map<string, { time: number; factors: Map<string, Series> }>();

  function addSeries(site: string, factor: string): void {
    const entry: Series = { site, factor, time: Number.NEGATIVE_INFINITY, value: Number.NaN, flag: 0 };
    series.push(entry);
    const known = bySite.get(site) ?? { time: Number.NEGATIVE_INFINITY, factors: new Map<string, Series>() };
    known.factors.set(factor, entry);
    bySite.set(site, known);
  }

  return {
    apply(columns) {
      for (const [site, factor] of columns.newKeys) addSeries(site, factor);
      for (let i = 0; i < columns.index.length; i += 1) {
        const entry = series[columns.index[i] ?? -1];
        const time = columns.time[i] ?? Number.NaN;
        if (entry === undefined || !(time >= entry.time)) continue;
        entry.time = time;
        entry.value = columns.value[i] ?? Number.NaN;
        entry.flag = columns.flag[i] ?? 0;
        const site = bySite.get(entry.site);
        if (site !== undefined && time > site.time) site.time = time;
      }
    },
    value(site, factor) {
      const entry = bySite.get(site)?.factors.get(factor);
      if (entry === undefined || entry.time === Number.NEGATIVE_INFINITY) return null;
      return { time: entry.time, value: entry.value, flag: flags[entry.flag] ?? "N" };
    },
    siteTime(site) {
      const time = bySite.get(site)?.time;
      return time === undefined || time === Number.NEGATIVE_INFINITY ? null : time;
    },
  };
}
