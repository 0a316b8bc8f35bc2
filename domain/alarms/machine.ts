// The alarm machine: one instance, one input, what comes of it. Three things go on beside each other, and only the label that people
// see is their product:
//
//   P  process × acknowledgement    process.ts    A normal, B unack-active, C ack-active, D rtn-unack, E latch-unack, F latch-ack
//   S  suppression                  work.ts       out of service > held back by design > shelved; holds calls, never P
//   V  validity of the point        signal.ts     not good: the condition is not known, timers pause, P stays
//
//   input ─▶ what time did until then (due.ts) ─▶ the input itself ─▶ rows: alarm, transition, call
//             so that it does not matter how many ticks came before
//
// Pure: every time and every cause is an argument, memory is plain data, and the same inputs give the same rows.

import type { Alarm } from "../alarm.ts";
import { act } from "./acts.ts";
import { quietAt } from "./chatter.ts";
import { type DueKind, nextDue } from "./due.ts";
import { endShelf, resuppress } from "./process.ts";
import { flushRetro, takeLate } from "./retro.ts";
import type { ActRefusal, AlarmContext, AlarmInput, AlarmMemory, StepResult } from "./shapes.ts";
import { reconfigure, runSignal, sayCondition, saySilence, takeSample } from "./signal.ts";
import { createSignal } from "./timers.ts";
import { beginWork, endWork, isSameSuppression, move, show, shownSuppression, type Work } from "./work.ts";

export function stepAlarm(context: AlarmContext, memory: AlarmMemory | null, input: AlarmInput): StepResult {
  const work = beginWork(context, memory, input.on);
  followSuppression(work, input);
  catchUp(work, input.on.receivedAt);
  const refusal = meetInput(work, input);
  // What the input itself began may be over at once: a delay of nothing, a late look at a silence.
  catchUp(work, input.on.receivedAt);
  return { memory: endWork(work), steps: work.steps, refusal };
}

/** Receive time of the next tick that would change something, or null. */
export function dueAt(context: AlarmContext, memory: AlarmMemory | null): number | null {
  if (memory === null) return null;
  return nextDue(beginWork(context, memory, nowhere))?.at ?? null;
}

const nowhere = { seq: 0, eventTime: 0, receivedAt: 0 };

/** The memory of an occurrence of which nothing else is known: it was opened by an older program. */
export function memoryOfAlarm(alarm: Alarm): AlarmMemory | null {
  if (alarm.state === "normal") return null;
  const signal = alarm.active ? { ...createSignal(alarm.level), level: alarm.level } : null;
  return {
    alarm,
    signal,
    shelf: null,
    shelves: 0,
    shelfEndedAt: null,
    raises: [],
    chattering: false,
    toldLevel: alarm.level,
    folded: false,
    retro: null,
  };
}

function meetInput(work: Work, input: AlarmInput): ActRefusal | null {
  const { on } = work;
  switch (input.kind) {
    case "sample": {
      const { value, validity, faulty, calmAt = null } = input;
      // A newest value of the time to come says only that the clock was ahead.
      const isNewestKnown = calmAt !== null && calmAt <= on.receivedAt;
      if (work.signal === null && isNewestKnown && on.eventTime < calmAt) return null;
      // Of a device whose clock is ahead a value counts from when it was received; its own time is shown as it was sent.
      const time = Math.min(on.eventTime, on.receivedAt);
      takeSample(work, { time, eventTime: on.eventTime, value, validity, faulty, seq: on.seq });
      return null;
    }
    case "late":
      takeLate(work, on.eventTime, input.value);
      return null;
    case "silence":
      saySilence(work, input.since);
      return null;
    case "condition":
      sayCondition(work, input.active, input.detail);
      return null;
    case "config":
      reconfigure(work, input.newest);
      endForbiddenShelf(work);
      return null;
    case "act":
      return act(work, input);
    case "tick":
    case "suppression":
      return null;
  }
}

/** Suppressions that began or ended outside; whatever the input is, they hold before it. */
function followSuppression(work: Work, input: AlarmInput): void {
  if (work.alarm === null || isSameSuppression(work.alarm.suppression, shownSuppression(work))) return;
  const told = input.kind === "suppression" ? input : null;
  resuppress(work, { cause: told?.cause ?? "timer", at: work.on.receivedAt, actor: told?.actor ?? null });
}

/** What time alone did until `now`, in the order in which it was due. */
function catchUp(work: Work, now: number): void {
  for (let due = nextDue(work); due !== null && due.at <= now; due = nextDue(work)) run(work, due.kind, due.at);
}

function run(work: Work, kind: DueKind, at: number): void {
  switch (kind) {
    case "signal":
      runSignal(work);
      return;
    case "shelf":
      endShelf(work, at);
      followShelf(work, at);
      return;
    case "re-alarm":
      if (work.alarm === null) return;
      move(
        work,
        work.alarm,
        { state: "unack-active", acked: false, ackedBy: null, ackedAt: null },
        { cause: "timer", at, call: "re-alarm", evenFolded: true },
      );
      return;
    case "quiet":
      unfold(work);
      return;
    case "raises":
      work.raises = [];
      return;
    case "shelf-row":
      work.shelves = 0;
      work.shelfEndedAt = null;
      return;
    case "retro":
      flushRetro(work, null);
      return;
    case "stale":
      work.signal = null;
  }
}

function followShelf(work: Work, at: number): void {
  if (work.alarm === null || isSameSuppression(work.alarm.suppression, shownSuppression(work))) return;
  resuppress(work, { cause: "timer", at });
}

/** It has been quiet: from now on it is told again; what is owed is told now. */
function unfold(work: Work): void {
  const at = quietAt(work.raises);
  work.chattering = false;
  work.raises = [];
  const { alarm } = work;
  if (alarm === null) return;
  if (!work.folded || shownSuppression(work) !== null) show(work, { chattering: false });
  else move(work, alarm, {}, { cause: "timer", at, call: alarm.annunciations === 0 ? "raise" : "raise-again" });
}

/** The class is another one by now, and asks for a second person. */
function endForbiddenShelf(work: Work): void {
  const { shelf, context } = work;
  if (shelf === null || shelf.second !== null || context.class.shelfMinutesMax > 0) return;
  endShelf(work, work.on.receivedAt);
  if (work.alarm === null) return;
  resuppress(work, { cause: "config", at: work.on.receivedAt });
}
