// Rules about what cannot be together: flags that come when values are high (R9), parts above their whole (R15), minutes that
// have been before (R16).

import table from "../tables/hints.json" with { type: "json" };
import { listRuns, medianOf, scoreOf, shorten } from "./measure.ts";
import type { Found, Look, MinuteColumn, Rule } from "./shapes.ts";
import { unitOf } from "./rules-values.ts";

const abuse = table.R9.parameters;
const { parameters: chemistry, pairs } = table.R15;
const replay = table.R16.parameters;

export const findAbusedFlags: Rule = (look) =>
  look.pollutants.flatMap((column): Found[] => {
    const limit = look.site.limits.get(column.factor)?.max ?? Number.POSITIVE_INFINITY;
    const compared = look.compared(column);
    const { first, count } = look.table;
    let [valid, high, flags, flagsHigh, earliest, latest] = [0, 0, 0, 0, count, 0];
    let last = Number.NaN;
    for (let i = 1; i < count; i++) {
      const value = compared[i] ?? Number.NaN;
      if (column.flagged[i] === 1 && column.flagged[i - 1] === 0) {
        // A minute may hold both: good readings, and the first that are not.
        const before = Number.isNaN(value) ? last : value;
        if (!Number.isNaN(before)) flags++;
        if (before > abuse.highShare * limit) {
          flagsHigh++;
          if (i >= first) [earliest, latest] = [Math.min(earliest, i), i];
        }
      }
      if (Number.isNaN(value)) continue;
      valid++;
      if (value > abuse.highShare * limit) high++;
      last = value;
    }
    if (flagsHigh < abuse.times || latest === 0 || flagsHigh < abuse.share * flags) return [];
    const ratio = flagsHigh / Math.max(1, high) / (flags / Math.max(1, valid));
    if (ratio < abuse.ratio) return [];
    const facts = { times: flagsHigh, ratio: Math.round(ratio) };
    const to = Math.min(count, latest + 10);
    return [
      { factors: [column.factor], from: Math.max(0, earliest - 5), to, score: scoreOf(flagsHigh, abuse.times), facts },
    ];
  });

export const findImpossible: Rule = (look) =>
  pairs.flatMap(({ part, whole }): Found[] => {
    const small = look.column(part);
    const large = look.column(whole);
    if (small === undefined || large === undefined) return [];
    const { first, count } = look.table;
    const isAbove = (i: number): boolean =>
      (small.mean[i] ?? Number.NaN) > (large.mean[i] ?? Number.NaN) * (1 + chemistry.tolerance);
    return listRuns(first, count, chemistry.minutes, 2, isAbove).map(({ from, to }) => {
      const partValue = shorten(medianOf(small.mean, from, to));
      const wholeValue = shorten(medianOf(large.mean, from, to));
      const facts = { part, whole, minutes: to - from, partValue, wholeValue, unit: unitOf(part) };
      return { factors: [part, whole], from, to, score: scoreOf(to - from, chemistry.minutes), facts };
    });
  });

/** Three minutes in a row that are the same as three in a row before: chance for one, proof for sixty. */
export const findReplay: Rule = (look) => {
  const found: Found[] = [];
  for (const column of look.pollutants.slice(0, replay.factorsMax)) {
    for (const { from, to, lag } of [...listRepeats(look, column), ...listLikeYesterday(look, column)]) {
      const facts = { minutes: to - from, lag };
      found.push({ factors: [column.factor], from, to, score: scoreOf(to - from, replay.minutes), facts });
    }
  }
  return found;
};

interface Repeat {
  readonly from: number;
  readonly to: number;
  readonly lag: number;
}

function listRepeats({ table: { first, count }, running }: Look, { mean }: MinuteColumn): Repeat[] {
  // Slots by hash: the place of the newest three minutes that fell into it. Whether they are the same is looked at.
  const seen = new Int32Array(slots).fill(-1);
  const lags = new Int32Array(count);
  for (let i = 2; i < count; i++) {
    const [a, b, c] = [mean[i - 2] ?? NaN, mean[i - 1] ?? NaN, mean[i] ?? NaN];
    // What stands still repeats itself by nature.
    if (Number.isNaN(a + b + c) || a === b || b === c || running[i] === 0) continue;
    const key = hashOf(a, b, c);
    const before = seen[key] ?? -1;
    const carried = (lags[i - 1] ?? 0) > 0 && mean[i - (lags[i - 1] ?? 0)] === c ? (lags[i - 1] ?? 0) : 0;
    if (carried > 0) lags[i] = carried;
    else if (before >= 0 && mean[before] === c && mean[before - 1] === b && mean[before - 2] === a)
      lags[i] = i - before;
    seen[key] = i;
  }
  const repeats: Repeat[] = [];
  const least = replay.minutes * 0.8;
  for (let i = first; i < count;) {
    const lag = lags[i] ?? 0;
    if (lag === 0) {
      i++;
      continue;
    }
    let [n, last] = [0, i];
    for (let j = i; j < count && j - last <= 10; j++) {
      if (lags[j] !== lag) continue;
      n++;
      last = j;
    }
    if (n >= least) repeats.push({ from: Math.max(0, i - 2), to: last + 1, lag });
    i = n >= least ? last + 1 : i + 1;
  }
  return repeats;
}

/** A few times as many as there are minutes. */
const slots = 16_384;

function hashOf(a: number, b: number, c: number): number {
  const whole = Math.imul(Math.round(a * 10_000), 73_856_093) ^ Math.imul(Math.round(b * 10_000), 19_349_663);
  const mixed = whole ^ Math.imul(Math.round(c * 10_000), 83_492_791);
  return (mixed ^ (mixed >>> 15)) & (slots - 1);
}

/** Yesterday's data with a little noise on it. */
function listLikeYesterday({ table: { first, count } }: Look, { mean }: MinuteColumn): Repeat[] {
  const width = replay.windowMinutes;
  const isAlike = new Uint8Array(count);
  for (let begin = first; begin + width <= count; begin += width / 3) {
    let [n, sum, squares, rest, exact] = [0, 0, 0, 0, 0];
    for (let i = begin; i < begin + width; i++) {
      const now = mean[i] ?? NaN;
      const then = mean[i - first] ?? NaN;
      if (Number.isNaN(now + then)) continue;
      n++;
      sum += now;
      squares += now * now;
      rest += (now - then) ** 2;
      if (now === then) exact++;
    }
    if (n < width * 0.8 || exact > n / 2) continue;
    const variance = squares / n - (sum / n) ** 2;
    if (variance > 1e-9 * squares && rest / n < replay.residualShare ** 2 * variance)
      isAlike.fill(1, begin, begin + width);
  }
  return listRuns(first, count, width, 0, (i) => isAlike[i] === 1).map(({ from, to }) => ({ from, to, lag: first }));
}
