// The tables of the embedded history, and how an empty or existing file becomes one with these tables. One row is one
// point of a site (all its values of one moment, in slots), as a frame brings it: a row per value would repeat the times and
// journal numbers ten times. Which factor lies in which slot of a site says its layout (duckdb-layouts.ts).
//
//   slots 0 … 11 → block 0, slots 12 … 23 → block 1, …   a point with values in two blocks has two rows
//
// No keys: a key costs fifteen times the writing speed, so doubles are allowed to lie there and are dropped when reading.

import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  INTEGER,
  USMALLINT,
  UTINYINT,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import { Failure } from "#domain/failure.ts";
import type { Tier } from "#domain/window.ts";

const schemaVersion = 2;

/** Values in one row. Most sites measure no more than twelve factors. */
export const slotsPerBlock = 12;
const slots = Array.from({ length: slotsPerBlock }, (_, slot) => slot);

export interface Column {
  readonly name: string;
  readonly type: DuckDBType;
  /** What a cell holds that nobody writes. */
  readonly blank: DuckDBValue;
}

function perSlot(name: string, type: DuckDBType, blank: DuckDBValue): Column[] {
  return slots.map((slot) => ({ name: `${name}${slot}`, type, blank }));
}

/**
 * `part` tells apart two points of one frame (one seq) with the same time: the later one in the frame counts.
 * `marks` are flags and remarks that are not normal: "3D1,5M0" = slot 3 has flag D and quality 1, slot 5 flag M; else NULL.
 */
export const readingColumns: readonly Column[] = [
  { name: "site", type: INTEGER, blank: 0 },
  { name: "block", type: UTINYINT, blank: 0 },
  { name: "kind", type: UTINYINT, blank: 0 },
  { name: "time", type: BIGINT, blank: 0n },
  { name: "received", type: BIGINT, blank: 0n },
  { name: "seq", type: BIGINT, blank: 0n },
  { name: "part", type: USMALLINT, blank: 0 },
  { name: "marks", type: VARCHAR, blank: null },
  ...perSlot("value", DOUBLE, Number.NaN),
];

/**
 * With `summed`, `total` is the sum of the valid readings, which has few decimals and packs to a fourth of their mean; it is
 * true only when total / valid gives back every mean of the row exactly. `count` -1 = no window of this factor. `min` and
 * `max` are missing where they equal the mean.
 */
export const meanColumns: readonly Column[] = [
  { name: "site", type: INTEGER, blank: 0 },
  { name: "block", type: UTINYINT, blank: 0 },
  { name: "start", type: BIGINT, blank: 0n },
  { name: "seq", type: BIGINT, blank: 0n },
  { name: "summed", type: BOOLEAN, blank: true },
  ...perSlot("total", DOUBLE, Number.NaN),
  ...perSlot("min", DOUBLE, Number.NaN),
  ...perSlot("max", DOUBLE, Number.NaN),
  ...perSlot("count", INTEGER, -1),
  ...perSlot("valid", INTEGER, 0),
];

/**
 * Rows arrive in the order of time in one of two tables, `…_0` and `…_1`; when it is full the other takes over, and the
 * full one is sorted by site into `…_2` and dropped (deleting its rows would leave them to be scanned). When that one is
 * full of such runs, it is sorted into the table without a number. DuckDB keeps minima and maxima per 122,880 rows and
 * unpacks 2,048 at a time: the longer the runs, the less a query of one site has to unpack, and neighbours that differ
 * little pack well.
 */
export const keptTables = ["readings", "means_1m", "means_1h", "means_1d"] as const satisfies readonly (
  | "readings"
  | `means_${Tier}`
)[];
export type Kept = (typeof keptTables)[number];
export type Half = 0 | 1;
export const halves = [0, 1] as const;

export function columnsOf(kept: Kept): readonly Column[] {
  return kept === "readings" ? readingColumns : meanColumns;
}

export function recentTable(kept: Kept, half: Half): string {
  return `${kept}_${half}`;
}

/** Sorted runs of the recent tables. */
export function runsTable(kept: Kept): string {
  return `${kept}_2`;
}

/** All tables a reader must look into. */
export function allTables(kept: Kept): string[] {
  return [kept, runsTable(kept), ...halves.map((half) => recentTable(kept, half))];
}

function createTable(kept: Kept, name: string): string {
  const columns = columnsOf(kept).map((column) => `${column.name} ${column.type.toString()}`);
  return `CREATE TABLE ${name} (${columns.join(", ")})`;
}

