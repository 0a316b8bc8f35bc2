// The answer of DuckDB as columns of numbers; and from rows, in whatever order and however often they lie in the file, the
// newest version of each point of each series in the order of time.

import type { DuckDBConnection } from "@duckdb/node-api";

export interface Rows {
  readonly count: number;
  /** In the order of the SELECT; every column is a DOUBLE without NULL. */
  readonly columns: readonly Float64Array[];
  /** The column behind them, when there is one: text or null. */
  readonly texts: readonly (string | null)[];
}

/** Chunk by chunk: each is waited for, so a long answer does not hold up the thread that also writes. */
export async function fetchRows(connection: DuckDBConnection, sql: string, numbers: number): Promise<Rows> {
  const result = await connection.run(sql);
  const count = result.rowCount;
  const columns = Array.from({ length: numbers }, () => new Float64Array(count));
  const texts: (string | null)[] = [];
  const hasTexts = result.columnCount > numbers;
  let at = 0;
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const rows = chunk.rowCount;
    for (const [index, column] of columns.entries()) {
      const vector = chunk.getColumnVector(index);
      // The numbers as DuckDB keeps them, all at once: one by one they cost more than finding them.
      if ("items" in vector && vector.items instanceof Float64Array) column.set(vector.items, at);
      else for (let row = 0; row < rows; row++) column[at + row] = Number(vector.getItem(row));
    }
    if (hasTexts) {
      const vector = chunk.getColumnVector(numbers);
      for (let row = 0; row < rows; row++) {
        const text = vector.getItem(row);
        texts.push(typeof text === "string" ? text : null);
      }
    }
    at += rows;
  }
  return { count, columns, texts };
}

export function joinRows(pages: readonly Rows[]): Rows {
  const [only] = pages;
  if (only !== undefined && pages.length === 1) return only;
  const count = pages.reduce((sum, page) => sum + page.count, 0);
  const columns = (only?.columns ?? []).map((_, index) => {
    const column = new Float64Array(count);
    let at = 0;
    for (const page of pages) {
      column.set(page.columns[index] ?? [], at);
      at += page.count;
    }
    return column;
  });
  return { count, columns, texts: pages.flatMap((page) => page.texts) };
}

/** The first `count` rows. */
export function cutRows(rows: Rows, count: number): Rows {
  return { count, columns: rows.columns.map((column) => column.slice(0, count)), texts: rows.texts.slice(0, count) };
}

/** Rows of each group, in the order of the answer. */
export function groupRows(rows: Rows, groupOf: (row: number) => number): Map<number, Uint32Array> {
  const sizes = new Map<number, number>();
  for (let row = 0; row < rows.count; row++) {
    const group = groupOf(row);
    sizes.set(group, (sizes.get(group) ?? 0) + 1);
  }
  const groups = new Map([...sizes].map(([group, size]) => [group, new Uint32Array(size)]));
  const filled = new Map<number, number>();
  for (let row = 0; row < rows.count; row++) {
    const group = groupOf(row);
    const at = filled.get(group) ?? 0;
    const list = groups.get(group);
    if (list !== undefined) list[at] = row;
    filled.set(group, at + 1);
  }
  return groups;
}

/**
 * Which of these rows are points of one series: those that hold it, the newest of each time, by time, at most `limit`. Sorted
 * tables give them in order and once, which is checked here and not taken for granted.
 */
export function pickPoints(
  rows: Uint32Array,
  has: (row: number) => boolean,
  time: Float64Array,
  compareVersions: (a: number, b: number) => number,
  limit: number,
): Uint32Array {
  const picked = rows.filter(has);
  let isOrdered = true;
  for (let i = 1; i < picked.length && isOrdered; i++) {
    isOrdered = (time[picked[i] ?? 0] ?? 0) > (time[picked[i - 1] ?? 0] ?? 0);
  }
  if (isOrdered) return picked.length > limit ? picked.slice(0, limit) : picked;
  picked.sort((a, b) => (time[a] ?? 0) - (time[b] ?? 0) || compareVersions(a, b));
  let kept = 0;
  for (let i = 0; i < picked.length; i++) {
    const row = picked[i] ?? 0;
    const next = picked[i + 1];
    if (next !== undefined && time[next] === time[row]) continue;
    picked[kept++] = row;
  }
  return picked.slice(0, Math.min(kept, limit));
}
