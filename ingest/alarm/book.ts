// The alarms of ingest: what readings, means, silence, devices' flags, conditions of the system, marks, limits, records and people
// do to them. Which values reach no level is known of every series, so that nearly every reading needs one comparison. Pure.
//
//   reading ── calm? ──▶ nothing                       mean that closes ──┐
//     └─ flag, late, beyond, or something remembered ──▶ instances ◀──────┴── tick: silence in turn, timers that are due
//                                                            ▲
//                                  limits, records, marks, out of service, people

import type { AlarmDefinition } from "#domain/alarm-definition.ts";
import { quietRange, readFlag, silenceIntervalMsMin } from "#domain/alarms/condition.ts";
import type { ConditionName } from "#domain/condition.ts";
import type { LimitBasis } from "#domain/limit.ts";
import { isMeanKnown } from "#domain/mean-known.ts";
import { type Flag, quality } from "#domain/reading.ts";
import type { ClosedWindow } from "../aggregate/windows.ts";
import type { MarksBook } from "../judge/marks.ts";
import type { Occasion } from "../occasion.ts";
import type { Output } from "../output.ts";
import type { Calm, Registry, Series, SeriesRules, SiteState, Watch } from "../registry.ts";
import { seriesBits } from "../series.ts";
import { findCalm, isBeyond, quietOfLimit, type QuietRange } from "./calm.ts";
import { createHoldBack, type HoldBack, type SavedHoldBack } from "./hold-back.ts";
import { createInstances, type Instances, type Place, type SavedInstances } from "./instances.ts";
import { createOutOfService, type OutOfServiceBook, type SavedOutOfService } from "./out-of-service.ts";
import { createRecords, type Records, type SavedRecords } from "./records.ts";
import { createSiteSilence, silenceOf } from "./site-silence.ts";
import { createSilence, type SavedSilence, type Silence } from "./silence.ts";

export interface AlarmBook {
  readonly records: Records;
  readonly instances: Instances;
  readonly outOfService: OutOfServiceBook;
  /** Time of listening, ms: what `heardAt` of a series is set to. */
  readonly clock: number;
  /** Receive time has come to `now`. */
  advance(now: number): void;
  /** The quick look at nearly every valid reading: true when it reaches no level and nothing is remembered. */
  isCalm(watch: Watch, value: number, time: number): boolean;
  /** The same for a reading that came late: it moves nothing. */
  isCalmLate(watch: Watch, value: number, time: number): boolean;
  /** A valid reading that is not calm. */
  meetReading(series: Series, value: number, on: Occasion, output: Output): void;
  /** A reading whose flag says that its value does not count. */
  meetFlag(state: SiteState, offset: number, flag: Flag, on: Occasion, output: Output): void;
  /** A valid reading that came too late to say how things are now. */
  meetLate(series: Series, value: number, on: Occasion, output: Output): void;
  noteLate(state: SiteState): void;
  /** A reading of a series that counted as silent. */
  heard(state: SiteState, series: number, on: Occasion, output: Output): void;
  /** A window that closes; only the newest one moves an alarm. */
  meetMean(series: Series, basis: "hour" | "day", window: ClosedWindow, on: Occasion, output: Output): void;
  /** The limits of a series changed: its newest value is compared again at once. */
  meetChange(series: Series, newest: Newest, basis: LimitBasis, on: Occasion, output: Output): void;
  meetCondition(name: ConditionName, active: boolean, detail: string, on: Occasion, output: Output): void;
  /** Facts of a site changed; `unlisted`: factors that its list had before. */
  siteChanged(site: string, unlisted: readonly string[], by: string, on: Occasion, output: Output): void;
  marksChanged(site: string, by: string, on: Occasion, output: Output): void;
  /** Records were put, or something was taken out of service or back. */
  recordsChanged(put: readonly AlarmDefinition[], on: Occasion, output: Output): void;
  outOfServiceChanged(by: string, on: Occasion, output: Output): void;
  tick(on: Occasion, output: Output): void;
  /** Receive time of the newest tick that was worked off; 0 before the first. */
  readonly tickAt: number;
  save(): SavedAlarms;
}

