// The register from a table: a dry run says row by row what would happen, and gives a digest; the real run needs it, and does
// exactly that or nothing. Takes CSV and XLSX as they come; a list as JSON without `dryRun` is taken as before.

import { createHash } from "node:crypto";
import * as z from "zod";
import { bounds } from "#domain/bounds.ts";
import { importFields, importOutcomes, importReasons, type ImportRow } from "#domain/site-import.ts";
import { formatIso } from "#domain/time.ts";
import { createImports, type ImportJob, type Imports } from "../site-imports.ts";
import { decodeTable, parseCsv } from "../import/csv.ts";
import { type Plan, planImport, type PlannedRow } from "../import/plan.ts";
import { readXlsx } from "../io/xlsx.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { type Claims, importSites, keepLoggers } from "./sites.ts";

const path = "/api/v1/sites/import";
const count = z.number().int().nonnegative();
const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const row = z
  .object({
    row: z.number().int().meta({ description: "as a spreadsheet counts: the headings are row 1" }),
    id: z.string(),
    name: z.string(),
    outcome: z.enum(importOutcomes),
    changes: z.array(z.object({ field: z.enum(importFields), before: z.string(), after: z.string() })),
    faults: z.array(z.object({ field: z.enum(importFields), reason: z.enum(importReasons), detail: z.string() })),
  })
  .meta({ id: "ImportRow" });

const report = z
  .object({
    digest: z.string().meta({ description: "of what would be done; the real run needs it" }),
    counts: z.record(z.enum(importOutcomes), count),
    columns: z.array(z.enum(importFields)),
    ignored: z.array(z.string()).meta({ description: "headings that nobody knows" }),
    rows: z.array(row),
  })
  .meta({ id: "ImportReport" });

const job = z
  .object({
    id: z.string(),
    by: z.string(),
    file: z.string(),
    digest: z.string(),
    startedAt: shapes.isoTime,
    endedAt: shapes.isoTime.nullable(),
    state: z.enum(["running", "done", "failed"]),
    total: count,
    done: count,
    counts: z.object({ new: count, changed: count }),
    skipped: z.array(z.string()).meta({ description: "changed by somebody else meanwhile: left as they were" }),
    why: z.string().nullable(),
  })
  .meta({ id: "ImportJob" });

function formatJob({ startedAt, endedAt, ...rest }: ImportJob) {
  return { ...rest, startedAt: formatIso(startedAt), endedAt: endedAt === null ? null : formatIso(endedAt) };
}

export function createSiteImports(rooms: Rooms, claims: Claims): Imports {
  const { commands, log, memory, now, random } = rooms;
  return createImports({
    commands,
    keepLoggers: (sites) => keepLoggers(rooms, sites),
    loggerOf: (site) => memory.site(site)?.mn ?? null,
    claims,
    now,
    random,
    log,
  });
}

const tableFaults = {
  empty: "the body is empty",
  "no-text": "the text is neither UTF-8 nor GB 18030",
  "open-quote": "a quotation mark is never closed",
  "too-many-rows": `more than ${bounds.importRowsMax} rows`,
  "too-many-columns": `more than ${bounds.importColumnsMax} columns`,
  "too-large-unpacked": `more than ${bounds.importUnpackedBytesMax} bytes when it is unpacked`,
  "not-xlsx": "the file is no XLSX workbook, or a damaged one",
} as const;

async function readTable(bytes: Uint8Array): Promise<string[][] | keyof typeof tableFaults> {
  if (bytes.length === 0) return "empty";
  const rowsMax = bounds.importRowsMax + 1;
  // Every ZIP archive begins so, and no table of text does.
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
    const { importUnpackedBytesMax: unpackedBytesMax, importColumnsMax: columnsMax } = bounds;
    return readXlsx(bytes, { unpackedBytesMax, rowsMax, columnsMax });
  }
  const text = decodeTable(bytes);
  return text === null ? "no-text" : parseCsv(text, rowsMax);
}

