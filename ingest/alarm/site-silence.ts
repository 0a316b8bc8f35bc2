// Silence as an alarm: of a site as a whole, and of each of its factors. While the site is silent its factors are held back; when
// it speaks again, those that do not follow are told of. Pure.
//
//   look (in turn, by ticks) ─▶ too long? ─▶ silence:site, then silence:<factor> ─▶ its series are marked as silent
//                                                    └─▶ what compares its readings does not know them any more: comms-lost, stale
//   a reading of a marked series ─▶ both end at once

import { quietRange, silenceIntervalMsMin } from "#domain/alarms/condition.ts";
import type { Occasion } from "../occasion.ts";
import type { Output } from "../output.ts";
import type { Registry, SiteState } from "../registry.ts";
import { seriesBits } from "../series.ts";
import type { HoldBack } from "./hold-back.ts";
import type { Instances, Place } from "./instances.ts";
import type { Records } from "./records.ts";
import type { Silence } from "./silence.ts";

export interface SiteSilence {
  /** It is a site's turn. */
  look(state: SiteState, silentMs: number, on: Occasion, output: Output): void;
  /** A reading of a series that counted as silent. */
  heard(state: SiteState, series: number, on: Occasion, output: Output): void;
  /** What is not on the site's list is not waited for any more. */
  dropUnlisted(state: SiteState, on: Occasion, output: Output): void;
}

interface Parts {
  readonly registry: Registry;
  readonly records: Records;
  readonly instances: Instances;
  readonly silence: Silence;
  readonly holdBack: Pick<HoldBack, "siteIsBack">;
}

/** Null as factor: the site as a whole. */
export function silenceOf(state: SiteState, factor: string | null = null): Place {
  return { what: { subject: "silence", factor }, basis: null, factor, state, watch: null, unit: "" };
}

