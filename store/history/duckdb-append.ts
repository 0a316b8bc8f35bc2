// Columns of the contract into rows of points, appended inside the caller's transaction. Sites and factors that are new get
// their numbers and slots on the way.

import type { DuckDBAppender } from "@duckdb/node-api";
import { flags, readingKinds, type Flag, type ReadingKind } from "#domain/reading.ts";
import { tiers, type Tier } from "#domain/window.ts";
import { ChunkFeed } from "./duckdb-chunks.ts";
import type { Layouts } from "./duckdb-layouts.ts";
import { columnsOf, meanColumns, readingColumns, slotsPerBlock, type Column, type Kept } from "./duckdb-schema.ts";
import type { MeanColumns, ReadingColumns } from "./history.ts";

// The files hold positions in this list: append to the list in domain/, never reorder it.
export const kindNumber: ReadonlyMap<ReadingKind, number> = new Map(readingKinds.map((kind, index) => [kind, index]));

/** The column is 16 bits wide; bounds.frameValuesMax is far below. */
const partMax = 65_535;
/** Resolution of the sums that means are formed from. */
const sumScale = 1e6;

function placeOf(columns: readonly Column[], name: string): number {
  return columns.findIndex((column) => column.name === name);
}
const marksAt = placeOf(readingColumns, "marks");
const valueAt = placeOf(readingColumns, "value0");
const summedAt = placeOf(meanColumns, "summed");
const totalAt = placeOf(meanColumns, "total0");
const minAt = placeOf(meanColumns, "min0");
const maxAt = placeOf(meanColumns, "max0");
const countAt = placeOf(meanColumns, "count0");
const validAt = placeOf(meanColumns, "valid0");

export function createFeed(appender: DuckDBAppender, kept: Kept): ChunkFeed {
  const columns = columnsOf(kept);
  return new ChunkFeed(
    appender,
    columns.map((column) => column.type),
    columns.map((column) => column.blank),
  );
}

/** The flags in `marks`, by slot. */
export function parseMarks(marks: string): Map<number, Flag> {
  const found = new Map<number, Flag>();
  for (const mark of marks.split(",")) {
    const [, slot, letter] = /^(\d+)([A-Z])/.exec(mark) ?? [];
    const flag = flags.find((one) => one === letter);
    if (flag !== undefined) found.set(Number(slot), flag);
  }
  return found;
}

/** Which values of a point go into one block: opens its row at the first of them. */
class RowWriter {
  readonly #feed: ChunkFeed;
  readonly #layouts: Layouts;
  #site = 0;
  #block = 0;
  #isOpen = false;
  /** Some value of this point belongs to a later block. */
  more = false;

  constructor(feed: ChunkFeed, layouts: Layouts) {
    this.#feed = feed;
    this.#layouts = layouts;
  }

  begin(site: number, block: number): void {
    this.#site = site;
    this.#block = block;
    this.#isOpen = false;
    this.more = false;
  }

  /** The slot within the block, or -1 when the factor belongs to another one. */
  slot(factor: string): number {
    const slot = this.#layouts.slot(this.#site, factor) - this.#block * slotsPerBlock;
    if (slot >= slotsPerBlock) this.more = true;
    if (slot < 0 || slot >= slotsPerBlock) return -1;
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.#feed.open();
      this.#feed.set(0, this.#site);
      this.#feed.set(1, this.#block);
    }
    return slot;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }
}

