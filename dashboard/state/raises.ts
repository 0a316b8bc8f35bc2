// How often operators were called lately, from what this screen heard: for the flood (more than ten calls in ten minutes, over
// when fewer than five; ISA-18.2), its line of the last two hours, and for chatter (one alarm more than five times in a
// minute). What is held back calls nobody and is not counted. Pure but for its memory, which is bounded by time, not by calls.

import type { AlarmBook } from "./alarm-book.ts";
import type { AlarmView } from "./wire.ts";

export const floodWindowMs = 600_000;
export const floodAbove = 10;
export const floodOverBelow = 5;
export const chatterWindowMs = 60_000;
export const chatterAbove = 5;
/** Parts of the line of the last two hours, each as long as the window of a flood. */
export const rateParts = 12;

const secondMs = 1_000;
const keptPerAlarm = 100;

export interface Flood {
  readonly isFlood: boolean;
  /** Calls of the last ten minutes. */
  readonly rate: number;
  /** When it began; null while there is none. */
  readonly since: number | null;
}

export interface Raises {
  /** What a delta or a snapshot adds to a book: every call to operators counts once. */
  note(before: AlarmBook, alarms: readonly AlarmView[], nowMs: number): void;
  /** Calls of the last ten minutes. */
  rate(nowMs: number): number;
  /** Whether there is a flood now; remembers that there was one. */
  flood(nowMs: number): Flood;
  /** Calls in each ten minutes of the last two hours, the oldest first. */
  line(nowMs: number): number[];
  /** How often this alarm (site and definition) was raised in the last minute. */
  chatter(alarm: Pick<AlarmView, "site" | "definition">, nowMs: number): number;
}

const keyOf = (alarm: Pick<AlarmView, "site" | "definition">): string => `${alarm.site} ${alarm.definition}`;

function dropBefore(times: number[], fromMs: number): void {
  let n = 0;
  while (n < times.length && (times[n] ?? 0) < fromMs) n += 1;
  if (n > 0) times.splice(0, n);
}

/** When operators were called by what is new of this alarm, and how often; null = they were not. */
function readCalls(alarm: AlarmView, last: AlarmView | undefined, nowMs: number): { at: number; n: number } | null {
  // Of one that was never seen only its last call is known: an old one may have called many times before.
  const n = last === undefined ? Math.min(1, alarm.annunciations) : alarm.annunciations - last.annunciations;
  if (n <= 0) return null;
  const at = alarm.annunciatedAt ?? (last === undefined ? alarm.onset : nowMs);
  return { at: Math.min(at, nowMs), n };
}

export function createRaises(): Raises {
  /** Calls by second, since 1970. */
  const bySecond = new Map<number, number>();
  const byAlarm = new Map<string, number[]>();
  let since: number | null = null;

  function forget(nowMs: number): void {
    const oldest = (nowMs - rateParts * floodWindowMs) / secondMs;
    for (const second of bySecond.keys()) if (second < oldest) bySecond.delete(second);
  }

  function countBetween(fromMs: number, toMs: number): number {
    let n = 0;
    for (const [second, calls] of bySecond) if (second * secondMs >= fromMs && second * secondMs <= toMs) n += calls;
    return n;
  }

  function addRaise(alarm: AlarmView, at: number): void {
    const key = keyOf(alarm);
    // Nobody asks for more than the last minute. A list that is joined anew takes no more room than it needs, one that is
    // pushed to keeps room for seventeen: with thousands of open alarms that is a megabyte.
    const own = byAlarm.get(key) ?? [];
    dropBefore(own, at - chatterWindowMs);
    byAlarm.set(key, own.slice(1 - keptPerAlarm).concat(at));
  }

  /** The moment the eleventh call of the window came. */
  function findBegin(nowMs: number): number {
    let n = 0;
    const inWindow = [...bySecond].filter(([second]) => second * secondMs >= nowMs - floodWindowMs);
    for (const [second, calls] of inWindow.sort(([a], [b]) => a - b)) {
      n += calls;
      if (n > floodAbove) return second * secondMs;
    }
    return nowMs;
  }

  const rate = (nowMs: number): number => countBetween(nowMs - floodWindowMs, nowMs);

  return {
    note(before, alarms, nowMs) {
      forget(nowMs);
      const known = new Map<string, AlarmView>();
      for (const alarm of alarms) {
        const last = known.get(alarm.id) ?? before.byId.get(alarm.id);
        if (last !== undefined && last.version >= alarm.version) continue;
        known.set(alarm.id, alarm);
        const calls = readCalls(alarm, last, nowMs);
        if (calls !== null && calls.at >= nowMs - rateParts * floodWindowMs) {
          const second = Math.floor(calls.at / secondMs);
          bySecond.set(second, (bySecond.get(second) ?? 0) + calls.n);
        }
        // A condition that comes back keeps its first onset; it was raised now.
        if (last !== undefined && (!alarm.active || last.active)) continue;
        const raisedAt = last === undefined ? Math.min(alarm.onset, nowMs) : nowMs;
        if (raisedAt >= nowMs - chatterWindowMs) addRaise(alarm, raisedAt);
      }
      if (byAlarm.size < 1000) return;
      for (const [key, times] of byAlarm) if ((times.at(-1) ?? 0) < nowMs - chatterWindowMs) byAlarm.delete(key);
    },
    rate,
    flood(nowMs) {
      const now = rate(nowMs);
      if (!isFlood(since !== null, now)) since = null;
      else since ??= findBegin(nowMs);
      return { isFlood: since !== null, rate: now, since };
    },
    line(nowMs) {
      const parts = Array.from({ length: rateParts }, () => 0);
      for (const [second, calls] of bySecond) {
        const part = rateParts - 1 - Math.floor((nowMs - second * secondMs) / floodWindowMs);
        if (part >= 0 && part < rateParts) parts[part] = (parts[part] ?? 0) + calls;
      }
      return parts;
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
