// Rules about one column by itself: it stands still (R1), it is cut off at the limit (R2) or at the range (R3), it is smoother
// than it was (R18).

import { findFactor } from "../factor.ts";
import table from "../tables/hints.json" with { type: "json" };
import { codes, fiveMinutes } from "./look.ts";
import { listRuns, medianOf, quantileOf, scoreOf, shorten, sortValid } from "./measure.ts";
import type { Found, Look, MinuteColumn, Rule } from "./shapes.ts";

/** Missing minutes that do not end a run. */
const gapMinutes = 5;
/** Fewer minutes that moved do not say what is usual. */
const movedLeast = 60;

const constant = table.R1.parameters;
const detectionLimits: Readonly<Record<string, number>> = constant.detectionLimits;

export const findConstant: Rule = (look) => {
  const isWater = look.site.kind === "water-outfall";
  const found = look.pollutants.flatMap((column) => findStill(look, column, isWater ? constant.waterMinutes : null));
  for (const factor of [codes.gasFlow, codes.velocity]) {
    const column = look.column(factor);
    if (column !== undefined) found.push(...findStill(look, column, constant.flowMinutes));
  }
  const acidity = look.column(codes.acidity);
  if (acidity !== undefined) found.push(...findStill(look, acidity, constant.phMinutes));
  if (!isWater) found.push(...look.pollutants.flatMap((column) => findNearlyStill(look, column)));
  return found;
};

/** Same to the last digit. An analyser that gives a result every two hours stands still between them, and is asked for more. */
function findStill({ table: { first, count }, running }: Look, column: MinuteColumn, least: number | null): Found[] {
  const { mean, factor } = column;
  const zero = 2 * (detectionLimits[factor] ?? 0);
  const still: { from: number; to: number; size: number; value: number }[] = [];
  let moved = 0;
  let from = -1;
  let last = -1;
  let size = 0;
  let value = Number.NaN;
  const end = (): void => {
    if (size >= (least ?? constant.minutes) && last >= first && Math.abs(value) > zero)
      still.push({ from, to: last + 1, size, value });
    size = 0;
  };
  for (let i = 0; i < count; i++) {
    const now = mean[i] ?? Number.NaN;
    if (Number.isNaN(now) || running[i] === 0) continue;
    if (now === value && i - last <= gapMinutes + 1) size++;
    else {
      if (!Number.isNaN(value) && now !== value) moved++;
      end();
      [from, size, value] = [i, 1, now];
    }
    last = i;
  }
  end();
  const needed = least ?? (moved >= movedLeast ? constant.minutes : constant.minutesWithoutUsual);
  return still
    .filter((run) => run.size >= needed)
    .map((run) => ({
      factors: [factor],
      from: run.from,
      to: run.to,
      score: scoreOf(run.size, needed / 2),
      facts: { minutes: run.size, value: shorten(run.value), unit: unitOf(factor) },
    }));
}

/** A constant with a little noise on it: no chimney is that even for two hours. */
function findNearlyStill({ table: { first, count }, running }: Look, column: MinuteColumn): Found[] {
  const { mean, factor } = column;
  const width = constant.deviationMinutes;
  const zero = 2 * (detectionLimits[factor] ?? 0);
  const offset = quantileOf(column.sorted, 0.5);
  let n = 0;
  let sum = 0;
  let squares = 0;
  const isEven = new Uint8Array(count);
  const change = (i: number, sign: number): void => {
    const value = (mean[i] ?? Number.NaN) - offset;
    if (Number.isNaN(value) || running[i] === 0) return;
    n += sign;
    sum += sign * value;
    squares += sign * value * value;
  };
  // Two hours that end in the day begin at most so much before it.
  for (let i = Math.max(0, first - width); i < count; i++) {
    change(i, 1);
    const out = i - width;
    if (out >= Math.max(0, first - width)) change(out, -1);
    if (n < width * 0.9) continue;
    const centre = sum / n;
    const variance = Math.max(0, squares / n - centre * centre);
    const level = Math.abs(centre + offset);
    const isIdentical = (mean[i] ?? 0) === (mean[i - 1] ?? 1) && (mean[i] ?? 0) === (mean[i - 7] ?? 1);
    if (level > zero && !isIdentical && Math.sqrt(variance) < constant.deviationShare * level) isEven[i] = 1;
  }
  return listRuns(first, count, 1, width, (i) => isEven[i] === 1).map(({ from, to }) => {
    const begin = Math.max(0, from - width);
    const value = medianOf(mean, begin, to);
    return {
      factors: [factor],
      from: begin,
      to,
      score: scoreOf(to - begin, width / 2),
      facts: { minutes: to - begin, value: shorten(value), unit: unitOf(factor) },
    };
  });
}

const clip = table.R2.parameters;

