// The alarms that remember something: one instance for each site and thing that can happen there, from the first value beyond a level
// until all is normal, nothing is pending and nothing is shelved. Every input goes through the machine (domain/alarms); what it
// says goes to state, to live screens, and to whoever follows alarms. Pure.
//
//   input ─▶ context (record and limit in force, what holds it back) ─▶ machine ─▶ memory ─▶ when to look again
//                                                                        └─▶ alarm, transition, call to operators

import type { Alarm, Annunciation, Suppression } from "#domain/alarm.ts";
import type { AlarmDefinition } from "#domain/alarm-definition.ts";
import { classOf } from "#domain/alarms/built-in.ts";
import { type AlarmInstance, instanceName, parseInstance } from "#domain/alarms/in-force.ts";
import { dueAt, stepAlarm } from "#domain/alarms/machine.ts";
import type { AlarmContext, AlarmInput, AlarmMemory, AlarmStep, StepResult } from "#domain/alarms/shapes.ts";
import { systemSite } from "#domain/condition.ts";
import { type LimitBasis, limitInForce } from "#domain/limit.ts";
import { tierMs } from "#domain/window.ts";
import type { Occasion } from "../occasion.ts";
import type { Output } from "../output.ts";
import type { Registry, SiteState, Watch } from "../registry.ts";
import { findRecord } from "./record-here.ts";
import type { Records } from "./records.ts";
import { createWakes, type Sleeper } from "./wakes.ts";

/** One thing that can happen at one site. */
export interface Place {
  readonly what: AlarmInstance;
  readonly basis: LimitBasis | null;
  /** Null: the site as a whole, or the system. */
  readonly factor: string | null;
  /** Null: the system itself. */
  readonly state: SiteState | null;
  /** Of the series; null for the site as a whole and for the system. */
  readonly watch: Watch | null;
  readonly unit: string;
}

export interface Instance extends Sleeper {
  readonly key: string;
  readonly site: string;
  readonly name: string;
  readonly place: Place;
  memory: AlarmMemory;
  /** What held it back when it was looked at last, as text. */
  heldBack: string;
  /** The occurrence that ended last, as long as something is remembered: remarks still go to it, and its shelf may hide the next. */
  last: Alarm | null;
}

/** What holds an alarm back, and until when that is true. */
export interface HeldBack {
  readonly suppressions: readonly Suppression[];
  /** Receive time at which it changes by itself; null = it does not. */
  readonly until: number | null;
}

export interface InstancesParts {
  readonly registry: Registry;
  readonly records: Records;
  readonly holdBack: (place: Place, name: string, record: AlarmDefinition, now: number) => HeldBack;
}

export interface Instances {
  readonly size: number;
  /** Once, when everything is there: what holds an alarm back is asked of others. */
  begin(): void;
  find(place: Place): Instance | undefined;
  /** Also by the occurrence that ended last. */
  byAlarm(id: string): Instance | undefined;
  atKey(key: string): Instance | undefined;
  ofSite(site: string): Iterable<Instance>;
  all(): Iterable<Instance>;
  /** The record that holds for it now; null = there is none, and nothing can happen. */
  recordOf(place: Place): AlarmDefinition | null;
  /** Null when there is no record and nothing remembered. */
  step(place: Place, input: AlarmInput, output: Output): StepResult | null;
  stepInstance(instance: Instance, input: AlarmInput, output: Output): StepResult | null;
  /** Something else may hold it back now; `by`: who made it so, null = the time did, or a rule. */
  refresh(instance: Instance, on: Occasion, output: Output, by?: string | null): void;
  /** Nothing is compared there any more: what is active returns. */
  withdraw(instance: Instance, on: Occasion, output: Output): void;
  /** The occurrence that ended last is another one by now: a remark, a case. */
  amend(instance: Instance, step: AlarmStep, output: Output): void;
  /** Those whose time has come. */
  tick(on: Occasion, output: Output): void;
  /** Calls of operators and alarms that changed since it was asked last. */
  takeNews(): News | null;
  open(): Alarm[];
  /** Do readings go to it at once? */
  isOfReadings(place: Place): boolean;
  save(): SavedInstances;
}

export interface News {
  readonly calls: readonly Annunciation[];
  /** As they are now. */
  readonly changed: ReadonlyMap<string, Alarm>;
}

/** `rest` is missing in what older programs wrote. */
export type SavedInstances = readonly (readonly [site: string, name: string, memory: AlarmMemory, rest?: SavedRest])[];

