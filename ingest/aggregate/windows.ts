// Open windows of all series: sums, extremes and counts of minute, hour and day, in event time. A fixed number of slots
// per series, in columns, so that a reading allocates nothing.
//
//   reading ──▶ slot (series, window number) ──time passes──▶ closed: one mean ──▶ written
//      └─ its window is closed already ──▶ "late": formed again from history
//
// Sums are integers (millionths of the unit, in two limbs), because floating-point sums change with the order of arrival.
// Open at one time are at most: the current window, the one in its grace, and those of clocks that run ahead (5 min).

import { bounds } from "#domain/bounds.ts";
import { type Tier, tierMs, tiers, windowNumber, windowStart } from "#domain/window.ts";

/** Resolution of sums: 1e-6 of the factor's unit. */
const sumScale = 1e6;
const limb = 2 ** 32;
const slotsOf: Readonly<Record<Tier, number>> = { "1m": 8, "1h": 2, "1d": 2 };

export interface ClosedWindow {
  readonly tier: Tier;
  readonly start: number;
  /** NaN when no reading of the window counts. */
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly valid: number;
}

interface TierColumns {
  number: Float64Array;
  sumHigh: Float64Array;
  sumLow: Float64Array;
  min: Float64Array;
  max: Float64Array;
  count: Float64Array;
  valid: Float64Array;
}

const columnNames = ["number", "sumHigh", "sumLow", "min", "max", "count", "valid"] as const;

export interface SavedWindows {
  readonly closedBelow: Readonly<Record<Tier, number>>;
  readonly columns: Readonly<Record<Tier, TierColumns>>;
  readonly series: number;
}

export interface Windows {
  /** A place for one more series; returns its index. */
  addSeries(): number;
  /** Adds a reading to its window; false when that window is closed (the caller forms it again from history). */
  add(series: number, tier: Tier, time: number, value: number, valid: boolean): boolean;
  isClosed(tier: Tier, time: number): boolean;
  /** Tiers of which windows end as receive time comes to `nowMs`. Cheap when there are none. */
  due(nowMs: number): readonly Tier[];
  /** Takes the windows of one series that are over at `nowMs`. Call `closeTier` when all series were taken. */
  take(series: number, tier: Tier, nowMs: number, into: ClosedWindow[]): void;
  closeTier(tier: Tier, nowMs: number): void;
  save(): SavedWindows;
}

function createColumns(length: number): TierColumns {
  const column = (): Float64Array => new Float64Array(length);
  const columns: TierColumns = {
    number: column(),
    sumHigh: column(),
    sumLow: column(),
    min: column(),
    max: column(),
    count: column(),
    valid: column(),
  };
  columns.number.fill(-1);
  return columns;
}

function grow(columns: TierColumns, length: number): void {
  for (const name of columnNames) {
    const next = new Float64Array(length);
    if (name === "number") next.fill(-1, columns.number.length);
    next.set(columns[name]);
    columns[name] = next;
  }
}

/** Number of the first window that is still open when receive time is `nowMs`. */
function firstOpen(tier: Tier, nowMs: number): number {
  return windowNumber(tier, nowMs - bounds.windowGraceMs[tier]);
}