/** Sorts what `full` holds into the next table. Ranges of site numbers [from, to) one by one: each fits into memory. */
export function clusterStatements(kept: Kept, full: string, ranges: readonly (readonly [number, number])[]): string[] {
  const into = full === runsTable(kept) ? kept : runsTable(kept);
  // While rows come in, a number that is not there is NaN, which is quick to write; NULL packs to nothing.
  const picked = columnsOf(kept).map(({ name, type }) => (type === DOUBLE ? `nullif(${name}, 'nan')` : name));
  const order = kept === "readings" ? "site, block, kind, time, seq" : "site, block, start, seq";
  return [
    ...ranges.map(
      ([from, to]) =>
        `INSERT INTO ${into} SELECT ${picked.join(", ")} FROM ${full} WHERE site >= ${from} AND site < ${to}
         ORDER BY ${order}`,
    ),
    `DROP TABLE ${full}`,
    createTable(kept, full),
  ];
}

/** For people with a DuckDB shell, and for checks from outside: one row per value, by name. The program does not read it. */
function createReadingsView(): string {
  const all = allTables("readings").map((table) => `SELECT * FROM ${table}`);
  return `CREATE VIEW readings_by_value AS
    WITH RECURSIVE latest AS (SELECT site, max(layout) AS layout FROM site_layouts GROUP BY site),
    chain(layout, id) AS (
      SELECT DISTINCT layout, layout FROM latest
      UNION ALL
      SELECT chain.layout, layouts.parent FROM chain JOIN layouts ON layouts.id = chain.id WHERE layouts.parent > 0
    ),
    places AS (
      SELECT latest.site, layouts.factor, layouts.slot
      FROM latest JOIN chain ON chain.layout = latest.layout JOIN layouts ON layouts.id = chain.id
    ),
    cells AS (
      SELECT site, block, kind, time, received, seq, part, marks,
        unnest([${slots.map((slot) => `value${slot}`).join(", ")}]) AS value, unnest([${slots.join(", ")}]) AS cell
      FROM (${all.join(" UNION ALL ")})
    )
    SELECT site_names.name AS site, factor_names.name AS factor, kind, time, value,
      coalesce(nullif(regexp_extract(marks, '(?:^|,)' || cell || '([A-Z])', 1), ''), 'N') AS flag, received, seq, part
    FROM cells
    JOIN places ON places.site = cells.site AND places.slot = cells.block * ${slotsPerBlock} + cells.cell
    JOIN names site_names ON site_names.id = cells.site
    JOIN names factor_names ON factor_names.id = places.factor
    WHERE value IS NOT NULL AND NOT isnan(value)`;
}

export function createStatements(): string[] {
  return [
    `CREATE TABLE names (id INTEGER, name VARCHAR)`,
    `CREATE TABLE layouts (id INTEGER, parent INTEGER, factor INTEGER, slot INTEGER)`,
    `CREATE TABLE site_layouts (site INTEGER, layout INTEGER)`,
    ...keptTables.flatMap((kept) => allTables(kept).map((table) => createTable(kept, table))),
    createReadingsView(),
    `CREATE TABLE progress (schema_version INTEGER, cursor BIGINT)`,
    `INSERT INTO progress VALUES (${schemaVersion}, 0)`,
  ];
}

/**
 * Creates the tables in an empty file. Refuses a file of another program or of a version that is not known; answers the
 * version found when it is an older one that can be brought up to date, else null.
 */
export async function prepareSchema(connection: DuckDBConnection, file: string): Promise<1 | null> {
  const tables = await connection.runAndReadAll("SELECT table_name FROM duckdb_tables() WHERE NOT internal");
  const names = new Set(tables.getColumns()[0]);
  if (names.size === 0) {
    await connection.run("BEGIN");
    for (const statement of createStatements()) await connection.run(statement);
    await connection.run("COMMIT");
    return null;
  }
  const hint = "Move the file away, or start the version of Plumeline that wrote it.";
  if (!names.has("progress"))
    throw new Failure("history-invalid", `${file} is a DuckDB file of another program`, { hint });
  const version = await connection.runAndReadAll("SELECT schema_version FROM progress");
  const found = version.getColumns()[0]?.[0];
  if (found === 1) return 1;
  if (found !== schemaVersion) {
    throw new Failure(
      "history-invalid",
      `${file} has schema version ${String(found)}, this program knows ${schemaVersion}`,
      { hint },
    );
  }
  return null;
}