/** When it is looked at next, and what was known then: found anew it could be other than without the restart. */
type SavedRest = Pick<Instance, "wakeAt" | "heldBack" | "last">;

export function createInstances(
  { registry, records, holdBack }: InstancesParts,
  saved: SavedInstances = [],
  now = 0,
): Instances {
  const instances = new Map<string, Instance>();
  const bySite = new Map<string, Set<Instance>>();
  const byAlarm = new Map<string, Instance>();
  const wakes = createWakes<Instance>();
  let calls: Annunciation[] = [];
  let changed = new Map<string, Alarm>();

  const recordOf = (place: Place): AlarmDefinition | null => findRecord(records, place);

  function contextOf(place: Place, name: string, record: AlarmDefinition, held: HeldBack): AlarmContext {
    const { state, factor, watch, basis, unit, what } = place;
    const reported = (state?.site.intervalSeconds ?? 60) * 1_000;
    return {
      site: state?.site.id ?? systemSite,
      factor,
      definition: name,
      unit,
      intervalMs: basis === "hour" ? tierMs["1h"] : basis === "day" ? tierMs["1d"] : reported,
      record,
      class: classOf(record),
      limitAt: (time) =>
        what.subject !== "limit" || watch === null || basis === null ? null : limitInForce(watch.limits[basis], time),
      suppressions: held.suppressions,
    };
  }

  /** Values of readings go to these: while one of them remembers something, every reading of the series is looked at. */
  function isOfReadings({ what: { subject }, basis }: Place): boolean {
    return subject === "quality" || ((subject === "limit" || subject === "value") && basis === "realtime");
  }

  function add(site: string, name: string, place: Place, memory: AlarmMemory, rest?: SavedRest): Instance {
    const key = `${site} ${name}`;
    const { heldBack = "", last = null } = rest ?? {};
    const instance: Instance = { key, site, name, place, memory, wakeAt: null, heldBack, last };
    instances.set(key, instance);
    const there = bySite.get(site);
    if (there === undefined) bySite.set(site, new Set([instance]));
    else there.add(instance);
    if (place.watch !== null && isOfReadings(place)) place.watch.stirred++;
    if (memory.alarm !== null) byAlarm.set(memory.alarm.id, instance);
    if (last !== null) byAlarm.set(last.id, instance);
    wakes.set(instance, rest?.wakeAt ?? null);
    return instance;
  }

  function drop(instance: Instance): void {
    const { key, site, place, last } = instance;
    instances.delete(key);
    if (last !== null) byAlarm.delete(last.id);
    const there = bySite.get(site);
    there?.delete(instance);
    if (there?.size === 0) bySite.delete(site);
    if (place.watch !== null && isOfReadings(place)) place.watch.stirred--;
    wakes.set(instance, null);
  }

  function sleep(instance: Instance, context: AlarmContext, held: HeldBack): void {
    const due = dueAt(context, instance.memory);
    const { until } = held;
    wakes.set(instance, due === null ? until : until === null ? due : Math.min(due, until));
  }

  function run(
    known: Instance | undefined,
    place: Place,
    name: string,
    record: AlarmDefinition,
    input: AlarmInput,
    output: Output,
  ): StepResult {
    const held = holdBack(place, name, record, input.on.receivedAt);
    const context = contextOf(place, name, record, held);
    const result = stepAlarm(context, known?.memory ?? null, input);
    const before = known?.memory.alarm?.id;
    if (before !== undefined && before !== result.memory?.alarm?.id) byAlarm.delete(before);
    for (const step of result.steps) tell(step, output);
    if (result.memory === null) {
      if (known !== undefined) drop(known);
      return result;
    }
    const site = place.state?.site.id ?? systemSite;
    const instance = known ?? add(site, name, place, result.memory);
    instance.memory = result.memory;
    for (const { alarm } of result.steps)
      if (alarm.state === "normal" && !alarm.retrospective) keepLast(instance, alarm);
    if (result.memory.alarm !== null) byAlarm.set(result.memory.alarm.id, instance);
    instance.heldBack = textOf(held);
    sleep(instance, context, held);
    return result;
  }

  function tell({ alarm, transition, annunciation }: AlarmStep, output: Output): void {
    output.state.alarms.set(alarm.id, alarm);
    output.live.alarms.push(alarm);
    if (transition !== null) {
      output.state.transitions.push(transition);
      changed.set(alarm.id, alarm);
    }
    if (annunciation !== null) calls.push(annunciation);
  }

  function keepLast(instance: Instance, alarm: Alarm): void {
    if (instance.last !== null) byAlarm.delete(instance.last.id);
    instance.last = alarm;
    byAlarm.set(alarm.id, instance);
  }

  function stepInstance(instance: Instance, input: AlarmInput, output: Output): StepResult | null {
    const record = recordOf(instance.place);
    return record === null ? null : run(instance, instance.place, instance.name, record, input, output);
  }

  /** Those of older programs: what holds them back, and when to look again, is found with everything there. */
  const older: Instance[] = [];

  function load([site, name, memory, rest]: SavedInstances[number]): void {
    const what = parseInstance(name);
    const place = what === null ? null : placeOf(registry, records, site, what);
    if (place === null) return;
    const instance = add(site, name, place, memory, rest);
    if (rest === undefined) older.push(instance);
  }

  for (const each of saved) load(each);

  function reload(instance: Instance): void {
    const record = recordOf(instance.place);
    if (record === null) return;
    const held = holdBack(instance.place, instance.name, record, now);
    instance.heldBack = textOf(held);
    sleep(instance, contextOf(instance.place, instance.name, record, held), held);
  }

  function refresh(instance: Instance, on: Occasion, output: Output, by: string | null = null): void {
    const record = recordOf(instance.place);
    if (record === null) return;
    const held = holdBack(instance.place, instance.name, record, on.receivedAt);
    if (textOf(held) !== instance.heldBack) {
      const cause = by === null ? "timer" : "command";
      stepInstance(instance, { kind: "suppression", on, cause, actor: by }, output);
    } else sleep(instance, contextOf(instance.place, instance.name, record, held), held);
  }

  return {
    get size() {
      return instances.size;
    },
    begin() {
      for (const instance of older.splice(0)) reload(instance);
    },
    find: (place) => instances.get(`${place.state?.site.id ?? systemSite} ${instanceName(place.what)}`),
    byAlarm: (id) => byAlarm.get(id),
    atKey: (key) => instances.get(key),
    ofSite: (site) => bySite.get(site) ?? [],
    all: () => instances.values(),
    recordOf,
    step(place, input, output) {
      const name = instanceName(place.what);
      const known = instances.get(`${place.state?.site.id ?? systemSite} ${name}`);
      const record = recordOf(place);
      return record === null ? null : run(known, place, name, record, input, output);
    },
    stepInstance,
    refresh,
    withdraw(instance, on, output) {
      const record = recordOf(instance.place);
      if (record === null) return;
      run(
        instance,
        instance.place,
        instance.name,
        { ...record, enabled: false },
        { kind: "config", on, newest: null },
        output,
      );
    },
    amend(instance, step, output) {
      tell(step, output);
      if (instances.get(instance.key) === instance) keepLast(instance, step.alarm);
    },
    tick(on, output) {
      for (const instance of wakes.take(on.receivedAt)) {
        refresh(instance, on, output);
        if (instances.get(instance.key) === instance) stepInstance(instance, { kind: "tick", on }, output);
      }
    },
    takeNews() {
      if (calls.length === 0 && changed.size === 0) return null;
      const news: News = { calls, changed };
      calls = [];
      changed = new Map();
      return news;
    },
    isOfReadings,
    open: () => [...instances.values()].flatMap(({ memory: { alarm } }) => alarm ?? []),
    save: () =>
      Array.from(instances.values(), ({ site, name, memory, wakeAt, heldBack, last }) => [
        site,
        name,
        memory,
        { wakeAt, heldBack, last },
      ]),
  };
}

function textOf({ suppressions }: HeldBack): string {
  return suppressions.length === 0 ? "" : JSON.stringify(suppressions);
}

/** Null: the site or the factor is not known any more. */
function placeOf(registry: Registry, records: Records, site: string, what: AlarmInstance): Place | null {
  const nothing = { what, basis: null, factor: null, watch: null, unit: "" };
  if (what.subject === "system") return { ...nothing, state: null };
  const state = registry.sites.get(site);
  if (state === undefined) return null;
  const { factor } = what;
  if (what.subject === "silence") return { ...nothing, factor, state };
  const offset = factor === null ? -1 : registry.offsetOf(state, factor);
  if (offset < 0) return null;
  const { watch, facts } = registry.watch(state, offset);
  if (what.subject === "quality") return { ...nothing, factor, state, watch };
  const basis = what.subject === "limit" ? what.basis : (records.get(what.record)?.basis ?? "realtime");
  return { what, basis, factor, state, watch, unit: facts.unit };
}
