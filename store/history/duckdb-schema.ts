// The tables of the embedded history, and how an empty or existing file becomes one with these tables. Narrow rows, no
// keys: a key costs fifteen times the writing speed, so doubles are allowed to lie there and are dropped when reading.
// Names of sites and factors are kept once and referred to by number: 5 bytes per value on disk, and appends without text.

import { BIGINT, DOUBLE, INTEGER, USMALLINT, UTINYINT, type DuckDBConnection } from "@duckdb/node-api";
import { Failure } from "#domain/failure.ts";

const schemaVersion = 1;

/** Order matters: it is the order of the columns below. */
export const readingTypes = [
  INTEGER,
  INTEGER,
  UTINYINT,
  BIGINT,
  DOUBLE,
  UTINYINT,
  USMALLINT,
  BIGINT,
  BIGINT,
  USMALLINT,
];
export const meanTypes = [INTEGER, INTEGER, UTINYINT, BIGINT, DOUBLE, DOUBLE, DOUBLE, INTEGER, INTEGER, BIGINT];

// `part` tells apart two points of one frame (one seq) with the same time: the later one in the frame counts.
const readingColumns = `site INTEGER, factor INTEGER, kind UTINYINT, time BIGINT, value DOUBLE, flag UTINYINT,
  quality USMALLINT, received BIGINT, seq BIGINT, part USMALLINT`;
const meanColumns = `site INTEGER, factor INTEGER, tier UTINYINT, start BIGINT, mean DOUBLE, min DOUBLE, max DOUBLE,
  count INTEGER, valid INTEGER, seq BIGINT`;

/**
 * Rows arrive in the order of time in one of two tables, `…_0` and `…_1`; when it is full the other takes over, and the
 * full one is sorted by series into the table without a number and dropped (deleting its rows would leave them to be
 * scanned). DuckDB keeps minima and maxima per 122,880 rows: sorted, they let a query of one site skip nearly everything.
 */
export type Kept = "readings" | "means";
export type Half = 0 | 1;

const columnsOf: Readonly<Record<Kept, string>> = { readings: readingColumns, means: meanColumns };
const orderOf: Readonly<Record<Kept, string>> = {
  readings: "site, kind, time, factor",
  means: "site, tier, start, factor",
};

export function recentTable(kept: Kept, half: Half): string {
  return `${kept}_${half}`;
}

/** All tables a reader must look into. */
export function allTables(kept: Kept): string[] {
  return [kept, recentTable(kept, 0), recentTable(kept, 1)];
}

export function clusterStatements(kept: Kept, half: Half): string[] {
  const full = recentTable(kept, half);
  return [
    `INSERT INTO ${kept} SELECT * FROM ${full} ORDER BY ${orderOf[kept]}`,
    `DROP TABLE ${full}`,
    `CREATE TABLE ${full} (${columnsOf[kept]})`,
  ];
}

const statements = [
  `CREATE TABLE names (id INTEGER, name VARCHAR)`,
  ...allTables("readings").map((table) => `CREATE TABLE ${table} (${readingColumns})`),
  ...allTables("means").map((table) => `CREATE TABLE ${table} (${meanColumns})`),
  `CREATE TABLE progress (schema_version INTEGER, cursor BIGINT)`,
  `INSERT INTO progress VALUES (${schemaVersion}, 0)`,
];

/** Creates the tables in an empty file; refuses a file of another program or of another version. */
export async function prepareSchema(connection: DuckDBConnection, file: string): Promise<void> {
  const tables = await connection.runAndReadAll("SELECT table_name FROM duckdb_tables() WHERE NOT internal");
  const names = new Set(tables.getColumns()[0]);
  if (names.size === 0) {
    await connection.run("BEGIN");
    for (const statement of statements) await connection.run(statement);
    await connection.run("COMMIT");
    return;
  }
  const hint = "Move the file away, or start the version of Plumeline that wrote it.";
  if (!names.has("progress"))
    throw new Failure("history-invalid", `${file} is a DuckDB file of another program`, { hint });
  const version = await connection.runAndReadAll("SELECT schema_version FROM progress");
  const found = version.getColumns()[0]?.[0];
  if (found !== schemaVersion) {
    throw new Failure(
      "history-invalid",
      `${file} has schema version ${String(found)}, this program knows ${schemaVersion}`,
      { hint },
    );
  }
}