export interface Newest {
  readonly time: number;
  readonly value: number;
  readonly flag: Flag;
}

export interface SavedAlarms {
  readonly records: SavedRecords;
  readonly instances: SavedInstances;
  readonly outOfService: SavedOutOfService;
  readonly silence: SavedSilence;
  readonly holdBack: SavedHoldBack;
}

interface Parts {
  readonly registry: Registry;
  readonly marks: Pick<MarksBook, "effectiveIn">;
  /** Receive time of the newest entry. */
  readonly now: number;
}

const never = Number.NEGATIVE_INFINITY;

export function createAlarmBook({ registry, marks, now }: Parts, saved?: SavedAlarms): AlarmBook {
  const records = createRecords(saved?.records);
  const outOfService = createOutOfService(saved?.outOfService);
  const silence: Silence = createSilence(registry, saved?.silence);
  const holdBack: HoldBack = createHoldBack(
    { marks, outOfService, clock: () => silence.clock, siteSilence: (state) => instances.find(silenceOf(state)) },
    saved?.holdBack,
  );
  const instances: Instances = createInstances(
    { registry, records, holdBack: (...about) => holdBack.find(...about) },
    saved?.instances,
    now,
  );
  instances.begin();
  const siteSilence = createSiteSilence({ registry, records, instances, silence, holdBack });

  let tickAt = 0;

  function rulesOf({ state, watch, facts }: Series): SeriesRules {
    const { edition } = records;
    const { site } = state;
    const known = watch.rules;
    if (known !== null && known.edition === edition && known.siteVersion === site.version) return known;
    const { code: factor } = facts.factor;
    const find = (subject: "limit" | "quality" | "silence", basis: LimitBasis | null): AlarmDefinition | null =>
      records.inForce({ subject, basis, factor }, site);
    const rules: SeriesRules = {
      limit: { realtime: find("limit", "realtime"), hour: find("limit", "hour"), day: find("limit", "day") },
      quality: find("quality", null),
      silence: find("silence", null),
      values: records.valuesOf("realtime", factor, site),
      edition,
      siteVersion: site.version,
    };
    watch.rules = rules;
    return rules;
  }

  /** Everything that compares readings of this series, with the values that reach none of its levels at a time. */
  function* ofReadings(series: Series, time: number): Generator<readonly [Place, QuietRange | null]> {
    const { limit, values } = rulesOf(series);
    const { realtime } = limit;
    if (realtime !== null)
      yield [limitPlace(series, "realtime"), quietOfLimit(series.watch.limits.realtime, realtime, time)];
    for (const record of values) yield [valuePlace(series, record), quietRange(record, null)];
  }

  function calmOf(series: Series, time: number): Calm {
    const { limit, values } = rulesOf(series);
    const { edition } = records;
    return findCalm({ limits: series.watch.limits.realtime, limitRecord: limit.realtime, values, edition }, time);
  }

  function isCalmAt(calm: Calm | null, time: number): calm is Calm {
    return calm !== null && calm.edition === records.edition && time >= calm.from && time < calm.to;
  }

  function refreshAll(
    of: Iterable<{ readonly key: string }>,
    on: Occasion,
    output: Output,
    by: string | null = null,
  ): void {
    for (const each of of) {
      const instance = instances.atKey(each.key);
      if (instance !== undefined) instances.refresh(instance, on, output, by);
    }
  }

  /** Occurrences that are live go on under the record that holds now. */
  function reconfigure(of: Iterable<{ readonly key: string }>, on: Occasion, output: Output): void {
    for (const { key } of of) {
      const instance = instances.atKey(key);
      if (instance === undefined) continue;
      const record = instances.recordOf(instance.place);
      const { alarm } = instance.memory;
      // A record can have become one that does not hold here without another version: the site is another one.
      const isSame = alarm !== null && alarm.record === record?.id && alarm.recordVersion === record.version;
      if (isSame && record.enabled) continue;
      instances.stepInstance(instance, { kind: "config", on, newest: null }, output);
    }
  }

  return {
    records,
    instances,
    outOfService,
    get clock() {
      return silence.clock;
    },
    advance: (to) => silence.advance(to),

    isCalm(watch, value, time) {
      const { calm } = watch;
      if (watch.stirred !== 0 || !isCalmAt(calm, time) || value < calm.min || value > calm.max) return false;
      if (time > watch.comparedAt.realtime) watch.comparedAt.realtime = time;
      return true;
    },

    isCalmLate({ calm, stirred }, value, time) {
      return stirred === 0 && isCalmAt(calm, time) && value >= calm.min && value <= calm.max;
    },

    meetReading(series, value, on, output) {
      const { watch } = series;
      const { eventTime } = on;
      const calmAt = watch.comparedAt.realtime;
      if (!isCalmAt(watch.calm, eventTime)) watch.calm = calmOf(series, eventTime);
      if (eventTime > calmAt) watch.comparedAt.realtime = eventTime;
      for (const [place, quiet] of ofReadings(series, eventTime)) {
        if (!isBeyond(quiet, value) && instances.find(place) === undefined) continue;
        const newest = calmAt === never ? null : calmAt;
        instances.step(place, { kind: "sample", on, value, validity: "good", faulty: false, calmAt: newest }, output);
      }
      if (watch.stirred === 0) return;
      const quality = instances.find(qualityPlace(series));
      if (quality !== undefined)
        instances.stepInstance(quality, { kind: "sample", on, value, validity: "good", faulty: false }, output);
    },

    meetFlag(state, offset, flag, on, output) {
      const { validity, faulty } = readFlag(flag);
      const index = state.series[offset] ?? -1;
      const isWatched = ((registry.series.columns.bits[index] ?? 0) & seriesBits.watched) !== 0;
      if (!isWatched && faulty !== true) return;
      const series = registry.watch(state, offset);
      const input = { kind: "sample", on, value: null, validity, faulty } as const;
      for (const [place] of ofReadings(series, on.eventTime)) {
        const known = instances.find(place);
        if (known !== undefined) instances.stepInstance(known, input, output);
      }
      const place = qualityPlace(series);
      if (instances.find(place) !== undefined || (faulty === true && rulesOf(series).quality?.enabled === true))
        instances.step(place, input, output);
    },

    meetLate(series, value, on, output) {
      for (const [place, quiet] of ofReadings(series, on.eventTime)) {
        if (!isBeyond(quiet, value) && (instances.find(place)?.memory.retro ?? null) === null) continue;
        instances.step(place, { kind: "late", on, value }, output);
      }
    },

    noteLate: (state) => silence.noteLate(state.at),

    heard: (state, series, on, output) => siteSilence.heard(state, series, on, output),

    meetMean(series, basis, window, on, output) {
      const { watch, facts, state } = series;
      if (!isMeanKnown(state.site, basis, window) || on.eventTime <= watch.comparedAt[basis]) return;
      watch.comparedAt[basis] = on.eventTime;
      const input = { kind: "sample", on, value: window.mean, validity: "good", faulty: null } as const;
      const record = rulesOf(series).limit[basis];
      const place = limitPlace(series, basis);
      const quiet = record === null ? null : quietOfLimit(watch.limits[basis], record, on.eventTime);
      const isOut = isBeyond(quiet, window.mean);
      if (isOut || instances.find(place) !== undefined) instances.step(place, input, output);
      for (const own of records.valuesOf(basis, facts.factor.code, state.site)) {
        const there = valuePlace(series, own);
        if (isBeyond(quietRange(own, null), window.mean) || instances.find(there) !== undefined)
          instances.step(there, input, output);
      }
    },

    meetChange(series, { time, value, flag }, basis, on, output) {
      series.watch.calm = null;
      const place = limitPlace(series, basis);
      // Means are compared when the next one closes; only the newest reading is at hand.
      const isKnown = basis === "realtime" && time !== never && flag === "N" && isPresent(series, on.receivedAt);
      if (!isKnown && instances.find(place) === undefined) return;
      const newest = isKnown ? { eventTime: Math.max(time, on.eventTime), value, validity: "good" as const } : null;
      instances.step(place, { kind: "config", on, newest }, output);
    },

    meetCondition(name, active, detail, on, output) {
      const what = { subject: "system", condition: name } as const;
      const place: Place = { what, basis: null, factor: null, state: null, watch: null, unit: "" };
      if (!active && instances.find(place) === undefined) return;
      instances.step(place, { kind: "condition", on, active, detail }, output);
    },

    siteChanged(site, unlisted, by, on, output) {
      reconfigure(instances.ofSite(site), on, output);
      refreshAll(instances.ofSite(site), on, output, by);
      const state = registry.sites.get(site);
      if (state === undefined) return;
      for (const each of instances.ofSite(site))
        if (unlisted.includes(each.place.factor ?? "")) instances.withdraw(each, on, output);
      siteSilence.dropUnlisted(state, on, output);
      watchValues(state, null);
    },

    marksChanged: (site, by, on, output) => refreshAll(instances.ofSite(site), on, output, by),

    recordsChanged(put, on, output) {
      for (const { subject, scope } of put) {
        if (subject !== "value") continue;
        for (const state of registry.order) watchValues(state, scope.factor);
      }
      reconfigure(instances.all(), on, output);
    },

    outOfServiceChanged: (by, on, output) => refreshAll(instances.all(), on, output, by),

    get tickAt() {
      return tickAt;
    },

    tick(on, output) {
      tickAt = on.receivedAt;
      if (outOfService.passTime(on.receivedAt, output)) refreshAll(instances.all(), on, output);
      instances.tick(on, output);
      silence.look((state, silentMs) => siteSilence.look(state, silentMs, on, output));
      holdBack.passTime();
    },

    save: () => ({
      records: records.save(),
      instances: instances.save(),
      outOfService: outOfService.save(),
      silence: silence.save(),
      holdBack: holdBack.save(),
    }),
  };

  /** Does the newest value still hold? One that came late, or that nothing followed for two intervals, does not say how things are. */
  function isPresent({ state: { site }, index }: Series, now: number): boolean {
    const { quality: remarks, receivedAt } = registry.series.columns;
    const isLate = ((remarks[index] ?? 0) & quality.late) !== 0;
    const holdMs = 2 * Math.max(site.intervalSeconds * 1_000, silenceIntervalMsMin);
    return !isLate && now - (receivedAt[index] ?? never) <= holdMs;
  }

  /** Records with numbers of their own look at series that have no limit. */
  function watchValues(state: SiteState, factor: string | null): void {
    state.layout.codes.forEach((code, offset) => {
      if (factor !== null && factor !== code) return;
      if (records.valuesOf("realtime", code, state.site).length > 0) registry.watch(state, offset);
    });
  }
}

function limitPlace({ state, watch, facts }: Series, basis: LimitBasis): Place {
  const factor = facts.factor.code;
  return { what: { subject: "limit", factor, basis }, basis, factor, state, watch, unit: facts.unit };
}

function valuePlace({ state, watch, facts }: Series, { id, basis }: AlarmDefinition): Place {
  const factor = facts.factor.code;
  return { what: { subject: "value", factor, record: id }, basis, factor, state, watch, unit: facts.unit };
}

function qualityPlace({ state, watch, facts }: Series): Place {
  const factor = facts.factor.code;
  return { what: { subject: "quality", factor }, basis: null, factor, state, watch, unit: "" };
}
