// What records would have done to a span of the past: history read some sites at a time and folded by domain/alarms/backtest.ts, under the
// records as they are and as they would be. Holds what two questions to history answer; whoever stops pulling stops the work.

import type { AlarmDefinition } from "#domain/alarm-definition.ts";
import { type BacktestRaise, type BacktestSeries, createBacktest, type LimitSpan } from "#domain/alarms/backtest.ts";
import { type AlarmPlace, recordAt, valueRecordsAt } from "#domain/alarms/in-force.ts";
import type { Exceedance } from "#domain/judged.ts";
import { type Limit, type LimitBasis, limitBases, limitInForce } from "#domain/limit.ts";
import { isMeanKnown } from "#domain/mean-known.ts";
import type { Site } from "#domain/site.ts";
import { minuteMs } from "#domain/time.ts";
import { type Tier, tierMs } from "#domain/window.ts";
import type { HistoryReader, MeanBlock } from "#store/history/history.ts";
import { readMeanBlock } from "#store/history/mean-block.ts";
import type { StateReader } from "#store/state/state.ts";
import { createTally, type Tally, type TallyReport } from "./backtest-tally.ts";

export interface BacktestParts {
  readonly state: Pick<StateReader, "limits" | "exceedances">;
  readonly history: HistoryReader;
}

export interface BacktestJob {
  readonly sites: readonly Site[];
  /** In force, the one that was put last at the end. */
  readonly records: readonly AlarmDefinition[];
  readonly candidates: readonly AlarmDefinition[];
  readonly from: number;
  readonly to: number;
}

export interface BacktestReport extends TallyReport {
  readonly sites: number;
  readonly series: number;
  readonly samples: number;
}

export type BacktestNews =
  | { readonly progress: { readonly done: number; readonly total: number } }
  | { readonly report: BacktestReport };

const tiers: Readonly<Record<LimitBasis, Tier>> = { realtime: "1m", hour: "1h", day: "1d" };
const exceedancePage = 1000;

/** One thing that can happen, under both books; null = there is no such record in this one. */
interface Instance {
  readonly factor: string;
  readonly basis: LimitBasis;
  readonly before: AlarmDefinition | null;
  readonly after: AlarmDefinition | null;
}

/** The book as it would be: a candidate stands in the place of its record, as the newest. */
export function replaceRecords(
  records: readonly AlarmDefinition[],
  candidates: readonly AlarmDefinition[],
): AlarmDefinition[] {
  const ids = new Set(candidates.map(({ id }) => id));
  return [...records.filter(({ id }) => !ids.has(id)), ...candidates];
}

/** What candidates say anything about, before or after. The rest is the same in both books and is not counted. */
function listInstances(
  { id, enterprise, city, kind, factors }: Site,
  limits: readonly Limit[],
  { records, candidates }: BacktestJob,
  next: readonly AlarmDefinition[],
): Instance[] {
  const ids = new Set(candidates.map((one) => one.id));
  const found: Instance[] = [];
  const add = (instance: Instance): void => {
    if ([instance.before, instance.after].some((record) => record !== null && ids.has(record.id))) found.push(instance);
  };
  for (const factor of factors) {
    const place: AlarmPlace = { site: id, enterprise, city, kind, factor };
    for (const basis of limitBases) {
      if (limits.some((limit) => limit.factor === factor && limit.basis === basis)) {
        const [before, after] = [records, next].map((book) => recordAt(book, "limit", basis, place));
        add({ factor, basis, before: before ?? null, after: after ?? null });
      }
      const [was, is] = [records, next].map((book) => valueRecordsAt(book, basis, place));
      for (const each of new Set([...(was ?? []), ...(is ?? [])].map((record) => record.id))) {
        const pick = (book: readonly AlarmDefinition[] | undefined) =>
          book?.find((record) => record.id === each) ?? null;
        add({ factor, basis, before: pick(was), after: pick(is) });
      }
    }
  }
  return found;
}

/** Which limit was in force when, cut where one takes over from another. */
export function cutLimits(limits: readonly Limit[], from: number, to: number): LimitSpan[] {
  const cuts = [from, to, ...limits.flatMap((limit) => (limit.to === null ? [limit.from] : [limit.from, limit.to]))]
    .filter((at) => at >= from && at <= to)
    .toSorted((a, b) => a - b);
  return cuts.flatMap((at, i) => {
    const end = cuts[i + 1];
    const limit = end === undefined || end === at ? null : limitInForce(limits, at);
    return limit === null || end === undefined ? [] : [{ from: at, to: end, max: limit.max, min: limit.min }];
  });
}

interface Series extends Instance {
  readonly limits: readonly LimitSpan[];
  readonly intervalMs: number;
}

function fold(series: Series, record: AlarmDefinition | null, columns: Columns): readonly BacktestRaise[] {
  if (record === null) return [];
  const { intervalMs, limits } = series;
  const told: BacktestSeries = { record, intervalMs, limits };
  const test = createBacktest(told);
  test.add(columns);
  return test.end().raises;
}

interface Columns {
  readonly time: Float64Array;
  readonly value: Float64Array;
  readonly valid: Uint32Array;
}

