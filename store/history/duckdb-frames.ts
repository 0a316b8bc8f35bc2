// Which frames brought the readings of a span: asked of the sorted and the recent tables, once per moment and journal number,
// because a point that fills two blocks, and one that was replayed, has several rows.

import type { DuckDBConnection } from "@duckdb/node-api";
import { kindNumber } from "./duckdb-append.ts";
import type { Layouts } from "./duckdb-layouts.ts";
import { fetchRows } from "./duckdb-rows.ts";
import { allTables } from "./duckdb-schema.ts";
import { createFrameMoments, type FrameMoments, type FrameQuery } from "./history.ts";

function integer(value: number): string {
  if (Number.isNaN(value)) throw new Error("history: NaN is no bound of a query");
  return String(Math.ceil(Math.min(Math.max(value, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER)));
}

export async function readFrameMoments(
  connection: DuckDBConnection,
  layouts: Layouts,
  { site, kind, from, to, limit }: FrameQuery,
): Promise<FrameMoments> {
  const number = layouts.findSite(site);
  if (number === undefined) return createFrameMoments();
  const where = `site = ${number} AND kind = ${kindNumber.get(kind) ?? 0} AND time >= ${integer(from)} AND time < ${integer(to)}`;
  const parts = allTables("readings").map((table) => `SELECT time, received, seq FROM ${table} WHERE ${where}`);
  const sql = `SELECT time::DOUBLE, max(received)::DOUBLE, seq::DOUBLE FROM (${parts.join(" UNION ALL ")})
    GROUP BY time, seq ORDER BY time, seq LIMIT ${integer(limit)}`;
  const { columns } = await fetchRows(connection, sql, 3);
  const [time, receivedAt, seq] = columns.map((column) => [...column]);
  return { time: time ?? [], receivedAt: receivedAt ?? [], seq: seq ?? [] };
}
