// A file of schema version 1 (one row per value, all tiers in one table) into this version, in one transaction: a process
// that is killed meanwhile leaves the old file. Values, flags, times and journal numbers are carried over as they are.

import type { DuckDBConnection } from "@duckdb/node-api";
import { flags } from "#domain/reading.ts";
import { tiers } from "#domain/window.ts";
import { Layouts } from "./duckdb-layouts.ts";
import { createStatements, runsTable, slotsPerBlock } from "./duckdb-schema.ts";

const oldTables = ["readings", "readings_0", "readings_1", "means", "means_0", "means_1"] as const;
const readings = oldTables.slice(0, 3);
const means = oldTables.slice(3);

function oldName(table: string): string {
  return `v1_${table}`;
}

function union(tables: readonly string[], columns: string): string {
  return tables.map((table) => `SELECT ${columns} FROM ${oldName(table)}`).join(" UNION ALL ");
}

/** The factors of each site, in the order of their numbers, become its layout. */
async function buildLayouts(connection: DuckDBConnection): Promise<void> {
  const layouts = await Layouts.load(connection);
  const sql = `SELECT DISTINCT sites.name, factors.name, factor FROM (${union(oldTables, "site, factor")})
    JOIN names sites ON sites.id = site JOIN names factors ON factors.id = factor ORDER BY sites.name, factor`;
  const [sites = [], factors = []] = (await connection.runAndReadAll(sql)).getColumns();
  for (const [index, site] of sites.entries()) layouts.slot(layouts.number(String(site)), String(factors[index]));
  await layouts.save(connection);
}

/** Where each factor of a site lies, as rows. */
const places = `CREATE TEMP TABLE v1_places AS
  WITH RECURSIVE latest AS (SELECT site, max(layout) AS layout FROM site_layouts GROUP BY site),
  chain(layout, id) AS (
    SELECT DISTINCT layout, layout FROM latest
    UNION ALL
    SELECT chain.layout, layouts.parent FROM chain JOIN layouts ON layouts.id = chain.id WHERE layouts.parent > 0
  )
  SELECT latest.site, layouts.factor, layouts.slot // ${slotsPerBlock} AS block, layouts.slot % ${slotsPerBlock} AS cell
  FROM latest JOIN chain ON chain.layout = latest.layout JOIN layouts ON layouts.id = chain.id`;

const cells = Array.from({ length: slotsPerBlock }, (_, cell) => cell);

/** Column n of the new row holds what `expression` gives for the factor in cell n. */
function spread(expression: string, otherwise = "NULL"): string {
  return cells.map((cell) => `coalesce(max(CASE WHEN cell = ${cell} THEN ${expression} END), ${otherwise})`).join(", ");
}

// The last of several rows of one frame has the highest number; `max` only picks the one row there is for a cell.
const moveReadings = `INSERT INTO ${runsTable("readings")}
  SELECT site, block, kind, time, received, seq, part,
    string_agg(CASE WHEN flag > 0 OR quality > 0
      THEN cell || [${flags.map((flag) => `'${flag}'`).join(", ")}][flag + 1] || quality END, ',' ORDER BY cell),
    ${spread("value")}
  FROM (${union(readings, "*")}) JOIN v1_places USING (site, factor)
  GROUP BY site, block, kind, time, received, seq, part ORDER BY site, block, kind, time, seq`;

function moveMeans(tier: (typeof tiers)[number]): string {
  const valid = (column: string): string => `CASE WHEN valid > 0 THEN ${column} END`;
  return `INSERT INTO ${runsTable(`means_${tier}`)}
    SELECT site, block, start, seq, false, ${spread(valid("mean"))}, ${spread(valid("nullif(min, mean)"))},
      ${spread(valid("nullif(max, mean)"))}, ${spread("count", "-1")}, ${spread("valid", "0")}
    FROM (${union(means, "*")}) JOIN v1_places USING (site, factor)
    WHERE tier = ${tiers.indexOf(tier)}
    GROUP BY site, block, start, seq ORDER BY site, block, start, seq`;
}

export async function migrateFrom1(connection: DuckDBConnection): Promise<void> {
  const kept = await connection.runAndReadAll("SELECT cursor FROM progress");
  const cursor = BigInt(String(kept.getColumns()[0]?.[0] ?? 0));
  await connection.run("BEGIN");
  try {
    for (const table of oldTables) await connection.run(`ALTER TABLE ${table} RENAME TO ${oldName(table)}`);
    await connection.run("DROP TABLE progress");
    await connection.run("ALTER TABLE names RENAME TO v1_names");
    for (const statement of createStatements()) await connection.run(statement);
    await connection.run("INSERT INTO names SELECT id, name FROM v1_names");
    await connection.run("UPDATE progress SET cursor = $1", [cursor]);
    await buildLayouts(connection);
    await connection.run(places);
    await connection.run(moveReadings);
    for (const tier of tiers) await connection.run(moveMeans(tier));
    await connection.run("DROP TABLE v1_places");
    for (const table of [...oldTables, "names"]) await connection.run(`DROP TABLE ${oldName(table)}`);
    await connection.run("COMMIT");
  } catch (error) {
    await connection.run("ROLLBACK").catch(() => undefined); // the first error is the one to tell
    throw error;
  }
}