async function plan(rooms: Rooms, bytes: Uint8Array): Promise<Plan> {
  const table = await readTable(bytes);
  if (typeof table === "string") throw new Problem("unreadable-table", tableFaults[table]);
  const { accounts, memory } = rooms;
  const planned = planImport(table, {
    site: (id) => memory.site(id),
    ownerOfMn: (mn) => memory.siteOfMn(mn),
    loggerPassword: (mn) => accounts.loggerPassword(mn),
  });
  if (planned === null) {
    const detail = "the first row must be headings, one of them that of the site's id, with rows below it";
    throw new Problem("unreadable-table", detail);
  }
  if (planned.columns.twice.length > 0)
    throw new Problem("unreadable-table", `two columns mean the same: ${planned.columns.twice.join(", ")}`);
  return planned;
}

/** Of the table and of everything that would be done with it, versions of the sites included. */
function digestOf(bytes: Uint8Array, rows: readonly PlannedRow[]): string {
  const hash = createHash("sha256").update(bytes);
  for (const { outcome, site, expectedVersion, pw } of rows)
    hash.update(JSON.stringify([outcome, site, expectedVersion, pw !== null]));
  return hash.digest("hex");
}

function showRow({ row: at, id, name, outcome, changes, faults }: PlannedRow): ImportRow {
  return { row: at, id, name, outcome, changes, faults };
}

function formatReport({ rows, columns }: Plan, digest: string) {
  const counts = { new: 0, changed: 0, same: 0, refused: 0 };
  for (const { outcome } of rows) counts[outcome]++;
  const { places, ignored } = columns;
  return { digest, counts, columns: [...places.keys()], ignored: [...ignored], rows: rows.map(showRow) };
}

export function importRegister(rooms: Rooms, claims: Claims, imports: Imports): Route {
  const list = importSites(rooms, claims);
  return defineRoute({
    method: "post",
    path,
    summary:
      "Register or change sites from a table (CSV, XLSX): first a dry run, then with its digest; or a list as JSON",
    access: "admin",
    query: z.strictObject({
      dryRun: z
        .enum(["true", "false"])
        .optional()
        .meta({ description: "of a table; left out with a list of sites as JSON" }),
      digest: z.string().max(64).optional().meta({ description: "that of the dry run; needed with dryRun=false" }),
      file: shapes.text.optional().meta({ description: "name of the file, for the audit" }),
    }),
    ...(list.body === null ? {} : { rawBody: list.body }),
    rawTypes: ["text/csv", xlsxType],
    bodyBytesMax: bounds.importBytesMax,
    replies: {
      200: { says: "what would be done, row by row", schema: report },
      201: { says: "a list: all registered", schema: z.object({ imported: z.number().int() }) },
      202: { says: "it is being done", schema: job },
    },
    async run({ query, user, ...raw }) {
      if (query.dryRun === undefined) return list.run({ ...raw, params: {}, query: {} });
      const planned = await plan(rooms, raw.bytes);
      const digest = digestOf(raw.bytes, planned.rows);
      if (query.dryRun === "true") return { status: 200, body: formatReport(planned, digest) };
      if (query.digest !== digest) {
        const detail = "the table, or the register, is not what the dry run has seen";
        throw new Problem("import-changed", detail, { extra: { digest } });
      }
      const { file = "table" } = query;
      const started = imports.start({ rows: planned.rows, by: user.username, file, digest });
      if (started === null) throw new Problem("import-running", "one import at a time");
      return { status: 202, headers: { location: `${path}/jobs/${started.id}` }, body: formatJob(started) };
    },
  });
}

export function showImport(imports: Imports): Route {
  return defineRoute({
    method: "get",
    path: `${path}/jobs/{job}`,
    summary: "How far an import is",
    access: "admin",
    params: z.object({ job: z.string().max(40) }),
    replies: { 200: { says: "the import", schema: job } },
    run({ params }) {
      const found = imports.find(params.job);
      if (found === undefined) throw new Problem("import-not-found", `there is no import ${params.job}`);
      return { status: 200, body: formatJob(found) };
    },
  });
}
