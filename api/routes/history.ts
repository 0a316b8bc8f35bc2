// History: readings and means of some series over a range of time, streamed. The range includes `from` and excludes `to`.

import * as z from "zod";
import { bounds } from "#domain/bounds.ts";
import { type FieldPart, fieldParts, partCode, partUnit } from "#domain/field-values.ts";
import { lawfulCode, loadCode } from "#domain/judged.ts";
import { amountCode } from "#domain/metered.ts";
import { readingKinds } from "#domain/reading.ts";
import type { Site } from "#domain/site.ts";
import { hourMs } from "#domain/time.ts";
import { formatCursor, isNumberPair, parseCursor } from "#store/state/page.ts";
import type { CsvSeries } from "../export/csv.ts";
import {
  writeHistoryCsv,
  writeHistoryJson,
  writeHistoryLines,
  type HistoryCursor,
  type HistoryPlan,
} from "../export/history.ts";
import { historyColumns, readHistoryRows } from "../export/history-sheet.ts";
import { intervals } from "../export/points.ts";
import { pickInterval, pictureWidthDefault, pictureWidthMax } from "../export/tier.ts";
import { formatFactor } from "../format.ts";
import { writeXlsxSheet, xlsxType } from "../io/xlsx-stream.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Reply, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { findSite } from "./sites.ts";

const jsonPointsDefault = 20_000;
/** All daily means of a month of all outfalls fit into one answer. */
const jsonPointsMax = 500_000;
const seriesMax = 1_000;
/** Of `sites=all`: what a province has. */
const allSeriesMax = 20_000;

const point = z.array(z.union([z.number(), z.string(), z.null()])).meta({
  description: "means: [startMs, mean, min, max, count, valid]; raw: [ms, value, value, value, 1, 1|0, flag]",
});
const historyAnswer = z.object({
  interval: z.enum(intervals),
  series: z.array(z.object({ site: z.string(), factor: z.string(), unit: z.string(), points: z.array(point) })),
  nextCursor: z.string().nullable(),
});

function checkCount(series: number, most: number): void {
  if (series <= most) return;
  throw new Problem("invalid-request", `${series} series or more are asked for, at most ${most} go into one answer`);
}

/** What is the same for all sites of a kind is looked up once. */
function createNamer(): (site: Site, code: string) => CsvSeries {
  const known = new Map<string, { readonly nameZh: string; readonly unit: string }>();
  return (site, code) => {
    const key = `${site.kind} ${code}`;
    const found = known.get(key) ?? formatFactor(code, site.kind);
    known.set(key, found);
    return { site: site.id, siteName: site.name, factor: code, factorName: found.nameZh, unit: found.unit };
  };
}

function planSeries(sites: readonly Site[], factors: readonly string[] | undefined): CsvSeries[] {
  const nameSeries = createNamer();
  const series = [...new Set(sites)].flatMap((site) =>
    [...new Set(factors ?? site.factors)].map((code) => nameSeries(site, code)),
  );
  checkCount(series.length, seriesMax);
  return series;
}

/** A series for each part, under the code that history keeps it by. */
function listParts(series: CsvSeries, parts: readonly (FieldPart | "value")[]): CsvSeries[] {
  return parts.map((part) => {
    if (part === "value") return series;
    const { factor, factorName, unit } = series;
    return {
      ...series,
      factor: partCode(factor, part),
      factorName: `${factorName} ${part}`,
      unit: partUnit(unit, part),
    };
  });
}

/** Which mean: of all readings; the one that counts before the law; the mass discharged; of a counter what passed in the hour. */
const meanKinds = ["plain", "lawful", "load", "amount"] as const;
type MeanKind = (typeof meanKinds)[number];

/** A series for each kind of mean, under the code that history keeps it by. */
function listMeans(series: CsvSeries, kinds: readonly MeanKind[]): CsvSeries[] {
  return kinds.map((kind) => {
    const { factor, factorName, unit } = series;
    if (kind === "plain") return series;
    const code = { lawful: lawfulCode, load: loadCode, amount: amountCode }[kind](factor);
    return { ...series, factor: code, factorName: `${factorName} ${kind}`, unit: kind === "load" ? "kg" : unit };
  });
}

/** Of every site the factors that it measures. */
function planAllSeries(sites: readonly Site[], factors: readonly string[] | undefined): CsvSeries[] {
  const nameSeries = createNamer();
  const wanted = factors === undefined ? null : new Set(factors);
  const series: CsvSeries[] = [];
  for (const site of sites) {
    for (const code of site.factors) if (wanted?.has(code) ?? true) series.push(nameSeries(site, code));
    // A register may be twenty times as large: it is not gone through to the end.
    checkCount(series.length, allSeriesMax);
  }
  return series;
}

/** How often the busiest of these sites sends, ms. */
function readingMsOf(sites: readonly Site[]): number {
  return sites.reduce((least, site) => Math.min(least, site.intervalSeconds * 1000), Number.POSITIVE_INFINITY);
}

