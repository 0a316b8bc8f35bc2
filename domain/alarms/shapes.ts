// What goes into the alarm machine and what comes out. One instance = one site and one thing that can happen there (its name is
// Alarm.definition); it has at most one occurrence that is not back to normal. Everything here is plain data.
//
//   stepAlarm(context, memory, input) ─▶ { memory, steps, refusal }     machine.ts
//   dueAt(context, memory)            ─▶ receive time of the next tick that would change something, or null
//   quietRange(record, limit)         ─▶ values that reach no level: with memory null they need no step      condition.ts
//   readFlag(flag)                    ─▶ what a device's flag says about validity and faults                  condition.ts
//
// The machine itself forgets nothing between two steps but what is in its memory; null = normal, nothing pending, nothing shelved.

import type { AlarmAct } from "../alarm-act.ts";
import type { AlarmDefinition } from "../alarm-definition.ts";
import type {
  Alarm,
  AlarmTransition,
  AlarmValidity,
  Annunciation,
  Priority,
  Suppression,
  TransitionCause,
} from "../alarm.ts";

/** Where in the journal, and when, something happened. Epoch ms. */
export interface Occasion {
  readonly seq: number;
  readonly eventTime: number;
  readonly receivedAt: number;
}

/** Both ends of a limit; null = open at that end. */
export interface LimitEnds {
  readonly max: number | null;
  readonly min: number | null;
}

/** How alarms of a class are handled; rows of tables/alarm-classes.json. */
export interface AlarmClass {
  readonly name: string;
  readonly nameZh: string;
  readonly nameEn: string;
  /** 1 warns the plant, 2 asks for an act of the duty operator; null = outside these layers. */
  readonly layer: 1 | 2 | null;
  /** Who is told first. */
  readonly toldFirstZh: string;
  readonly toldFirstEn: string;
  /** Extra duties: a shelf needs a second person, a statutory basis must be named. */
  readonly highlyManaged: boolean;
  /** The longest shelf in minutes, by one person and with a second one. 0 = not at all. */
  readonly shelfMinutesMax: number;
  readonly shelfMinutesMaxSecond: number;
  /** Acknowledged within this of the call, by priority; null = no promise. */
  readonly ackMs: Readonly<Record<Priority, number | null>>;
  /** Back to normal within this, else it is escalated; null = no promise. */
  readonly clearMs: number | null;
  /** Proposed for new records. */
  readonly reAlarmMs: number | null;
  /** Where the numbers come from and how sure that is. */
  readonly source: string;
}

/**
 * What a step rests on; looked up by the caller at every step, never kept by the machine. What was due since the last tick happens
 * under the context of the step that finds it: a caller that wants the old one gives a tick before he changes it.
 */
export interface AlarmContext {
  readonly site: string;
  readonly factor: string | null;
  /** Name of the instance, e.g. "limit:w01018:hour". */
  readonly definition: string;
  readonly unit: string;
  /** How often a value is expected; of hour and day records the length of the window. */
  readonly intervalMs: number;
  /** The record that holds for it. Disabled: nothing is raised, and what is active returns. */
  readonly record: AlarmDefinition;
  readonly class: AlarmClass;
  /** Of subject "limit": the limit in force at an event time, null = none. Not called for the others. */
  readonly limitAt: (eventTime: number) => LimitEnds | null;
  /** Out of service and held back by design, as they hold now. Shelves are in the memory. */
  readonly suppressions: readonly Suppression[];
}

export type AlarmInput =
  /**
   * A reading or a mean (limit, value, quality), or null when something else says that the point is not known (silence).
   * `on.eventTime` is that of the value. Not for late ones.
   */
  | {
      readonly kind: "sample";
      readonly on: Occasion;
      readonly value: number | null;
      readonly validity: AlarmValidity;
      /** Of quality records: does the device call itself faulty? Null = not known (calibration, silence). */
      readonly faulty: boolean | null;
      /**
       * Event time of the newest value before it, also of those that were within all levels and were not told; null or missing = none.
       * Where nothing is remembered a value older than it moves nothing.
       */
      readonly calmAt?: number | null | undefined;
    }
  /** A reading that came so late that it says nothing about now: makes an occurrence of the past at most. */
  | { readonly kind: "late"; readonly on: Occasion; readonly value: number }
  /** Silence: receive time of the last contact. Told when it may have become too long, and when there is contact again. */
  | { readonly kind: "silence"; readonly on: Occasion; readonly since: number }
  /** A condition of the centre begins or ends. */
  | { readonly kind: "condition"; readonly on: Occasion; readonly active: boolean; readonly detail: string }
  /** Time passes; `on.receivedAt` is the tick's. */
  | { readonly kind: "tick"; readonly on: Occasion }
  /** Record or limit are others than before (already in the context); the newest value is compared again. */
  | { readonly kind: "config"; readonly on: Occasion; readonly newest: NewestValue | null }
  /** The context's suppressions are others than before; what did it, and who, when it was somebody. */
  | {
      readonly kind: "suppression";
      readonly on: Occasion;
      readonly cause?: TransitionCause | undefined;
      readonly actor?: string | null | undefined;
    }
  | {
      readonly kind: "act";
      readonly on: Occasion;
      readonly act: AlarmAct;
      /** Null: whatever the version is (comments and links only). */
      readonly expectedVersion: number | null;
      readonly actor: string;
      /** By which way the person came, e.g. "desk". */
      readonly channel: string;
    };

