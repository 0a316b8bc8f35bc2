// Values that come so late that they say nothing about now. What they would have been an alarm of becomes an occurrence of the past:
// it begins and ends in one row, is labelled, and calls nobody. Pure.

import { boundLevels, boundOf, isWorse, reachOf } from "./condition.ts";
import { timingOf } from "./due.ts";
import { blankAlarm, type Work } from "./work.ts";

/** A late value of an event time. */
export function takeLate(work: Work, eventTime: number, value: number): void {
  const { context, alarm, retro, on } = work;
  const { record, limitAt, intervalMs } = context;
  if (!record.enabled) return;
  // The occurrence that goes on knew of it, or would have.
  if (alarm !== null && eventTime >= alarm.onset && eventTime <= (alarm.cleared ?? eventTime)) return;
  const levels = boundLevels(record, record.subject === "limit" ? limitAt(eventTime) : null, intervalMs);
  const level = reachOf(levels, value);
  const { holdMs } = timingOf(context);
  if (retro !== null) {
    const isNear = eventTime >= retro.onset - holdMs && eventTime <= retro.last + holdMs;
    if (level === 0) {
      if (eventTime > retro.last) flushRetro(work, isNear ? eventTime : null);
      return;
    }
    if (isNear) {
      const bound = boundOf(levels[level - 1], value) ?? retro.bound;
      const isGraver = level > retro.level || (level === retro.level && isWorse(value, retro.worst, levels[level - 1]));
      work.retro = {
        onset: Math.min(retro.onset, eventTime),
        last: Math.max(retro.last, eventTime),
        worst: isGraver ? value : retro.worst,
        bound: isGraver ? bound : retro.bound,
        level: Math.max(level, retro.level),
        seq: eventTime < retro.onset ? on.seq : retro.seq,
        receivedAt: on.receivedAt,
      };
      return;
    }
    flushRetro(work, null);
  }
  if (level === 0) return;
  const bound = boundOf(levels[level - 1], value) ?? 0;
  work.retro = {
    onset: eventTime,
    last: eventTime,
    worst: value,
    bound,
    level,
    seq: on.seq,
    receivedAt: on.receivedAt,
  };
}

/** The episode is over: by a value within the limit, or because nothing more came (null). */
export function flushRetro(work: Work, clearedAt: number | null): void {
  const { retro, on, context } = work;
  work.retro = null;
  if (retro === null) return;
  const { onset, last, worst, bound, level, seq } = retro;
  const cleared = clearedAt ?? last;
  // Shorter than the delay: it would not have been an alarm.
  if (cleared - onset < context.record.onDelayMs) return;
  const blank = blankAlarm(work, { onset, seq, level, limit: bound, value: worst, validity: "good" });
  const alarm = { ...blank, version: 1, cleared, retrospective: true };
  work.steps.push({
    alarm,
    transition: {
      alarmId: alarm.id,
      version: 1,
      seq: on.seq,
      from: "normal",
      to: "normal",
      cause: "sample",
      value: worst,
      limit: bound,
      eventTime: onset,
      receivedAt: on.receivedAt,
      actor: null,
      comment: null,
      definition: alarm.definition,
      record: alarm.record,
      recordVersion: alarm.recordVersion,
      fromSuppression: null,
      toSuppression: null,
      fromValidity: "good",
      toValidity: "good",
      fromLevel: 0,
      toLevel: level,
      priority: alarm.priority,
      channel: null,
      reason: null,
      annunciation: null,
    },
    annunciation: null,
  });
}
