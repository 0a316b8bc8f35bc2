// R17: two outlets of one enterprise that say the same, but for a fixed ratio. Hour means with their lowest and highest values
// are enough to see it: three numbers an hour that keep one ratio for hours are no chance.

import type { HintFinding } from "../hint.ts";
import { isMarkEffective, type Mark, marksFactor } from "../mark.ts";
import table from "../tables/hints.json" with { type: "json" };
import { dayMs, hourMs } from "../time.ts";
import { quantileOf, scoreOf, shorten } from "./measure.ts";
import type { HintSite } from "./shapes.ts";

const twin = table.R17.parameters;

/** Hour means of one factor, as history answers them (MeanSeries fits). */
export interface HourColumns {
  readonly factor: string;
  readonly start: ArrayLike<number>;
  readonly mean: ArrayLike<number>;
  readonly min: ArrayLike<number>;
  readonly max: ArrayLike<number>;
  readonly valid: ArrayLike<number>;
}

export interface TwinSite {
  readonly site: HintSite;
  /** Of the day. */
  readonly hours: readonly HourColumns[];
  readonly marks: readonly Mark[];
}

const hoursOfDay = dayMs / hourMs;

interface Day {
  readonly mean: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
}

/** All sites of one enterprise → what each of them shares with another one. Each of a pair gets a finding of its own. */
export function findTwins(sites: readonly TwinSite[], day: number): ReadonlyMap<string, readonly HintFinding[]> {
  const found = new Map<string, HintFinding[]>(sites.map(({ site }) => [site.site, []]));
  const days = sites.map((each) => layHours(each, day));
  for (const [a, first] of sites.entries()) {
    for (let b = a + 1; b < sites.length; b++) {
      const second = sites[b];
      if (second === undefined) continue;
      for (const [factor, one] of days[a] ?? []) {
        const other = days[b]?.get(factor);
        const span = other === undefined ? null : findFixedRatio(one, other);
        if (span === null) continue;
        const { from, to, ratio } = span;
        const tell = (me: string, partner: string, share: number): void => {
          const facts = { other: partner, hours: to - from, ratio: shorten(share) };
          const score = scoreOf(to - from, twin.hours);
          const window = { from: day + from * hourMs, to: day + to * hourMs };
          found.get(me)?.push({ rule: "R17", factors: [factor], ...window, score, facts });
        };
        tell(first.site.site, second.site.site, 1 / ratio);
        tell(second.site.site, first.site.site, ratio);
      }
    }
  }
  return new Map([...found].map(([site, list]) => [site, keepLongest(list)]));
}

/** One for each factor: with the partner of the longest span. */
function keepLongest(list: readonly HintFinding[]): HintFinding[] {
  const best = new Map<string, HintFinding>();
  for (const each of list) {
    const key = each.factors.join("+");
    const known = best.get(key);
    if (known === undefined || each.to - each.from > known.to - known.from) best.set(key, each);
  }
  return [...best.values()];
}

/** Pollutants by hour of the day; what is marked is not there. */
function layHours({ site, hours, marks }: TwinSite, day: number): Map<string, Day> {
  const effective = marks.filter(isMarkEffective);
  const laid = new Map<string, Day>();
  for (const { factor, start, mean, min, max, valid } of hours) {
    if (!site.limits.has(factor) || factor === "w01001") continue;
    const empty = (): Float64Array => new Float64Array(hoursOfDay).fill(Number.NaN);
    const columns = { mean: empty(), min: empty(), max: empty() };
    for (let i = 0; i < start.length; i++) {
      const begin = start[i] ?? Number.NaN;
      const at = (begin - day) / hourMs;
      if (!Number.isInteger(at) || at < 0 || at >= hoursOfDay || (valid[i] ?? 0) === 0) continue;
      if (effective.some((mark) => marksFactor(mark, factor) && mark.from < begin + hourMs && mark.to > begin))
        continue;
      columns.mean[at] = mean[i] ?? Number.NaN;
      columns.min[at] = min[i] ?? Number.NaN;
      columns.max[at] = max[i] ?? Number.NaN;
    }
    laid.set(factor, columns);
  }
  return laid;
}

function findFixedRatio(a: Day, b: Day): { readonly from: number; readonly to: number; readonly ratio: number } | null {
  let best: { from: number; to: number; ratio: number } | null = null;
  for (let from = 0; from + twin.hours <= hoursOfDay; from++) {
    const ratio = (b.mean[from] ?? Number.NaN) / (a.mean[from] ?? Number.NaN);
    if (!(ratio > 0)) continue;
    const keeps = (one: Float64Array, other: Float64Array, i: number, share: number): boolean =>
      Math.abs((other[i] ?? Number.NaN) / (one[i] ?? Number.NaN) / ratio - 1) <= share;
    let to = from;
    while (
      to < hoursOfDay &&
      keeps(a.mean, b.mean, to, twin.ratioShare) &&
      keeps(a.min, b.min, to, twin.extremeShare) &&
      keeps(a.max, b.max, to, twin.extremeShare)
    )
      to++;
    if (to - from >= twin.hours && to - from > (best === null ? 0 : best.to - best.from) && moves(a.mean, from, to))
      best = { from, to, ratio };
  }
  return best;
}

/** Two that stand still keep a ratio by nature. */
function moves(values: Float64Array, from: number, to: number): boolean {
  const sorted = values.slice(from, to).sort();
  const middle = quantileOf(sorted, 0.5);
  return quantileOf(sorted, 1) - quantileOf(sorted, 0) > 2 * twin.spreadShare * middle;
}
