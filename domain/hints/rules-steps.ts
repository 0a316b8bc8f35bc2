// Rules about sudden falls that nothing in the plant explains: of one factor (R4), of several at once (R5), of all of them
// while oxygen rises (R8).

import table from "../tables/hints.json" with { type: "json" };
import { codes, fiveMinutes } from "./look.ts";
import { listRuns, medianOf, quantileOf, scatterOf, scoreOf, shorten, sortValid } from "./measure.ts";
import type { Found, Look, MinuteColumn, Rule } from "./shapes.ts";
import { unitOf } from "./rules-values.ts";

const step = table.R4.parameters;
const together = table.R5.parameters;
const air = table.R8.parameters;

/** Blocks of five minutes before and after. */
const blocksBefore = 6;
/** Fewer do not say what is usual: two hours. */
const usualLeast = 24;
const blocksAfter = step.holdMinutes / fiveMinutes;

interface Step {
  readonly column: MinuteColumn;
  /** First minute of the new level, and the first that is not on it any more. */
  readonly at: number;
  readonly until: number;
  readonly before: number;
  readonly after: number;
  readonly scatter: number;
}

/** Falls of at least this share within three minutes that hold. */
function listSteps(
  { table: { first, count } }: Look,
  column: MinuteColumn,
  dropShare: number = together.dropShare,
): Step[] {
  const { five, mean } = column;
  const steps: Step[] = [];
  for (let block = Math.max(first / fiveMinutes, blocksBefore); block <= five.length - blocksAfter; block++) {
    // A quick look first: most blocks are no fall at all.
    const old = five[block - 2] ?? Number.NaN;
    const young = five[block + 1] ?? Number.NaN;
    if (!(young < old * (1 - 0.8 * dropShare))) continue;
    const before = medianOf(five, block - blocksBefore, block, 3);
    const after = medianOf(five, block, block + blocksAfter, 3);
    if (!(before > 0) || !(after < before * (1 - dropShare))) continue;
    const at = locate(mean, block * fiveMinutes, before - after);
    if (at === null) continue;
    // Neighbouring blocks see the same fall: the one that sees it deepest has its levels right.
    const last = steps.at(-1);
    const isSame = last !== undefined && at - last.at < 2 * fiveMinutes;
    if (isSame && last.before - last.after >= before - after) continue;
    const until = findReturn(five, block, (before + after) / 2) * fiveMinutes;
    if (until - at < step.holdMinutes) continue;
    const scatter = scatterOf(mean, at - 30, at, medianOf(mean, at - 30, at));
    if (isSame) steps.pop();
    steps.push({ column, at, until: Math.min(count, until), before, after, scatter });
  }
  return steps;
}

/** The minute around `near` at which it falls, if it falls within three minutes. */
function locate(mean: Float64Array, near: number, drop: number): number | null {
  let best: number | null = null;
  let most = step.sharpShare * drop;
  for (let i = near - fiveMinutes; i < near + fiveMinutes; i++) {
    const fall = medianOf(mean, i - 6, i - 1, 3) - medianOf(mean, i + 1, i + 6, 3);
    if (fall <= most) continue;
    most = fall;
    best = i;
  }
  if (best === null) return null;
  // The steepest minute of those that see the fall.
  let at = best;
  let steepest = 0;
  for (let i = Math.max(1, best - 3); i <= best + 3; i++) {
    const fall = (mean[i - 1] ?? Number.NaN) - (mean[i] ?? Number.NaN);
    if (fall > steepest) [steepest, at] = [fall, i];
  }
  return at;
}

/** The block at which it is back above `level` for ten minutes. */
function findReturn(five: Float64Array, from: number, level: number): number {
  for (let block = from; block < five.length; block++) {
    if ((five[block] ?? 0) > level && !((five[block + 1] ?? level + 1) <= level)) return block;
  }
  return five.length;
}

/** Relative change of a column across a minute; NaN when it is not measured. */
function changeAt(column: MinuteColumn | null | undefined, at: number): number {
  if (column === null || column === undefined) return Number.NaN;
  const before = medianOf(column.mean, at - 30, at - 2, 10);
  const after = medianOf(column.mean, at + 2, at + 20, 10);
  return (after - before) / Math.abs(before);
}

/** Does the plant say why? Load or flow that changes, treatment that begins, data that were not there or not good. */
function isExplained(look: Look, { column, at }: Pick<Step, "column" | "at">): boolean {
  const moves = [look.production, look.column(codes.gasFlow), look.column(codes.waterFlow)];
  if (moves.some((each) => Math.abs(changeAt(each, at)) > step.matchShare)) return true;
  const helps = [
    look.treatment,
    ...[...look.table.columns.values()].filter((each) => each.factor.startsWith(codes.pumps)),
  ];
  if (helps.some((each) => changeAt(each, at) > step.matchShare)) return true;
  let bad = 0;
  for (let i = at - 10; i < at + 10; i++) {
    if (column.flagged[i] === 1 || Number.isNaN(column.mean[i] ?? Number.NaN) || look.running[i] === 0) bad++;
  }
  return bad > 2;
}

function oxygenRise(look: Look, at: number): number {
  const oxygen = look.column(codes.oxygen);
  if (oxygen === undefined) return 0;
  const rise = medianOf(oxygen.mean, at + 2, at + 20, 10) - medianOf(oxygen.mean, at - 30, at - 2, 10);
  return Number.isNaN(rise) ? 0 : rise;
}

/** What is usual before a step: five-minute means in order. */
function usualBefore({ column, at }: Step): Float64Array {
  return sortValid(column.five, 0, Math.floor(at / fiveMinutes) - 1);
}

