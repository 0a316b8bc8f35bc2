// Plays inputs to the alarm machine and keeps every row: one instance "limit:f:realtime" of a site with one value a minute and a
// limit of 100, with whatever record and class a test asks for.

import type { AlarmAct } from "#domain/alarm-act.ts";
import type { AlarmDefinition } from "#domain/alarm-definition.ts";
import type { Alarm, AlarmTransition, Annunciation, Suppression } from "#domain/alarm.ts";
import { builtInDefinitions, classOf } from "#domain/alarms/built-in.ts";
import { dueAt, stepAlarm } from "#domain/alarms/machine.ts";
import type {
  ActRefusal,
  AlarmContext,
  AlarmInput,
  AlarmMemory,
  AlarmStep,
  LimitEnds,
  Occasion,
} from "#domain/alarms/shapes.ts";

/** 2026-11-22 00:00 UTC. */
export const begin = 1_795_305_600_000;
export const second = 1_000;
export const minute = 60_000;

export function recordOf(changes: Partial<AlarmDefinition> = {}): AlarmDefinition {
  const record = builtInDefinitions.find(({ id }) => id === "limit-realtime");
  if (record === undefined) throw new Error("there is no built-in record for realtime limits");
  return { ...record, class: "averaging", suppressWhen: [], ...changes };
}

export interface PlaySettings {
  readonly record?: Partial<AlarmDefinition>;
  readonly limit?: LimitEnds | null;
  readonly intervalMs?: number;
  readonly suppressions?: readonly Suppression[];
}

export function contextOf({ record, limit, intervalMs, suppressions }: PlaySettings = {}): AlarmContext {
  const whole = recordOf(record);
  const ends = limit === undefined ? { max: 100, min: null } : limit;
  return {
    site: "S",
    factor: "f",
    definition: "limit:f:realtime",
    unit: "mg/L",
    intervalMs: intervalMs ?? minute,
    record: whole,
    class: classOf(whole),
    limitAt: () => ends,
    suppressions: suppressions ?? [],
  };
}

/** Milliseconds after `begin` at which something is received; the event time is the same unless it is said. */
export function occasion(seq: number, receivedMs: number, eventMs = receivedMs): Occasion {
  return { seq, receivedAt: begin + receivedMs, eventTime: begin + eventMs };
}

export interface Player {
  context: AlarmContext;
  memory: AlarmMemory | null;
  readonly steps: AlarmStep[];
  readonly transitions: AlarmTransition[];
  readonly calls: Annunciation[];
  /** The occurrence that is not back to normal. */
  readonly alarm: Alarm | null;
  /** The last one that there was. */
  readonly last: Alarm;
  input(input: AlarmInput): ActRefusal | null;
  /** A good value. */
  value(value: number, receivedMs: number, eventMs?: number): void;
  /** The device says that the value is worth nothing. */
  unknown(receivedMs: number, eventMs?: number): void;
  tick(receivedMs: number): void;
  act(act: AlarmAct, receivedMs: number, version?: number | null): ActRefusal | null;
  suppress(suppressions: readonly Suppression[], receivedMs: number): void;
  /** Another record or limit from now on. */
  change(settings: PlaySettings, receivedMs: number, newest?: number | null): void;
}

export function createPlayer(settings: PlaySettings = {}): Player {
  let seq = 0;
  const player: Player = {
    context: contextOf(settings),
    memory: null,
    steps: [],
    transitions: [],
    calls: [],
    get alarm() {
      return player.memory?.alarm ?? null;
    },
    get last() {
      const found = player.steps.at(-1)?.alarm;
      if (found === undefined) throw new Error("there was no alarm");
      return found;
    },
    input(input) {
      const result = stepAlarm(player.context, player.memory, input);
      // Between any two inputs the program may end: what is kept is what can be written down.
      player.memory = result.memory === null ? null : copy(result.memory);
      for (const step of result.steps) {
        player.steps.push(step);
        if (step.transition !== null) player.transitions.push(step.transition);
        if (step.annunciation !== null) player.calls.push(step.annunciation);
      }
      return result.refusal;
    },
    value(value, receivedMs, eventMs) {
      const on = occasion(++seq, receivedMs, eventMs);
      player.input({ kind: "sample", on, value, validity: "good", faulty: false });
    },
    unknown(receivedMs, eventMs) {
      const on = occasion(++seq, receivedMs, eventMs);
      player.input({ kind: "sample", on, value: null, validity: "bad", faulty: true });
    },
    tick(receivedMs) {
      player.input({ kind: "tick", on: occasion(++seq, receivedMs) });
    },
    act(act, receivedMs, version) {
      const expectedVersion = version === undefined ? (player.alarm?.version ?? 0) : version;
      const on = occasion(++seq, receivedMs);
      return player.input({ kind: "act", on, act, expectedVersion, actor: "li", channel: "desk" });
    },
    suppress(suppressions, receivedMs) {
      player.context = { ...player.context, suppressions };
      player.input({ kind: "suppression", on: occasion(++seq, receivedMs), cause: "command", actor: "li" });
    },
    change(changed, receivedMs, newest = null) {
      const { suppressions } = player.context;
      player.context = { ...contextOf(changed), suppressions };
      const on = occasion(++seq, receivedMs);
      const value = newest === null ? null : { eventTime: on.eventTime, value: newest, validity: "good" as const };
      player.input({ kind: "config", on, newest: value });
    },
  };
  return player;
}

function copy(memory: AlarmMemory): AlarmMemory {
  return JSON.parse(JSON.stringify(memory)) as AlarmMemory;
}

/** Ticks at each time at which something is due, up to `untilMs`. */
export function runDue(player: Player, untilMs: number): void {
  for (;;) {
    const due = dueAt(player.context, player.memory);
    if (due === null || due > begin + untilMs) return;
    player.tick(due - begin);
  }
}

export const held: Suppression = {
  kind: "by-design",
  until: null,
  by: "rule",
  reason: "site-silent",
  of: "parent",
  oneShot: false,
};

export const outOfService: Suppression = {
  kind: "out-of-service",
  until: null,
  by: "wang",
  reason: "works",
  of: "W-1",
  oneShot: false,
};

export function shelve(changes: Partial<Extract<AlarmAct, { kind: "shelve" }>> = {}): AlarmAct {
  return {
    kind: "shelve",
    minutes: 60,
    oneShot: false,
    reason: "maintenance",
    comment: "pump works",
    second: null,
    ...changes,
  };
}

export const ack: AlarmAct = { kind: "ack", comment: null };
