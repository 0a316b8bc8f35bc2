// Back-test: what would a record have raised in the past? Conditions and delays are those of the live machine, line by line, on columns
// of history instead of samples. People are not simulated: every beginning is told once, as if it had been acknowledged before
// the next one.

import type { AlarmDefinition } from "../alarm-definition.ts";
import type { Priority } from "../alarm.ts";
import { boundLevels, type LevelBounds, reachOf, stayOf } from "./condition.ts";
import { measuredTiming } from "./due.ts";
import type { LimitEnds, Sample } from "./shapes.ts";
import { createSignal, holdsUntil, isIdle, meetSample, settle } from "./timers.ts";

/** One series: values in the order of time. */
export interface BacktestColumns {
  /** Event times, epoch ms, ascending; of hour and day records the starts of the windows. */
  readonly time: ArrayLike<number>;
  readonly value: ArrayLike<number>;
  /** 0 = the value does not count (flag, too few values). */
  readonly valid: ArrayLike<number | boolean>;
}

export interface LimitSpan extends LimitEnds {
  readonly from: number;
  /** Null: open. */
  readonly to: number | null;
}

export interface BacktestSeries {
  readonly record: AlarmDefinition;
  /** How often a value is expected; of hour and day records the length of the window. */
  readonly intervalMs: number;
  /** Of subject "limit": which limit was in force when, in any order, not overlapping. */
  readonly limits: readonly LimitSpan[];
}

export interface BacktestRaise {
  /** Event time at which it would have been told, and of its first violating value. */
  readonly at: number;
  readonly onset: number;
  /** Event time of the end; null = it was active at the end of the columns. */
  cleared: number | null;
  /** The highest level of it. */
  level: number;
  priority: Priority;
  /** How often operators would have been called: its beginning and each step up. */
  calls: number;
}

export interface BacktestResult {
  readonly raises: readonly BacktestRaise[];
  readonly samples: number;
}

/** The raises of one record on one series. Columns may come in pieces: see `createBacktest`. */
export function backtest(series: BacktestSeries, columns: BacktestColumns): BacktestResult {
  const test = createBacktest(series);
  test.add(columns);
  return test.end();
}

export interface Backtest {
  /** The next piece, later than all before it. */
  add(columns: BacktestColumns): void;
  end(): BacktestResult;
}

export function createBacktest({ record, intervalMs, limits }: BacktestSeries): Backtest {
  const timing = measuredTiming(record, intervalMs);
  const memory = createSignal(record.levels.length);
  const raises: BacktestRaise[] = [];
  let current: BacktestRaise | null = null;
  let samples = 0;
  let span = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };
  let levels: readonly LevelBounds[] = [];
  // Values between these are within all levels and past every deadband.
  let [calmMin, calmMax] = [0, 0];

  function findLevels(time: number): void {
    let [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    let limit: LimitEnds | null = null;
    if (record.subject === "limit") {
      for (const each of limits) {
        const end = each.to ?? Number.POSITIVE_INFINITY;
        if (each.from <= time && time < end) {
          limit = each;
          [from, to] = [Math.max(from, each.from), Math.min(to, end)];
        } else if (each.from > time) to = Math.min(to, each.from);
        else from = Math.max(from, end);
      }
    }
    span = { from, to };
    levels = record.enabled ? boundLevels(record, limit, intervalMs) : [];
    calmMin = Math.max(Number.NEGATIVE_INFINITY, ...levels.map((level) => level.clearMin));
    calmMax = Math.min(Number.POSITIVE_INFINITY, ...levels.map((level) => level.clearMax));
  }

  const onChange = (change: { at: number; from: number; to: number; since: number }): void => {
    const { at, from, to, since } = change;
    const priority = record.levels[to - 1]?.priority ?? 4;
    if (to === 0) {
      if (current !== null) current.cleared = since;
      current = null;
    } else if (from === 0 || current === null) {
      current = { at, onset: since, cleared: null, level: to, priority, calls: 1 };
      raises.push(current);
    } else if (to > from) {
      current.calls++;
      if (to > current.level) {
        current.level = to;
        current.priority = priority;
      }
    }
  };

  return {
    add({ time, value, valid }) {
      const count = time.length;
      samples += count;
      let calm = isIdle(memory);
      for (let i = 0; i < count; i++) {
        const at = time[i] ?? 0;
        const x = value[i] ?? Number.NaN;
        if (at < span.from || at >= span.to) findLevels(at);
        const counts = Boolean(valid[i]) && !Number.isNaN(x);
        // Nearly every value: nothing is under way, and this one begins nothing.
        if (calm && (!counts || (x >= calmMin && x <= calmMax))) continue;
        const reach = counts ? reachOf(levels, x) : -1;
        const stay = counts ? stayOf(levels, x) : -1;
        const sample: Sample = {
          time: at,
          eventTime: at,
          value: counts ? x : null,
          validity: counts ? "good" : "bad",
          faulty: null,
          seq: 0,
        };
        meetSample(memory, timing, sample, reach, stay, levels[reach - 1], onChange);
        calm = isIdle(memory);
      }
    },
    end() {
      if (memory.last !== null) settle(memory, timing, holdsUntil(memory, timing), onChange);
      return { raises, samples };
    },
  };
}
