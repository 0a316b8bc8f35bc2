// Stored means that count held against the limits as they are now, when a limit changed and the means did not: which windows
// exceed, and how the verdicts of each day add up. Gives what judging the minutes again would give, in a fraction of the time. Pure.

import { minutesNeeded } from "#domain/judge/form.ts";
import { referenceAt } from "#domain/judge/facts.ts";
import { rejudge } from "#domain/judge/rejudge.ts";
import type { JudgedFactor, JudgedSite, JudgedUnder } from "#domain/judge/shapes.ts";
import { createYardsticks } from "#domain/judge/yardstick.ts";
import type { JudgedBasis, JudgedDay, VerdictCounts, VerdictRange } from "#domain/judged.ts";
import { dayMs, dayStart, parseDay } from "#domain/time.ts";
import { cutRange } from "./judge-day.ts";

/** The means of one series that count, as history has them. */
export interface StoredLawful {
  readonly start: ArrayLike<number>;
  readonly mean: ArrayLike<number>;
  readonly valid: ArrayLike<number>;
}

export interface SeriesAgain {
  readonly facts: JudgedSite;
  readonly factor: JudgedFactor;
  readonly basis: JudgedBasis;
  /** Whole days, or to the last hour that is over. */
  readonly from: number;
  readonly to: number;
  readonly stored: StoredLawful;
  /** The judged days of the series in that span. */
  readonly days: readonly JudgedDay[];
}

export interface JudgedAgain {
  readonly ranges: readonly VerdictRange[];
  /** Those of which the verdicts are others than before. */
  readonly days: readonly JudgedDay[];
}

/** Windows in one range: what a store takes in one go holds nobody up. */
const daysPerRange = 31;

export function judgeAgain(series: SeriesAgain, on: JudgedUnder): JudgedAgain {
  const { facts, factor, basis, from, to, stored } = series;
  const span = { from, to, cause: "limit", ...on } as const;
  const whole = rejudge(
    facts,
    factor.code,
    basis === "hour" ? { basis, ...stored } : { basis, ...stored, ...countsOfDays(series) },
    span,
  );
  const ranges: VerdictRange[] = [];
  for (let start = from; start < to; start += daysPerRange * dayMs)
    ranges.push(cutRange(whole, start, start + daysPerRange * dayMs));
  return { ranges, days: countAgain(series, whole, on) };
}

/** What history does not keep of a day. */
function countsOfDays({ stored, days }: SeriesAgain): { due: Uint32Array; isValid: Uint8Array } {
  const byStart = new Map(days.map((day) => [parseDay(day.day), day]));
  const due = new Uint32Array(stored.start.length);
  const isValid = new Uint8Array(stored.start.length);
  for (let i = 0; i < stored.start.length; i++) {
    const day = byStart.get(stored.start[i] ?? Number.NaN);
    due[i] = day?.hours.due ?? 0;
    isValid[i] = day?.isValid === true ? 1 : 0;
  }
  return { due, isValid };
}

function countAgain(series: SeriesAgain, { exceeding }: VerdictRange, { seq, at }: JudgedUnder): JudgedDay[] {
  const { basis, days } = series;
  const key = basis === "hour" ? "hourVerdicts" : "dayVerdicts";
  const comparable = basis === "hour" ? comparableHours(series) : comparableDays(series);
  const exceeded = new Map<number, number>();
  for (const { start } of exceeding) exceeded.set(dayStart(start), (exceeded.get(dayStart(start)) ?? 0) + 1);
  return days.flatMap((day) => {
    const start = parseDay(day.day) ?? Number.NaN;
    const before = day[key];
    const all = before.within + before.exceeding + before.unknown;
    const over = exceeded.get(start) ?? 0;
    const within = (comparable.get(start) ?? 0) - over;
    const counts: VerdictCounts = { within, exceeding: over, unknown: all - within - over };
    const isSame = before.within === within && before.exceeding === over;
    return isSame ? [] : [{ ...day, [key]: counts, seq, at }];
  });
}

/** Start of the day → its valid hours that have a limit. */
function comparableHours({ facts, factor, stored, from, to }: SeriesAgain): Map<number, number> {
  const yardsticks = createYardsticks(factor, facts.medium, "hour");
  const found = new Map<number, number>();
  let [day, needed] = [Number.NaN, 0];
  for (let i = 0; i < stored.start.length; i++) {
    const time = stored.start[i] ?? Number.NaN;
    if (time < from || time >= to) continue;
    if (dayStart(time) !== day) {
      day = dayStart(time);
      needed = minutesNeeded(facts, day);
    }
    const { limit } = yardsticks.at(time);
    if (limit === null || (limit.max === null && limit.min === null)) continue;
    if ((stored.valid[i] ?? 0) < needed || Number.isNaN(stored.mean[i] ?? Number.NaN)) continue;
    found.set(day, (found.get(day) ?? 0) + 1);
  }
  return found;
}

/** Start of the day → 1 when it is valid and has a limit for what it was corrected to. */
function comparableDays({ facts, factor, days }: SeriesAgain): Map<number, number> {
  const yardsticks = createYardsticks(factor, facts.medium, "day");
  const found = new Map<number, number>();
  for (const { day, isValid, value } of days) {
    const start = parseDay(day);
    if (start === null || !isValid || value === null) continue;
    const { limit } = yardsticks.at(start);
    if (limit === null || (limit.max === null && limit.min === null)) continue;
    if (limit.refO2 === referenceAt(factor, start)) found.set(start, 1);
  }
  return found;
}

/** The days (first moments) of [from, to) that any of these spans touches, as spans, and the rest. */
export function splitByDays(
  from: number,
  to: number,
  spans: readonly { readonly from: number; readonly to: number }[],
): { readonly touched: [from: number, to: number][]; readonly rest: [from: number, to: number][] } {
  const touched: [number, number][] = [];
  const rest: [number, number][] = [];
  const put = (list: [number, number][], start: number, end: number): void => {
    const last = list.at(-1);
    if (last !== undefined && last[1] === start) last[1] = end;
    else list.push([start, end]);
  };
  for (let start = from; start < to;) {
    const end = Math.min(to, dayStart(start) + dayMs);
    const isTouched = spans.some((span) => span.from < end && span.to > start);
    put(isTouched ? touched : rest, start, end);
    start = end;
  }
  return { touched, rest };
}
