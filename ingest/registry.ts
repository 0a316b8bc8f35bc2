// The registry as ingest knows it: sites with their series, and the limits in force. Changed only by entries of the journal. Pure.

import type { AlarmDefinition } from "#domain/alarm-definition.ts";
import { bounds } from "#domain/bounds.ts";
import { findFactor } from "#domain/factor.ts";
import { type Limit, type LimitBasis, limitBases } from "#domain/limit.ts";
import type { LatestRow } from "#domain/live.ts";
import type { Site } from "#domain/site.ts";
import {
  createLayouts,
  createSeriesColumns,
  type FactorFacts,
  type Layout,
  type SavedSeriesColumns,
  seriesBits,
  type SeriesColumns,
} from "./series.ts";
import { type PackedRecents, packRecents, unpackRecents } from "./validate/recent-pack.ts";
import { createRecent, type Recent, widen } from "./validate/recent.ts";

/** What judges a series. Only series with limits, values of a record or something open have one. */
export interface Watch extends SavedWatch {
  /** Which realtime values reach no level, and when; null when it is not known. Nearly every reading is. */
  calm: Calm | null;
  /** How many of its alarms that look at readings remember something: then no reading is calm. */
  stirred: number;
  /** The records that hold for it; null when that is not known. */
  rules: SeriesRules | null;
}

export interface SavedWatch {
  /** Limits of any time, by basis. */
  readonly limits: Record<LimitBasis, Limit[]>;
  /** Newest event time that each basis was compared at. */
  readonly comparedAt: Record<LimitBasis, number>;
}

export interface Calm {
  /** Event times, from (inclusive) and to (exclusive). */
  readonly from: number;
  readonly to: number;
  /** Both inclusive. */
  readonly min: number;
  readonly max: number;
  /** Of the records it rests on. */
  readonly edition: number;
}

/** Records of one series; null: none is in force. */
export interface SeriesRules {
  readonly limit: Readonly<Record<LimitBasis, AlarmDefinition | null>>;
  readonly quality: AlarmDefinition | null;
  readonly silence: AlarmDefinition | null;
  /** Realtime records of subject "value". */
  readonly values: readonly AlarmDefinition[];
  /** They are valid while records and site have these versions. */
  readonly edition: number;
  readonly siteVersion: number;
}

export interface SiteState {
  site: Site;
  /** Place in the registry. */
  readonly at: number;
  layout: Layout;
  /** By offset in the layout: the number of the series. */
  readonly series: number[];
  readonly recent: Recent;
}

/** One series with all that belongs to it; made when it is needed. */
export interface Series {
  readonly state: SiteState;
  readonly index: number;
  readonly facts: FactorFacts;
  readonly watch: Watch;
}

export interface Registry {
  readonly sites: ReadonlyMap<string, SiteState>;
  /** By place. */
  readonly order: readonly SiteState[];
  readonly series: SeriesColumns;
  /** By number of the series; only of those that are watched. */
  readonly watches: ReadonlyMap<number, Watch>;
  putSite(site: Site): SiteState;
  /** The site whose HJ 212 logger has this MN. */
  siteOfMn(mn: string): SiteState | undefined;
  /** Adds a limit; one with the same id is replaced. Null when the site or the factor is unknown. */
  putLimit(limit: Limit): Series | null;
  /** Offset of a factor in the layout of its site, made when it is first seen; -1 when no table has the factor. */
  offsetOf(state: SiteState, code: string): number;
  /** A series that is watched from now on, if it was not. */
  watch(state: SiteState, offset: number): Series;
  siteOf(series: number): SiteState;
  limitsOf(site: string): Limit[];
  /** Points to remember of each site, whatever their age. */
  readonly pointsLeast: number;
  latestRow(series: number): LatestRow;
}

/** Some sites that follow each other. */
export interface SavedSites {
  readonly sites: readonly Site[];
  /** Lists of factors that occur, and which of them each site has. */
  readonly layouts: readonly (readonly string[])[];
  readonly layout: Uint32Array;
  /** Numbers of the series, one for each factor of each site. */
  readonly series: Int32Array;
  readonly recents: PackedRecents;
}

