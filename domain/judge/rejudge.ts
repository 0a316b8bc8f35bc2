// Stored lawful means of one series held against its limits again, when a limit changed and the reference oxygen did not: the
// same answer as judging the windows when they were formed, in a fraction of the time. A value between the bounds is surely
// within them, so nearly all windows cost two comparisons.

import type { ExceedingWindow, VerdictCause, VerdictRange } from "../judged.ts";
import { validityRules } from "../rules/validity.ts";
import { parseDay } from "../time.ts";
import { referenceAt } from "./facts.ts";
import { minutesNeeded } from "./form.ts";
import { exceedingWindow, judgeValue } from "./judge.ts";
import type { JudgedFactor, JudgedSite, JudgedUnder } from "./shapes.ts";
import { createYardsticks } from "./yardstick.ts";

interface StoredMeans {
  readonly start: ArrayLike<number>;
  readonly mean: ArrayLike<number>;
  /** Parts that count. */
  readonly valid: ArrayLike<number>;
}

/** An hour's validity follows from its minutes: a stopped hour has none that counts. */
export interface StoredHours extends StoredMeans {
  readonly basis: "hour";
}

/** A day's does not, as hours that stood or were dry are not due; the judged days know it, and the hours that were due. */
export interface StoredDays extends StoredMeans {
  readonly basis: "day";
  readonly due: ArrayLike<number>;
  /** Not 0: the day is valid. */
  readonly isValid: ArrayLike<number>;
}

export interface RejudgedSpan extends JudgedUnder {
  readonly from: number;
  readonly to: number;
  readonly cause: VerdictCause;
  /** Starts of windows that marks took out, as far as they are known. */
  readonly marked?: readonly number[];
}

/** Windows outside of the span are not looked at. Throws when the site does not judge the factor. */
export function rejudge(
  facts: JudgedSite,
  code: string,
  stored: StoredHours | StoredDays,
  { from, to, cause, seq, at, marked = [] }: RejudgedSpan,
): VerdictRange {
  const factor = facts.factors.find((each) => each.code === code);
  if (factor === undefined) throw new Error(`${facts.site} is not judged by ${code}`);
  const { basis } = stored;
  const exceeding = findExceeding(facts, factor, stored, from, to);
  return { site: facts.site, factor: code, basis, from, to, cause, seq, at, exceeding, marked };
}

function findExceeding(
  facts: JudgedSite,
  factor: JudgedFactor,
  stored: StoredHours | StoredDays,
  from: number,
  to: number,
): ExceedingWindow[] {
  const { basis, start, mean, valid } = stored;
  const { medium } = facts;
  const exceeding: ExceedingWindow[] = [];
  const yardsticks = createYardsticks(factor, medium, basis);
  let yardstick = yardsticks.at(from);
  const neededAt = createNeeded(facts);
  let needed = neededAt(from);
  const days = stored.basis === "day" ? stored : null;
  for (let i = 0; i < start.length; i += 1) {
    const time = start[i] ?? 0;
    if (time < from || time >= to) continue;
    if (time < yardstick.from || time >= yardstick.to) yardstick = yardsticks.at(time);
    const value = mean[i] ?? Number.NaN;
    if (value >= yardstick.min && value <= yardstick.max) continue;
    if (yardstick.limit === null || Number.isNaN(value)) continue;
    const parts = valid[i] ?? 0;
    if (time < needed.from || time >= needed.to) needed = neededAt(time);
    if (days === null ? parts < needed.parts : !(days.isValid[i] ?? 0)) continue;
    const due = days === null ? facts.partsPerHour : (days.due[i] ?? 0);
    const judged = { start: time, value, valid: parts, due, correctedTo: referenceAt(factor, time) };
    const window = exceedingWindow(judgeValue(factor, medium, basis, yardstick, judged), factor, basis, judged);
    if (window !== null) exceeding.push(window);
  }
  return exceeding;
}

interface Needed {
  readonly from: number;
  readonly to: number;
  readonly parts: number;
}

/** Minutes that an hour needs, and how long before and after that time it is the same. */
function createNeeded(facts: JudgedSite): (timeMs: number) => Needed {
  const changes = validityRules.flatMap(({ medium, window, from, until }) =>
    medium === facts.medium && window === "hour" ? [from, until].flatMap(readDay) : [],
  );
  return (timeMs) => ({
    from: Math.max(Number.NEGATIVE_INFINITY, ...changes.filter((change) => change <= timeMs)),
    to: Math.min(Number.POSITIVE_INFINITY, ...changes.filter((change) => change > timeMs)),
    parts: minutesNeeded(facts, timeMs),
  });
}

function readDay(day: string | null): number[] {
  const start = day === null ? null : parseDay(day);
  return start === null ? [] : [start];
}
