// How often alarms were raised lately, from what this screen heard: for the flood (more than ten in ten minutes, over when
// fewer than five; ISA-18.2) and for chatter (one alarm more than five times in a minute). Pure but for its memory.

import type { AlarmBook } from "./alarm-book.ts";
import type { AlarmView } from "./wire.ts";

export const floodWindowMs = 600_000;
export const floodAbove = 10;
export const floodOverBelow = 5;
export const chatterWindowMs = 60_000;
export const chatterAbove = 5;

/** More than this in ten minutes is a flood by any measure: the oldest are let go. */
const kept = 20_000;
const keptPerAlarm = 100;

export interface Raises {
  /** What a delta or a snapshot adds to a book: every new or renewed condition counts once. */
  note(before: AlarmBook, alarms: readonly AlarmView[], nowMs: number): void;
  /** Raised in the last ten minutes. */
  rate(nowMs: number): number;
  /** How often this alarm (site and definition) was raised in the last minute. */
  chatter(alarm: Pick<AlarmView, "site" | "definition">, nowMs: number): number;
}

const keyOf = (alarm: Pick<AlarmView, "site" | "definition">): string => `${alarm.site} ${alarm.definition}`;

function dropBefore(times: number[], fromMs: number): void {
  let n = 0;
  while (n < times.length && (times[n] ?? 0) < fromMs) n += 1;
  if (n > 0) times.splice(0, n);
}

export function createRaises(): Raises {
  const all: number[] = [];
  const byAlarm = new Map<string, number[]>();

  function add(alarm: AlarmView, at: number): void {
    // Onsets come in any order with a snapshot; lists stay sorted, so that the oldest are in front.
    let place = all.length;
    while (place > 0 && (all[place - 1] ?? 0) > at) place -= 1;
    all.splice(place, 0, at);
    if (all.length > kept) all.shift();
    const key = keyOf(alarm);
    // Nobody asks for more than the last minute. A list that is joined anew takes no more room than it needs, one that is
    // pushed to keeps room for seventeen: with thousands of open alarms that is a megabyte.
    const own = byAlarm.get(key) ?? [];
    dropBefore(own, at - chatterWindowMs);
    byAlarm.set(key, own.slice(1 - keptPerAlarm).concat(at));
  }

  return {
    note(before, alarms, nowMs) {
      dropBefore(all, nowMs - floodWindowMs);
      const known = new Map<string, AlarmView>();
      for (const alarm of alarms) {
        const last = known.get(alarm.id) ?? before.byId.get(alarm.id);
        if (last !== undefined && last.version >= alarm.version) continue;
        known.set(alarm.id, alarm);
        // One that was never seen was raised at its onset, even when it is over by now.
        if (last !== undefined && (!alarm.active || last.active)) continue;
        // A condition that comes back keeps its first onset; it was raised now.
        const at = last === undefined ? Math.min(alarm.onset, nowMs) : nowMs;
        if (at >= nowMs - floodWindowMs) add(alarm, at);
      }
      if (byAlarm.size < 1000) return;
      for (const [key, times] of byAlarm) if ((times.at(-1) ?? 0) < nowMs - chatterWindowMs) byAlarm.delete(key);
    },
    rate(nowMs) {
      dropBefore(all, nowMs - floodWindowMs);
      return all.length;
    },
    chatter(alarm, nowMs) {
      const times = byAlarm.get(keyOf(alarm));
      return times === undefined ? 0 : times.filter((at) => at >= nowMs - chatterWindowMs).length;
    },
  };
}

/** A flood begins above ten and is over below five: between the two it stays what it was. */
export function isFlood(before: boolean, rate: number): boolean {
  return before ? rate >= floodOverBelow : rate > floodAbove;
}