export function appendReadings(feed: ChunkFeed, layouts: Layouts, readings: ReadingColumns): void {
  const row = new RowWriter(feed, layouts);
  let seqBefore = -1;
  let part = 0;
  for (let point = 0; point < readings.site.length; point++) {
    const seq = readings.seq[point] ?? 0;
    part = seq === seqBefore ? Math.min(part + 1, partMax) : 0;
    seqBefore = seq;
    const end = readings.valuesFrom[point + 1] ?? readings.factor.length;
    const begin = readings.valuesFrom[point] ?? end;
    const site = layouts.number(readings.site[point] ?? "");
    row.more = begin < end;
    for (let block = 0; row.more; block++) {
      row.begin(site, block);
      const marks = appendValues(feed, row, readings, begin, end);
      if (!row.isOpen) continue;
      if (marks !== "") feed.set(marksAt, marks);
      feed.set(2, kindNumber.get(readings.kind[point] ?? "realtime") ?? 0);
      // One BigInt per point, not per value: the conversion is the dearest step of this loop.
      feed.set(3, BigInt(readings.time[point] ?? 0));
      feed.set(4, BigInt(readings.receivedAt[point] ?? 0));
      feed.set(5, BigInt(seq));
      feed.set(6, part);
    }
  }
}

function appendValues(feed: ChunkFeed, row: RowWriter, readings: ReadingColumns, begin: number, end: number): string {
  let marks = "";
  for (let i = begin; i < end; i++) {
    const slot = row.slot(readings.factor[i] ?? "");
    if (slot < 0) continue;
    feed.set(valueAt + slot, readings.value[i] ?? Number.NaN);
    const flag = readings.flag[i] ?? "N";
    const quality = readings.quality[i] ?? 0;
    if (flag !== "N" || quality !== 0) marks += `${marks === "" ? "" : ","}${slot}${flag}${quality}`;
  }
  return marks;
}

/** The sum of `valid` readings with this mean; NaN when it would not give exactly this mean back. */
function toTotal(mean: number, valid: number): number {
  const total = Math.round(mean * valid * sumScale) / sumScale;
  return total / valid === mean ? total : Number.NaN;
}

function mayBeSummed(means: MeanColumns, begin: number, end: number): boolean {
  for (let i = begin; i < end; i++) {
    const valid = means.valid[i] ?? 0;
    if (valid > 0 && Number.isNaN(toTotal(means.mean[i] ?? Number.NaN, valid))) return false;
  }
  return true;
}

/** Appends the means of one tier. */
export function appendMeans(feed: ChunkFeed, layouts: Layouts, means: MeanColumns, tier: Tier): void {
  const row = new RowWriter(feed, layouts);
  for (let point = 0; point < means.site.length; point++) {
    if (means.tier[point] !== tier) continue;
    const end = means.valuesFrom[point + 1] ?? means.factor.length;
    const begin = means.valuesFrom[point] ?? end;
    const site = layouts.number(means.site[point] ?? "");
    const summed = mayBeSummed(means, begin, end);
    row.more = begin < end;
    for (let block = 0; row.more; block++) {
      row.begin(site, block);
      appendWindows(feed, row, means, begin, end, summed);
      if (!row.isOpen) continue;
      feed.set(2, BigInt(means.start[point] ?? 0));
      feed.set(3, BigInt(means.seq[point] ?? 0));
      feed.set(summedAt, summed);
    }
  }
}

function appendWindows(
  feed: ChunkFeed,
  row: RowWriter,
  means: MeanColumns,
  begin: number,
  end: number,
  summed: boolean,
): void {
  for (let i = begin; i < end; i++) {
    const slot = row.slot(means.factor[i] ?? "");
    if (slot < 0) continue;
    const valid = means.valid[i] ?? 0;
    feed.set(countAt + slot, means.count[i] ?? 0);
    feed.set(validAt + slot, valid);
    if (valid === 0) continue;
    const mean = means.mean[i] ?? Number.NaN;
    const [min, max] = [means.min[i] ?? Number.NaN, means.max[i] ?? Number.NaN];
    feed.set(totalAt + slot, summed ? toTotal(mean, valid) : mean);
    if (min !== mean) feed.set(minAt + slot, min);
    if (max !== mean) feed.set(maxAt + slot, max);
  }
}

/** Tiers that the batch has means of. */
export function tiersOf(means: MeanColumns): Tier[] {
  return tiers.filter((tier) => means.tier.includes(tier));
}
