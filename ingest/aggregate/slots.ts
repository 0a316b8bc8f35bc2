// Accumulators of windows in columns: sum, extremes and counts, so that a reading allocates nothing and four million series
// fit into memory. A slot belongs to one window of one series; freed slots are used again.
//
// Sums are integers (millionths of the unit, in two limbs), because floating-point sums change with the order of arrival.

import { roundMean } from "#domain/rules/exact-sum.ts";
import { grown } from "../columns.ts";

/** Resolution of sums: 1e-6 of the factor's unit. */
const sumScale = 1e6;
const limb = 2 ** 32;

export const none = -1;

/** Bits of a slot's state. */
export const slotState = {
  /** Changed since its mean was told, or not told yet. */
  changed: 1,
  /** Its sums are not those of its readings: what a reading was before is not known any more. */
  spoiled: 2,
  /** Changed since it was last looked at whether it is still in use. */
  used: 4,
} as const;

interface SlotColumns {
  number: Int32Array;
  next: Int32Array;
  sumHigh: Float64Array;
  sumLow: Uint32Array;
  min: Float64Array;
  max: Float64Array;
  count: Uint32Array;
  valid: Uint32Array;
  state: Uint8Array;
}

export interface SavedSlots extends SlotColumns {
  readonly used: number;
  readonly firstFree: number;
}

/** Mean and what belongs to it. NaN when no reading of the window counts. */
export interface Accumulated {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly valid: number;
}

/** A value as the limbs of an integer sum, made once for all windows that it belongs to. */
export interface Addend {
  value: number;
  high: number;
  low: number;
  valid: boolean;
}

export function setAddend(into: Addend, value: number, valid: boolean): Addend {
  const scaled = Math.round(value * sumScale);
  into.value = value;
  into.high = Math.floor(scaled / limb);
  into.low = scaled - into.high * limb;
  into.valid = valid;
  return into;
}

export interface Slots {
  readonly columns: Readonly<SlotColumns>;
  /** A slot for window `number`, empty and changed. */
  take(number: number, next: number): number;
  free(slot: number): void;
  add(slot: number, addend: Addend): void;
  /** Takes a value out that was added before; false when the extremes without it cannot be told. */
  remove(slot: number, addend: Addend): boolean;
  read(slot: number): Accumulated;
  save(): SavedSlots;
}

function createColumns(length: number): SlotColumns {
  return {
    number: new Int32Array(length),
    next: new Int32Array(length),
    sumHigh: new Float64Array(length),
    sumLow: new Uint32Array(length),
    min: new Float64Array(length),
    max: new Float64Array(length),
    count: new Uint32Array(length),
    valid: new Uint32Array(length),
    state: new Uint8Array(length),
  };
}

export function createSlots(saved?: SavedSlots, expected = 1024): Slots {
  let used = saved?.used ?? 0;
  let firstFree = saved?.firstFree ?? none;
  let capacity = saved?.number.length ?? expected;
  const of: SlotColumns = saved === undefined ? createColumns(capacity) : { ...saved };

  function grow(): void {
    // Many are not doubled: a quarter more of a gigabyte is enough for long.
    capacity = Math.max(1024, Math.ceil(capacity * (capacity < 1_000_000 ? 1.5 : 1.25)));
    // One column after the other: at no time are there two of everything.
    of.number = grown(of.number, new Int32Array(capacity));
    of.next = grown(of.next, new Int32Array(capacity));
    of.sumHigh = grown(of.sumHigh, new Float64Array(capacity));
    of.sumLow = grown(of.sumLow, new Uint32Array(capacity));
    of.min = grown(of.min, new Float64Array(capacity));
    of.max = grown(of.max, new Float64Array(capacity));
    of.count = grown(of.count, new Uint32Array(capacity));
    of.valid = grown(of.valid, new Uint32Array(capacity));
    of.state = grown(of.state, new Uint8Array(capacity));
  }

  function addLimbs(slot: number, high: number, low: number): void {
    const sum = (of.sumLow[slot] ?? 0) + low;
    const carry = Math.floor(sum / limb);
    of.sumLow[slot] = sum - carry * limb;
    of.sumHigh[slot] = (of.sumHigh[slot] ?? 0) + high + carry;
  }

  return {
    columns: of,

    take(number, next) {
      let slot = firstFree;
      if (slot === none) {
        if (used === capacity) grow();
        slot = used++;
      } else firstFree = of.next[slot] ?? none;
      of.number[slot] = number;
      of.next[slot] = next;
      of.sumHigh[slot] = of.sumLow[slot] = of.count[slot] = of.valid[slot] = 0;
      of.min[slot] = Number.POSITIVE_INFINITY;
      of.max[slot] = Number.NEGATIVE_INFINITY;
      of.state[slot] = slotState.changed | slotState.used;
      return slot;
    },

    free(slot) {
      of.next[slot] = firstFree;
      firstFree = slot;
    },

    add(slot, { value, high, low, valid }) {
      of.count[slot] = (of.count[slot] ?? 0) + 1;
      if (!valid) return;
      of.valid[slot] = (of.valid[slot] ?? 0) + 1;
      if (value < (of.min[slot] ?? 0)) of.min[slot] = value;
      if (value > (of.max[slot] ?? 0)) of.max[slot] = value;
      addLimbs(slot, high, low);
    },

    remove(slot, { value, high, low, valid }) {
      of.count[slot] = (of.count[slot] ?? 0) - 1;
      if (!valid) return true;
      const left = (of.valid[slot] ?? 0) - 1;
      of.valid[slot] = left;
      addLimbs(slot, -high, -low);
      if (left === 0) {
        of.min[slot] = Number.POSITIVE_INFINITY;
        of.max[slot] = Number.NEGATIVE_INFINITY;
        return true;
      }
      return value > (of.min[slot] ?? 0) && value < (of.max[slot] ?? 0);
    },

    read(slot) {
      const valid = of.valid[slot] ?? 0;
      const sum = ((of.sumHigh[slot] ?? 0) * limb + (of.sumLow[slot] ?? 0)) / sumScale;
      const counts = { count: of.count[slot] ?? 0, valid };
      if (valid === 0) return { mean: Number.NaN, min: Number.NaN, max: Number.NaN, ...counts };
      return { mean: roundMean(sum / valid), min: of.min[slot] ?? 0, max: of.max[slot] ?? 0, ...counts };
    },

    save: () => ({
      number: of.number.subarray(0, used),
      next: of.next.subarray(0, used),
      sumHigh: of.sumHigh.subarray(0, used),
      sumLow: of.sumLow.subarray(0, used),
      min: of.min.subarray(0, used),
      max: of.max.subarray(0, used),
      count: of.count.subarray(0, used),
      valid: of.valid.subarray(0, used),
      state: of.state.subarray(0, used),
      used,
      firstFree,
    }),
  };
}
