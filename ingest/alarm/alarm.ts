// The alarm state machine of one occurrence. Pure: every time and every cause is an argument.
//
//             raise                    ack
//   normal ─────────▶ unack-active ─────────▶ ack-active
//     ▲                 │      ▲                  │
//     │             rtn │      │ raise again      │ rtn
//     │     ack         ▼      │                  │
//     ├────────────── rtn-unack                   │
//     └───────────────────────────────────────────┘
//
// Back to normal ends the occurrence; the next raise is a new one with a new id. Latching, shelving and levels are not here
// yet. A value that is not known (flag other than N, silence) moves nothing: unknown is neither good nor bad.

import type { Alarm, AlarmState, AlarmTransition, Priority, TransitionCause } from "#domain/alarm.ts";
import { exceeds, type Limit, limitBound } from "#domain/limit.ts";
import { formatUlid } from "./ulid.ts";

/** Where and when something happened that may move an alarm. */
export interface Occasion {
  readonly seq: number;
  readonly eventTime: number;
  readonly receivedAt: number;
}

export interface Step {
  readonly alarm: Alarm;
  /** Null when only the worst value moved: that is no transition, and a command decided on the old row still fits. */
  readonly transition: AlarmTransition | null;
}

export interface Definition {
  readonly site: string;
  /** Null for a condition of the system. */
  readonly factor: string | null;
  /** e.g. "limit:w01018:realtime" */
  readonly id: string;
  readonly unit: string;
  readonly priority: Priority;
}

function step(
  alarm: Alarm,
  changes: Partial<Alarm>,
  row: { on: Occasion; cause: TransitionCause; value: number | null; actor?: string; comment?: string | null },
): Step {
  const next: Alarm = { ...alarm, ...changes, version: alarm.version + 1 };
  return {
    alarm: next,
    transition: {
      alarmId: next.id,
      version: next.version,
      seq: row.on.seq,
      from: alarm.state,
      to: next.state,
      cause: row.cause,
      value: row.value,
      limit: next.limit,
      eventTime: row.on.eventTime,
      receivedAt: row.on.receivedAt,
      actor: row.actor ?? null,
      comment: row.comment ?? null,
    },
  };
}

/**
 * A known value meets its limit. `current` is the occurrence that is not back to normal, or null. Returns the step it
 * caused, or null when nothing changed.
 */
export function meet(
  current: Alarm | null,
  definition: Definition,
  limit: Limit | null,
  value: number,
  on: Occasion,
  cause: TransitionCause = "sample",
): Step | null {
  const beyond = limit !== null && exceeds(limit, value);
  if (beyond && limit !== null) {
    const bound = limitBound(limit, value);
    if (current === null) return raise(definition, bound, value, on, cause);
    if (!current.active) {
      // Before it was acknowledged it came back: the same occurrence goes on.
      return step(
        current,
        { state: "unack-active", active: true, cleared: null, value, limit: bound },
        { on, cause, value },
      );
    }
    return isWorse(current, bound, value) ? { alarm: { ...current, value, limit: bound }, transition: null } : null;
  }
  if (current === null || !current.active) return null;
  const state: AlarmState = current.acked ? "normal" : "rtn-unack";
  return step(current, { state, active: false, cleared: on.eventTime }, { on, cause, value });
}

function raise(definition: Definition, bound: number, value: number, on: Occasion, cause: TransitionCause): Step {
  return step(blank(definition, bound, on), { state: "unack-active", active: true, value }, { on, cause, value });
}

/** An occurrence before its first transition. */
function blank(definition: Definition, bound: number | null, on: Occasion): Alarm {
  return {
    id: formatUlid(on.eventTime, on.seq, `${definition.site} ${definition.id}`),
    version: 0,
    site: definition.site,
    factor: definition.factor,
    definition: definition.id,
    priority: definition.priority,
    state: "normal",
    active: false,
    acked: false,
    latched: false,
    suppression: null,
    validity: "good",
    value: null,
    limit: bound,
    unit: definition.unit,
    onset: on.eventTime,
    cleared: null,
    ackedBy: null,
    ackedAt: null,
    journalSeq: on.seq,
    comments: [],
    case: null,
    record: "",
    recordVersion: 0,
    class: "",
    level: 1,
    assignee: null,
    annunciations: 1,
    annunciatedAt: on.receivedAt,
    reraises: 0,
    chattering: false,
    retrospective: false,
  };
}

/** Further beyond the limit by a tenth of it than the worst value known: worth showing, without a row for every sample. */
function isWorse(alarm: Alarm, bound: number, value: number): boolean {
  if (alarm.value === null) return true;
  const margin = Math.abs(bound) / 10;
  return Math.abs(value - bound) > Math.abs(alarm.value - bound) + margin;
}

/** A condition of the system begins or ends; there is no value to compare. */
export function meetCondition(
  current: Alarm | null,
  definition: Definition,
  active: boolean,
  detail: string,
  on: Occasion,
): Step | null {
  if (active === (current?.active ?? false)) return null;
  const row = { on, cause: "sample" as const, value: null, comment: detail };
  if (!active) {
    if (current === null) return null;
    return step(current, { state: current.acked ? "normal" : "rtn-unack", active: false, cleared: on.eventTime }, row);
  }
  const comments = [{ at: on.receivedAt, by: "system", text: detail }];
  if (current === null)
    return step({ ...blank(definition, null, on), comments }, { state: "unack-active", active: true }, row);
  return step(
    current,
    { state: "unack-active", active: true, cleared: null, comments: [...current.comments, ...comments] },
    row,
  );
}

export type CommandStep =
  | { readonly ok: true; readonly step: Step }
  | { readonly ok: false; readonly code: "conflict" | "illegal"; readonly detail: string };

/** A person acknowledges the version of the alarm that was on the screen. */
export function acknowledge(
  alarm: Alarm,
  expectedVersion: number,
  actor: string,
  comment: string | null,
  on: Occasion,
): CommandStep {
  if (alarm.version !== expectedVersion) {
    return { ok: false, code: "conflict", detail: `the alarm is at version ${alarm.version}, not ${expectedVersion}` };
  }
  if (alarm.acked)
    return { ok: false, code: "illegal", detail: `already acknowledged by ${alarm.ackedBy ?? "somebody"}` };
  const state: AlarmState = alarm.active ? "ack-active" : "normal";
  const comments =
    comment === null ? alarm.comments : [...alarm.comments, { at: on.receivedAt, by: actor, text: comment }];
  return {
    ok: true,
    step: step(
      alarm,
      { state, acked: true, ackedBy: actor, ackedAt: on.receivedAt, comments },
      { on, cause: "command", value: null, actor, comment },
    ),
  };
}

/** A remark; it changes no state. */
export function remark(
  alarm: Alarm,
  expectedVersion: number | null,
  actor: string,
  text: string,
  on: Occasion,
): CommandStep {
  if (expectedVersion !== null && alarm.version !== expectedVersion) {
    return { ok: false, code: "conflict", detail: `the alarm is at version ${alarm.version}, not ${expectedVersion}` };
  }
  const comments = [...alarm.comments, { at: on.receivedAt, by: actor, text }];
  return { ok: true, step: step(alarm, { comments }, { on, cause: "command", value: null, actor, comment: text }) };
}