/** Was it higher before than it ever is? Then the fall is only its way back. */
function isEndOfPeak(each: Step): boolean {
  const usual = usualBefore(each);
  return usual.length >= usualLeast && each.before > step.highShare * quantileOf(usual, 0.95);
}

/** Is it lower now than it ever was? */
function isLow(each: Step): boolean {
  const usual = usualBefore(each);
  return usual.length < usualLeast || each.after < step.lowShare * quantileOf(usual, 0.05);
}

export const findSteps: Rule = (look) => {
  const steps = look.pollutants.flatMap((column) => listSteps(look, column)).filter((each) => !isExplained(look, each));
  const joint = findJoint(look, steps);
  const single = steps.filter((each) => {
    if (joint.taken.has(each)) return false;
    const { column, before, after, scatter, at } = each;
    const limit = look.site.limits.get(column.factor)?.max ?? 0;
    const least = Math.max(step.deviations * scatter, step.limitShare * limit);
    const isDeep = before - after > least && after < before * (1 - step.dropShare);
    return isDeep && Math.abs(oxygenRise(look, at)) < step.oxygenPoints && isLow(each) && !isEndOfPeak(each);
  });
  return single.map(({ column, at, until, before, after }) => ({
    factors: [column.factor],
    from: at,
    to: until,
    score: scoreOf((before - after) / before, step.dropShare),
    facts: { before: shorten(before), after: shorten(after), minutes: until - at, unit: unitOf(column.factor) },
  }));
};

export const findSimultaneous: Rule = (look) => {
  if (look.pollutants.length < together.factors) return [];
  const steps = look.pollutants.flatMap((column) => listSteps(look, column)).filter((each) => !isExplained(look, each));
  return findJoint(look, steps).found;
};

function findJoint(
  look: Look,
  steps: readonly Step[],
): { readonly found: readonly Found[]; readonly taken: Set<Step> } {
  const taken = new Set<Step>();
  const found: Found[] = [];
  for (const each of steps) {
    if (taken.has(each)) continue;
    const near = steps.filter((other) => Math.abs(other.at - each.at) <= together.withinMinutes && !taken.has(other));
    if (near.length < together.factors || Math.abs(oxygenRise(look, each.at)) >= step.oxygenPoints) continue;
    if (near.every(isEndOfPeak)) continue;
    for (const other of near) taken.add(other);
    const drops = near.map(({ before, after }) => 1 - after / before);
    const percent = Math.round((100 * drops.reduce((a, b) => a + b, 0)) / drops.length);
    found.push({
      factors: near.map(({ column }) => column.factor).toSorted(),
      from: Math.min(...near.map(({ at }) => at)),
      to: Math.max(...near.map(({ until }) => until)),
      score: scoreOf(percent / 100, together.dropShare),
      facts: { count: near.length, within: together.withinMinutes, percent },
    });
  }
  return { found, taken };
}

/** R8: the probe is in air while the plant goes on, or pollutants fall as oxygen rises, by exactly what air would do. */
export const findThinned: Rule = (look) => {
  const oxygen = look.column(codes.oxygen);
  if (oxygen === undefined || oxygen.sorted.length === 0) return [];
  const { first, count } = look.table;
  const found: Found[] = [];
  const tell = (from: number, to: number, before: number, after: number): void => {
    found.push({
      factors: [codes.oxygen],
      from,
      to,
      score: scoreOf(to - from, air.airMinutes),
      facts: { before: shorten(before), after: shorten(after), minutes: to - from },
    });
  };
  const usual = quantileOf(oxygen.sorted, 0.5);
  const isWorking = createWorking(look);
  const isAir = (i: number): boolean => (oxygen.mean[i] ?? 0) >= air.airPercent && isWorking(i);
  for (const { from, to } of listRuns(first, count, air.airMinutes + 1, 1, isAir))
    tell(from, to, usual, medianOf(oxygen.mean, from, to));
  for (const { at, until, before, after } of listRises(look, oxygen)) {
    const expected = (21 - after) / (21 - before);
    const falls = look.pollutants.map((column) => 1 + changeAt(column, at)).filter((share) => !Number.isNaN(share));
    const fitting = falls.filter((share) => Math.abs(share - expected) <= air.agreementShare);
    const isAbove = after >= usual + air.risePoints;
    if (isAbove && fitting.length > 0 && fitting.length === falls.length) tell(at, until, before, after);
  }
  return found;
};

/** Production or, where nobody measures it, flow tells that the plant goes on as usual. */
function createWorking({ production, column }: Look): (i: number) => boolean {
  const measure = production ?? column(codes.gasFlow);
  if (measure === undefined) return () => false;
  const usual = quantileOf(measure.sorted, production === null ? 0.5 : 0.9);
  const least = production === null ? 0.8 : air.loadShare;
  return (i) => (measure.mean[i] ?? 0) > least * usual;
}

function listRises(look: Look, oxygen: MinuteColumn): Step[] {
  // A rise of oxygen is a fall of what is not oxygen.
  const rest: MinuteColumn = {
    ...oxygen,
    mean: oxygen.mean.map((value) => 21 - value),
    five: oxygen.five.map((value) => 21 - value),
  };
  const dropShare = air.risePoints / Math.max(air.risePoints, 21 - quantileOf(oxygen.sorted, 0.1));
  return listSteps(look, rest, dropShare)
    .map((each) => ({ ...each, before: 21 - each.before, after: 21 - each.after }))
    .filter(({ before, after, at }) => after - before >= air.risePoints && !isExplained(look, { column: rest, at }));
}
