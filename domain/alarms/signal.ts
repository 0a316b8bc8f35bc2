// From samples to the process: what a value is worth under the record, in which order samples count, and what the delays make of it.
// Everything that an occurrence learns of its point passes here.

import type { AlarmValidity, TransitionCause } from "../alarm.ts";
import { bounds } from "../bounds.ts";
import { boundLevels, boundOf, type LevelBounds, reachOf, stayOf } from "./condition.ts";
import { timingOf } from "./due.ts";
import { crossOver, followLevel, showWorst } from "./process.ts";
import { graceOf, putInOrder } from "./reorder.ts";
import type { AlarmContext, NewestValue, Sample, SignalMemory } from "./shapes.ts";
import { advance, createSignal, meetSample, nextChangeAt, type OnChange, resetPending, settle } from "./timers.ts";
import { move, priorityOf, type Work } from "./work.ts";

/** The signal of the instance, fitted to the levels that its record has now. */
export function signalOf(work: Work): SignalMemory {
  const count = work.context.record.levels.length;
  let { signal } = work;
  if (signal === null) {
    signal = createSignal(count);
    if (work.alarm?.active === true) signal.level = Math.min(work.alarm.level, count);
    work.signal = signal;
  }
  while (signal.held.length < count) signal.held.push(0);
  signal.held.length = count;
  if (signal.level > count) signal.level = count;
  if (signal.reach > count) signal.reach = count;
  if (signal.stay > count) signal.stay = count;
  return signal;
}

function levelsAt({ record, intervalMs, limitAt }: AlarmContext, eventTime: number): readonly LevelBounds[] {
  const limit = record.subject === "limit" ? limitAt(eventTime) : null;
  return boundLevels(record, limit, intervalMs);
}

/** As the alarm shows them: silence in minutes. */
function shownLevels(context: AlarmContext, eventTime: number): readonly LevelBounds[] {
  const levels = levelsAt(context, eventTime);
  if (context.record.subject !== "silence") return levels;
  return levels.map((each) => ({ ...each, max: each.max / 60_000, clearMax: each.clearMax / 60_000 }));
}

function followed(work: Work, cause: TransitionCause | null, comment: string | null): OnChange {
  return (change, { last }) =>
    followLevel(work, {
      change,
      cause: change.byTimer ? "timer" : (cause ?? "sample"),
      levels: shownLevels(work.context, last?.eventTime ?? change.at),
      value: last?.value ?? null,
      comment,
    });
}

/** A sample arrives: it counts at once where there is no delay, else it waits for its turn. */
export function takeSample(work: Work, sample: Sample): void {
  if (graceOf(work.context.record) === 0) {
    applySample(work, sample, null);
    return;
  }
  const { waiting } = signalOf(work);
  putInOrder(waiting, sample);
  // Past the bound the oldest counts at once: nothing is lost but the order of those that come after it.
  if (waiting.length <= bounds.alarmSamplesWaitingMax) return;
  const first = waiting.shift();
  if (first !== undefined) applySample(work, first, null);
}

/** The next sample in order meets the condition. */
export function applySample(work: Work, sample: Sample, cause: TransitionCause | null): void {
  const { context } = work;
  const signal = signalOf(work);
  const { subject, enabled } = context.record;
  const levels = levelsAt(context, sample.eventTime);
  let [reach, stay] = [-1, -1];
  let validity: AlarmValidity = sample.validity;
  if (!enabled) [reach, stay] = [0, 0];
  else if (subject === "quality") {
    if (sample.faulty !== null) {
      [reach, stay] = sample.faulty ? [1, 1] : [0, 0];
      // That the device is faulty is known for certain, whatever its values are worth.
      validity = "good";
    }
  } else if (sample.value !== null && !Number.isNaN(sample.value) && sample.validity === "good") {
    [reach, stay] = [reachOf(levels, sample.value), stayOf(levels, sample.value)];
  }
  meet(work, signal, sample, { reach, stay, validity, levels, cause, comment: null });
}

interface Worth {
  readonly reach: number;
  readonly stay: number;
  readonly validity: AlarmValidity;
  readonly levels: readonly LevelBounds[];
  readonly cause: TransitionCause | null;
  readonly comment: string | null;
}

function meet(work: Work, signal: SignalMemory, sample: Sample, worth: Worth): void {
  if (signal.last !== null && sample.time < signal.last.time) return;
  const { reach, stay, validity, levels, cause, comment } = worth;
  const timing = timingOf(work.context);
  const onChange = followed(work, cause, comment);
  // What ran out before the sample is told before it is known what the sample says of the point.
  settle(signal, timing, Math.max(sample.time, signal.at), onChange);
  if (work.alarm !== null && work.alarm.validity !== validity) {
    move(work, work.alarm, { validity }, { cause: cause ?? "sample", at: sample.eventTime, value: sample.value });
  }
  const known = work.alarm;
  meetSample(signal, timing, sample, reach, stay, levels[reach - 1], onChange);
  if (reach <= 0 || sample.value === null) return;
  const isOnItsLevel = known !== null && work.alarm === known && signal.level === reach;
  const value = { at: signal.at, value: sample.value, cause: cause ?? "sample" };
  if (!isOnItsLevel || !crossOver(work, levels, value)) showWorst(work, levels, sample.value);
}