export interface NewestValue {
  readonly eventTime: number;
  readonly value: number;
  readonly validity: AlarmValidity;
}

/** One change of one occurrence, in order. */
export interface AlarmStep {
  readonly alarm: Alarm;
  /** Null when only the worst value moved: that is no transition, and the version stays. */
  readonly transition: AlarmTransition | null;
  readonly annunciation: Annunciation | null;
}

export interface ActRefusal {
  readonly code: "conflict" | "illegal" | "not-found";
  readonly detail: string;
  readonly current: Alarm | null;
}

export interface StepResult {
  readonly memory: AlarmMemory | null;
  readonly steps: readonly AlarmStep[];
  /** Of an act: why it did not happen; null = it did. */
  readonly refusal: ActRefusal | null;
}

/** A value that takes part in the condition. */
export interface Sample {
  /** Counts at this time: the event time, or the receive time when the device's clock is ahead. */
  readonly time: number;
  /** For the limit in force, and for onset and end: as `time`, but not before a change of limits that makes it count anew. */
  readonly eventTime: number;
  readonly value: number | null;
  readonly validity: AlarmValidity;
  readonly faulty: boolean | null;
  readonly seq: number;
}

/** Condition and timers of an instance. Changed in place while a step runs; the machine works on a copy. */
export interface SignalMemory {
  /** Level that counts now, 0 = none: the process side of the alarm. */
  level: number;
  /** The newest sample that took part; null = none yet. */
  last: Sample | null;
  /** Of it: the highest level that it reaches, and the highest that it does not leave (deadband); -1 = not known. */
  reach: number;
  stay: number;
  /** From here on `last` counts; later than its time when the timers were already past it. */
  from: number;
  /** Timers are accounted up to here. */
  at: number;
  /** Per level: for how long (ms) it has been reached (levels above `level`) or been left (levels up to it). */
  held: number[];
  /** The first sample of what is pending on the lowest level: event time, journal sequence. Null = nothing is. */
  since: number | null;
  sinceSeq: number;
  /** The worst value of what is pending. */
  worst: number | null;
  /** Samples that wait for those that may still come before them, by time. */
  waiting: Sample[];
}

/** A shelf belongs to the instance: the next occurrence begins under it. */
export interface Shelf {
  readonly until: number;
  readonly by: string;
  readonly second: string | null;
  readonly reason: string;
  readonly comment: string;
  readonly oneShot: boolean;
  /** The level that was hidden: a graver one ends the shelf. Missing in memories of older programs: it hides all levels. */
  readonly level?: number | undefined;
}

/** Late values that may become an occurrence of the past. */
export interface RetroMemory {
  readonly onset: number;
  readonly last: number;
  readonly worst: number;
  readonly bound: number;
  readonly level: number;
  readonly seq: number;
  /** Receive time of the newest of them. */
  readonly receivedAt: number;
}

export interface AlarmMemory {
  /** The occurrence that is not back to normal; null = none. */
  readonly alarm: Alarm | null;
  readonly signal: SignalMemory | null;
  readonly shelf: Shelf | null;
  /** Shelves in a row, and when the last of them ended (null = it lasts). */
  readonly shelves: number;
  readonly shelfEndedAt: number | null;
  /** When it last called, or would have, newest last: to notice chattering. */
  readonly raises: readonly number[];
  readonly chattering: boolean;
  /** Level of the last call; while it chatters the highest of them. */
  readonly toldLevel: number;
  /** Somebody is to be told of something new as soon as it chatters no more. */
  readonly folded: boolean;
  readonly retro: RetroMemory | null;
}

/** A mistake in a record, in words that help. */
export interface DefinitionProblem {
  /** Path of the field, e.g. "levels.1.at". */
  readonly field: string;
  readonly problem: string;
  readonly hint: string;
}
