// Cells into DuckDB data chunks, handed to an appender one by one when they are full. Columns are kept between chunks and
// blanked again, so that a row costs only the cells it sets.

import { DuckDBDataChunk, type DuckDBAppender, type DuckDBType, type DuckDBValue } from "@duckdb/node-api";

/** Rows DuckDB takes in one chunk. */
const chunkRowsMax = 2048;

export class ChunkFeed {
  readonly #appender: DuckDBAppender;
  readonly #types: readonly DuckDBType[];
  readonly #blanks: readonly DuckDBValue[];
  readonly #columns: DuckDBValue[][];
  #row = -1;
  #flushed = 0;

  constructor(appender: DuckDBAppender, types: readonly DuckDBType[], blanks: readonly DuckDBValue[]) {
    this.#appender = appender;
    this.#types = types;
    this.#blanks = blanks;
    this.#columns = blanks.map(() => []);
  }

  /** Rows opened so far. */
  get rows(): number {
    return this.#flushed + this.#row + 1;
  }

  /** Begins the next row; its cells are blank. */
  open(): void {
    if (this.#row === chunkRowsMax - 1) this.flush();
    this.#row++;
    for (let column = 0; column < this.#columns.length; column++) {
      this.#columns[column]?.push(this.#blanks[column] ?? null);
    }
  }

  set(column: number, value: DuckDBValue): void {
    const cells = this.#columns[column];
    if (cells !== undefined) cells[this.#row] = value;
  }

  flush(): void {
    const rows = this.#row + 1;
    if (rows === 0) return;
    const chunk = DuckDBDataChunk.create(this.#types, rows);
    chunk.setColumns(this.#columns);
    this.#appender.appendDataChunk(chunk);
    for (const cells of this.#columns) cells.length = 0;
    this.#row = -1;
    this.#flushed += rows;
  }
}
