// One series of the history store as a stream of points: read in slices of time that grow over empty stretches and shrink
// over dense ones, so that neither a year of minutes nor ten empty years cost memory or patience. Pulls only when pulled.

import type { HistoryReader } from "#store/history/history.ts";
import type { Flag, ReadingKind } from "#domain/reading.ts";
import { dayMs, hourMs, minuteMs } from "#domain/time.ts";
import type { Tier } from "#domain/window.ts";
import { createFold, tenMinutesMs } from "./fold.ts";

export const intervals = ["raw", "1m", "10m", "1h", "1d"] as const;
export type Interval = (typeof intervals)[number];

/** [start ms, mean, min, max, count, valid]; mean, min and max are null when no reading of the window counts. */
export type MeanPoint = readonly [number, number | null, number | null, number | null, number, number];
/** [ms, value, value, value, 1, 1 when it counts, flag] */
export type RawPoint = readonly [number, number, number, number, 1, 0 | 1, Flag];
export type Point = MeanPoint | RawPoint;

export interface SeriesQuery {
  readonly site: string;
  readonly factor: string;
  readonly interval: Interval;
  /** Of raw readings only. */
  readonly kind: ReadingKind;
  readonly from: number;
  readonly to: number;
}

/** Points in one question to the store. */
export const slicePointsMax = 4_000;

const firstSliceMs: Readonly<Record<Interval, number>> = {
  raw: 6 * hourMs,
  "1m": 2 * dayMs,
  "10m": 2 * dayMs,
  "1h": 120 * dayMs,
  "1d": 3650 * dayMs,
};
const sliceMsMin = minuteMs;
const sliceMsMax = 3660 * dayMs;

type ReadSlice = (from: number, to: number) => Promise<Point[]>;

async function* readSlices(read: ReadSlice, from: number, to: number, firstMs: number): AsyncGenerator<Point[]> {
  let sliceMs = firstMs;
  let at = from;
  while (at < to) {
    const end = Math.min(at + sliceMs, to);
    const points = await read(at, end);
    const last = points.at(-1);
    if (last !== undefined) yield points;
    if (points.length >= slicePointsMax && last !== undefined) {
      at = last[0] + 1;
      sliceMs = Math.max(sliceMsMin, sliceMs / 2);
    } else {
      at = end;
      if (points.length < slicePointsMax / 4) sliceMs = Math.min(sliceMsMax, sliceMs * 2);
    }
  }
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

function readMeanSlice(reader: HistoryReader, query: SeriesQuery, tier: Tier): ReadSlice {
  return async (from, to) => {
    const { site, factor } = query;
    const [series] = await reader.readMeans({ site, factors: [factor], tier, from, to, limit: slicePointsMax });
    if (series === undefined) return [];
    const { start, mean, min, max, count, valid } = series;
    return start.map((time, index): MeanPoint => {
      const values = [numberOrNull(mean[index]), numberOrNull(min[index]), numberOrNull(max[index])] as const;
      return [time, ...values, count[index] ?? 0, valid[index] ?? 0];
    });
  };
}

function readRawSlice(reader: HistoryReader, query: SeriesQuery): ReadSlice {
  return async (from, to) => {
    const { site, factor, kind } = query;
    const [series] = await reader.readRaw({ site, factors: [factor], kind, from, to, limit: slicePointsMax });
    if (series === undefined) return [];
    return series.time.map((time, index): RawPoint => {
      const value = series.value[index] ?? Number.NaN;
      const flag = series.flag[index] ?? "B";
      return [time, value, value, value, 1, flag === "N" ? 1 : 0, flag];
    });
  };
}

function isMeanPoint(point: Point): point is MeanPoint {
  return point.length === 6;
}

function alignUp(timeMs: number, stepMs: number): number {
  return Math.ceil(timeMs / stepMs) * stepMs;
}

/** Windows that begin in [from, to), each complete: the minutes of the last one are read to its end. */
async function* readTenMinutes(reader: HistoryReader, query: SeriesQuery): AsyncGenerator<Point[]> {
  const fold = createFold(tenMinutesMs);
  const [from, to] = [alignUp(query.from, tenMinutesMs), alignUp(query.to, tenMinutesMs)];
  for await (const minutes of readSlices(readMeanSlice(reader, query, "1m"), from, to, firstSliceMs["10m"])) {
    const points: Point[] = [];
    for (const minute of minutes) {
      const window = isMeanPoint(minute) ? fold.add(minute) : null;
      if (window !== null) points.push(window);
    }
    yield points;
  }
  const last = fold.end();
  if (last !== null) yield [last];
}

/** The points of one series in order of time, in bunches. */
export function readPoints(reader: HistoryReader, query: SeriesQuery): AsyncGenerator<Point[]> {
  const { interval, from, to } = query;
  if (interval === "10m") return readTenMinutes(reader, query);
  const read = interval === "raw" ? readRawSlice(reader, query) : readMeanSlice(reader, query, interval);
  return readSlices(read, from, to, firstSliceMs[interval]);
}
