// Windows of all series: minute, hour and day, in event time. Closed ones are kept for a while and re-open by their own sums.
//
//   reading ─▶ open window ──time passes──▶ closed: its mean is told ──▶ kept ──▶ forgotten
//      │                                        ▲                       │
//      ├─ late, its window is kept ─────────────┴── its mean is told again, within seconds
//      ├─ late, older than what is kept, nothing was stored in it yet ──▶ a window of its own, told within seconds
//      └─ late, and what was stored there is not known any more ──▶ "gone": the caller has it formed from history
//
// Open at one time are the current window, the one in its grace, and those of clocks that run ahead (5 min). Windows that
// are not older than what is kept and have no slot are empty: nothing was ever added to them.

import { bounds } from "#domain/bounds.ts";
import { type Tier, tiers, windowNumber, windowStart } from "#domain/window.ts";
import { type Accumulated, type Addend, createSlots, none, type SavedSlots, setAddend, slotState } from "./slots.ts";

export interface ClosedWindow extends Accumulated {
  readonly tier: Tier;
  readonly start: number;
}

/** Tiers as bits, in the order of `tiers`. */
export const tierBits: Readonly<Record<Tier, number>> = { "1m": 1, "1h": 2, "1d": 4 };

/** The windows that hold one moment. Made once for all readings of a point. */
export interface Moment {
  readonly time: number;
  /** By tier, in the order of `tiers`. */
  readonly numbers: readonly [number, number, number];
  /** Bits of the tiers whose window at this moment is closed, and of those whose window is older than what is kept. */
  readonly closed: number;
  readonly old: number;
}

interface TierState {
  readonly tier: Tier;
  readonly bit: number;
  readonly at: 0 | 1 | 2;
  /** By series: the newest slot of its chain. */
  heads: Int32Array;
  /** Windows below are closed. */
  closedBelow: number;
  /** Windows below are kept only while readings for them go on arriving. */
  keptFrom: number;
  /** Series and window number → slot, for windows below `keptFrom`. */
  readonly late: Map<number, number>;
}

export interface SavedWindows {
  readonly series: number;
  readonly slots: SavedSlots;
  readonly tiers: readonly {
    readonly heads: Int32Array;
    readonly closedBelow: number;
    readonly keptFrom: number;
    readonly late: readonly (readonly [key: number, slot: number])[];
  }[];
}

/** A window older than what is kept, with what arrived for it. */
export interface LateWindow {
  readonly series: number;
  readonly number: number;
  /** Null when its sums are not those of its readings. */
  readonly window: ClosedWindow | null;
  readonly tier: Tier;
}

export interface Windows {
  /** A place for one more series; returns its index. */
  addSeries(): number;
  moment(time: number): Moment;
  /**
   * Adds a new reading. `empty`: bits of those old windows of which the caller knows that nothing was stored in them.
   * Returns the bits of the windows that are gone, 0 when all have it.
   */
  add(series: number, at: Moment, value: number, valid: boolean, empty: number): number;
  /** A reading has another value than before. Returns the bits of the windows that are gone. */
  revise(series: number, at: Moment, before: number, wasValid: boolean, value: number, valid: boolean): number;
  /** A reading that may be in its windows already. Returns the bits of the windows that are gone. */
  addUnsure(series: number, at: Moment, value: number, valid: boolean): number;
  /** Tiers of which windows end as receive time comes to `nowMs`. Cheap when there are none. */
  due(nowMs: number): readonly Tier[];
  /** Returns the start of the first window that this closes. */
  closeTier(tier: Tier, nowMs: number): number;
  /** Number of the first window that is not closed. */
  firstOpen(tier: Tier): number;
  /** Windows of one series that are closed and were not told since they changed; spoiled ones by their start. */
  take(series: number, tier: Tier, into: ClosedWindow[], spoiled: number[]): void;
  /** The closed window that begins at `start` as it is now; null when it is open, not known, or its sums are not to be trusted. */
  peek(series: number, tier: Tier, start: number): ClosedWindow | null;
  /** All changed windows older than what is kept. */
  takeLate(into: LateWindow[]): void;
  /** Forgets those that did not change since the last call; with `all` also those that did. Tell the changed ones before. */
  forgetLate(all: boolean): void;
  /** How many windows older than what is kept are in memory. */
  readonly lateCount: number;
  save(): SavedWindows;
}

