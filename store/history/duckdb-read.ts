// Questions of the contract into SQL over the sorted and the recent tables, and the answer's columns into series. Rows that were
// written twice, and values that were revised, are reduced here to the one with the highest seq.

import type { DuckDBConnection } from "@duckdb/node-api";
import { flags } from "#domain/reading.ts";
import { kindNumber, tierNumber, type NameTable } from "./duckdb-append.ts";
import { allTables, type Kept } from "./duckdb-schema.ts";
import type { MeanQuery, MeanSeries, RawQuery, RawSeries } from "./history.ts";

/** Numbers go into the text of a query: only whole ones, and infinities as the ends of the safe range. */
function integer(value: number): string {
  if (Number.isNaN(value)) throw new Error("history: NaN is no bound of a query");
  return String(Math.ceil(Math.min(Math.max(value, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER)));
}

/** DuckDB turns the ranking into a top-n aggregate that refuses a million; longer answers are cut after reading. */
const sqlLimitMax = 100_000;

interface Span {
  readonly table: Kept;
  readonly time: "time" | "start";
  readonly where: string;
  readonly limit: number;
}

/** The last of each (factor, time) in the order of `version`, at most `limit` per factor, in order. */
function newestRows(span: Span, columns: readonly string[], version: string): string {
  const picked = columns.map((column) => `arg_max(${column}, version) AS ${column}`).join(", ");
  const part = (table: string) =>
    `SELECT factor, ${span.time}, ${columns.join(", ")}, ${version} AS version FROM ${table} WHERE ${span.where}`;
  return `SELECT factor, ${span.time}::DOUBLE, ${columns.join(", ")} FROM (
    SELECT factor, ${span.time}, ${picked}
    FROM (${allTables(span.table).map(part).join(" UNION ALL ")})
    GROUP BY factor, ${span.time}
    ${span.limit <= sqlLimitMax ? `QUALIFY row_number() OVER (PARTITION BY factor ORDER BY ${span.time}) <= ${integer(span.limit)}` : ""}
  ) ORDER BY factor, ${span.time}`;
}

function wherePart(
  query: RawQuery | MeanQuery,
  names: NameTable,
  column: string,
  number: number,
  time: string,
): string | null {
  const site = names.find(query.site);
  const factors = query.factors.map((factor) => names.find(factor)).filter((factor) => factor !== undefined);
  if (site === undefined || factors.length === 0) return null;
  return `site = ${site} AND factor IN (${factors.join(", ")}) AND ${column} = ${number}
    AND ${time} >= ${integer(query.from)} AND ${time} < ${integer(query.to)}`;
}

/** Rows are ordered by factor: where each factor's rows begin and end. */
function factorRanges(column: readonly number[], limit: number): Map<number, { from: number; to: number }> {
  const ranges = new Map<number, { from: number; to: number }>();
  for (let from = 0; from < column.length;) {
    const factor = column[from];
    let to = from + 1;
    while (to < column.length && column[to] === factor) to++;
    if (factor !== undefined) ranges.set(factor, { from, to: Math.min(to, from + limit) });
    from = to;
  }
  return ranges;
}

function cut(column: readonly number[] | undefined, range: { from: number; to: number } | undefined): number[] {
  return column === undefined || range === undefined ? [] : column.slice(range.from, range.to);
}

/** Chunk by chunk: each is waited for, so a long answer does not hold up the thread that also writes. */
async function readColumns(connection: DuckDBConnection, sql: string | null): Promise<number[][]> {
  if (sql === null) return [];
  const result = await connection.run(sql);
  const columns: number[][] = Array.from({ length: result.columnCount }, () => []);
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    for (const [index, column] of columns.entries()) {
      const vector = chunk.getColumnVector(index);
      for (let row = 0; row < vector.itemCount; row++) column.push(Number(vector.getItem(row)));
    }
  }
  return columns;
}

export async function readRawSeries(
  connection: DuckDBConnection,
  names: NameTable,
  query: RawQuery,
): Promise<RawSeries[]> {
  const where = wherePart(query, names, "kind", kindNumber.get(query.kind) ?? 0, "time");
  const span = { table: "readings", time: "time", limit: query.limit } as const;
  const sql = where === null ? null : newestRows({ ...span, where }, ["value", "flag"], "seq * 65536 + part");
  const [factor = [], time, value, flag] = await readColumns(connection, sql);
  const ranges = factorRanges(factor, query.limit);
  return query.factors.map((name) => {
    const range = ranges.get(names.find(name) ?? -1);
    return {
      factor: name,
      time: cut(time, range),
      value: cut(value, range),
      flag: cut(flag, range).map((number) => flags[number] ?? "N"),
    };
  });
}

export async function readMeanSeries(
  connection: DuckDBConnection,
  names: NameTable,
  query: MeanQuery,
): Promise<MeanSeries[]> {
  const where = wherePart(query, names, "tier", tierNumber.get(query.tier) ?? 0, "start");
  const span = { table: "means", time: "start", limit: query.limit } as const;
  const sql = where === null ? null : newestRows({ ...span, where }, ["mean", "min", "max", "count", "valid"], "seq");
  const [factor = [], start, mean, min, max, count, valid] = await readColumns(connection, sql);
  const ranges = factorRanges(factor, query.limit);
  return query.factors.map((name) => {
    const range = ranges.get(names.find(name) ?? -1);
    return {
      factor: name,
      start: cut(start, range),
      mean: cut(mean, range),
      min: cut(min, range),
      max: cut(max, range),
      count: cut(count, range),
      valid: cut(valid, range),
    };
  });
}
