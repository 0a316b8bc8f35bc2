// The registry as ingest knows it: sites with their series and the limits in force. Changed only by entries of the journal.
// Pure.

import type { Alarm } from "#domain/alarm.ts";
import { type Factor, factorUnit, findFactor, physicalRange } from "#domain/factor.ts";
import { isInForce, type Limit, type LimitBasis } from "#domain/limit.ts";
import type { Flag } from "#domain/reading.ts";
import { limitsOfStandard } from "#domain/standard.ts";
import type { Site } from "#domain/site.ts";
import { createRecent, type Recent, type SavedRecent } from "./validate/recent.ts";

/** One series: a factor at a site, with its newest value and what judges it. */
export interface Series {
  readonly factor: Factor;
  readonly unit: string;
  readonly range: { readonly min: number; readonly max: number };
  listed: boolean;
  /** Place in the window columns. */
  readonly index: number;
  latestTime: number;
  latestValue: number;
  latestFlag: Flag;
  latestQuality: number;
  latestReceivedAt: number;
  /** Limits of any time, by basis. */
  readonly limits: Record<LimitBasis, Limit[]>;
  /** Newest event time that each basis was compared at; older ones do not move an alarm. */
  readonly comparedAt: Record<LimitBasis, number>;
  /** Occurrences that are not back to normal. */
  readonly alarms: Record<LimitBasis, Alarm | null>;
}

export interface SiteState {
  site: Site;
  readonly series: Map<string, Series>;
  recent: Recent;
}

export interface Registry {
  readonly sites: ReadonlyMap<string, SiteState>;
  putSite(site: Site): SiteState;
  /** Adds a limit; one with the same id is replaced. Null when the site or the factor is unknown. */
  putLimit(limit: Limit): Series | null;
  /** The series of a factor at a site, made when it is first seen; null when no table has the factor. */
  seriesOf(state: SiteState, code: string): Series | null;
  limitsOf(site: string): Limit[];
}

export interface SavedSeries {
  readonly code: string;
  readonly index: number;
  readonly latest: readonly [time: number, value: number, flag: Flag, quality: number, receivedAt: number];
  readonly comparedAt: Record<LimitBasis, number>;
  readonly alarms: Record<LimitBasis, Alarm | null>;
}

export interface SavedSite {
  readonly site: Site;
  readonly limits: readonly Limit[];
  readonly series: readonly SavedSeries[];
  readonly recent: SavedRecent;
}

export function createRegistry(
  addSeries: () => number,
): Registry & { save(): SavedSite[]; load(saved: readonly SavedSite[]): void } {
  const sites = new Map<string, SiteState>();

  function createSeries(state: SiteState, factor: Factor, index: number): Series {
    const unit = factorUnit(factor, state.site.kind);
    const range = physicalRange(unit);
    return {
      factor,
      unit,
      range,
      listed: state.site.factors.includes(factor.code),
      index,
      latestTime: Number.NEGATIVE_INFINITY,
      latestValue: 0,
      latestFlag: "N",
      latestQuality: 0,
      latestReceivedAt: 0,
      limits: { realtime: [], hour: [], day: [] },
      comparedAt: { realtime: Number.NEGATIVE_INFINITY, hour: Number.NEGATIVE_INFINITY, day: Number.NEGATIVE_INFINITY },
      alarms: { realtime: null, hour: null, day: null },
    };
  }

  function seriesOf(state: SiteState, code: string): Series | null {
    const known = state.series.get(code);
    if (known !== undefined) return known;
    const factor = findFactor(code);
    if (factor === undefined) return null;
    const series = createSeries(state, factor, addSeries());
    state.series.set(code, series);
    return series;
  }

  function putLimit(limit: Limit): Series | null {
    const state = sites.get(limit.site);
    if (state === undefined) return null;
    const series = seriesOf(state, limit.factor);
    if (series === null) return null;
    const list = series.limits[limit.basis];
    const at = list.findIndex((each) => each.id === limit.id);
    if (at < 0) list.push(limit);
    else list[at] = limit;
    return series;
  }

  function limitsOf(site: string): Limit[] {
    const state = sites.get(site);
    if (state === undefined) return [];
    return [...state.series.values()].flatMap((series) => [
      ...series.limits.realtime,
      ...series.limits.hour,
      ...series.limits.day,
    ]);
  }

  function putSite(site: Site): SiteState {
    const known = sites.get(site.id);
    const state: SiteState = known ?? { site, series: new Map(), recent: createRecent() };
    state.site = site;
    sites.set(site.id, state);
    for (const code of site.factors) seriesOf(state, code);
    for (const [code, series] of state.series) {
      series.listed = site.factors.includes(code);
      for (const basis of ["realtime", "hour", "day"] as const) {
        const kept = series.limits[basis].filter((limit) => !limit.id.endsWith(":standard"));
        series.limits[basis].splice(0, series.limits[basis].length, ...kept);
      }
    }
    if (site.standard !== null)
      for (const limit of limitsOfStandard(site, site.standard)) putLimit({ ...limit, version: site.version });
    return state;
  }

  return {
    sites,
    putSite,
    putLimit,
    seriesOf,
    limitsOf,
    save: () =>
      [...sites.values()].map((state) => ({
        site: state.site,
        limits: limitsOf(state.site.id),
        series: [...state.series].map(([code, series]) => ({
          code,
          index: series.index,
          latest: [
            series.latestTime,
            series.latestValue,
            series.latestFlag,
            series.latestQuality,
            series.latestReceivedAt,
          ] as const,
          comparedAt: series.comparedAt,
          alarms: series.alarms,
        })),
        recent: state.recent.save(),
      })),
    load(saved) {
      for (const each of saved) {
        const state: SiteState = { site: each.site, series: new Map(), recent: createRecent(each.recent) };
        sites.set(each.site.id, state);
        for (const row of each.series) {
          const factor = findFactor(row.code);
          if (factor === undefined) continue; // a table lost a code: its series is begun anew when it is sent again
          const series = createSeries(state, factor, row.index);
          [series.latestTime, series.latestValue, series.latestFlag, series.latestQuality, series.latestReceivedAt] =
            row.latest;
          Object.assign(series.comparedAt, row.comparedAt);
          Object.assign(series.alarms, row.alarms);
          state.series.set(row.code, series);
        }
        for (const limit of each.limits) putLimit(limit);
      }
    },
  };
}

/** The limit in force at `timeMs`: a site's own before a standard's, then the one that came into force last. */
export function limitInForce(limits: readonly Limit[], timeMs: number): Limit | null {
  let best: Limit | null = null;
  for (const limit of limits) {
    if (!isInForce(limit, timeMs)) continue;
    if (best === null || precedes(limit, best)) best = limit;
  }
  return best;
}

function precedes(limit: Limit, other: Limit): boolean {
  const own = limit.source === "site";
  if (own !== (other.source === "site")) return own;
  return limit.from > other.from || (limit.from === other.from && limit.version >= other.version);
}
