// Judged days of one factor → its month: the mean, whether it is valid, what exceeded, and the mass discharged, once as measured
// and once with what the rules put in place of invalid hours or days. Stand-ins are for totals only and are told apart.

import type { JudgedDay, JudgedHours } from "../judged.ts";
import { countDays, formatMonth, listDays, monthOf } from "../rules/calendar.ts";
import { meanExactly, roundMean, sumExactly } from "../rules/exact-sum.ts";
import { type DailyLoad, substituteEmission, substituteLoad, type Substitution } from "../rules/substitution.ts";
import { capturePercent, finishCounts, judgeValidity, type Validity } from "../rules/validity.ts";
import { dayMs, parseDay } from "../time.ts";
import type { JudgedMedium } from "./shapes.ts";

/** An hour of a stack: valid with its load, or due without one, or not due. */
export interface HourLoad {
  readonly start: number;
  readonly state: "valid" | "invalid" | "stopped";
  /** Null where no flow is known. */
  readonly kg: number | null;
}

/**
 * What the stand-ins are taken from. Water: days with a valid mean before the month. Gas: hours of the month and before it, in
 * order, as far back as the rules look (2,160 valid hours); and the judged days of the quarter, which give its capture.
 */
export type LoadsBefore =
  | { readonly kind: "days"; readonly before: readonly DailyLoad[] }
  | { readonly kind: "hours"; readonly hours: readonly HourLoad[]; readonly quarter: readonly JudgedDay[] };

export interface StandIns {
  readonly rule: string;
  /** Hours of gas, days of water. */
  readonly count: number;
  readonly kg: number;
}

export interface JudgedMonth {
  readonly month: string;
  readonly from: number;
  readonly to: number;
  readonly value: number | null;
  readonly rule: string;
  readonly validity: Validity;
  readonly validDays: number;
  readonly hours: JudgedHours;
  readonly exceedingHours: number;
  readonly exceedingDays: number;
  /** Of valid hours; null where no flow is measured. */
  readonly kg: number | null;
  /** The same with stand-ins; null where there is no load at all. */
  readonly kgSubstituted: number | null;
  readonly standIns: readonly StandIns[];
  /** Hours or days without a load for which no rule has a stand-in, by why. */
  readonly without: Readonly<Record<string, number>>;
}

export const monthRule = "month-mean.arithmetic";

/**
 * `days`: judged days of one factor at one site; those outside of the month of `timeMs` are not looked at. `until`: days that
 * begin before it are over. A day over of which nothing was judged was due, and nothing came.
 */
export function formMonth(
  medium: JudgedMedium,
  timeMs: number,
  days: readonly JudgedDay[],
  until: number,
  loads: LoadsBefore | null = null,
): JudgedMonth {
  const period = monthOf(timeMs);
  const byStart = new Map(days.map((day) => [parseDay(day.day), day]));
  const known = listDays(period).flatMap((start) => byStart.get(start) ?? []);
  const values = known.flatMap(({ isValid, value }) => (isValid && value !== null ? [value] : []));
  const stopped = known.filter(({ hours }) => hours.due === 0 && hours.stopped > 0).length;
  const counts = finishCounts({
    due: countDays(period) - stopped,
    received: known.filter(({ hours }) => hours.received > 0).length,
    valid: values.length,
    marked: 0,
    excluded: {},
  });
  const mean = meanExactly(values);
  const measured = known.flatMap(({ kg }) => (kg === null ? [] : [kg]));
  const kg = measured.length === 0 ? null : roundMean(sumExactly(measured));
  return {
    month: formatMonth(period.from),
    ...period,
    value: mean === null ? null : roundMean(mean),
    rule: monthRule,
    validity: judgeValidity(medium, "month", period.from, counts),
    validDays: values.length,
    hours: addHours(known.map((day) => day.hours)),
    exceedingHours: known.reduce((sum, { hourVerdicts }) => sum + hourVerdicts.exceeding, 0),
    exceedingDays: known.reduce((sum, { dayVerdicts }) => sum + dayVerdicts.exceeding, 0),
    kg,
    ...standIn(period.from, Math.min(period.to, until), kg, byStart, loads),
  };
}

function addHours(all: readonly JudgedHours[]): JudgedHours {
  const sum = (of: (hours: JudgedHours) => number): number => all.reduce((total, each) => total + of(each), 0);
  return {
    due: sum(({ due }) => due),
    received: sum(({ received }) => received),
    valid: sum(({ valid }) => valid),
    stopped: sum(({ stopped }) => stopped),
    marked: sum(({ marked }) => marked),
  };
}

type Stood = Pick<JudgedMonth, "kgSubstituted" | "standIns" | "without">;

function standIn(
  from: number,
  to: number,
  kg: number | null,
  byStart: ReadonlyMap<number | null, JudgedDay>,
  loads: LoadsBefore | null,
): Stood {
  if (loads === null) return { kgSubstituted: kg, standIns: [], without: {} };
  return loads.kind === "days"
    ? standInForDays(from, to, byStart, loads.before)
    : standInForHours(from, to, loads.hours, loads.quarter);
}

interface Sum {
  readonly loads: number[];
  readonly rules: Map<string, { count: number; kg: number }>;
  readonly without: Record<string, number>;
}

