// The contract of the history store: readings and means over years. One writer (ingest) appends batches together with its
// journal cursor; readers get columns, never one object per row. test/contract/history.ts proves it on every implementation.
//
// Invariants every implementation keeps:
//   - write() is durable and atomic as far as the store can: the cursor is never ahead of the rows.
//   - rows written twice (a replay after a crash) are read once.
//   - of several values for one (site, factor, kind, time) the one with the highest seq is read.

import type { Flag, ReadingKind } from "#domain/reading.ts";
import type { Tier } from "#domain/window.ts";

/** Readings as columns. Point i has the values valuesFrom[i] … (valuesFrom[i + 1] ?? factor.length) - 1. */
export interface ReadingColumns {
  readonly site: string[];
  readonly kind: ReadingKind[];
  /** Event time, epoch ms. */
  readonly time: number[];
  readonly receivedAt: number[];
  /** Journal sequence of the frame. */
  readonly seq: number[];
  readonly valuesFrom: number[];
  readonly factor: string[];
  readonly value: number[];
  readonly flag: Flag[];
  /** Bits of domain/reading.ts `quality`. */
  readonly quality: number[];
}

/** Means as columns, laid out like ReadingColumns. Mean, min and max are NaN when valid is 0. */
export interface MeanColumns {
  readonly site: string[];
  readonly tier: Tier[];
  /** Start of the window, epoch ms. */
  readonly start: number[];
  /** Journal sequence of the entry that closed (or re-opened and closed) the window. */
  readonly seq: number[];
  readonly valuesFrom: number[];
  readonly factor: string[];
  readonly mean: number[];
  readonly min: number[];
  readonly max: number[];
  /** Readings received in the window, and those of them that count (flag N). */
  readonly count: number[];
  readonly valid: number[];
}

export interface HistoryBatch {
  readonly readings: ReadingColumns;
  readonly means: MeanColumns;
  /** Journal sequence up to which everything is contained in this or an earlier batch. */
  readonly cursor: number;
}

export interface HistoryWriter {
  /** Opens the store, creating it when it is missing. Throws Failure "history-unavailable" (retryable) or "history-invalid". */
  start(): Promise<void>;
  /** The cursor of the last batch, 0 for an empty store. */
  cursor(): Promise<number>;
  write(batch: HistoryBatch): Promise<void>;
  stop(): Promise<void>;
}

export interface RawQuery {
  readonly site: string;
  readonly factors: readonly string[];
  readonly kind: ReadingKind;
  /** From (inclusive) to (exclusive), epoch ms. */
  readonly from: number;
  readonly to: number;
  /** At most so many points per factor, oldest first. */
  readonly limit: number;
}

export interface RawSeries {
  readonly factor: string;
  readonly time: number[];
  readonly value: number[];
  readonly flag: Flag[];
}

export interface MeanQuery {
  readonly site: string;
  readonly factors: readonly string[];
  readonly tier: Tier;
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

export interface MeanSeries {
  readonly factor: string;
  readonly start: number[];
  readonly mean: number[];
  readonly min: number[];
  readonly max: number[];
  readonly count: number[];
  readonly valid: number[];
}

/** Means of several sites over one range, for answers of many points. */
export interface MeanBlockQuery {
  readonly sites: readonly { readonly site: string; readonly factors: readonly string[] }[];
  readonly tier: Tier;
  readonly from: number;
  readonly to: number;
  /** At most so many points per series, oldest first. */
  readonly limit: number;
}

/** Series lie one behind the other in the order asked: series n has the points from[n] … from[n + 1] - 1. */
export interface MeanBlock {
  readonly from: Uint32Array;
  readonly start: Float64Array;
  readonly mean: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly count: Uint32Array;
  readonly valid: Uint32Array;
}

export interface FrameQuery {
  readonly site: string;
  readonly kind: ReadingKind;
  /** Event time from (inclusive) to (exclusive), epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

/** Moments of event time and the frames that brought readings for them, one row per frame and moment, by time and number. */
export interface FrameMoments {
  readonly time: number[];
  readonly receivedAt: number[];
  readonly seq: number[];
}

export function createFrameMoments(): FrameMoments {
  return { time: [], receivedAt: [], seq: [] };
}

/** Answers hold one series per asked factor, in the asked order, times ascending, empty when there is nothing. */
export interface HistoryReader {
  readRaw(query: RawQuery): Promise<RawSeries[]>;
  readMeans(query: MeanQuery): Promise<MeanSeries[]>;
  /** As readMeans, for many series at once; a store without a quick way leaves it out (see mean-block.ts). */
  readMeanBlock?(query: MeanBlockQuery): Promise<MeanBlock>;
  /** Every version of a moment, also those that a later frame corrected. Each store of this project has it; stand-ins may not. */
  readFrames?(query: FrameQuery): Promise<FrameMoments>;
}

/** One store, both sides. */
export interface History extends HistoryWriter, HistoryReader {}

export function createReadingColumns(): ReadingColumns {
  return {
    site: [],
    kind: [],
    time: [],
    receivedAt: [],
    seq: [],
    valuesFrom: [],
    factor: [],
    value: [],
    flag: [],
    quality: [],
  };
}

export function createMeanColumns(): MeanColumns {
  return {
    site: [],
    tier: [],
    start: [],
    seq: [],
    valuesFrom: [],
    factor: [],
    mean: [],
    min: [],
    max: [],
    count: [],
    valid: [],
  };
}