export function createWindows(saved?: SavedWindows, seriesExpected = 1024): Windows {
  let seriesCount = saved?.series ?? 0;
  let capacity = Math.max(seriesExpected, seriesCount);
  const columns = saved?.columns ?? {
    "1m": createColumns(capacity * slotsOf["1m"]),
    "1h": createColumns(capacity * slotsOf["1h"]),
    "1d": createColumns(capacity * slotsOf["1d"]),
  };
  if (saved !== undefined) capacity = columns["1d"].number.length / slotsOf["1d"];
  const closedBelow = { "1m": 0, "1h": 0, "1d": 0, ...saved?.closedBelow };
  const nothingDue: readonly Tier[] = [];
  let nextDueMs = Number.NEGATIVE_INFINITY;

  function read(of: TierColumns, slot: number, tier: Tier): ClosedWindow {
    const valid = of.valid[slot] ?? 0;
    const sum = ((of.sumHigh[slot] ?? 0) * limb + (of.sumLow[slot] ?? 0)) / sumScale;
    return {
      tier,
      start: windowStart(tier, of.number[slot] ?? 0),
      mean: valid > 0 ? sum / valid : Number.NaN,
      min: valid > 0 ? (of.min[slot] ?? 0) : Number.NaN,
      max: valid > 0 ? (of.max[slot] ?? 0) : Number.NaN,
      count: of.count[slot] ?? 0,
      valid,
    };
  }

  return {
    addSeries() {
      if (seriesCount === capacity) {
        capacity *= 2;
        for (const tier of tiers) grow(columns[tier], capacity * slotsOf[tier]);
      }
      return seriesCount++;
    },

    isClosed: (tier, time) => windowNumber(tier, time) < closedBelow[tier],

    add(series, tier, time, value, valid) {
      const number = windowNumber(tier, time);
      if (number < closedBelow[tier]) return false;
      const of = columns[tier];
      const slots = slotsOf[tier];
      const slot = series * slots + (number % slots);
      if (of.number[slot] !== number) {
        of.number[slot] = number;
        of.sumHigh[slot] = of.sumLow[slot] = of.count[slot] = of.valid[slot] = 0;
        of.min[slot] = Number.POSITIVE_INFINITY;
        of.max[slot] = Number.NEGATIVE_INFINITY;
      }
      of.count[slot] = (of.count[slot] ?? 0) + 1;
      if (!valid) return true;
      of.valid[slot] = (of.valid[slot] ?? 0) + 1;
      of.min[slot] = Math.min(of.min[slot] ?? value, value);
      of.max[slot] = Math.max(of.max[slot] ?? value, value);
      const scaled = Math.round(value * sumScale);
      const high = Math.floor(scaled / limb);
      const low = (of.sumLow[slot] ?? 0) + (scaled - high * limb);
      const carry = Math.floor(low / limb);
      of.sumHigh[slot] = (of.sumHigh[slot] ?? 0) + high + carry;
      of.sumLow[slot] = low - carry * limb;
      return true;
    },

    due(nowMs) {
      if (nowMs < nextDueMs) return nothingDue;
      // The minute is the shortest window: nothing can be due before the next one is over.
      const open = firstOpen("1m", nowMs);
      nextDueMs = windowStart("1m", open + 1) + bounds.windowGraceMs["1m"];
      return tiers.filter((tier) => firstOpen(tier, nowMs) > closedBelow[tier]);
    },

    take(series, tier, nowMs, into) {
      const of = columns[tier];
      const slots = slotsOf[tier];
      const open = firstOpen(tier, nowMs);
      for (let slot = series * slots; slot < (series + 1) * slots; slot++) {
        const number = of.number[slot] ?? -1;
        if (number < 0 || number >= open) continue;
        into.push(read(of, slot, tier));
        of.number[slot] = -1;
      }
    },

    closeTier(tier, nowMs) {
      closedBelow[tier] = Math.max(closedBelow[tier], firstOpen(tier, nowMs));
    },

    save: () => ({ closedBelow: { ...closedBelow }, columns, series: seriesCount }),
  };
}

/** The mean of one window from its readings, by the same integer sums; used when a closed window is formed again. */
export function formWindow(
  tier: Tier,
  number: number,
  readings: Iterable<readonly [value: number, valid: boolean]>,
): ClosedWindow {
  const windows = createWindows(undefined, 1);
  const series = windows.addSeries();
  const start = windowStart(tier, number);
  for (const [value, valid] of readings) windows.add(series, tier, start, value, valid);
  const closed: ClosedWindow[] = [];
  windows.take(series, tier, start + tierMs[tier] + bounds.windowGraceMs[tier], closed);
  return closed[0] ?? { tier, start, mean: Number.NaN, min: Number.NaN, max: Number.NaN, count: 0, valid: 0 };
}
