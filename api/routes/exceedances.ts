// Exceedances: windows beyond their limit, as they are known now or were known at a time, and all versions of one.

import * as z from "zod";
import { type Exceedance, exceedanceStatuses, judgedBases } from "#domain/judged.ts";
import { parseIsoTime } from "#domain/time.ts";
import type { ExceedanceFilter, ExceedanceKey } from "#store/state/state.ts";
import { type Episode, findEpisode, reachMs, windowMs } from "../episodes.ts";
import { csvHead, episode, exceedance, formatCsvRow, formatEpisode, formatExceedance } from "../exceedance-format.ts";
import { byteOrderMark, formatCsvLine } from "../export/csv.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

export const path = "/api/v1/exceedances";
const item = exceedance.extend({ episode });
const details = item.extend({ versions: z.array(exceedance) });
const exportPageRows = 1000;

/** "HB-130200-001:a21026:hour:1795307020000"; the start may be ISO 8601 too. */
export function parseExceedanceId(id: string): ExceedanceKey {
  const [, site = "", factor = "", named = "", text = ""] = /^([^:]+):([^:]+):([^:]+):(.+)$/.exec(id) ?? [];
  const basis = judgedBases.find((one) => one === named);
  const start = /^-?\d+$/.test(text) ? Number(text) : parseIsoTime(text);
  if (basis !== undefined && start !== null) return { site, factor, basis, start };
  throw new Problem("exceedance-not-found", `"${id.slice(0, 200)}" names no exceedance: site:factor:basis:start does`);
}

/** The version that was known at a time (null: now), and all of them. */
export async function findExceedance(
  { state }: Pick<Rooms, "state">,
  id: string,
  asOf: number | null,
): Promise<{ readonly found: Exceedance; readonly versions: readonly Exceedance[] }> {
  const versions = await state.exceedanceVersions(parseExceedanceId(id));
  const found =
    asOf === null
      ? versions.at(-1)
      : versions.find(({ at, supersededAt }) => at <= asOf && (supersededAt === null || supersededAt > asOf));
  if (found === undefined) throw new Problem("exceedance-not-found", `${id} never exceeded, as far as it was known`);
  return { found, versions };
}

/** The episodes of these; each series is asked for once. */
async function findEpisodes(
  { state }: Rooms,
  rows: readonly Exceedance[],
  asOf: number | null,
): Promise<Map<Exceedance, Episode>> {
  const episodes = new Map<Exceedance, Episode>();
  const known = asOf === null ? {} : { asOf };
  for (const series of Map.groupBy(rows, ({ site, factor, basis }) => `${site} ${factor} ${basis}`).values()) {
    const [first] = series;
    if (first === undefined) continue;
    const { site, factor, basis } = first;
    const times = series.map(({ start }) => start);
    const from = Math.min(...times) - reachMs[basis];
    const to = Math.max(...times) + windowMs[basis] + reachMs[basis];
    const starts = await state.exceedingStarts({ site, factor, basis, from, to, ...known });
    for (const row of series) episodes.set(row, findEpisode(starts, row.start, basis));
  }
  return episodes;
}

async function formatItems(
  rooms: Rooms,
  rows: readonly Exceedance[],
  asOf: number | null,
): Promise<z.output<typeof item>[]> {
  const episodes = await findEpisodes(rooms, rows, asOf);
  return rows.map((row) => {
    const around = episodes.get(row) ?? { from: row.start, to: row.end, windows: 1 };
    return { ...formatExceedance(rooms.memory, row, asOf), episode: formatEpisode(around) };
  });
}

/** All pages of a filter, written one after the other. */
async function* writePages(rooms: Rooms, filter: Omit<ExceedanceFilter, "limit" | "cursor">): AsyncGenerator<string> {
  let cursor: string | null = null;
  yield byteOrderMark + formatCsvLine(csvHead);
  do {
    const at: { cursor?: string } = cursor === null ? {} : { cursor };
    const page = await rooms.state.exceedances({ ...filter, ...at, limit: exportPageRows });
    const rows = page.items.map((row) => formatExceedance(rooms.memory, row, filter.asOf ?? null));
    yield rows.map((row) => formatCsvLine(formatCsvRow(row))).join("");
    cursor = page.next;
  } while (cursor !== null);
}

const asOf = shapes.time.optional().meta({ description: "as it was known then; left out: as it is known now" });

export function listExceedances(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path,
    summary: "Windows beyond their limit, newest first",
    access: "viewer",
    query: z.strictObject({
      site: shapes.siteId.optional(),
      city: shapes.cityCode.optional(),
      enterprise: shapes.text.optional(),
      factor: shapes.factorCode.optional(),
      basis: z.enum(judgedBases).optional(),
      from: shapes.time.optional().meta({ description: "start of the window from" }),
      to: shapes.time.optional().meta({ description: "start of the window before" }),
      status: shapes
        .repeatable(z.enum(exceedanceStatuses), exceedanceStatuses.length)
        .optional()
        .meta({ description: "left out: every status but superseded" }),
      asOf,
      format: z.enum(["json", "csv"]).default("json"),
      ...shapes.pageQuery,
    }),
    replies: { 200: { says: "a page of them; CSV: all", schema: shapes.page(item) } },
    async run({ query }) {
      const { limit, cursor, format, status: statuses, ...rest } = query;
      if (rest.from !== undefined && rest.to !== undefined && rest.from >= rest.to)
        throw new Problem("invalid-request", "from must be before to");
      const given = Object.fromEntries(
        Object.entries({ ...rest, statuses }).filter(([, value]) => value !== undefined),
      ) as Omit<ExceedanceFilter, "limit" | "cursor">;
      if (format === "csv") {
        const headers = { "content-disposition": 'attachment; filename="plumeline-exceedances.csv"' };
        const type = "text/csv; charset=utf-8; header=present";
        return { status: 200, type, headers, text: writePages(rooms, given) };
      }
      const at = cursor === undefined ? {} : { cursor };
      const { items, total, next } = await rooms.state.exceedances({ ...given, ...at, limit });
      return { status: 200, body: { items: await formatItems(rooms, items, query.asOf ?? null), total, next } };
    },
  });
}

export function showExceedance(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${path}/{id}`,
    summary: "One exceedance, with every version of it that ever was known",
    access: "viewer",
    params: z.object({ id: z.string().max(300) }),
    query: z.strictObject({ asOf }),
    replies: { 200: { says: "the exceedance", schema: details }, 404: { says: "no such exceedance" } },
    async run({ params, query }) {
      const at = query.asOf ?? null;
      const { found, versions } = await findExceedance(rooms, params.id, at);
      const [shown] = await formatItems(rooms, [found], at);
      // Each version as it was while it stood.
      const all = versions.map((row) => formatExceedance(rooms.memory, row, row.at));
      return { status: 200, body: { ...shown, versions: all } };
    },
  });
}
