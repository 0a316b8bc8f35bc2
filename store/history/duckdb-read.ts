// Questions of the contract into SQL over the sorted and the recent tables, and rows of points into series. Rows that were
// written twice, and values that were revised, are reduced to the one with the highest seq.

import type { DuckDBConnection } from "@duckdb/node-api";
import type { Flag } from "#domain/reading.ts";
import { tierMs } from "#domain/window.ts";
import { kindNumber, parseMarks } from "./duckdb-append.ts";
import type { Layouts } from "./duckdb-layouts.ts";
import { cutRows, fetchRows, groupRows, joinRows, pickPoints, type Rows } from "./duckdb-rows.ts";
import { allTables, slotsPerBlock, type Kept } from "./duckdb-schema.ts";
import { createMeanBlock, splitMeanBlock } from "./mean-block.ts";
import type { MeanBlock, MeanBlockQuery, MeanQuery, MeanSeries, RawQuery, RawSeries } from "./history.ts";

/** Rows of a page, when an answer is cut after so many points: a few more than points, for rows without them. */
const pageRowsMin = 8_192;
/** A limit from here on is none. */
const limitMax = 1_000_000;

/** Numbers go into the text of a query: only whole ones, and infinities as the ends of the safe range. */
function integer(value: number): string {
  if (Number.isNaN(value)) throw new Error("history: NaN is no bound of a query");
  return String(Math.ceil(Math.min(Math.max(value, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER)));
}

interface Span {
  readonly kept: Kept;
  readonly time: "time" | "start";
  /** Behind the head: each a DOUBLE without NULL. */
  readonly numbers: readonly string[];
  readonly text: string | null;
  readonly where: string;
  readonly from: number;
  readonly to: number;
  /** Rows of a page, or null: all at once. */
  readonly pageRows: number | null;
}

/** The columns that every answer begins with. */
const head = { time: 0, seq: 1, site: 2, block: 3, body: 4 } as const;
const none = new Float64Array();

function buildSql(span: Span, from: number, pageRows: number | null): string {
  const { kept, time, numbers, text, where, to } = span;
  const picked = [`${time}::DOUBLE`, "seq::DOUBLE", "site::DOUBLE", "block::DOUBLE", ...numbers];
  if (text !== null) picked.push(text);
  const range = `${time} >= ${integer(from)} AND ${time} < ${integer(to)}`;
  const parts = allTables(kept).map((table) => `SELECT ${picked.join(", ")} FROM ${table} WHERE ${where} AND ${range}`);
  const all = parts.join(" UNION ALL ");
  return pageRows === null ? all : `SELECT * FROM (${all}) ORDER BY 1 LIMIT ${pageRows}`;
}

/** All rows of the span, or pages of the oldest until `isEnough`. */
async function readRows(connection: DuckDBConnection, span: Span, isEnough: (rows: Rows) => boolean): Promise<Rows> {
  const pages: Rows[] = [];
  let from = span.from;
  for (let size = span.pageRows; ;) {
    const page = await fetchRows(connection, buildSql(span, from, size), head.body + span.numbers.length);
    const time = page.columns[head.time] ?? none;
    const last = time[page.count - 1];
    if (size === null || page.count < size || last === undefined) return joinRows([...pages, page]);
    // The page may have been cut between two rows of one time: the next one begins with that time.
    let whole = page.count;
    while (whole > 0 && time[whole - 1] === last) whole--;
    if (whole === 0) {
      size *= 2;
      continue;
    }
    pages.push(cutRows(page, whole));
    const rows = joinRows(pages);
    if (isEnough(rows)) return rows;
    from = last;
  }
}

/** One series of an answer: where its cells are. */
interface Place {
  readonly site: number;
  readonly block: number;
  /** Slot within the block; null = the site has never sent the factor. */
  readonly slot: number | null;
}

function findPlaces(layouts: Layouts, asked: MeanBlockQuery["sites"]): Place[] {
  return asked.flatMap(({ site: name, factors }) => {
    const site = layouts.findSite(name) ?? -1;
    return factors.map((factor) => {
      const slot = layouts.findSlot(site, factor);
      if (slot === undefined) return { site, block: 0, slot: null };
      return { site, block: Math.floor(slot / slotsPerBlock), slot: slot % slotsPerBlock };
    });
  });
}

/** Reading columns that only a few of the sites need is cheaper than one question per site. */
function slotsOf(places: readonly Place[]): number[] {
  return [...new Set(places.flatMap(({ slot }) => (slot === null ? [] : [slot])))].toSorted((a, b) => a - b);
}

function whereSites(places: readonly Place[]): string {
  const found = places.filter((place) => place.slot !== null);
  const sites = [...new Set(found.map((place) => place.site))];
  const blocks = [...new Set(found.map((place) => place.block))];
  const isOne = sites.length === 1;
  return `site ${isOne ? `= ${sites[0]}` : `IN (${sites.join(", ")})`} AND block IN (${blocks.join(", ")})`;
}

/** The size of pages for answers that may be cut; null when the range itself bounds the answer. */
function pageRowsFor(limit: number, pointsMax: number): number | null {
  return limit >= Math.min(pointsMax, limitMax) ? null : Math.max(pageRowsMin, Math.ceil(limit * 1.25));
}

/** For each place the rows that are its points. `part` decides between rows of one seq. */
function pickAll(
  rows: Rows,
  places: readonly Place[],
  limit: number,
  has: (slot: number) => (row: number) => boolean,
  part: Float64Array = none,
): Uint32Array[] {
  const [time, seq] = [rows.columns[head.time] ?? none, rows.columns[head.seq] ?? none];
  const [site, block] = [rows.columns[head.site] ?? none, rows.columns[head.block] ?? none];
  const group = (siteNumber: number, blockNumber: number): number => siteNumber * 256 + blockNumber;
  const groups = groupRows(rows, (row) => group(site[row] ?? 0, block[row] ?? 0));
  const compareVersions = (a: number, b: number): number =>
    (seq[a] ?? 0) - (seq[b] ?? 0) || (part[a] ?? 0) - (part[b] ?? 0) || a - b;
  return places.map((place) => {
    const found = groups.get(group(place.site, place.block));
    if (place.slot === null || found === undefined) return new Uint32Array();
    return pickPoints(found, has(place.slot), time, compareVersions, limit);
  });
}

export async function readRawSeries(
  connection: DuckDBConnection,
  layouts: Layouts,
  query: RawQuery,
): Promise<RawSeries[]> {
  const places = findPlaces(layouts, [query]);
  const slots = slotsOf(places);
  if (slots.length === 0) return query.factors.map((factor) => ({ factor, time: [], value: [], flag: [] }));
  const span: Span = {
    kept: "readings",
    time: "time",
    numbers: ["part::DOUBLE", ...slots.map((slot) => `coalesce(value${slot}, 'nan')`)],
    text: "marks",
    where: `${whereSites(places)} AND kind = ${kindNumber.get(query.kind) ?? 0}`,
    from: query.from,
    to: query.to,
    pageRows: pageRowsFor(query.limit, Number.POSITIVE_INFINITY),
  };
  const valueOf = (rows: Rows, slot: number): Float64Array => rows.columns[head.body + 1 + slots.indexOf(slot)] ?? none;
  const pick = (rows: Rows): Uint32Array[] => {
    const has = (slot: number) => {
      const value = valueOf(rows, slot);
      return (row: number): boolean => !Number.isNaN(value[row]);
    };
    return pickAll(rows, places, query.limit, has, rows.columns[head.body]);
  };
  const isEnough = (rows: Rows): boolean => pick(rows).every((points) => points.length >= query.limit);
  const rows = await readRows(connection, span, isEnough);
  const picked = pick(rows);
  const time = rows.columns[head.time] ?? none;
  return query.factors.map((factor, index) => {
    const points = picked[index] ?? new Uint32Array();
    const slot = places[index]?.slot ?? 0;
    const value = valueOf(rows, slot);
    return {
      factor,
      time: Array.from(points, (row) => time[row] ?? 0),
      value: Array.from(points, (row) => value[row] ?? Number.NaN),
      flag: Array.from(points, (row): Flag => {
        const marks = rows.texts[row] ?? null;
        return marks === null ? "N" : (parseMarks(marks).get(slot) ?? "N");
      }),
    };
  });
}

/** Columns of one slot in an answer of means, in this order. */
const cell = { total: 0, min: 1, max: 2, count: 3, valid: 4, all: 5 } as const;

export async function readMeanBlockOf(
  connection: DuckDBConnection,
  layouts: Layouts,
  query: MeanBlockQuery,
): Promise<MeanBlock> {
  const places = findPlaces(layouts, query.sites);
  const slots = slotsOf(places);
  if (slots.length === 0) return createMeanBlock(new Uint32Array(places.length + 1));
  const span: Span = {
    kept: `means_${query.tier}`,
    time: "start",
    numbers: [
      "summed::DOUBLE",
      ...slots.flatMap((slot) => [
        ...["total", "min", "max"].map((name) => `coalesce(${name}${slot}, 'nan')`),
        ...["count", "valid"].map((name) => `${name}${slot}::DOUBLE`),
      ]),
    ],
    text: null,
    where: whereSites(places),
    from: query.from,
    to: query.to,
    pageRows: pageRowsFor(query.limit, (query.to - query.from) / tierMs[query.tier] + 1),
  };
  const cells = (rows: Rows, slot: number, nth: number): Float64Array =>
    rows.columns[head.body + 1 + slots.indexOf(slot) * cell.all + nth] ?? none;
  const pick = (rows: Rows): Uint32Array[] => {
    const has = (slot: number) => {
      const count = cells(rows, slot, cell.count);
      return (row: number): boolean => (count[row] ?? -1) >= 0;
    };
    return pickAll(rows, places, query.limit, has);
  };
  const isEnough = (rows: Rows): boolean => pick(rows).every((points) => points.length >= query.limit);
  const rows = await readRows(connection, span, isEnough);
  const picked = pick(rows);
  const from = new Uint32Array(picked.length + 1);
  for (const [index, points] of picked.entries()) from[index + 1] = (from[index] ?? 0) + points.length;
  const block = createMeanBlock(from);
  for (const [index, points] of picked.entries()) {
    const slot = places[index]?.slot ?? 0;
    const [total, min, max] = [cells(rows, slot, cell.total), cells(rows, slot, cell.min), cells(rows, slot, cell.max)];
    fillSeries(block, from[index] ?? 0, points, {
      start: rows.columns[head.time] ?? none,
      summed: rows.columns[head.body] ?? none,
      total,
      min,
      max,
      count: cells(rows, slot, cell.count),
      valid: cells(rows, slot, cell.valid),
    });
  }
  return block;
}

function fillSeries(
  block: MeanBlock,
  begin: number,
  points: Uint32Array,
  from: Readonly<Record<"start" | "summed" | "total" | "min" | "max" | "count" | "valid", Float64Array>>,
): void {
  let at = begin;
  for (const row of points) {
    const valid = from.valid[row] ?? 0;
    const total = valid === 0 ? Number.NaN : (from.total[row] ?? Number.NaN);
    const mean = from.summed[row] === 1 ? total / valid : total;
    const [min, max] = [from.min[row] ?? Number.NaN, from.max[row] ?? Number.NaN];
    block.start[at] = from.start[row] ?? 0;
    block.mean[at] = mean;
    // Missing where they are the mean; without a valid reading the mean is missing too.
    block.min[at] = Number.isNaN(min) ? mean : min;
    block.max[at] = Number.isNaN(max) ? mean : max;
    block.count[at] = from.count[row] ?? 0;
    block.valid[at] = valid;
    at++;
  }
}

export async function readMeanSeries(
  connection: DuckDBConnection,
  layouts: Layouts,
  query: MeanQuery,
): Promise<MeanSeries[]> {
  const { site, factors, ...span } = query;
  return splitMeanBlock(await readMeanBlockOf(connection, layouts, { ...span, sites: [{ site, factors }] }), factors);
}
