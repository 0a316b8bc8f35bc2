// A small centre in virtual time: the pipeline of ingest, fed entry by entry, with what it said of alarms so far.

import type { Alarm, AlarmTransition } from "#domain/alarm.ts";
import type { ActResult, AlarmAct } from "#domain/alarm-act.ts";
import type { AlarmDefinition } from "#domain/alarm-definition.ts";
import { builtInDefinitions } from "#domain/alarms/built-in.ts";
import type { Command, CommandOutcome } from "#domain/command.ts";
import { channels, doors, type Entry, entryKinds } from "#domain/frame.ts";
import type { Flag } from "#domain/reading.ts";
import type { Site } from "#domain/site.ts";
import { createOutput } from "#ingest/output.ts";
import { createPipeline, type Pipeline } from "#ingest/pipeline.ts";

export const begins = Date.UTC(2026, 10, 22, 2);
const encoder = new TextEncoder();
export const minute = 60_000;

export interface World {
  readonly now: number;
  readonly seq: number;
  /** Ticks, one a second. */
  wait(ms: number): void;
  /** Only the clock goes on: the centre is down. */
  pause(ms: number): void;
  send(site: string, values: Readonly<Record<string, number>>, options?: { ageMs?: number; flag?: Flag }): void;
  order(command: Command, actor?: string): CommandOutcome;
  act(alarm: Alarm, act: AlarmAct, actor?: string): ActResult;
  /** The alarms as they are now, by definition. */
  alarms(site?: string): Record<string, Alarm>;
  alarm(definition: string, site?: string): Alarm;
  readonly transitions: readonly AlarmTransition[];
  readonly entries: readonly Entry[];
}

/** `everyEntry`: what is done to the pipeline before each entry. */
export function createWorld(everyEntry: (pipeline: Pipeline) => Pipeline = (pipeline) => pipeline): World {
  let pipeline = createPipeline();
  let now = begins;
  let seq = 0;
  const transitions: AlarmTransition[] = [];
  const newest = new Map<string, Alarm>();
  const entries: Entry[] = [];

  function append(kind: Entry["kind"], source: string, text: string): CommandOutcome[] {
    pipeline = everyEntry(pipeline);
    const output = createOutput();
    const door = kind === entryKinds.frame ? doors.mqtt : doors.none;
    const channel = kind === entryKinds.frame ? channels.readings : channels.none;
    const payload = encoder.encode(text);
    const entry: Entry = { kind, door, channel, promised: true, receivedAt: now, source, payload, seq: ++seq };
    entries.push(entry);
    pipeline.process(entry, output);
    transitions.push(...output.state.transitions);
    for (const [id, alarm] of output.state.alarms) newest.set(id, alarm);
    return output.state.outcomes;
  }

  const world: World = {
    get now() {
      return now;
    },
    get seq() {
      return seq;
    },
    wait(ms) {
      for (const end = now + ms; now < end;) {
        now = Math.min(end, now + 1_000);
        append(entryKinds.tick, "", "");
      }
    },
    pause(ms) {
      now += ms;
    },
    send(site, values, { ageMs = 0, flag = "N" } = {}) {
      now += 1;
      const flagged = Object.fromEntries(Object.entries(values).map(([code, value]) => [code, { value, flag }]));
      append(entryKinds.frame, site, JSON.stringify({ time: now - ageMs, values: flagged }));
    },
    order(command, actor = "li") {
      now += 1;
      const [outcome] = append(entryKinds.command, actor, JSON.stringify({ id: `c${seq}`, actor, command }));
      if (outcome === undefined) throw new Error("no outcome");
      return outcome;
    },
    act(alarm, act, actor = "li") {
      const targets = [{ alarm: alarm.id, expectedVersion: alarm.version }];
      const outcome = world.order({ type: "alarm.act", act, channel: "desk", targets }, actor);
      const [result] = outcome.ok ? (outcome.result as ActResult[]) : [];
      if (result === undefined) throw new Error(JSON.stringify(outcome));
      return result;
    },
    alarms(site = "S") {
      const mine = [...newest.values()].filter((each) => each.site === site);
      // One that is not back to normal goes before those that are over.
      const ordered = mine.toSorted((a, b) => Number(a.state !== "normal") - Number(b.state !== "normal"));
      return Object.fromEntries(ordered.map((each) => [each.definition, each]));
    },
    alarm(definition, site = "S") {
      const found = world.alarms(site)[definition];
      if (found === undefined) throw new Error(`no alarm ${definition}`);
      return found;
    },
    transitions,
    entries,
  };
  return world;
}

export function siteOf(id = "S", changes: Partial<Site> = {}): Omit<Site, "version"> {
  const place = { city: "130200", enterprise: "E", lat: null, lon: null, mn: null, simulated: false } as const;
  const factors = ["w01018", "w01001"];
  return { id, name: id, kind: "water-outfall", ...place, factors, intervalSeconds: 60, standard: null, ...changes };
}

export function begin(world: World, site = siteOf()): World {
  world.order({ type: "sites.put", sites: [site] });
  const limit = { site: site.id, factor: "w01018", max: 50, min: null, basis: "realtime" as const, from: 0, to: null };
  world.order({
    type: "limits.put",
    limits: [{ id: `${site.id}:cod`, ...limit, reason: "permit", by: "li", source: "site" }],
  });
  return world;
}

export function recordOf(id: string, changes: Partial<AlarmDefinition> = {}): AlarmDefinition {
  const found = builtInDefinitions.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no built-in record ${id}`);
  return { ...found, ...changes };
}

export function put(world: World, record: AlarmDefinition, expectedVersion = 0): CommandOutcome {
  const { version: _, ...rest } = record;
  return world.order({ type: "alarm-definitions.put", definitions: [{ ...rest, expectedVersion }], reason: "trial" });
}

export const atSite = { site: "S", enterprise: null, city: null, kind: null, factor: null };
export const calls = (world: World): (string | null | undefined)[] =>
  world.transitions.map(({ annunciation }) => annunciation).filter((id) => id !== null && id !== undefined);
