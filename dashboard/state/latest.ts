// The newest value of every series this screen was told about, in typed columns by the number of the series, so that ten
// thousand readings a second make no garbage. An older reading never replaces a newer one; a revision of the same moment does.

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

export interface Latest {
  apply(columns: LatestColumns): void;
  /** Newest value of one series. */
  value(site: string, factor: string): LatestValue | null;
  /** Newest event time of any series of the site. */
  siteTime(site: string): number | null;
}

interface Columns {
  /** −∞ = nothing received. */
  time: Float64Array;
  value: Float64Array;
  flag: Uint8Array;
  /** Number of the site of each series. */
  site: Uint32Array;
}

const firstRoom = 1024;

function makeColumns(room: number): Columns {
  return {
    time: new Float64Array(room).fill(Number.NEGATIVE_INFINITY),
    value: new Float64Array(room),
    flag: new Uint8Array(room),
    site: new Uint32Array(room),
  };
}

/** Twice the room, with what was there. */
function growColumns(old: Columns): Columns {
  const next = makeColumns(old.time.length * 2);
  next.time.set(old.time);
  next.value.set(old.value);
  next.flag.set(old.flag);
  next.site.set(old.site);
  return next;
}

export function createLatest(): Latest {
  const sites = new Map<string, { readonly number: number; readonly factors: Map<string, number> }>();
  let columns = makeColumns(firstRoom);
  let siteTimes = new Float64Array(firstRoom).fill(Number.NEGATIVE_INFINITY);
  let seriesCount = 0;

  function addSite(): { readonly number: number; readonly factors: Map<string, number> } {
    const number = sites.size;
    if (number === siteTimes.length) {
      const next = new Float64Array(number * 2).fill(Number.NEGATIVE_INFINITY);
      next.set(siteTimes);
      siteTimes = next;
    }
    return { number, factors: new Map() };
  }

  function addSeries(site: string, factor: string): void {
    let known = sites.get(site);
    if (known === undefined) sites.set(site, (known = addSite()));
    if (seriesCount === columns.time.length) columns = growColumns(columns);
    known.factors.set(factor, seriesCount);
    columns.site[seriesCount] = known.number;
    seriesCount += 1;
  }

  return {
    apply({ newKeys, index, time, value, flag }) {
      for (const [site, factor] of newKeys) addSeries(site, factor);
      for (let i = 0; i < index.length; i += 1) {
        const series = index[i] ?? seriesCount;
        const at = time[i] ?? Number.NaN;
        if (series >= seriesCount || !(at >= (columns.time[series] ?? Number.NaN))) continue;
        columns.time[series] = at;
        columns.value[series] = value[i] ?? Number.NaN;
        columns.flag[series] = flag[i] ?? 0;
        const site = columns.site[series] ?? 0;
        if (at > (siteTimes[site] ?? Number.NaN)) siteTimes[site] = at;
      }
    },
    value(site, factor) {
      const series = sites.get(site)?.factors.get(factor);
      const time = series === undefined ? undefined : columns.time[series];
      if (series === undefined || time === undefined || time === Number.NEGATIVE_INFINITY) return null;
      return { time, value: columns.value[series] ?? Number.NaN, flag: flags[columns.flag[series] ?? 0] ?? "N" };
    },
    siteTime(site) {
      const number = sites.get(site)?.number;
      const time = number === undefined ? undefined : siteTimes[number];
      return time === undefined || time === Number.NEGATIVE_INFINITY ? null : time;
    },
  };
}
