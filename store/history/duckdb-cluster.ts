// When which table is sorted by site, and how within bounded memory: in ranges of sites, one after the other, none with more
// rows than are sorted at once. All in one transaction: readers see the rows before or after, never twice and never missing.

import type { DuckDBConnection } from "@duckdb/node-api";
import { rollBack } from "./duckdb-failure.ts";
import { clusterStatements, recentTable, runsTable, type Half, type Kept } from "./duckdb-schema.ts";

/** A row of means takes about 500 bytes while it is sorted. */
const sortRowsMax = 150_000;

/**
 * Rows in the order of time that are left to lie before they are sorted. A question unpacks all of them, so the tables of
 * long charts have few; many rows a day would be sorted all the time.
 */
const recentRowsMax: Readonly<Record<Kept, number>> = {
  readings: 250_000,
  means_1m: 250_000,
  means_1h: 40_000,
  means_1d: 40_000,
};
/** Runs that lie beside each other before they become one. */
const runsMax = 16;

/** How many rows lie where; `active` is the recent table that takes new ones. */
export interface Recent {
  active: Half;
  readonly rows: [number, number];
  runs: number;
}

export async function countRecent(connection: DuckDBConnection, kept: Kept): Promise<Recent> {
  const count = async (table: string): Promise<number> =>
    Number((await connection.runAndReadAll(`SELECT count(*) FROM ${table}`)).getColumns()[0]?.[0] ?? 0);
  return {
    active: 0,
    rows: [await count(recentTable(kept, 0)), await count(recentTable(kept, 1))],
    runs: await count(runsTable(kept)),
  };
}

/** The table to sort now: runs that are enough, a half that an interrupted sorting left full, or the active one when full. */
function dueOf(kept: Kept, recent: Recent, rowsMax = recentRowsMax[kept]): Half | "runs" | null {
  const other: Half = recent.active === 0 ? 1 : 0;
  if (recent.runs >= rowsMax * runsMax) return "runs";
  if (recent.rows[other] > 0) return other;
  return recent.rows[recent.active] >= rowsMax ? recent.active : null;
}

export function isClusterDue(kept: Kept, recent: Recent, rowsMax?: number): boolean {
  return dueOf(kept, recent, rowsMax) !== null;
}

/** Called between two batches: nobody is writing into the table that is full. */
export async function clusterTable(
  connection: DuckDBConnection,
  kept: Kept,
  recent: Recent,
  rowsMax?: number,
): Promise<void> {
  const due = dueOf(kept, recent, rowsMax);
  if (due === null) return;
  if (due !== "runs") recent.active = due === 0 ? 1 : 0;
  const full = due === "runs" ? runsTable(kept) : recentTable(kept, due);
  await connection.run("BEGIN");
  try {
    const ranges = await findRanges(connection, full);
    for (const statement of clusterStatements(kept, full, ranges)) await connection.run(statement);
    await connection.run("COMMIT");
  } catch (error) {
    await rollBack(connection, error);
    throw error;
  }
  if (due === "runs") {
    recent.runs = 0;
  } else {
    recent.runs += recent.rows[due];
    recent.rows[due] = 0;
  }
}

/** Ranges [from, to) of site numbers that hold all rows of the table. */
async function findRanges(connection: DuckDBConnection, table: string): Promise<(readonly [number, number])[]> {
  const sql = `SELECT site, count(*)::DOUBLE FROM ${table} GROUP BY site ORDER BY site`;
  const [sites = [], counts = []] = (await connection.runAndReadAll(sql)).getColumns();
  const ranges: [number, number][] = [];
  let rows = 0;
  for (const [index, one] of sites.entries()) {
    const [site, count] = [Number(one), Number(counts[index])];
    const last = ranges.at(-1);
    rows += count;
    if (last === undefined || rows > sortRowsMax) {
      ranges.push([site, site + 1]);
      rows = count;
    } else {
      last[1] = site + 1;
    }
  }
  return ranges;
}