export function createSiteSilence({ registry, records, instances, silence, holdBack }: Parts): SiteSilence {
  function meetSilence(state: SiteState, factor: string | null, ms: number, on: Occasion, output: Output): void {
    const place = silenceOf(state, factor);
    const known = instances.find(place);
    if (known === undefined) {
      const record = instances.recordOf(place);
      if (record === null || !record.enabled) return;
      if (ms <= quietRange(record, null, state.site.intervalSeconds * 1_000).max) return;
    }
    instances.step(place, { kind: "silence", on, since: on.receivedAt - ms }, output);
  }

  /** What is not on the site's list is not waited for. */
  function isListed(series: number): boolean {
    return ((registry.series.columns.bits[series] ?? 0) & seriesBits.listed) !== 0;
  }

  /** What is not waited for any more ends. */
  function dropUnlisted(state: SiteState, on: Occasion, output: Output): void {
    state.series.forEach((series, offset) => {
      const known = isListed(series) ? undefined : instances.find(silenceOf(state, state.layout.codes[offset] ?? ""));
      if (known !== undefined) instances.stepInstance(known, { kind: "silence", on, since: on.receivedAt }, output);
    });
    markSilent(state);
  }

  /** While something of the site is silent its next readings are noticed. */
  function markSilent(state: SiteState): void {
    const isSite = lasts(silenceOf(state));
    state.series.forEach((series, offset) => {
      const isSilent = isSite || lasts(silenceOf(state, state.layout.codes[offset] ?? ""));
      const bits = (registry.series.columns.bits[series] ?? 0) & ~seriesBits.silent;
      registry.series.columns.bits[series] = isSilent ? bits | seriesBits.silent : bits;
    });
  }

  /** Is it silent now, or about to be? */
  function lasts(place: Place): boolean {
    const memory = instances.find(place)?.memory;
    return memory !== undefined && (memory.alarm === null ? memory.signal !== null : memory.alarm.active);
  }

  /** The shortest silence that is one, by place of the site; asked anew when records or the site changed. */
  const shortest: { edition: number; version: number; ms: number }[] = [];

  function shortestSilence(state: SiteState): number {
    const known = shortest[state.at];
    const { edition } = records;
    if (known !== undefined && known.edition === edition && known.version === state.site.version) return known.ms;
    let ms = Number.POSITIVE_INFINITY;
    for (const factor of [null, ...state.layout.codes]) {
      const record = records.inForce({ subject: "silence", basis: null, factor }, state.site);
      if (record?.enabled === true) ms = Math.min(ms, quietRange(record, null, state.site.intervalSeconds * 1_000).max);
    }
    shortest[state.at] = { edition, version: state.site.version, ms };
    return ms;
  }

  /** What is open of a silent factor, or site, stays, and nobody knows whether it still holds. */
  function loseValues(state: SiteState, on: Occasion, output: Output): void {
    const isSite = lasts(silenceOf(state));
    for (const each of instances.ofSite(state.site.id)) {
      const { place, memory } = each;
      if (memory.alarm === null || place.factor === null || !instances.isOfReadings(place)) continue;
      const validity = isSite ? "comms-lost" : lasts(silenceOf(state, place.factor)) ? "stale" : null;
      if (validity === null || memory.alarm.validity === validity) continue;
      const series = state.series[state.layout.offsets.get(place.factor) ?? -1] ?? -1;
      // From the last value on: whatever comes next is newer, also when the device's clock is behind.
      const newest = registry.series.columns.time[series] ?? Number.NEGATIVE_INFINITY;
      const eventTime = newest === Number.NEGATIVE_INFINITY ? on.receivedAt : newest;
      const input = { kind: "sample", value: null, validity, faulty: null } as const;
      instances.stepInstance(each, { ...input, on: { ...on, eventTime } }, output);
    }
  }

  /** What a site does not list is not waited for: when nobody sends it any more, nothing is compared there. */
  function dropForgotten(state: SiteState, on: Occasion, output: Output): void {
    for (const each of instances.ofSite(state.site.id)) {
      const { factor, what } = each.place;
      if (factor === null || what.subject === "silence" || each.memory.alarm?.active !== true) continue;
      const series = state.series[state.layout.offsets.get(factor) ?? -1] ?? -1;
      if (isListed(series)) continue;
      const intervalMs = Math.max(state.site.intervalSeconds * 1_000, silenceIntervalMsMin);
      if (silence.silentMs(series) > 3 * intervalMs) instances.withdraw(each, on, output);
    }
  }

  function lookAtSite(state: SiteState, silentMs: number, on: Occasion, output: Output): void {
    if (silentMs === Number.POSITIVE_INFINITY) return;
    dropForgotten(state, on, output);
    const least = shortestSilence(state);
    let longest = silentMs;
    for (const series of state.series) {
      const ms = silence.silentMs(series);
      if (ms > longest && ms < Number.POSITIVE_INFINITY && isListed(series)) longest = ms;
    }
    if (longest <= least || silence.isHandingOver(state.at, silentMs)) return;
    meetSilence(state, null, silentMs, on, output);
    state.series.forEach((series, offset) => {
      const ms = silence.silentMs(series);
      if (ms < Number.POSITIVE_INFINITY && ms > least && isListed(series))
        meetSilence(state, state.layout.codes[offset] ?? "", ms, on, output);
    });
    for (const each of instances.ofSite(state.site.id)) instances.refresh(each, on, output);
    loseValues(state, on, output);
    markSilent(state);
  }

  return {
    look: lookAtSite,
    heard(state, series, on, output) {
      const offset = registry.series.columns.offset[series] ?? 0;
      const factor = instances.find(silenceOf(state, state.layout.codes[offset] ?? ""));
      const input = { kind: "silence", on: { ...on, eventTime: on.receivedAt }, since: on.receivedAt } as const;
      if (factor !== undefined) instances.stepInstance(factor, input, output);
      const site = instances.find(silenceOf(state));
      if (site !== undefined) {
        if (site.memory.alarm?.active === true) holdBack.siteIsBack(state);
        instances.stepInstance(site, input, output);
      }
      markSilent(state);
    },
    dropUnlisted,
  };
}
