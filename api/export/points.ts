// Series of the history store as columns of points, in the order asked: many short series in one question, a long one in
// slices of time that grow over empty stretches and shrink over dense ones, so that neither a year of minutes nor ten empty
// years cost memory or patience. Pulls only when pulled.

import { readMeanBlock } from "#store/history/mean-block.ts";
import type { HistoryReader, MeanBlock } from "#store/history/history.ts";
import type { Flag, ReadingKind } from "#domain/reading.ts";
import { dayMs, hourMs, minuteMs } from "#domain/time.ts";
import { tierMs, type Tier } from "#domain/window.ts";
import { foldColumns, tenMinutesMs } from "./fold.ts";

export const intervals = ["raw", "1m", "10m", "1h", "1d"] as const;
export type Interval = (typeof intervals)[number];

/** Points from … to - 1 of these columns. Mean, min and max are NaN when no reading of the window counts. */
export interface Points {
  readonly time: ArrayLike<number>;
  readonly mean: ArrayLike<number>;
  readonly min: ArrayLike<number>;
  readonly max: ArrayLike<number>;
  readonly count: ArrayLike<number>;
  readonly valid: ArrayLike<number>;
  /** Of raw readings; null = means. */
  readonly flag: readonly Flag[] | null;
  readonly from: number;
  readonly to: number;
}

export interface SeriesName {
  readonly site: string;
  readonly factor: string;
}

export interface PointsQuery {
  readonly series: readonly SeriesName[];
  readonly interval: Interval;
  /** Of raw readings only. */
  readonly kind: ReadingKind;
  readonly from: number;
  readonly to: number;
}

/** Some points of the series with this number; those of one series come one behind the other, in order of time. */
export interface SeriesPoints {
  readonly series: number;
  readonly points: Points;
}

/** Points of one series in one question to the store, and of all series of a question together. */
export const slicePointsMax = 32_768;
/** Few enough that a year of hours of ten factors is two questions: while one is written, the store works on the next. */
export const questionPointsMax = 49_152;

const firstSliceMs: Readonly<Record<Interval, number>> = {
  raw: 6 * hourMs,
  "1m": 20 * dayMs,
  "10m": 20 * dayMs,
  "1h": 1200 * dayMs,
  "1d": 3650 * dayMs,
};
const sliceMsMin = minuteMs;
const sliceMsMax = 3660 * dayMs;

type ReadSlice = (from: number, to: number) => Promise<Points>;

async function* readSlices(read: ReadSlice, from: number, to: number, firstMs: number): AsyncGenerator<Points> {
  let sliceMs = firstMs;
  let at = from;
  while (at < to) {
    const end = Math.min(at + sliceMs, to);
    const points = await read(at, end);
    const found = points.to - points.from;
    if (found > 0) yield points;
    if (found >= slicePointsMax) {
      at = (points.time[points.to - 1] ?? end) + 1;
      sliceMs = Math.max(sliceMsMin, sliceMs / 2);
    } else {
      at = end;
      if (found < slicePointsMax / 4) sliceMs = Math.min(sliceMsMax, sliceMs * 2);
    }
  }
}

function toPoints(block: MeanBlock, index: number): Points {
  const { start, from, ...columns } = block;
  return { ...columns, time: start, flag: null, from: from[index] ?? 0, to: from[index + 1] ?? 0 };
}

function readMeanSlice(reader: HistoryReader, { site, factor }: SeriesName, tier: Tier): ReadSlice {
  const sites = [{ site, factors: [factor] }];
  return async (from, to) => toPoints(await readMeanBlock(reader, { sites, tier, from, to, limit: slicePointsMax }), 0);
}

function readRawSlice(reader: HistoryReader, { site, factor }: SeriesName, kind: ReadingKind): ReadSlice {
  return async (from, to) => {
    const [series] = await reader.readRaw({ site, factors: [factor], kind, from, to, limit: slicePointsMax });
    const { time = [], value = [], flag = [] } = series ?? {};
    const valid = flag.map((one) => (one === "N" ? 1 : 0));
    const count = new Uint8Array(time.length).fill(1);
    return { time, mean: value, min: value, max: value, count, valid, flag, from: 0, to: time.length };
  };
}

function alignUp(timeMs: number, stepMs: number): number {
  return Math.ceil(timeMs / stepMs) * stepMs;
}

/** Series that fit into one question together, as a range of their numbers. */
function* bunches(query: PointsQuery, tier: Tier): Generator<readonly [from: number, to: number]> {
  const windows = (query.to - query.from) / tierMs[tier] + 1;
  const most = Math.max(1, Math.floor(questionPointsMax / windows));
  for (let from = 0; from < query.series.length; from += most) yield [from, Math.min(from + most, query.series.length)];
}

/** Neighbours of one site are asked for together. */
function groupBySite(series: readonly SeriesName[]): { site: string; factors: string[] }[] {
  const sites: { site: string; factors: string[] }[] = [];
  for (const { site, factor } of series) {
    const last = sites.at(-1);
    if (last?.site === site) last.factors.push(factor);
    else sites.push({ site, factors: [factor] });
  }
  return sites;
}

async function* readBunches(reader: HistoryReader, query: PointsQuery, tier: Tier): AsyncGenerator<SeriesPoints> {
  const { from, to } = query;
  for (const [first, end] of bunches(query, tier)) {
    const sites = groupBySite(query.series.slice(first, end));
    const block = await readMeanBlock(reader, { sites, tier, from, to, limit: questionPointsMax });
    for (let series = first; series < end; series++) yield { series, points: toPoints(block, series - first) };
  }
}

async function* readOneByOne(reader: HistoryReader, query: PointsQuery): AsyncGenerator<SeriesPoints> {
  const { interval, kind } = query;
  const isFolded = interval === "10m";
  // Windows of ten minutes that begin within the range, each complete: the minutes of the last one are read to its end.
  const from = isFolded ? alignUp(query.from, tenMinutesMs) : query.from;
  const to = isFolded ? alignUp(query.to, tenMinutesMs) : query.to;
  for (const [series, name] of query.series.entries()) {
    const read =
      interval === "raw"
        ? readRawSlice(reader, name, kind)
        : readMeanSlice(reader, name, interval === "10m" ? "1m" : interval);
    const slices = readSlices(read, from, to, firstSliceMs[interval]);
    for await (const points of isFolded ? foldColumns(slices, tenMinutesMs) : slices) yield { series, points };
  }
}

/** Asks for the next part while this one is worked on: the store and the writer of the answer work at the same time. */
async function* readAhead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = source.next();
  try {
    for (;;) {
      const part = await next;
      if (part.done === true) return;
      next = source.next();
      // Looked at when its turn comes; until then its failure is nobody's.
      next.catch(() => undefined);
      yield part.value;
    }
  } finally {
    await source.return(undefined);
  }
}

/** The points of these series, in the order of the query. */
export function readPoints(reader: HistoryReader, query: PointsQuery): AsyncGenerator<SeriesPoints> {
  const { interval, from, to } = query;
  const isMean = interval !== "raw" && interval !== "10m";
  // A question costs its way to the store and back: it is shared by all series that fit into it.
  const fits = isMean && (to - from) / tierMs[interval] + 1 <= slicePointsMax;
  return readAhead(fits ? readBunches(reader, query, interval) : readOneByOne(reader, query));
}
