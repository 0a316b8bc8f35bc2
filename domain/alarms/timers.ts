// Delays of an alarm, in event time: a level counts when it has been reached for the on-delay, and is over when it has been left
// for the off-delay. Changes its memory in place, so that the live machine and a back-test of millions of values run the
// same lines.
//
//          ┌ sample: beyond          ┌ sample: within
//   ───────■━━━━━━━━━━━━●────────────□───────────────▶ event time
//          └─ onDelay ──┘ raise       └─ offDelay ─▶ …
//
// - A value holds until the next one. A delay goes on for at most `paceMs` after it (the expected interval), and then pauses: of a delay as
//   long as the interval or longer one value alone satisfies nothing. After `holdMs` without a value what is pending is reset.
// - What a value says goes before what would run out at the same moment.
// - While the value is not known the time stands still for it: nothing is satisfied and nothing is reset.
// - The moment of a change is exact: it follows from the samples, not from when somebody looks.

import { isWorse, type LevelBounds } from "./condition.ts";
import type { Sample, SignalMemory } from "./shapes.ts";

export interface Timing {
  readonly onDelayMs: number;
  readonly offDelayMs: number;
  /** Positive infinity: it goes on until something else is said. */
  readonly paceMs: number;
  /** Positive infinity: what was said holds until something else is said. */
  readonly holdMs: number;
}

/** The level that counts became another one. */
export interface LevelChange {
  /** Event time of the change. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  /** First sample of the run that led to a beginning or an end; that of the newest sample for steps between levels. */
  readonly since: number;
  readonly sinceSeq: number;
  /** The worst value of the run that led to a beginning. */
  readonly worst: number | null;
  /** True: it took a delay; false: the sample itself did it. */
  readonly byTimer: boolean;
}

export type OnChange = (change: LevelChange, memory: SignalMemory) => void;

export function createSignal(levels: number): SignalMemory {
  return {
    level: 0,
    last: null,
    reach: -1,
    stay: -1,
    from: Number.MIN_SAFE_INTEGER,
    at: Number.MIN_SAFE_INTEGER,
    held: Array.from({ length: levels }, () => 0),
    since: null,
    sinceSeq: 0,
    worst: null,
    waiting: [],
  };
}

export function copySignal(memory: SignalMemory): SignalMemory {
  return { ...memory, held: [...memory.held], waiting: [...memory.waiting] };
}

/** Nothing counts and nothing is under way: it need not be kept. */
export function isIdle({ level, waiting, held, since, reach }: SignalMemory): boolean {
  return level === 0 && waiting.length === 0 && since === null && reach <= 0 && !held.some((ms) => ms > 0);
}

/** The moment at which the level changes if no further sample comes; null = it does not. */
export function nextChangeAt(memory: SignalMemory, { onDelayMs, offDelayMs, paceMs }: Timing): number | null {
  const { level, reach, stay, held, at, from } = memory;
  if (reach < 0) return null;
  // Of the levels above the lowest is first, of those below the highest: it has been left for the longest.
  let wait: number;
  if (reach > level) wait = onDelayMs - (held[level] ?? 0);
  else if (stay < level) wait = offDelayMs - (held[level - 1] ?? 0);
  else return null;
  const moment = at + Math.max(0, wait);
  return moment < from + paceMs ? moment : null;
}

/** Until when the newest value holds. */
export function holdsUntil({ from }: SignalMemory, { holdMs }: Timing): number {
  return from + holdMs;
}

/** Makes the changes whose moment is not after `to`. */
export function advance(memory: SignalMemory, timing: Timing, to: number, onChange: OnChange): void {
  let moment = nextChangeAt(memory, timing);
  while (moment !== null && moment <= to) {
    accrue(memory, timing, moment);
    change(memory, timing, onChange);
    moment = nextChangeAt(memory, timing);
  }
}