/** False when the rules have none. */
function take(substitution: Substitution, sum: Sum): boolean {
  if (substitution.value === null) {
    sum.without[substitution.why] = (sum.without[substitution.why] ?? 0) + 1;
    return false;
  }
  const { rule, value } = substitution;
  const known = sum.rules.get(rule) ?? { count: 0, kg: 0 };
  sum.rules.set(rule, { count: known.count + 1, kg: roundMean(known.kg + value) });
  sum.loads.push(value);
  return true;
}

function finish({ loads, rules, without }: Sum): Stood {
  return {
    kgSubstituted: loads.length === 0 ? null : roundMean(sumExactly(loads)),
    standIns: [...rules].map(([rule, each]) => ({ rule, ...each })),
    without,
  };
}

/** A stand-in is never taken from a stand-in: only days with a valid mean of their own count as days before. */
function standInForDays(
  from: number,
  to: number,
  byStart: ReadonlyMap<number | null, JudgedDay>,
  before: readonly DailyLoad[],
): Stood {
  const sum: Sum = { loads: [], rules: new Map(), without: {} };
  const valid: DailyLoad[] = before.filter((day) => day.dayMs < from);
  for (let start = from; start < to; start += dayMs) {
    const day = byStart.get(start);
    // Stood, or nothing flowed in any hour that was due: nothing was discharged, and nothing is put in its place.
    if (day !== undefined && (day.hours.due === 0 || day.why === "nothing-due")) continue;
    if (day?.isValid === true && day.kg !== null) {
      valid.push({ dayMs: start, kg: day.kg });
      sum.loads.push(day.kg);
      continue;
    }
    // What was measured of the day is better than nothing at all.
    if (!take(substituteLoad(start, valid), sum) && day !== undefined && day.kg !== null) sum.loads.push(day.kg);
  }
  return finish(sum);
}

/**
 * Why an instrument was silent is not known here, so the group of planned stops and "other" is taken: its look-back ends where
 * the failure begins. A run of invalid hours is ended by a valid hour; stopped ones between do not count and do not end it.
 */
function standInForHours(from: number, to: number, hours: readonly HourLoad[], quarter: readonly JudgedDay[]): Stood {
  const of = addHours(quarter.map((day) => day.hours));
  const percent = capturePercent({ hours: of.due + of.stopped, invalid: of.due - of.valid, stopped: of.stopped });
  const sum: Sum = { loads: [], rules: new Map(), without: {} };
  const valid: { timeMs: number; kgPerHour: number }[] = [];
  let [run, failureMs] = [0, from];
  for (const { start, state, kg } of hours) {
    if (start >= to) break;
    if (state === "stopped") continue;
    if (state === "valid" && kg !== null) {
      valid.push({ timeMs: start, kgPerHour: kg });
      run = 0;
      if (start >= from) sum.loads.push(kg);
      continue;
    }
    if (run === 0) failureMs = start;
    run += 1;
    if (start < from) continue;
    const hour = { timeMs: start, state: "other", capturePercent: percent, invalidHours: run } as const;
    take(substituteEmission({ ...hour, lastGoodCalibrationMs: failureMs, failureMs }, valid), sum);
  }
  return finish(sum);
}

/** As history and the judged days know them: rows of the lawful means and loads of hours, in order. */
export interface StoredHourLoads {
  readonly start: ArrayLike<number>;
  /** Minutes received, and those that count. */
  readonly count: ArrayLike<number>;
  readonly valid: ArrayLike<number>;
  /** NaN: none. */
  readonly kg: ArrayLike<number>;
}

/**
 * Hours of [from, to) with their state. Which hours of a day stood is not stored, only how many: of those without a value that
 * counts, first the ones that sent something (flag F, or a mark over them), then the silent ones.
 */
export function listHourLoads(
  stored: StoredHourLoads,
  days: readonly JudgedDay[],
  needed: number,
  from: number,
  to: number,
): HourLoad[] {
  const rows = new Map(Array.from({ length: stored.start.length }, (_, i) => [stored.start[i] ?? 0, i]));
  const stoppedOf = new Map(days.map((day) => [parseDay(day.day) ?? 0, day.hours.stopped]));
  const hourMs = dayMs / 24;
  const list: HourLoad[] = [];
  for (let day = from; day < to; day += dayMs) {
    const starts = Array.from({ length: 24 }, (_, i) => day + i * hourMs).filter((start) => start < to);
    const isValid = (start: number): boolean => (stored.valid[rows.get(start) ?? -1] ?? 0) >= needed;
    const silent = starts.filter((start) => !isValid(start));
    const heard = (start: number): number => ((stored.count[rows.get(start) ?? -1] ?? 0) > 0 ? 0 : 1);
    const stopped = new Set(silent.toSorted((a, b) => heard(a) - heard(b) || a - b).slice(0, stoppedOf.get(day) ?? 0));
    for (const start of starts) {
      const kg = stored.kg[rows.get(start) ?? -1] ?? Number.NaN;
      const state = stopped.has(start) ? "stopped" : isValid(start) ? "valid" : "invalid";
      list.push({ start, state, kg: state !== "valid" || Number.isNaN(kg) ? null : kg });
    }
  }
  return list;
}