function columnsOf({ from, start, mean, valid }: MeanBlock, i: number, site: Site, basis: LimitBasis): Columns {
  const [begin, end] = [from[i] ?? 0, from[i + 1] ?? 0];
  const time = start.subarray(begin, end);
  const counts = valid.subarray(begin, end);
  // As the live machine has it: the mean of an hour with too few valid values says nothing.
  const isKnown = (count: number, at: number): number =>
    basis !== "hour" || isMeanKnown(site, basis, { start: time[at] ?? 0, valid: count }) ? count : 0;
  return { time, value: mean.subarray(begin, end), valid: counts.map(isKnown) };
}

async function readExceedances(
  { state }: BacktestParts,
  site: string,
  { from, to }: BacktestJob,
): Promise<readonly Exceedance[]> {
  const found: Exceedance[] = [];
  let cursor: string | null = null;
  do {
    const at: { cursor?: string } = cursor === null ? {} : { cursor };
    const page = await state.exceedances({ site, from, to, statuses: ["confirmed"], limit: exceedancePage, ...at });
    found.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return found;
}

/** What is read of one site before anything is folded. */
interface Gathered {
  readonly site: Site;
  readonly limits: readonly Limit[];
  readonly instances: readonly Instance[];
  readonly exceedances: readonly Exceedance[];
  /** By basis and factor. */
  readonly columns: Map<string, Columns>;
}

const keyOf = (basis: LimitBasis, factor: string): string => `${basis} ${factor}`;

/** Sites that are read in one question: each question goes through what is not sorted by site yet. */
async function gather(
  parts: BacktestParts,
  job: BacktestJob,
  sites: readonly Site[],
  next: readonly AlarmDefinition[],
): Promise<Gathered[]> {
  const found: Gathered[] = [];
  for (const site of sites) {
    const limits = await parts.state.limits({ site: site.id });
    const instances = listInstances(site, limits, job, next);
    const exceedances = instances.length === 0 ? [] : await readExceedances(parts, site.id, job);
    found.push({ site, limits, instances, exceedances, columns: new Map() });
  }
  for (const basis of limitBases) {
    const asked = found.flatMap((one) => {
      const own = one.instances.filter((instance) => instance.basis === basis);
      return own.length === 0 ? [] : [{ one, factors: [...new Set(own.map(({ factor }) => factor))] }];
    });
    if (asked.length === 0) continue;
    const { from, to } = job;
    const tier = tiers[basis];
    const query = asked.map(({ one, factors }) => ({ site: one.site.id, factors }));
    const limit = Math.ceil((to - from) / tierMs[tier]) + 1;
    const block = await readMeanBlock(parts.history, { sites: query, tier, from, to, limit });
    let series = 0;
    for (const { one, factors } of asked)
      for (const factor of factors) one.columns.set(keyOf(basis, factor), columnsOf(block, series++, one.site, basis));
  }
  return found;
}

/** Counted under both books; answers how many values were looked at. */
function testSite(
  { site, limits, instances, exceedances, columns }: Gathered,
  { from, to }: BacktestJob,
  tally: Tally,
) {
  let samples = 0;
  for (const instance of instances) {
    const { factor, basis, before, after } = instance;
    const found = columns.get(keyOf(basis, factor));
    if (found === undefined) continue;
    samples += found.time.length;
    const ofSeries = limits.filter((each) => each.factor === factor && each.basis === basis);
    const intervalMs = basis === "realtime" ? Math.max(minuteMs, site.intervalSeconds * 1000) : tierMs[tiers[basis]];
    const series: Series = { ...instance, limits: cutLimits(ofSeries, from, to), intervalMs };
    tally.add({
      site: site.id,
      factor,
      before: fold(series, before, found),
      after: fold(series, after, found),
      exceedances: exceedances.filter((each) => {
        return each.factor === factor && (basis === "realtime" || each.basis === basis);
      }),
    });
  }
  return samples;
}

/** Points of one question to history, about; two of them are in memory at a time. */
const pointsPerRead = 1_500_000;

/** As many neighbours together as fit into one question. */
function groupSites({ sites, from, to }: BacktestJob): Site[][] {
  const windows = Math.max(1, (to - from) / minuteMs);
  const groups: Site[][] = [];
  let points = Number.POSITIVE_INFINITY;
  for (const site of sites) {
    const own = site.factors.length * windows;
    if (points + own > pointsPerRead) groups.push([]);
    points = points + own > pointsPerRead ? own : points + own;
    groups.at(-1)?.push(site);
  }
  return groups;
}

/** Progress after each site, the report last. The next sites are read while these are folded. */
export async function* runBacktest(parts: BacktestParts, job: BacktestJob): AsyncGenerator<BacktestNews> {
  const book = replaceRecords(job.records, job.candidates);
  const tally = createTally();
  const groups = groupSites(job);
  let [series, samples, done] = [0, 0, 0];
  const ask = (at: number): Promise<Gathered[]> | null => {
    const group = groups[at];
    const asked = group === undefined ? null : gather(parts, job, group, book);
    // Looked at when its turn comes; until then its failure is nobody's.
    asked?.catch(() => undefined);
    return asked;
  };
  let coming = ask(0);
  for (let at = 1; coming !== null; at++) {
    const gathered: Gathered[] = await coming;
    coming = ask(at);
    for (const one of gathered) {
      series += one.instances.length;
      samples += testSite(one, job, tally);
      yield { progress: { done: ++done, total: job.sites.length } };
      // Between two sites the questions of others have their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  yield { report: { ...tally.report(), sites: job.sites.length, series, samples } };
}