function readHistoryCursor(text: string | undefined, plan: HistoryPlan): HistoryCursor {
  if (text === undefined) return [0, plan.from];
  const [index, from] = parseCursor(text, isNumberPair);
  const fits =
    Number.isInteger(index) && index >= 0 && index < plan.series.length && from >= plan.from && from < plan.to;
  if (!fits)
    throw new Problem("invalid-cursor", `the cursor ${formatCursor([index, from])} belongs to another request`);
  return [index, from];
}

function download(name: string): Readonly<Record<string, string>> {
  return { "content-disposition": `attachment; filename="${name}"` };
}

export function showHistory(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/history",
    summary: "Readings and means of some series over a range of time",
    access: "viewer",
    query: z.strictObject({
      site: shapes.repeatable(shapes.siteId, 500).optional(),
      sites: z
        .literal("all")
        .optional()
        .meta({ description: "all sites, instead of `site`; of each the factors that it measures" }),
      factor: shapes.repeatable(shapes.factorCode, 200).optional(),
      from: shapes.time.optional().meta({ description: "default: a day before `to`" }),
      to: shapes.time.optional().meta({ description: "default: now" }),
      interval: z
        .enum([...intervals, "auto"])
        .default("1m")
        .meta({ description: "auto: what fills a picture of `width`; the answer says what it was" }),
      width: z.coerce
        .number()
        .int()
        .min(1)
        .max(pictureWidthMax)
        .default(pictureWidthDefault)
        .meta({ description: "pixels of the picture, for interval=auto" }),
      kind: z.enum(readingKinds).default("realtime").meta({ description: "of raw readings" }),
      part: shapes
        .repeatable(z.enum(["value", ...fieldParts]), fieldParts.length + 1)
        .default(["value"])
        .meta({ description: "of raw readings: the value, or what the device sent beside it, as series of their own" }),
      mean: shapes.repeatable(z.enum(meanKinds), meanKinds.length).default(["plain"]).meta({
        description:
          "of hours and days: the mean of all readings, the one that counts before the law, the mass; as series of their own",
      }),
      format: z.enum(["json", "csv", "ndjson", "parquet", "xlsx"]).default("json"),
      limit: z.coerce
        .number()
        .int()
        .min(1)
        .max(jsonPointsMax)
        .default(jsonPointsDefault)
        .meta({ description: "points of a JSON answer" }),
      cursor: z.string().max(500).optional(),
    }),
    replies: {
      200: {
        says: "the points; CSV, NDJSON and XLSX have no cursor, they come whole (a sheet: a million rows)",
        schema: historyAnswer,
      },
      501: { says: "parquet is not built yet" },
    },
    run({ query }): Reply {
      const to = query.to ?? rooms.now();
      const from = query.from ?? to - 24 * hourMs;
      if (from >= to) throw new Problem("invalid-request", "from must be before to");
      const { kind, format, width } = query;
      if ((query.site === undefined) === (query.sites === undefined))
        throw new Problem("invalid-request", "either `site`, once or more, or `sites=all`");
      const sites = query.site === undefined ? rooms.memory.sites() : query.site.map((id) => findSite(rooms, id));
      const interval =
        query.interval === "auto" ? pickInterval({ from, to, width, readingMs: readingMsOf(sites) }) : query.interval;
      const series = query.site === undefined ? planAllSeries(sites, query.factor) : planSeries(sites, query.factor);
      if (interval !== "raw" && query.part.some((part) => part !== "value"))
        throw new Problem("invalid-request", "`part` is for interval=raw: only readings of devices have parts");
      if (interval !== "1h" && interval !== "1d" && query.mean.some((mean) => mean !== "plain"))
        throw new Problem("invalid-request", "`mean` is for interval=1h and 1d: only hours and days are judged");
      const plan: HistoryPlan = {
        interval,
        kind,
        from,
        to,
        series: series.flatMap((one) => listParts(one, query.part)).flatMap((one) => listMeans(one, query.mean)),
      };
      checkCount(plan.series.length, query.site === undefined ? allSeriesMax : seriesMax);
      if (format === "csv") {
        const type = "text/csv; charset=utf-8; header=present";
        return {
          status: 200,
          type,
          headers: download("plumeline-history.csv"),
          text: writeHistoryCsv(rooms.history, plan),
        };
      }
      if (format === "ndjson") {
        return { status: 200, type: "application/x-ndjson", text: writeHistoryLines(rooms.history, plan) };
      }
      if (format === "xlsx") {
        const rows = readHistoryRows(rooms.history, plan);
        const text = writeXlsxSheet(
          "history",
          historyColumns(plan),
          rows,
          `… ${bounds.sheetRowsMax}+: CSV has all rows`,
        );
        return { status: 200, type: xlsxType, headers: download("plumeline-history.xlsx"), text };
      }
      if (format !== "json") throw new Problem("format-not-built", `${format} is not built yet`);
      const begin = readHistoryCursor(query.cursor, plan);
      return { status: 200, type: "application/json", text: writeHistoryJson(rooms.history, plan, begin, query.limit) };
    },
  });
}
