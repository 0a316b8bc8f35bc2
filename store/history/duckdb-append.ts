// Columns of the contract into DuckDB data chunks, appended inside the caller's transaction. Names are numbered on the
// way; a number given in a transaction that rolls back is taken back by `forget`.

import {
  DuckDBDataChunk,
  type DuckDBAppender,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import { flags, readingKinds, type Flag, type ReadingKind } from "#domain/reading.ts";
import { tiers, type Tier } from "#domain/window.ts";
import { meanTypes, readingTypes } from "./duckdb-schema.ts";
import type { MeanColumns, ReadingColumns } from "./history.ts";

// The files hold positions in these lists: append to the lists in domain/, never reorder them.
export const flagNumber: ReadonlyMap<Flag, number> = new Map(flags.map((flag, index) => [flag, index]));
export const kindNumber: ReadonlyMap<ReadingKind, number> = new Map(readingKinds.map((kind, index) => [kind, index]));
export const tierNumber: ReadonlyMap<Tier, number> = new Map(tiers.map((tier, index) => [tier, index]));

/** The column is 16 bits wide; bounds.frameValuesMax is far below. */
const partMax = 65_535;

/** Rows DuckDB takes in one chunk. */
const chunkRowsMax = 2048;

/** Numbers for the names of sites and factors. */
export class NameTable {
  readonly #numbers = new Map<string, number>();
  #fresh: string[] = [];

  static async load(connection: DuckDBConnection): Promise<NameTable> {
    const table = new NameTable();
    const [ids = [], names = []] = (await connection.runAndReadAll("SELECT id, name FROM names")).getColumns();
    for (const [index, id] of ids.entries()) table.#numbers.set(String(names[index]), Number(id));
    return table;
  }

  find(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  number(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(name, number);
    this.#fresh.push(name);
    return number;
  }

  /** Writes the names numbered since the last `keep`. */
  async save(connection: DuckDBConnection): Promise<void> {
    for (const name of this.#fresh) {
      await connection.run("INSERT INTO names VALUES ($1, $2)", [this.number(name), name]);
    }
  }

  /** The transaction that saved them is committed. */
  keep(): void {
    this.#fresh = [];
  }

  /** The transaction was rolled back. Fresh names have the highest numbers, so the numbers stay without holes. */
  forget(): void {
    for (const name of this.#fresh) this.#numbers.delete(name);
    this.#fresh = [];
  }
}

/** Collects rows and hands them to the appender a chunk at a time. */
class ChunkFeed {
  readonly #appender: DuckDBAppender;
  readonly #types: readonly DuckDBType[];
  readonly #columns: DuckDBValue[][];
  #rows = 0;

  constructor(appender: DuckDBAppender, types: readonly DuckDBType[]) {
    this.#appender = appender;
    this.#types = types;
    this.#columns = types.map(() => []);
  }

  add(row: readonly DuckDBValue[]): void {
    for (let i = 0; i < row.length; i++) this.#columns[i]?.push(row[i] ?? null);
    if (++this.#rows === chunkRowsMax) this.flush();
  }

  flush(): void {
    if (this.#rows === 0) return;
    const chunk = DuckDBDataChunk.create(this.#types, this.#rows);
    chunk.setColumns(this.#columns);
    this.#appender.appendDataChunk(chunk);
    for (const column of this.#columns) column.length = 0;
    this.#rows = 0;
  }
}

export function appendReadings(appender: DuckDBAppender, names: NameTable, readings: ReadingColumns): void {
  const feed = new ChunkFeed(appender, readingTypes);
  let seqBefore = -1;
  let part = 0;
  for (let point = 0; point < readings.site.length; point++) {
    const seq = readings.seq[point] ?? 0;
    part = seq === seqBefore ? Math.min(part + 1, partMax) : 0;
    seqBefore = seq;
    const site = names.number(readings.site[point] ?? "");
    const kind = kindNumber.get(readings.kind[point] ?? "realtime") ?? 0;
    // One BigInt per point, not per value: the conversion is the dearest step of this loop.
    const time = BigInt(readings.time[point] ?? 0);
    const received = BigInt(readings.receivedAt[point] ?? 0);
    const seqInteger = BigInt(seq);
    const end = readings.valuesFrom[point + 1] ?? readings.factor.length;
    for (let i = readings.valuesFrom[point] ?? end; i < end; i++) {
      const factor = names.number(readings.factor[i] ?? "");
      const flag = flagNumber.get(readings.flag[i] ?? "N") ?? 0;
      feed.add([
        site,
        factor,
        kind,
        time,
        readings.value[i] ?? NaN,
        flag,
        readings.quality[i] ?? 0,
        received,
        seqInteger,
        part,
      ]);
    }
  }
  feed.flush();
}

export function appendMeans(appender: DuckDBAppender, names: NameTable, means: MeanColumns): void {
  const feed = new ChunkFeed(appender, meanTypes);
  for (let point = 0; point < means.site.length; point++) {
    const site = names.number(means.site[point] ?? "");
    const tier = tierNumber.get(means.tier[point] ?? "1m") ?? 0;
    const start = BigInt(means.start[point] ?? 0);
    const seq = BigInt(means.seq[point] ?? 0);
    const end = means.valuesFrom[point + 1] ?? means.factor.length;
    for (let i = means.valuesFrom[point] ?? end; i < end; i++) {
      const factor = names.number(means.factor[i] ?? "");
      feed.add([
        site,
        factor,
        tier,
        start,
        means.mean[i] ?? NaN,
        means.min[i] ?? NaN,
        means.max[i] ?? NaN,
        means.count[i] ?? 0,
        means.valid[i] ?? 0,
        seq,
      ]);
    }
  }
  feed.flush();
}