/** More than the number of any minute until the year 2480; with it, 33 million series fit into a key. */
const keyStride = 2 ** 28;

/** Number of the first window that is still open when receive time is `nowMs`. */
function firstOpen(tier: Tier, nowMs: number): number {
  return windowNumber(tier, nowMs - bounds.windowGraceMs[tier]);
}

export function createWindows(saved?: SavedWindows, seriesExpected = 1024): Windows {
  let seriesCount = saved?.series ?? 0;
  let capacity = Math.max(seriesExpected, seriesCount);
  const slots = createSlots(saved?.slots, capacity * 4);
  const of = slots.columns;
  const states = tiers.map((tier, i): TierState => {
    const from = saved?.tiers[i];
    const heads = new Int32Array(capacity).fill(none);
    if (from !== undefined) heads.set(from.heads);
    const { closedBelow = 0, keptFrom = Number.NEGATIVE_INFINITY } = from ?? {};
    return { tier, bit: tierBits[tier], at: i as 0 | 1 | 2, heads, closedBelow, keptFrom, late: new Map(from?.late) };
  });
  const byTier = Object.fromEntries(states.map((state) => [state.tier, state])) as Record<Tier, TierState>;
  const nothingDue: readonly Tier[] = [];
  let nextDueMs = Number.NEGATIVE_INFINITY;
  const addend: Addend = { value: 0, high: 0, low: 0, valid: false };
  const removed: Addend = { value: 0, high: 0, low: 0, valid: false };

  function find(state: TierState, series: number, number: number): number {
    if (number < state.keptFrom) return state.late.get(series * keyStride + number) ?? none;
    let slot = state.heads[series] ?? none;
    while (slot !== none && of.number[slot] !== number) slot = of.next[slot] ?? none;
    return slot;
  }

  function open(state: TierState, series: number, number: number): number {
    if (number < state.keptFrom) {
      const slot = slots.take(number, none);
      state.late.set(series * keyStride + number, slot);
      return slot;
    }
    const slot = slots.take(number, state.heads[series] ?? none);
    state.heads[series] = slot;
    return slot;
  }

  function mark(slot: number, bits: number): void {
    of.state[slot] = (of.state[slot] ?? 0) | bits | slotState.used;
  }

  function tell(state: TierState, slot: number): ClosedWindow {
    of.state[slot] = (of.state[slot] ?? 0) & ~slotState.changed;
    return { tier: state.tier, start: windowStart(state.tier, of.number[slot] ?? 0), ...slots.read(slot) };
  }

  return {
    addSeries() {
      if (seriesCount === capacity) {
        capacity = Math.ceil(capacity * 1.5);
        for (const state of states) {
          const heads = new Int32Array(capacity).fill(none, seriesCount);
          heads.set(state.heads);
          state.heads = heads;
        }
      }
      return seriesCount++;
    },

    moment(time) {
      const numbers = [windowNumber("1m", time), windowNumber("1h", time), windowNumber("1d", time)] as const;
      let closed = 0;
      let old = 0;
      for (const { closedBelow, keptFrom, bit, at } of states) {
        if (numbers[at] >= closedBelow) continue;
        closed |= bit;
        if (numbers[at] < keptFrom) old |= bit;
      }
      return { time, numbers, closed, old };
    },

    add(series, at, value, valid, empty) {
      setAddend(addend, value, valid);
      let gone = 0;
      for (const state of states) {
        const number = at.numbers[state.at];
        let slot = find(state, series, number);
        if (slot === none) {
          if ((at.old & ~empty & state.bit) !== 0) {
            gone |= state.bit;
            continue;
          }
          slot = open(state, series, number);
        }
        slots.add(slot, addend);
        mark(slot, slotState.changed);
      }
      return gone;
    },

    revise(series, at, before, wasValid, value, valid) {
      setAddend(removed, before, wasValid);
      setAddend(addend, value, valid);
      let gone = 0;
      for (const state of states) {
        const slot = find(state, series, at.numbers[state.at]);
        if (slot === none) {
          gone |= state.bit;
          continue;
        }
        const known = slots.remove(slot, removed);
        slots.add(slot, addend);
        mark(slot, known ? slotState.changed : slotState.changed | slotState.spoiled);
      }
      return gone;
    },

    addUnsure(series, at, value, valid) {
      setAddend(addend, value, valid);
      let gone = 0;
      for (const state of states) {
        const number = at.numbers[state.at];
        let slot = find(state, series, number);
        const isKnown = slot !== none;
        if (!isKnown) {
          if ((at.old & state.bit) !== 0) {
            gone |= state.bit;
            continue;
          }
          slot = open(state, series, number);
        }
        slots.add(slot, addend);
        mark(slot, isKnown ? slotState.changed | slotState.spoiled : slotState.changed);
      }
      return gone;
    },

    due(nowMs) {
      if (nowMs < nextDueMs) return nothingDue;
      // The minute is the shortest window: nothing can be due before the next one is over.
      nextDueMs = windowStart("1m", firstOpen("1m", nowMs) + 1) + bounds.windowGraceMs["1m"];
      return tiers.filter((tier) => firstOpen(tier, nowMs) > byTier[tier].closedBelow);
    },

    closeTier(tier, nowMs) {
      const state = byTier[tier];
      const closedBefore = state.closedBelow;
      state.closedBelow = Math.max(closedBefore, firstOpen(tier, nowMs));
      const kept = Math.min(bounds.windowsKept[tier], Math.floor(bounds.windowsKeptMax / Math.max(1, seriesCount)));
      state.keptFrom = Math.max(state.keptFrom, state.closedBelow - kept);
      return windowStart(tier, closedBefore);
    },

    firstOpen: (tier) => byTier[tier].closedBelow,

    take(series, tier, into, spoiled) {
      const state = byTier[tier];
      let before = none;
      let slot = state.heads[series] ?? none;
      while (slot !== none) {
        const next = of.next[slot] ?? none;
        const number = of.number[slot] ?? 0;
        const bits = of.state[slot] ?? 0;
        if (number < state.closedBelow && (bits & slotState.changed) !== 0) {
          if ((bits & slotState.spoiled) !== 0) spoiled.push(windowStart(tier, number));
          into.push(tell(state, slot));
        }
        if (number < state.keptFrom) {
          if (before === none) state.heads[series] = next;
          else of.next[before] = next;
          slots.free(slot);
        } else before = slot;
        slot = next;
      }
    },

    peek(series, tier, start) {
      const state = byTier[tier];
      const number = windowNumber(tier, start);
      if (number >= state.closedBelow) return null;
      const slot = find(state, series, number);
      if (slot === none || ((of.state[slot] ?? 0) & slotState.spoiled) !== 0) return null;
      return { tier, start, ...slots.read(slot) };
    },

    takeLate(into) {
      for (const state of states) {
        for (const [key, slot] of state.late) {
          const bits = of.state[slot] ?? 0;
          if ((bits & slotState.changed) === 0) continue;
          const number = of.number[slot] ?? 0;
          const window = tell(state, slot);
          const isSpoiled = (bits & slotState.spoiled) !== 0;
          const series = Math.floor((key - number) / keyStride);
          into.push({ series, number, tier: state.tier, window: isSpoiled ? null : window });
        }
      }
    },

    forgetLate(all) {
      for (const { late } of states) {
        for (const [key, slot] of late) {
          const bits = of.state[slot] ?? 0;
          if (!all && (bits & slotState.used) !== 0) {
            of.state[slot] = bits & ~slotState.used;
            continue;
          }
          late.delete(key);
          slots.free(slot);
        }
      }
    },

    get lateCount() {
      return states.reduce((sum, { late }) => sum + late.size, 0);
    },

    save: () => ({
      series: seriesCount,
      slots: slots.save(),
      tiers: states.map(({ heads, closedBelow, keptFrom, late }) => ({
        heads: heads.subarray(0, seriesCount),
        closedBelow,
        keptFrom,
        late: [...late],
      })),
    }),
  };
}

/** The mean of one window from its readings, by the same integer sums; used when it is formed from history. */
export function formWindow(
  tier: Tier,
  number: number,
  readings: Iterable<readonly [value: number, valid: boolean]>,
): ClosedWindow {
  const slots = createSlots(undefined, 1);
  const slot = slots.take(number, none);
  const addend: Addend = { value: 0, high: 0, low: 0, valid: false };
  for (const [value, valid] of readings) slots.add(slot, setAddend(addend, value, valid));
  return { tier, start: windowStart(tier, number), ...slots.read(slot) };
}
