// When a notice is tried over which of its addresses: retries with growing pauses, the next address after some failures or a
// minute, round and round until it is taken. A channel that fails again and again is asked seldom and by one notice alone; what
// would go over it goes over the next one meanwhile. Pure: time and chance are arguments.

import type { Outcome } from "./web-draft.ts";

export const usualPace = {
  /** The next address after so many failures, or this long after the first of them. */
  failoverAfter: 3,
  failoverMs: 60_000,
  /** The first pause of a notice, doubled each time. */
  backoffMs: 2_000,
  /** The first pause of a channel that failed `downAfter` times in a row. */
  downMs: 5_000,
  downAfter: 3,
  pauseMsMax: 5 * 60_000,
} as const;

export type Pace = { readonly [name in keyof typeof usualPace]: number };

export interface ChannelState {
  /** In a row. */
  failures: number;
  downUntil: number;
  /** It asked for a pause itself. */
  pausedUntil: number;
  busy: number;
  /** When something was begun, in the last minute. */
  begun: number[];
  lastOkAt: number | null;
  lastError: string | null;
  lastErrorAt: number | null;
}

export interface Way {
  /** Place of the address that is tried next. */
  at: number;
  failures: number;
  since: number | null;
  rounds: number;
  nextAt: number;
  readonly waitsSince: number;
}

export interface Allowed {
  readonly perMinute: number;
  readonly parallel: number;
}

export function createChannelState(): ChannelState {
  const never = { lastOkAt: null, lastError: null, lastErrorAt: null };
  return { failures: 0, downUntil: 0, pausedUntil: 0, busy: 0, begun: [], ...never };
}

export function createWay(now: number): Way {
  return { at: 0, failures: 0, since: null, rounds: 0, nextAt: now, waitsSince: now };
}

const minute = 60_000;

export function isFailing(state: ChannelState, pace: Pace = usualPace): boolean {
  return state.failures >= pace.downAfter;
}

/** free: take it. later: it is busy, or wants a pause. down: it failed too often. */
export function lookAt(
  state: ChannelState,
  allowed: Allowed,
  now: number,
  pace: Pace = usualPace,
): "free" | "later" | "down" {
  if (state.downUntil > now) return "down";
  const failing = isFailing(state, pace);
  if (state.busy >= (failing ? 1 : allowed.parallel)) return failing ? "down" : "later";
  if (state.pausedUntil > now) return "later";
  const lately = state.begun.filter((at) => at > now - minute).length;
  return lately >= allowed.perMinute ? "later" : "free";
}

/** Place of the address to try now; null = none. */
export function choosePlace(
  way: Way,
  looks: readonly ("free" | "later" | "down")[],
  now: number,
  pace: Pace = usualPace,
): number | null {
  const isPatient = now - way.waitsSince < pace.failoverMs;
  for (let i = 0; i < looks.length; i++) {
    const place = (way.at + i) % looks.length;
    if (looks[place] === "free") return place;
    // Its turn comes soon: another address would only be another way to bother somebody.
    if (looks[place] === "later" && isPatient) return null;
  }
  return null;
}

export function begin(state: ChannelState, now: number): void {
  state.busy++;
  state.begun = [...state.begun.filter((at) => at > now - minute), now];
}

/** Between half of it and all of it. */
function jitter(ms: number, chance: number): number {
  return Math.round(ms * (0.5 + chance / 2));
}

function grown(firstMs: number, times: number, pace: Pace): number {
  return Math.min(pace.pauseMsMax, firstMs * 2 ** Math.min(times, 20));
}

export interface End {
  readonly way: Way;
  readonly state: ChannelState;
  readonly addresses: number;
  readonly outcome: Outcome;
  readonly now: number;
  /** 0 … 1 */
  readonly chance: number;
}

export function end({ way, state, addresses, outcome, now, chance }: End, pace: Pace = usualPace): void {
  state.busy--;
  if (outcome.ok) {
    Object.assign(state, { failures: 0, downUntil: 0, pausedUntil: 0, lastOkAt: now });
    return;
  }
  if (outcome.scope === "address") {
    goOn(way, addresses, now, chance, pace);
    return;
  }
  Object.assign(state, { lastError: outcome.detail, lastErrorAt: now });
  if (outcome.retryAfterMs !== null) {
    state.pausedUntil = now + Math.min(outcome.retryAfterMs, pace.pauseMsMax * 2);
    way.nextAt = now + jitter(pace.backoffMs, chance);
    return;
  }
  state.failures++;
  if (isFailing(state, pace))
    state.downUntil = now + jitter(grown(pace.downMs, state.failures - pace.downAfter, pace), chance);
  way.failures++;
  way.since ??= now;
  if (way.failures >= pace.failoverAfter || now - way.since >= pace.failoverMs) goOn(way, addresses, now, chance, pace);
  else way.nextAt = now + jitter(grown(pace.backoffMs, way.failures - 1, pace), chance);
}

/** To the next address; behind the last one a pause, and the first one again. */
function goOn(way: Way, addresses: number, now: number, chance: number, pace: Pace): void {
  way.at = addresses === 0 ? 0 : (way.at + 1) % addresses;
  way.failures = 0;
  way.since = null;
  way.nextAt = now;
  if (way.at !== 0) return;
  way.nextAt = now + jitter(grown(pace.downMs, way.rounds, pace), chance);
  way.rounds++;
}
