// One day of one site: its minutes, marks and limits → the means that count, the verdicts on them, and what the day came to.
// Whole days are formed whatever part of them changed, since the day rests on all of its hours. Pure.

import { formDays } from "#domain/judge/form-days.ts";
import { formHours } from "#domain/judge/form.ts";
import { judgeWindows } from "#domain/judge/judge.ts";
import { judgedDays } from "#domain/judge/judged-day.ts";
import type { JudgedSite, JudgedUnder, LawfulDays, LawfulHours, MinuteBlock } from "#domain/judge/shapes.ts";
import { type JudgedDay, lawfulCode, loadCode, type VerdictCause, type VerdictRange } from "#domain/judged.ts";
import type { Mark } from "#domain/mark.ts";
import { hourMs } from "#domain/time.ts";
import { tierMs } from "#domain/window.ts";
import type { MeanColumns } from "#store/history/history.ts";

export interface SiteDay {
  readonly facts: JudgedSite;
  readonly block: MinuteBlock;
  readonly marks: readonly Mark[];
  /** The first moment of the day, and the end of its last hour that is over. */
  readonly from: number;
  readonly to: number;
}

export interface JudgedSiteDay {
  readonly hours: LawfulHours;
  /** None while the day is not over. */
  readonly days: LawfulDays;
  /** One for each factor. */
  readonly hourRanges: readonly VerdictRange[];
  readonly dayRanges: readonly VerdictRange[];
  readonly told: readonly JudgedDay[];
}

export function judgeDay(
  { facts, block, marks, from, to }: SiteDay,
  cause: VerdictCause,
  on: JudgedUnder,
): JudgedSiteDay {
  const hours = formHours(facts, block, marks, from, to);
  const days = formDays(facts, hours);
  const judged = { hours: judgeWindows(facts, hours, cause, on), days: judgeWindows(facts, days, cause, on) };
  return {
    hours,
    days,
    hourRanges: judged.hours.ranges,
    dayRanges: judged.days.ranges,
    told: judgedDays(facts, hours, days, judged, on),
  };
}

/** Windows of [from, to) alone. */
export function cutRange(range: VerdictRange, from: number, to: number): VerdictRange {
  return {
    ...range,
    from: Math.max(from, range.from),
    to: Math.max(Math.max(from, range.from), Math.min(to, range.to)),
    exceeding: range.exceeding.filter(({ start }) => start >= from && start < to),
    marked: range.marked.filter((start) => start >= from && start < to),
  };
}

/** Ranges of one series that follow each other, in any order: days of several sites are read together. */
export function joinRanges(ranges: readonly VerdictRange[]): VerdictRange | null {
  const filled = ranges.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from);
  const [first] = filled;
  const last = filled.at(-1);
  if (first === undefined || last === undefined) return null;
  return {
    ...first,
    to: last.to,
    exceeding: filled.flatMap(({ exceeding }) => exceeding),
    marked: filled.flatMap(({ marked }) => marked),
  };
}

/**
 * The means of the hours of [from, to), and of the day when it is over, as rows of history. What was written once is written
 * again, also when nothing of it counts any more; of a series that sent nothing that day there is no row.
 */
export function pushLawful(
  facts: JudgedSite,
  { hours, days }: Pick<JudgedSiteDay, "hours" | "days">,
  from: number,
  to: number,
  seq: number,
  into: MeanColumns,
): void {
  const hasLoad = facts.factors.map((factor) => factor.hasLoad && facts.flow !== null);
  const heard = hours.columns.map(({ received }) => received.some((count) => count > 0));
  for (let start = Math.max(from, hours.from); start < Math.min(to, hours.to); start += hourMs) {
    const i = (start - hours.from) / hourMs;
    const isHeard = hours.columns.map(({ received }) => (received[i] ?? 0) > 0);
    pushPoint({ windows: hours, i, tier: "1h", seq, isHeard, hasLoad }, into);
  }
  if (days.from < days.to) pushPoint({ windows: days, i: 0, tier: "1d", seq, isHeard: heard, hasLoad }, into);
}

interface Point {
  readonly windows: LawfulHours | LawfulDays;
  readonly i: number;
  readonly tier: "1h" | "1d";
  readonly seq: number;
  /** By factor. */
  readonly isHeard: readonly boolean[];
  readonly hasLoad: readonly boolean[];
}

function pushPoint({ windows, i, tier, seq, isHeard, hasLoad }: Point, into: MeanColumns): void {
  const valuesFrom = into.factor.length;
  windows.columns.forEach(({ factor, value, min, max, received, valid, kg }, f) => {
    if (isHeard[f] !== true) return;
    const isKnown = !Number.isNaN(value[i] ?? Number.NaN);
    const values = [value[i], min[i], max[i]] as const;
    pushValue(into, lawfulCode(factor), isKnown ? values : [], received[i] ?? 0, isKnown ? (valid[i] ?? 0) : 0);
    if (hasLoad[f] !== true) return;
    const load = kg[i] ?? Number.NaN;
    const hasKg = !Number.isNaN(load);
    pushValue(into, loadCode(factor), hasKg ? [load, load, load] : [], 1, hasKg ? 1 : 0);
  });
  if (into.factor.length === valuesFrom) return;
  into.site.push(windows.site);
  into.tier.push(tier);
  into.start.push(windows.from + i * tierMs[tier]);
  into.seq.push(seq);
  into.valuesFrom.push(valuesFrom);
}

function pushValue(
  into: MeanColumns,
  factor: string,
  [mean = Number.NaN, min = Number.NaN, max = Number.NaN]: readonly (number | undefined)[],
  count: number,
  valid: number,
): void {
  into.factor.push(factor);
  into.mean.push(mean);
  into.min.push(min);
  into.max.push(max);
  into.count.push(count);
  into.valid.push(valid);
}
