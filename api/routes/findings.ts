// Findings about the quality of data. So far one kind: the hour or day mean of a device that is further from our own, formed
// from its finer readings, than the tolerance of its class allows.

import * as z from "zod";
import { fieldMeanBases, type FieldMeanFinding, findingStatuses } from "#domain/field-mean.ts";
import { formatIso, formatLocal } from "#domain/time.ts";
import type { FindingFilter } from "#store/state/state.ts";
import { byteOrderMark, formatCsvLine } from "../export/csv.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const finding = z
  .object({
    kind: z.literal("field-mean"),
    site: z.string(),
    factor: z.string(),
    basis: z.enum(fieldMeanBases),
    start: shapes.isoTime.meta({ description: "of the hour or day" }),
    ours: z.number().nullable(),
    theirs: z.number(),
    difference: z.number().nullable().meta({ description: "theirs minus ours" }),
    tolerance: z.number(),
    unit: z.string(),
    class: z.string().meta({ description: "whose tolerance it is, domain/tables/field-tolerances.json" }),
    valid: z.number().int().meta({ description: "readings that our mean is formed of" }),
    status: z.enum(findingStatuses).meta({ description: "superseded: formed again, the two are near enough" }),
    version: z.number().int(),
    seq: z.number().int().meta({ description: "journal sequence of the entry that led to it" }),
    at: shapes.isoTime,
  })
  .meta({ id: "Finding" });

function formatFinding(stored: FieldMeanFinding): z.output<typeof finding> {
  return { ...stored, start: formatIso(stored.start), at: formatIso(stored.at) };
}

const csvHead = [
  "监测点 site",
  "因子 factor",
  "周期 basis",
  "开始 start (UTC+8)",
  "平台均值 ours",
  "现场机均值 theirs",
  "差值 difference",
  "允许差 tolerance",
  "单位 unit",
  "有效个数 valid",
  "状态 status",
  "版本 version",
  "日志号 journal seq",
];

function formatLines(rows: readonly FieldMeanFinding[]): string {
  return rows
    .map(({ site, factor, basis, start, ours, theirs, difference, tolerance, unit, valid, status, version, seq }) => {
      const numbers = [ours, theirs, difference, tolerance].map((value) => (value === null ? "" : String(value)));
      const counts = [String(valid), status, String(version), String(seq)];
      return formatCsvLine([site, factor, basis, formatLocal(start), ...numbers, unit, ...counts]);
    })
    .join("");
}

const exportPageRows = 1000;

/** All pages of a filter, written one after the other. */
async function* writePages({ state }: Rooms, filter: Omit<FindingFilter, "limit" | "cursor">): AsyncGenerator<string> {
  let cursor: string | null = null;
  yield byteOrderMark + formatCsvLine(csvHead);
  do {
    const at: { cursor?: string } = cursor === null ? {} : { cursor };
    const page = await state.findings({ ...filter, ...at, limit: exportPageRows });
    yield formatLines(page.items);
    cursor = page.next;
  } while (cursor !== null);
}

export function listFindings(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/findings",
    summary: "Findings about the quality of data, newest window first",
    access: "viewer",
    query: z.strictObject({
      kind: z.literal("field-mean").default("field-mean"),
      site: shapes.siteId.optional(),
      factor: shapes.factorCode.optional(),
      basis: z.enum(fieldMeanBases).optional(),
      status: z.enum(findingStatuses).optional(),
      from: shapes.time.optional().meta({ description: "start of the window from" }),
      to: shapes.time.optional().meta({ description: "start of the window before" }),
      format: z.enum(["json", "csv"]).default("json"),
      ...shapes.pageQuery,
    }),
    replies: { 200: { says: "a page of them; CSV: all", schema: shapes.page(finding) } },
    async run({ query }) {
      const { limit, cursor, format, kind: _only, ...rest } = query;
      if (rest.from !== undefined && rest.to !== undefined && rest.from >= rest.to)
        throw new Problem("invalid-request", "from must be before to");
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      if (format === "csv") {
        const headers = { "content-disposition": 'attachment; filename="plumeline-findings.csv"' };
        return {
          status: 200,
          type: "text/csv; charset=utf-8; header=present",
          headers,
          text: writePages(rooms, given),
        };
      }
      const at = cursor === undefined ? {} : { cursor };
      const { items, total, next } = await rooms.state.findings({ ...given, ...at, limit });
      return { status: 200, body: { items: items.map(formatFinding), total, next } };
    },
  });
}