/** The earliest thing that waits or runs out; its time has come. */
export function runSignal(work: Work): void {
  const signal = signalOf(work);
  const timing = timingOf(work.context);
  const moment = nextChangeAt(signal, timing);
  const [sample] = signal.waiting;
  if (sample !== undefined && (moment === null || sample.time <= moment)) {
    signal.waiting.shift();
    applySample(work, sample, null);
  } else if (moment !== null) advance(signal, timing, moment, followed(work, null, null));
}

/** The centre says of itself that a condition holds, or does not. */
export function sayCondition(work: Work, active: boolean, detail: string): void {
  const { receivedAt, seq } = work.on;
  const level = active && work.context.record.enabled ? 1 : 0;
  const sample = said(receivedAt, null, seq);
  const levels = levelsAt(work.context, receivedAt);
  const worth = { reach: level, stay: level, validity: "good", levels, cause: null, comment: detail } as const;
  meet(work, signalOf(work), sample, worth);
}

function said(time: number, value: number | null, seq: number): Sample {
  return { time, eventTime: time, value, validity: "good", faulty: null, seq };
}

/** Nothing came since a receive time: each level begins at the moment at which it was too long, however late somebody looks. */
export function saySilence(work: Work, since: number): void {
  const { context, on } = work;
  const signal = signalOf(work);
  const levels = levelsAt(context, since);
  const shown = shownLevels(context, since);
  const now = on.receivedAt;
  const meetLevel = (at: number, level: number): void => {
    const sample = said(Math.max(at, signal.last?.time ?? at), (at - since) / 60_000, on.seq);
    const worth = {
      reach: level,
      stay: level,
      validity: "good",
      levels: shown,
      cause: null,
      comment: null,
    } as const;
    meet(work, signal, sample, worth);
  };
  if (!context.record.enabled) {
    meetLevel(now, 0);
    return;
  }
  const reached = levels.filter((level) => since + level.max <= now).length;
  // There was contact after what is known: the levels above are over at the moment of it.
  if (reached < signal.level || signal.reach > reached) meetLevel(since, reached);
  for (let k = Math.max(1, signal.level + 1); k <= reached; k++) meetLevel(since + (levels[k - 1]?.max ?? 0), k);
}

/** When the next level of silence would begin, if nothing comes; null = there is none above. */
export function nextSilenceAt(context: AlarmContext, level: number, since: number): number | null {
  if (!context.record.enabled) return null;
  const next = levelsAt(context, since)[level];
  return next === undefined ? null : since + next.max;
}

/** Record or limit are others than before: live occurrences go on, and the newest value is compared again. */
export function reconfigure(work: Work, newest: NewestValue | null): void {
  const { context, on } = work;
  const { record } = context;
  const signal = signalOf(work);
  const { alarm } = work;
  if (alarm !== null) {
    const level = Math.min(alarm.level, record.levels.length);
    const priority = priorityOf(context, level);
    const isOther =
      alarm.record !== record.id ||
      alarm.recordVersion !== record.version ||
      alarm.class !== record.class ||
      alarm.level !== level ||
      alarm.priority !== priority;
    if (isOther) move(work, alarm, { level, priority }, { cause: "config", at: on.eventTime });
  }
  const hasNoLimit =
    record.subject === "limit" && record.basis === "realtime" && levelsAt(context, on.eventTime).length === 0;
  if (!record.enabled || hasNoLimit) {
    endSignal(work, signal);
    return;
  }
  if (newest === null) return;
  const timing = timingOf(context);
  const onChange = followed(work, "config", null);
  settle(signal, timing, Math.min(on.eventTime, on.receivedAt), onChange);
  const eventTime = Math.max(newest.eventTime, on.eventTime);
  const time = Math.max(Math.min(newest.eventTime, on.receivedAt), signal.last?.time ?? Number.MIN_SAFE_INTEGER);
  const { value, validity } = newest;
  applySample(work, { time, eventTime, value, validity, faulty: null, seq: on.seq }, "config");
  followLimit(work);
}

/** A mean keeps the limit that it broke; a realtime value that is still beyond is held against the one in force now. */
function followLimit(work: Work): void {
  const { alarm, context, on } = work;
  if (alarm?.active !== true || context.record.basis !== "realtime") return;
  const limit = boundOf(levelsAt(context, on.eventTime)[alarm.level - 1], alarm.value);
  if (limit === null || limit === alarm.limit) return;
  move(work, alarm, { limit }, { cause: "config", at: on.eventTime, value: alarm.value });
}

function endSignal(work: Work, signal: SignalMemory): void {
  const { level } = signal;
  const { eventTime, seq } = work.on;
  signal.level = 0;
  signal.reach = 0;
  signal.stay = 0;
  signal.waiting = [];
  resetPending(signal);
  if (level === 0) return;
  const change = { at: eventTime, from: level, to: 0, since: eventTime, sinceSeq: seq, worst: null, byTimer: false };
  followLevel(work, { change, cause: "config", levels: [], value: null });
}