export const findClippedAtLimit: Rule = (look) => {
  const { first, count } = look.table;
  const isWater = look.site.kind === "water-outfall";
  return look.pollutants.flatMap((column): Found[] => {
    const limit = look.site.limits.get(column.factor)?.max ?? 0;
    if (limit <= 0 || quantileOf(column.sorted, 1) <= 0) return [];
    const compared = look.compared(column);
    // Most never come near it.
    let highest = 0;
    for (let i = first; i < count; i++) if ((compared[i] ?? 0) > highest) highest = compared[i] ?? 0;
    if (highest < clip.pileFrom * limit) return [];
    const sorted = sortValid(compared, first, count);
    const share = (from: number, to: number): number => {
      let n = 0;
      for (const value of sorted) if (value >= from * limit && value <= to * limit) n++;
      return n / sorted.length;
    };
    const above = share(1.000001, 10);
    if (above > clip.aboveShare) return [];
    const tell = (isIn: (value: number) => boolean, minutes: number, value: number): Found[] => {
      const inside = listRuns(first, count, 1, 120, (i) => isIn(compared[i] ?? Number.NaN));
      const widest = inside.toSorted((a, b) => b.size - a.size)[0];
      if (widest === undefined) return [];
      const facts = { minutes, limit, value: shorten(value), unit: unitOf(column.factor) };
      const { from, to } = widest;
      return [{ factors: [column.factor], from, to, score: scoreOf(minutes, clip.pileMinutes), facts }];
    };
    // A wall: the highest values are all but one and the same, just below the limit.
    const top = quantileOf(sorted, 0.998);
    const isPiled = (value: number): boolean => Math.abs(value - top) <= clip.pileWidth * top;
    const pile = sorted.filter(isPiled).length;
    if (top >= clip.pileFrom * limit && top <= limit && pile >= (isWater ? clip.pileWaterMinutes : clip.pileMinutes))
      return tell(isPiled, pile, top);
    const band = share(clip.bandFrom, 1);
    const below = share(2 * clip.bandFrom - 1, clip.bandFrom);
    if (sorted.length < clip.leastMinutes || band < clip.bandShare || band < clip.edgeTimes * below) return [];
    const isBand = (value: number): boolean => value >= clip.bandFrom * limit && value <= limit;
    return tell(isBand, Math.round(band * sorted.length), quantileOf(sorted, 0.9));
  });
};

const range = table.R3.parameters;

export const findClippedAtRange: Rule = ({ site, pollutants, table: { first, count } }) =>
  pollutants.flatMap((column) => {
    const top = findFactor(column.factor)?.rangeMax ?? null;
    // An instrument whose range is below that is another one than the table means.
    const least = range.limitTimes * (site.limits.get(column.factor)?.max ?? 0);
    if (top === null || top < least || quantileOf(column.sorted, 1) < range.share * top) return [];
    const isTop = (i: number): boolean => (column.mean[i] ?? 0) >= range.share * top && column.flagged[i] === 0;
    return listRuns(first, count, range.minutes, 0, isTop).map(({ from, to, size }) => ({
      factors: [column.factor],
      from,
      to,
      score: scoreOf(size, range.minutes),
      facts: { minutes: size, range: top, unit: unitOf(column.factor) },
    }));
  });

const smooth = table.R18.parameters;

/** What a column does from one minute to the next, against the day before. Averaging more makes it smaller. */
export const findSmooth: Rule = (look) => {
  if (look.site.kind === "water-outfall") return [];
  const { first } = look.table;
  const before = first / fiveMinutes;
  return look.pollutants.flatMap((column): Found[] => {
    const unrest = measureUnrest(look, column);
    const usual = medianOf(unrest, 0, before, smooth.minutes / fiveMinutes);
    if (!(usual > 0)) return [];
    const most = usual * Math.sqrt(smooth.varianceShare);
    const isSmooth = new Uint8Array(unrest.length);
    for (let block = before; block + smoothBlocks <= unrest.length; block += smoothBlocks / 2) {
      let [n, sum, still] = [0, 0, 0];
      for (let i = block; i < block + smoothBlocks; i++) {
        const value = unrest[i] ?? Number.NaN;
        if (Number.isNaN(value)) continue;
        n++;
        sum += value;
        if (value === 0) still++;
      }
      // What stands still is another rule's.
      if (n >= smoothBlocks / 2 && still < smooth.stillShare * n && sum / n < most)
        isSmooth.fill(1, block, block + smoothBlocks);
    }
    const runs = listRuns(before, unrest.length, smooth.minutes / fiveMinutes, 0, (i) => isSmooth[i] === 1);
    return runs.map((run) => {
      const [from, to] = [run.from * fiveMinutes, run.to * fiveMinutes];
      const percent = Math.round((100 * medianOf(unrest, run.from, run.to)) / usual);
      const facts = { minutes: to - from, percent };
      return { factors: [column.factor], from, to, score: scoreOf(to - from, smooth.minutes), facts };
    });
  });
};

/** An hour. */
const smoothBlocks = 12;

/** By block of five minutes: the mean step from minute to minute, relative, so that a plant at half load is not smoother. */
function measureUnrest({ running }: Look, { mean, factor, five }: MinuteColumn): Float64Array {
  const zero = 2 * (detectionLimits[factor] ?? 0);
  const unrest = new Float64Array(five.length).fill(Number.NaN);
  for (let block = 0; block < five.length; block++) {
    let [n, sum] = [0, 0];
    for (let i = Math.max(1, block * fiveMinutes); i < (block + 1) * fiveMinutes; i++) {
      const now = mean[i] ?? Number.NaN;
      const then = mean[i - 1] ?? Number.NaN;
      if (!(now > zero && then > zero) || running[i] === 0) continue;
      sum += Math.abs(now - then) / (now + then);
      n++;
    }
    if (n >= 3) unrest[block] = sum / n;
  }
  return unrest;
}

export function unitOf(factor: string): string {
  return findFactor(factor)?.unit ?? "";
}
