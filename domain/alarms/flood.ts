// Flood: more calls than a person can take in. Begins with the call that makes it more than ten in ten minutes, and is over when fewer
// than five are left of the last ten minutes. Also: how a flood is told in groups, with what came first. Pure.

import parameters from "../tables/alarm-flood.json" with { type: "json" };

export const floodBegin: number = parameters.flood.begin;
export const floodEnd: number = parameters.flood.end;
export const floodWindowMs: number = parameters.flood.windowMs;

export interface FloodPeriod<T> {
  /** The call that made it a flood. */
  readonly from: number;
  /** Null while it lasts. */
  to: number | null;
  /** Calls from the first one of the window that it began in. */
  count: number;
  /** The most in any ten minutes. */
  peak: number;
  /** What came first: the oldest call of the window that it began in. */
  readonly first: T;
}

export interface FloodWatch<T> {
  /** A call; never earlier than the one before. Returns the flood that it belongs to, or null. */
  meet(call: T): FloodPeriod<T> | null;
  /** The flood that goes on at `now`, or null; ends one that is over. */
  at(now: number): FloodPeriod<T> | null;
}

/** `onEnd` is told each flood that is over. */
export function createFloodWatch<T extends { readonly at: number }>(
  onEnd: (period: FloodPeriod<T>) => void = () => {},
): FloodWatch<T> {
  let window: T[] = [];
  let flood: FloodPeriod<T> | null = null;

  function pass(now: number): void {
    if (flood !== null) {
      // The fifth newest leaves the window: from then on there are fewer than five.
      const last = window.at(-floodEnd);
      const end = (last?.at ?? flood.from) + floodWindowMs;
      if (end <= now) {
        flood.to = end;
        onEnd(flood);
        flood = null;
      }
    }
    const kept = window.findIndex(({ at }) => at > now - floodWindowMs);
    if (kept !== 0) window = kept === -1 ? [] : window.slice(kept);
  }

  return {
    meet(call) {
      pass(call.at);
      window.push(call);
      if (flood !== null) {
        flood.count++;
        flood.peak = Math.max(flood.peak, window.length);
      } else if (window.length > floodBegin) {
        flood = { from: call.at, to: null, count: window.length, peak: window.length, first: window[0] ?? call };
      }
      return flood;
    },
    at(now) {
      pass(now);
      return flood;
    },
  };
}

/** All floods of calls in the order of time; one that goes on at `until` has no end. */
export function findFloods<T extends { readonly at: number }>(calls: Iterable<T>, until: number): FloodPeriod<T>[] {
  const periods: FloodPeriod<T>[] = [];
  const watch = createFloodWatch<T>((period) => periods.push(period));
  for (const call of calls) watch.meet(call);
  const open = watch.at(until);
  if (open !== null) periods.push(open);
  return periods;
}

export interface FloodItem {
  readonly id: string;
  readonly at: number;
  readonly enterprise: string | null;
  readonly site: string;
  /** What happened there, e.g. "limit:w01018:hour"; alarms that are held back by the same parent have its id. */
  readonly cause: string;
  readonly priority: number;
}

export interface FloodGroup<T> {
  readonly key: string;
  /** In the order in which they came; the first is what came first. */
  readonly items: readonly T[];
  /** The gravest of them, 1 … 4. */
  readonly priority: number;
}

export const floodGroupings = ["enterprise", "site", "cause"] as const;
export type FloodGrouping = (typeof floodGroupings)[number];

/** The gravest group first, then the one that began first. */
export function groupFlood<T extends FloodItem>(items: readonly T[], by: FloodGrouping): FloodGroup<T>[] {
  const ordered = items.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const byKey = new Map<string, T[]>();
  for (const item of ordered) {
    const key = by === "enterprise" ? (item.enterprise ?? item.site) : item[by];
    const list = byKey.get(key);
    if (list === undefined) byKey.set(key, [item]);
    else list.push(item);
  }
  return [...byKey]
    .map(([key, list]) => ({ key, items: list, priority: Math.min(...list.map(({ priority }) => priority)) }))
    .toSorted((a, b) => a.priority - b.priority || (a.items[0]?.at ?? 0) - (b.items[0]?.at ?? 0));
}
