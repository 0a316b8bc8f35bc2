// All series in columns: which site and factor, and the newest value. A series is a number; what is the same for all sites
// with the same list of factors (units, ranges) is kept once, in their layout. Pure.

import { type Factor, factorUnit, findFactor, physicalRange } from "#domain/factor.ts";
import { type Flag, flags } from "#domain/reading.ts";
import type { SiteKind } from "#domain/site.ts";
import { grown } from "./columns.ts";

/** What is known of a factor at sites of one kind. */
export interface FactorFacts {
  readonly factor: Factor;
  readonly unit: string;
  readonly range: { readonly min: number; readonly max: number };
}

/** The factors of a site in the order of their columns; shared by all sites that have the same. */
export interface Layout {
  readonly codes: readonly string[];
  readonly offsets: ReadonlyMap<string, number>;
  /** Null for a code that the tables have lost since the site was registered. */
  readonly facts: readonly (FactorFacts | null)[];
}

export interface Layouts {
  of(kind: SiteKind, codes: readonly string[]): Layout;
}

export function createLayouts(): Layouts {
  const layouts = new Map<string, Layout>();
  return {
    of(kind, codes) {
      const key = `${kind} ${codes.join(" ")}`;
      let layout = layouts.get(key);
      if (layout === undefined) {
        const facts = codes.map((code) => factsOf(kind, code));
        layout = { codes, offsets: new Map(codes.map((code, i) => [code, i])), facts };
        layouts.set(key, layout);
      }
      return layout;
    },
  };
}

function factsOf(kind: SiteKind, code: string): FactorFacts | null {
  const factor = findFactor(code);
  if (factor === undefined) return null;
  const unit = factorUnit(factor, kind);
  return { factor, unit, range: physicalRange(unit) };
}

/** Bits of a series. */
export const seriesBits = {
  /** The factor is on the site's list. */
  listed: 1,
  /** It has limits, values of a record, or something open. */
  watched: 2,
  /** It, or its site, counts as silent: the next reading ends that. */
  silent: 4,
} as const;

interface Columns {
  /** Place of the site in the registry, and of the factor in the site's layout. */
  site: Int32Array;
  offset: Uint16Array;
  bits: Uint8Array;
  /** The newest value by event time; -Infinity when there is none. */
  time: Float64Array;
  value: Float64Array;
  receivedAt: Float64Array;
  flag: Uint8Array;
  quality: Uint8Array;
  /** When a reading came last that says how things are now, by the clock of listening; -Infinity when none ever did. */
  heardAt: Float64Array;
}

export interface SavedSeriesColumns extends Columns {
  readonly count: number;
}

export interface SeriesColumns {
  /** By number of the series. The arrays are exchanged when they grow: do not keep them. */
  readonly columns: Readonly<Columns>;
  readonly count: number;
  /** One more series; its number is the next one. */
  push(site: number, offset: number): number;
  /** Newest is the newest by event time, never the last to arrive. False when it is older than what is known. */
  takeNewest(series: number, time: number, value: number, flag: Flag, quality: number, receivedAt: number): boolean;
  flagOf(series: number): Flag;
  save(): SavedSeriesColumns;
}

const columnNames = ["site", "offset", "bits", "time", "value", "receivedAt", "flag", "quality", "heardAt"] as const;
const flagNumbers: Readonly<Record<Flag, number>> = { N: 0, F: 1, M: 2, S: 3, D: 4, C: 5, T: 6, B: 7 };

export function createSeriesColumns(saved?: SavedSeriesColumns): SeriesColumns {
  let count = saved?.count ?? 0;
  let capacity = Math.max(count, 1024);
  const columns: Columns = {
    site: new Int32Array(capacity),
    offset: new Uint16Array(capacity),
    bits: new Uint8Array(capacity),
    time: new Float64Array(capacity),
    value: new Float64Array(capacity),
    receivedAt: new Float64Array(capacity),
    flag: new Uint8Array(capacity),
    quality: new Uint8Array(capacity),
    heardAt: new Float64Array(capacity).fill(Number.NEGATIVE_INFINITY),
  };
  for (const name of columnNames) if (saved !== undefined) columns[name].set(saved[name]);

  function grow(): void {
    capacity = Math.ceil(capacity * 1.5);
    columns.site = grown(columns.site, new Int32Array(capacity));
    columns.offset = grown(columns.offset, new Uint16Array(capacity));
    columns.bits = grown(columns.bits, new Uint8Array(capacity));
    columns.time = grown(columns.time, new Float64Array(capacity));
    columns.value = grown(columns.value, new Float64Array(capacity));
    columns.receivedAt = grown(columns.receivedAt, new Float64Array(capacity));
    columns.flag = grown(columns.flag, new Uint8Array(capacity));
    columns.quality = grown(columns.quality, new Uint8Array(capacity));
    columns.heardAt = grown(columns.heardAt, new Float64Array(capacity));
  }

  return {
    columns,
    get count() {
      return count;
    },
    push(site, offset) {
      if (count === capacity) grow();
      columns.site[count] = site;
      columns.offset[count] = offset;
      columns.time[count] = Number.NEGATIVE_INFINITY;
      columns.heardAt[count] = Number.NEGATIVE_INFINITY;
      return count++;
    },
    takeNewest(series, time, value, flag, quality, receivedAt) {
      if (time < (columns.time[series] ?? 0)) return false;
      columns.time[series] = time;
      columns.value[series] = value;
      columns.receivedAt[series] = receivedAt;
      columns.flag[series] = flagNumbers[flag];
      columns.quality[series] = quality;
      return true;
    },
    flagOf: (series) => flags[columns.flag[series] ?? 0] ?? "N",
    save: () => ({
      count,
      site: columns.site.subarray(0, count),
      offset: columns.offset.subarray(0, count),
      bits: columns.bits.subarray(0, count),
      time: columns.time.subarray(0, count),
      value: columns.value.subarray(0, count),
      receivedAt: columns.receivedAt.subarray(0, count),
      flag: columns.flag.subarray(0, count),
      quality: columns.quality.subarray(0, count),
      heardAt: columns.heardAt.subarray(0, count),
    }),
  };
}
