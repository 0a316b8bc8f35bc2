// Batches for the tests of the history stores, written as short rows and turned into the contract's columns.

import type { Flag, ReadingKind } from "#domain/reading.ts";
import type { Tier } from "#domain/window.ts";
import { createMeanColumns, createReadingColumns, type HistoryBatch } from "#store/history/history.ts";

export interface PointRow {
  readonly site?: string;
  readonly kind?: ReadingKind;
  readonly time: number;
  readonly seq: number;
  readonly values: Readonly<Record<string, number | readonly [value: number, flag: Flag]>>;
}

export interface MeanRow {
  readonly site?: string;
  readonly tier?: Tier;
  readonly start: number;
  readonly seq: number;
  readonly values: Readonly<
    Record<string, readonly [mean: number, min: number, max: number, count: number, valid: number]>
  >;
}

export const defaultSite = "HB-130200-001";

export function buildBatch(
  cursor: number,
  points: readonly PointRow[],
  meanRows: readonly MeanRow[] = [],
): HistoryBatch {
  const readings = createReadingColumns();
  for (const point of points) {
    readings.site.push(point.site ?? defaultSite);
    readings.kind.push(point.kind ?? "realtime");
    readings.time.push(point.time);
    readings.receivedAt.push(point.time + 15);
    readings.seq.push(point.seq);
    readings.valuesFrom.push(readings.factor.length);
    for (const [factor, entry] of Object.entries(point.values)) {
      const [value, flag] = typeof entry === "number" ? ([entry, "N"] as const) : entry;
      readings.factor.push(factor);
      readings.value.push(value);
      readings.flag.push(flag);
      readings.quality.push(flag === "N" ? 0 : 1);
    }
  }
  const means = createMeanColumns();
  for (const row of meanRows) {
    means.site.push(row.site ?? defaultSite);
    means.tier.push(row.tier ?? "1m");
    means.start.push(row.start);
    means.seq.push(row.seq);
    means.valuesFrom.push(means.factor.length);
    for (const [factor, [mean, min, max, count, valid]] of Object.entries(row.values)) {
      means.factor.push(factor);
      means.mean.push(mean);
      means.min.push(min);
      means.max.push(max);
      means.count.push(count);
      means.valid.push(valid);
    }
  }
  return { readings, means, cursor };
}

/** `points` frames of ten factors each, spread over `sites` sites; frame n has seq `seqFrom` + n. */
export function buildLoad(options: { points: number; sites: number; seqFrom: number; timeFrom: number }): HistoryBatch {
  const { points, sites, seqFrom, timeFrom } = options;
  const factors = Array.from({ length: 10 }, (_, index) => `w010${10 + index}`);
  const readings = createReadingColumns();
  for (let point = 0; point < points; point++) {
    const seq = seqFrom + point;
    readings.site.push(`HB-130200-${point % sites}`);
    readings.kind.push("realtime");
    readings.time.push(timeFrom + Math.floor(point / sites) * 1000);
    readings.receivedAt.push(timeFrom + point);
    readings.seq.push(seq);
    readings.valuesFrom.push(readings.factor.length);
    for (const [index, factor] of factors.entries()) {
      readings.factor.push(factor);
      readings.value.push(((seq * 7919 + index * 104_729) % 10_000) / 100);
      readings.flag.push("N");
      readings.quality.push(0);
    }
  }
  return { readings, means: createMeanColumns(), cursor: seqFrom + points - 1 };
}