function accrue(memory: SignalMemory, { paceMs }: Timing, to: number): void {
  const { level, reach, stay, held, from } = memory;
  const ms = Math.min(to, from + paceMs) - memory.at;
  memory.at = to;
  if (ms <= 0 || reach < 0) return;
  for (let k = level + 1; k <= reach; k++) held[k - 1] = (held[k - 1] ?? 0) + ms;
  for (let k = stay + 1; k <= level; k++) held[k - 1] = (held[k - 1] ?? 0) + ms;
}

function change(memory: SignalMemory, { onDelayMs, offDelayMs }: Timing, onChange: OnChange): void {
  const { level, reach, stay, held, at, last } = memory;
  let to = level;
  if (reach > level) {
    while (to < reach && (held[to] ?? 0) >= onDelayMs) to++;
  } else {
    while (to > stay && (held[to - 1] ?? 0) >= offDelayMs) to--;
  }
  const isEdge = level === 0 || to === 0;
  const sampleTime = last?.eventTime ?? at;
  const done: LevelChange = {
    at,
    from: level,
    to,
    since: isEdge ? (memory.since ?? sampleTime) : sampleTime,
    sinceSeq: isEdge && memory.since !== null ? memory.sinceSeq : (last?.seq ?? 0),
    worst: memory.worst,
    byTimer: (to > level ? onDelayMs : offDelayMs) > 0,
  };
  memory.level = to;
  // What changed its side begins to be counted anew on the other one.
  for (let k = Math.min(level, to) + 1; k <= Math.max(level, to); k++) held[k - 1] = 0;
  if (isEdge) {
    memory.since = null;
    memory.worst = null;
  }
  onChange(done, memory);
}

/** Makes the changes before `until`, and accounts the timers up to there. */
export function settle(memory: SignalMemory, timing: Timing, until: number, onChange: OnChange): void {
  const to = Math.max(until, memory.at);
  if (memory.last !== null) {
    advance(memory, timing, to - 1, onChange);
    if (to > holdsUntil(memory, timing)) resetPending(memory);
    else accrue(memory, timing, to);
  }
  memory.at = to;
}

/** Forgets what is pending. */
export function resetPending(memory: SignalMemory): void {
  memory.held.fill(0);
  memory.since = null;
  memory.worst = null;
}

/**
 * The next sample in the order of event time; `reach` and `stay` say what it is worth (-1 = not known). Returns false for one that
 * is older than the newest: it moves nothing. `beyond`: the level that it reaches, to keep the worst value.
 */
export function meetSample(
  memory: SignalMemory,
  timing: Timing,
  sample: Sample,
  reach: number,
  stay: number,
  beyond: LevelBounds | undefined,
  onChange: OnChange,
): boolean {
  const { last } = memory;
  if (last !== null && sample.time < last.time) return false;
  // The timers may be past it already: then it counts from there on.
  const time = Math.max(sample.time, memory.at);
  settle(memory, timing, time, onChange);
  memory.last = sample;
  memory.from = time;
  memory.at = time;
  setWorth(memory, sample, reach, stay, beyond);
  advance(memory, timing, time, onChange);
  return true;
}

/** Says what the newest sample is worth, at the time up to which the timers are accounted. */
export function setWorth(
  memory: SignalMemory,
  sample: Sample,
  reach: number,
  stay: number,
  beyond: LevelBounds | undefined,
): void {
  const { level, held } = memory;
  memory.reach = reach;
  memory.stay = stay;
  if (reach < 0) return;
  for (let k = level + 1; k <= held.length; k++) if (k > reach) held[k - 1] = 0;
  for (let k = 1; k <= level; k++) if (k <= stay) held[k - 1] = 0;
  const isPending = level === 0 ? reach > 0 : stay === 0;
  if (!isPending) {
    memory.since = null;
    memory.worst = null;
    return;
  }
  if (memory.since === null) {
    memory.since = sample.eventTime;
    memory.sinceSeq = sample.seq;
  }
  if (reach > 0 && sample.value !== null && isWorse(sample.value, memory.worst, beyond)) memory.worst = sample.value;
}
