// Values against the limits that were in force, and what the alarms make of it. Realtime readings meet realtime limits,
// closed means meet hour and day limits. Pure.

import type { Alarm, Priority, TransitionCause } from "#domain/alarm.ts";
import type { LimitBasis } from "#domain/limit.ts";
import type { ClosedWindow } from "../aggregate/windows.ts";
import type { Output } from "../output.ts";
import { limitInForce, type Series, type SiteState } from "../registry.ts";
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
  meetReading(state: SiteState, series: Series, value: number, on: Occasion, output: Output): void;
  meetMean(
    state: SiteState,
    series: Series,
    basis: "hour" | "day",
    window: ClosedWindow,
    on: Occasion,
    output: Output,
  ): void;
  /** The limits of a series changed: its newest value is compared again at once. */
  meetChange(state: SiteState, series: Series, basis: LimitBasis, on: Occasion, output: Output): void;
  findAlarm(state: SiteState, id: string): { series: Series; basis: LimitBasis; alarm: Alarm } | null;
  take(series: Series, basis: LimitBasis, done: Extract<CommandStep, { ok: true }>, output: Output): void;
}

const bases: readonly LimitBasis[] = ["realtime", "hour", "day"];

export function createJudge(): Judge {
  function compare(
    state: SiteState,
    series: Series,
    basis: LimitBasis,
    value: number,
    on: Occasion,
    output: Output,
    cause: TransitionCause,
  ): void {
    const limits = series.limits[basis];
    const current = series.alarms[basis];
    if (limits.length === 0 && current === null) return;
    const limit = limitInForce(limits, on.eventTime);
    const definition = {
      site: state.site.id,
      factor: series.factor.code,
      id: `limit:${series.factor.code}:${basis}`,
      unit: series.unit,
      priority: priorityOf[basis],
    };
    const step = meet(current, definition, limit, value, on, cause);
    if (step !== null) keep(series, basis, step, output);
  }

  function keep(series: Series, basis: LimitBasis, step: Step, output: Output): void {
    series.alarms[basis] = step.alarm.state === "normal" ? null : step.alarm;
    output.state.alarms.set(step.alarm.id, step.alarm);
    if (step.transition !== null) output.state.transitions.push(step.transition);
    output.live.alarms.push(step.alarm);
  }

  return {
    meetReading(state, series, value, on, output) {
      // Older than what was compared already: it cannot say how things are now.
      if (on.eventTime < series.comparedAt.realtime) return;
      series.comparedAt.realtime = on.eventTime;
      compare(state, series, "realtime", value, on, output, "sample");
    },
    meetMean(state, series, basis, window, on, output) {
      if (window.valid === 0 || on.eventTime < series.comparedAt[basis]) return;
      series.comparedAt[basis] = on.eventTime;
      compare(state, series, basis, window.mean, on, output, "sample");
    },
    meetChange(state, series, basis, on, output) {
      // Means are compared when the next one closes; only the newest reading is at hand.
      if (basis !== "realtime" || series.latestTime === Number.NEGATIVE_INFINITY || series.latestFlag !== "N") return;
      compare(
        state,
        series,
        basis,
        series.latestValue,
        { ...on, eventTime: Math.max(series.latestTime, on.eventTime) },
        output,
        "config",
      );
    },
    findAlarm(state, id) {
      for (const series of state.series.values()) {
        for (const basis of bases) {
          const alarm = series.alarms[basis];
          if (alarm?.id === id) return { series, basis, alarm };
        }
      }
      return null;
    },
    take(series, basis, done, output) {
      keep(series, basis, done.step, output);
    },
  };
}
