// Figures about alarms for a time: how many there are, in which bursts, from which points, how soon they are acknowledged, and what is
// hidden. A fold over the alarms' journal; targets are data (tables/alarm-kpis.json). Pure.

import type { AlarmState, Priority } from "../alarm.ts";
import {
  type ActorSums,
  countFleeting,
  createActor,
  noteRaise,
  noteReturn,
  quantile,
  rankActors,
} from "./bad-actors.ts";
import { classOf } from "./built-in.ts";
import { createFloodWatch, type FloodPeriod } from "./flood.ts";
import type { AckTimes, KpiEvent, KpiFacts, KpiReport, KpiSetting, KpiStanding } from "./kpi-shapes.ts";
import { eemuaClassOf, rateFigures, type SlotCounts } from "./kpi-values.ts";

const slotMs = 600_000;
const hourMs = 3_600_000;

/** One call that waits for its acknowledgement. */
interface OpenCall {
  readonly at: number;
  readonly priority: Priority;
  readonly class: string;
}

interface Occurrence {
  call: OpenCall | null;
  hasAction: boolean;
}

interface Call {
  readonly at: number;
  readonly alarm: string;
  readonly site: string;
}

export interface Kpi {
  /** Rows in the order of their receive time, of the time from `from` to `to`. */
  add(event: KpiEvent): void;
  end(standing: readonly KpiStanding[], facts: KpiFacts): KpiReport;
}

export function createKpi(setting: KpiSetting): Kpi {
  const { from, to, positions, shiftOf } = setting;
  const slots = createSlots(from, to);
  const actors = new Map<string, ActorSums>();
  const open = new Map<string, Occurrence>();
  const floods: FloodPeriod<Call>[] = [];
  const watch = createFloodWatch<Call>((period) => floods.push(period));
  const acks = new Map<
    string,
    { priority: Priority; shift: string; times: number[]; inTime: number; promised: number }
  >();
  const minutes = new Map<number, number>();
  const recent: number[] = [];
  let [calls, occurrences, withoutAction, unauthorised, mostInTen, mostInMinute] = [0, 0, 0, 0, 0, 0];

  function actorOf({ site, definition, priority }: KpiEvent): ActorSums {
    const key = `${site} ${definition}`;
    let actor = actors.get(key);
    if (actor === undefined) {
      actor = createActor(site, definition, priority);
      actors.set(key, actor);
    }
    return actor;
  }

  function countCall(event: KpiEvent): void {
    const { at, alarm, site, priority } = event;
    calls++;
    slots.add(at, priority);
    watch.meet({ at, alarm, site });
    const minute = Math.floor(at / 60_000);
    const inMinute = (minutes.get(minute) ?? 0) + 1;
    minutes.set(minute, inMinute);
    mostInMinute = Math.max(mostInMinute, inMinute);
    recent.push(at);
    while ((recent[0] ?? at) <= at - slotMs) recent.shift();
    mostInTen = Math.max(mostInTen, recent.length);
    const actor = actorOf(event);
    actor.calls++;
    // The gravest that it was told as.
    if (priority < actor.priority) actor.priority = priority;
    let occurrence = open.get(alarm);
    if (occurrence === undefined) {
      occurrence = { call: null, hasAction: false };
      open.set(alarm, occurrence);
      occurrences++;
      withoutAction++;
    }
    occurrence.call ??= { at, priority, class: event.class };
  }

  function countAck({ at }: KpiEvent, occurrence: Occurrence): void {
    const { call } = occurrence;
    if (call === null) return;
    occurrence.call = null;
    const shift = shiftOf(call.at);
    const key = `${call.priority} ${shift}`;
    const row = acks.get(key) ?? { priority: call.priority, shift, times: [], inTime: 0, promised: 0 };
    acks.set(key, row);
    const ms = Math.max(0, at - call.at);
    row.times.push(ms);
    const promise = classOf({ class: call.class }).ackMs[call.priority];
    if (promise === null) return;
    row.promised++;
    if (ms <= promise) row.inTime++;
  }

  return {
    add(event) {
      const { from: before, to: after, cause, actor, comment, reason } = event;
      if (event.annunciation !== null) countCall(event);
      if (isActiveState(after) && !isActiveState(before)) noteRaise(actorOf(event), event.eventTime);
      if (isActiveState(before) && !isActiveState(after)) noteReturn(actorOf(event), event.eventTime);
      if (event.toSuppression !== null && event.toSuppression !== event.fromSuppression) {
        const byHand = event.toSuppression === "shelved" && cause === "command";
        if (byHand && (actor === null || reason === null)) unauthorised++;
      }
      const occurrence = open.get(event.alarm);
      if (occurrence === undefined || cause !== "command" || actor === null) return;
      const isAck = isUnacked(before) && !isUnacked(after);
      if (isAck) countAck(event, occurrence);
      const isAction = (comment !== null && comment.trim() !== "") || !isAck;
      if (isAction && !occurrence.hasAction) {
        occurrence.hasAction = true;
        withoutAction--;
      }
    },
    end(standing, facts) {
      const last = watch.at(to);
      if (last !== null) floods.push(last);
      const ranked = rankActors(actors.values(), calls);
      const counts: SlotCounts = {
        calls,
        occurrences,
        withoutAction,
        unauthorised,
        mostInTen,
        mostInMinute,
        fleeting: [...actors.values()].reduce((sum, each) => sum + countFleeting(each), 0),
        chattering: [...actors.values()].filter(({ chattering }) => chattering).length,
        hours: slots.hours(),
        tenMinutes: slots.tenMinutes(),
        floodMs: floods.reduce((sum, flood) => sum + Math.max(0, (flood.to ?? to) - flood.from), 0),
        topTen: ranked.slice(0, 10).reduce((sum, { count }) => sum + count, 0),
        ackTimes: [...acks.values()].flatMap(({ times }) => times),
        acksPromised: [...acks.values()].reduce((sum, { promised }) => sum + promised, 0),
        acksInTime: [...acks.values()].reduce((sum, { inTime }) => sum + inTime, 0),
      };
      return {
        from,
        to,
        alarms: calls,
        values: rateFigures(counts, { from, to, positions }, standing, facts),
        hours: counts.hours,
        tenMinutes: counts.tenMinutes,
        floods,
        eemuaClass: eemuaClassOf(counts, positions),
        ack: [...acks.values()].map(toAckTimes).toSorted(byPriorityAndShift),
        badActors: ranked,
        standing: standing.filter(({ active }) => active),
        shelved: standing.filter(({ suppression }) => suppression?.kind === "shelved"),
      };
    },
  };
}