export interface SavedRegistry {
  readonly series: SavedSeriesColumns;
  readonly watches: readonly (readonly [series: number, watch: SavedWatch])[];
  /** In order of their place; made while it is iterated. */
  readonly sites: Iterable<SavedSites>;
}

export interface RegistryMemory {
  save(): SavedRegistry;
}

/** Sites mostly have one of a few lists of factors: kept once, 400,000 sites take a seventh of a gigabyte less. */
function createShares(): (site: Site) => Site {
  const lists = new Map<string, readonly string[]>();
  return (site) => {
    const key = site.factors.join(" ");
    const known = lists.get(key);
    if (known === undefined && lists.size < bounds.sharedFactorListsMax) lists.set(key, site.factors);
    return known === undefined ? site : { ...site, factors: known };
  };
}

/** `newest`: readings older than it do not say how things are now. */
function createWatch(newest: number): Watch {
  const never = Number.NEGATIVE_INFINITY;
  return {
    limits: { realtime: [], hour: [], day: [] },
    comparedAt: { realtime: newest, hour: never, day: never },
    calm: null,
    stirred: 0,
    rules: null,
  };
}

export function createRegistry(addSeries: () => number, saved?: SavedRegistry): Registry & RegistryMemory {
  const sites = new Map<string, SiteState>();
  const order: SiteState[] = [];
  const byMn = new Map<string, SiteState>();
  const shares = createShares();
  const series = createSeriesColumns(saved?.series);
  const watches = new Map<number, Watch>();
  for (const [index, { limits, comparedAt }] of saved?.watches ?? [])
    watches.set(index, { limits, comparedAt, calm: null, stirred: 0, rules: null });
  const layouts = createLayouts();
  for (const part of saved?.sites ?? []) loadSites(part);

  function loadSites({ sites: list, layouts: lists, layout, series: indexes, recents }: SavedSites): void {
    const remembered = unpackRecents(recents);
    let from = 0;
    list.forEach((each, i) => {
      const site = shares(each);
      const codes = lists[layout[i] ?? 0] ?? [];
      const to = from + codes.length;
      const numbers = [...indexes.subarray(from, to)];
      const recent = remembered[i] ?? createRecent(codes.length);
      const state = { site, at: order.length, layout: layouts.of(site.kind, codes), series: numbers, recent };
      sites.set(site.id, state);
      order.push(state);
      if (site.mn !== null) byMn.set(site.mn, state);
      from = to;
    });
  }

  function relayout(state: SiteState, codes: readonly string[]): void {
    state.layout = layouts.of(state.site.kind, codes);
    for (let offset = state.series.length; offset < state.layout.codes.length; offset++) {
      const index = series.push(state.at, offset);
      if (addSeries() !== index) throw new Error("series and their windows have different numbers");
      state.series.push(index);
    }
    widen(state.recent, state.layout.codes.length);
  }

  function offsetOf(state: SiteState, code: string): number {
    const known = state.layout.offsets.get(code);
    if (known !== undefined) return known;
    if (findFactor(code) === undefined) return -1;
    relayout(state, [...state.layout.codes, code]);
    return state.layout.codes.length - 1;
  }

  function seriesAt(state: SiteState, offset: number, watch: Watch): Series {
    const facts = state.layout.facts[offset];
    const index = state.series[offset];
    if (facts === undefined || facts === null || index === undefined)
      throw new Error(`${state.site.id} has no series ${offset}`);
    return { state, index, facts, watch };
  }

  function watch(state: SiteState, offset: number): Series {
    const index = state.series[offset] ?? -1;
    let known = watches.get(index);
    if (known === undefined) {
      known = createWatch(series.columns.time[index] ?? Number.NEGATIVE_INFINITY);
      watches.set(index, known);
      series.columns.bits[index] = (series.columns.bits[index] ?? 0) | seriesBits.watched;
    }
    return seriesAt(state, offset, known);
  }

  function putLimit(limit: Limit): Series | null {
    const state = sites.get(limit.site);
    if (state === undefined) return null;
    const offset = offsetOf(state, limit.factor);
    if (offset < 0) return null;
    const found = watch(state, offset);
    found.watch.calm = null;
    const list = found.watch.limits[limit.basis];
    const at = list.findIndex((each) => each.id === limit.id);
    if (at < 0) list.push(limit);
    else list[at] = limit;
    return found;
  }

  function limitsOf(site: string): Limit[] {
    const indexes = sites.get(site)?.series ?? [];
    return indexes.flatMap((index) => {
      const limits = watches.get(index)?.limits;
      return limits === undefined ? [] : limitBases.flatMap((basis) => limits[basis]);
    });
  }

  return {
    sites,
    order,
    series,
    watches,
    putLimit,
    offsetOf,
    watch,
    limitsOf,
    putSite(site) {
      let state = sites.get(site.id);
      if (state === undefined) {
        state = { site, at: order.length, layout: layouts.of(site.kind, []), series: [], recent: createRecent(0) };
        sites.set(site.id, state);
        order.push(state);
      }
      const { mn } = state.site;
      if (mn !== null && byMn.get(mn) === state) byMn.delete(mn);
      state.site = shares(site);
      if (site.mn !== null) byMn.set(site.mn, state);
      const { codes, offsets } = state.layout;
      const listed = new Set(site.factors);
      const added = [...listed].filter((code) => !offsets.has(code) && findFactor(code) !== undefined);
      relayout(state, added.length === 0 ? codes : [...codes, ...added]);
      state.series.forEach((index, offset) => {
        const isListed = listed.has(state.layout.codes[offset] ?? "");
        const bits = (series.columns.bits[index] ?? 0) & ~seriesBits.listed;
        series.columns.bits[index] = isListed ? bits | seriesBits.listed : bits;
      });
      return state;
    },
    siteOfMn: (mn) => byMn.get(mn),
    siteOf(index) {
      const state = order[series.columns.site[index] ?? -1];
      if (state === undefined) throw new Error(`no series ${index}`);
      return state;
    },
    get pointsLeast() {
      const fair = Math.floor(bounds.recentPointsAllSites / Math.max(1, order.length));
      return Math.max(bounds.recentPointsLeast, Math.min(bounds.recentPointsMin, fair));
    },
    latestRow(index) {
      const state = order[series.columns.site[index] ?? -1];
      return [
        state?.site.id ?? "",
        state?.layout.codes[series.columns.offset[index] ?? 0] ?? "",
        series.columns.time[index] ?? 0,
        series.columns.value[index] ?? 0,
        series.flagOf(index),
        series.columns.quality[index] ?? 0,
        series.columns.receivedAt[index] ?? 0,
      ];
    },
    save: () => ({ series: series.save(), watches: saveWatches(watches), sites: saveSites(order) }),
  };
}

/** What can be found again is not kept. */
function saveWatches(watches: ReadonlyMap<number, Watch>): SavedRegistry["watches"] {
  return Array.from(watches, ([index, { limits, comparedAt }]) => [index, { limits, comparedAt }] as const);
}

const sitesPerPart = 2_000;

function* saveSites(order: readonly SiteState[]): Generator<SavedSites> {
  for (let from = 0; from < order.length; from += sitesPerPart) {
    const part = order.slice(from, from + sitesPerPart);
    const layouts = new Map<readonly string[], number>();
    const layout = Uint32Array.from(part, ({ layout: { codes } }) => {
      const place = layouts.get(codes) ?? layouts.size;
      layouts.set(codes, place);
      return place;
    });
    yield {
      sites: part.map(({ site }) => site),
      layouts: [...layouts.keys()],
      layout,
      series: Int32Array.from(part.flatMap(({ series }) => series)),
      recents: packRecents(part.map(({ recent }) => recent)),
    };
  }
}
