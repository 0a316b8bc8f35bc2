// Values against the limits that were in force, and what the alarms make of it. Realtime readings meet realtime limits,
// closed means meet hour and day limits. Pure.

import type { Alarm, Priority, TransitionCause } from "#domain/alarm.ts";
import { type LimitBasis, limitBases, limitInForce } from "#domain/limit.ts";
import type { Flag } from "#domain/reading.ts";
import type { ClosedWindow } from "../aggregate/windows.ts";
import type { Output } from "../output.ts";
import { findCalm, type Series, type Watch } from "../registry.ts";
import priorities from "./priorities.json" with { type: "json" };
import { type CommandStep, meet, type Occasion, type Step } from "./alarm.ts";

const priorityOf: Readonly<Record<LimitBasis, Priority>> = {
  realtime: parsePriority(priorities.realtime.priority),
  hour: parsePriority(priorities.hour.priority),
  day: parsePriority(priorities.day.priority),
};

function parsePriority(value: number): Priority {
  if (value === 1 || value === 2 || value === 3 || value === 4) return value;
  throw new Error(`priorities.json: ${value} is no priority`);
}

export interface Judge {
  meetReading(series: Series, value: number, on: Occasion, output: Output): void;
  /** The quick look at nearly every reading: true when it is within its limits and there is no alarm that could end. */
  isCalm(watch: Watch, value: number, time: number): boolean;
  /** A window that closes; only the newest one moves an alarm. */
  meetMean(series: Series, basis: "hour" | "day", window: ClosedWindow, on: Occasion, output: Output): void;
  /** The limits of a series changed: its newest value is compared again at once. */
  meetChange(series: Series, newest: Newest, basis: LimitBasis, on: Occasion, output: Output): void;
  findAlarm(id: string): FoundAlarm | null;
  take(found: FoundAlarm, done: Extract<CommandStep, { ok: true }>, output: Output): void;
}

export interface Newest {
  readonly time: number;
  readonly value: number;
  readonly flag: Flag;
}

export interface FoundAlarm {
  readonly watch: Watch;
  readonly basis: LimitBasis;
  readonly alarm: Alarm;
}

/** `watches`: those of all series, to find the occurrences that are not back to normal. */
export function createJudge(watches: ReadonlyMap<number, Watch>): Judge {
  const open = new Map<string, readonly [watch: Watch, basis: LimitBasis]>();
  for (const watch of watches.values()) {
    for (const basis of limitBases) {
      const alarm = watch.alarms[basis];
      if (alarm !== null) open.set(alarm.id, [watch, basis]);
    }
  }

  function compare(
    { state, facts, watch }: Series,
    basis: LimitBasis,
    value: number,
    on: Occasion,
    output: Output,
    cause: TransitionCause,
  ): void {
    const limits = watch.limits[basis];
    const current = watch.alarms[basis];
    if (limits.length === 0 && current === null) return;
    const limit = limitInForce(limits, on.eventTime);
    const { code } = facts.factor;
    const definition = {
      site: state.site.id,
      factor: code,
      id: `limit:${code}:${basis}`,
      unit: facts.unit,
      priority: priorityOf[basis],
    };
    const step = meet(current, definition, limit, value, on, cause);
    if (step !== null) keep(watch, basis, step, output);
  }

  function keep(watch: Watch, basis: LimitBasis, { alarm, transition }: Step, output: Output): void {
    const isOver = alarm.state === "normal";
    watch.alarms[basis] = isOver ? null : alarm;
    if (isOver) open.delete(alarm.id);
    else open.set(alarm.id, [watch, basis]);
    output.state.alarms.set(alarm.id, alarm);
    if (transition !== null) output.state.transitions.push(transition);
    output.live.alarms.push(alarm);
  }

  return {
    meetReading(series, value, on, output) {
      const { comparedAt } = series.watch;
      // Older than what was compared already: it cannot say how things are now.
      if (on.eventTime < comparedAt.realtime) return;
      comparedAt.realtime = on.eventTime;
      compare(series, "realtime", value, on, output, "sample");
    },
    isCalm(watch, value, time) {
      const { comparedAt } = watch;
      if (watch.alarms.realtime !== null || time < comparedAt.realtime) return false;
      let { calm } = watch;
      if (calm === null || time < calm.from || time >= calm.to) {
        calm = findCalm(watch.limits.realtime, time);
        watch.calm = calm;
      }
      if (value < calm.min || value > calm.max) return false;
      comparedAt.realtime = time;
      return true;
    },
    meetMean(series, basis, window, on, output) {
      const { comparedAt } = series.watch;
      if (window.valid === 0 || on.eventTime <= comparedAt[basis]) return;
      comparedAt[basis] = on.eventTime;
      compare(series, basis, window.mean, on, output, "sample");
    },
    meetChange(series, { time, value, flag }, basis, on, output) {
      // Means are compared when the next one closes; only the newest reading is at hand.
      if (basis !== "realtime" || time === Number.NEGATIVE_INFINITY || flag !== "N") return;
      compare(series, basis, value, { ...on, eventTime: Math.max(time, on.eventTime) }, output, "config");
    },
    findAlarm(id) {
      const [watch, basis] = open.get(id) ?? [];
      const alarm = basis === undefined ? null : (watch?.alarms[basis] ?? null);
      return watch === undefined || basis === undefined || alarm === null ? null : { watch, basis, alarm };
    },
    take(found, done, output) {
      keep(found.watch, found.basis, done.step, output);
    },
  };
}