function isActiveState(state: AlarmState): boolean {
  return state === "unack-active" || state === "ack-active";
}

function isUnacked(state: AlarmState): boolean {
  return state === "unack-active" || state === "rtn-unack" || state === "latch-unack";
}

function byPriorityAndShift(a: AckTimes, b: AckTimes): number {
  return a.priority - b.priority || (a.shift < b.shift ? -1 : 1);
}

function toAckTimes(row: {
  priority: Priority;
  shift: string;
  times: readonly number[];
  inTime: number;
  promised: number;
}): AckTimes {
  const { priority, shift, times, inTime, promised } = row;
  return {
    priority,
    shift,
    count: times.length,
    medianMs: quantile(times, 0.5) ?? 0,
    p95Ms: quantile(times, 0.95) ?? 0,
    inTime: promised === 0 ? null : inTime,
  };
}

/** Counts by hour and by ten minutes; slots without a call count as well. */
function createSlots(
  from: number,
  to: number,
): {
  add(at: number, priority: Priority): void;
  hours(): SlotCounts["hours"];
  tenMinutes(): SlotCounts["tenMinutes"];
} {
  const start = Math.floor(from / slotMs) * slotMs;
  const counts = Array.from({ length: Math.max(1, Math.ceil((to - start) / slotMs)) }, () => [0, 0, 0, 0]);
  function sums(step: number): SlotCounts["hours"] {
    const found = new Map<number, [number, number, number, number]>();
    counts.forEach((each, i) => {
      const slot = Math.floor((start + i * slotMs) / step) * step;
      const sum = found.get(slot) ?? [0, 0, 0, 0];
      found.set(slot, sum);
      for (const k of [0, 1, 2, 3] as const) sum[k] += each[k] ?? 0;
    });
    return [...found].map(([slot, byPriority]) => ({
      from: slot,
      count: byPriority.reduce((sum, n) => sum + n, 0),
      byPriority,
    }));
  }
  return {
    add(at, priority) {
      const slot = counts[Math.floor((at - start) / slotMs)];
      if (slot !== undefined) slot[priority - 1] = (slot[priority - 1] ?? 0) + 1;
    },
    hours: () => sums(hourMs),
    tenMinutes: () => sums(slotMs),
  };
}
