// Missing hours: what was due of assessed factors and never came, as spans. Judged days say which series miss something; only of
// those on the page the hours are looked up.

import * as z from "zod";
import { isStoppedByMarks, listStops } from "#domain/judge/minutes.ts";
import type { Site } from "#domain/site.ts";
import { dayMs, dayStart, formatDay, formatIso, formatLocal, hourMs } from "#domain/time.ts";
import { readMeanBlock, splitMeanBlock } from "#store/history/mean-block.ts";
import { formatCursor, isTexts, parseCursor } from "#store/state/page.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { assessedOf, countDay, countHoursOver } from "../quality.ts";
import { type HourSpan, joinHours } from "../quality-day.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { csvOrJson, csvReply } from "./loggers.ts";

const int = z.number().int();
const spanMsMax = 92 * dayMs;
const defaultMs = 7 * dayMs;
const exportSeriesMax = 5_000;

const item = z
  .object({
    site: z.string(),
    siteName: z.string().nullable(),
    city: z.string().nullable(),
    factor: z.string(),
    from: shapes.isoTime,
    to: shapes.isoTime,
    hours: int,
  })
  .meta({ id: "MissingHours" });

interface Series {
  readonly site: Site;
  readonly factor: string;
  /** Days with missing hours, as starts, and the hours that are over on each. */
  readonly days: { readonly start: number; readonly over: number }[];
  hours: number;
}

interface MissingQuery {
  readonly site?: string | undefined;
  readonly city?: string | undefined;
  readonly from: number;
  readonly to: number;
}

/** Series with missing hours in whole days, by site and factor. */
async function findSeries(rooms: Rooms, { site, city, from, to }: MissingQuery): Promise<Series[]> {
  const first = await rooms.state.firstJudgedDays(site);
  const chosen = rooms.memory
    .sites()
    .filter(
      ({ id, ...rest }) => first.has(id) && (site === undefined || id === site) && (city ?? rest.city) === rest.city,
    )
    .map((one) => ({ one, factors: assessedOf(one), firstDay: first.get(one.id) ?? "" }))
    .filter(({ factors }) => factors.length > 0);
  const codes = [...new Set(chosen.flatMap(({ factors }) => factors))];
  const found = new Map<string, Series>();
  for (let start = dayStart(from); start < to; start += dayMs) {
    const over = countHoursOver(start, rooms.now());
    if (over === 0) break;
    const day = formatDay(start);
    const judged =
      site === undefined
        ? await rooms.state.judgedHours(day, codes)
        : await rooms.state.judgedDays({ site, from: day, to: formatDay(start + dayMs), factors: codes });
    const hoursOf = new Map(judged.map((row) => [`${row.site} ${row.factor}`, row.hours]));
    for (const { one, factors, firstDay } of chosen) {
      if (firstDay > day) continue;
      for (const factor of factors) {
        const key = `${one.id} ${factor}`;
        const { due, received } = countDay(hoursOf.get(key), over);
        if (due === received) continue;
        const series = found.get(key) ?? { site: one, factor, days: [], hours: 0 };
        series.days.push({ start, over });
        series.hours += due - received;
        found.set(key, series);
      }
    }
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, series]) => series);
}

/** The missing hours of each of these, looked up in history. */
async function findSpans(rooms: Rooms, list: readonly Series[], { from, to }: MissingQuery): Promise<HourSpan[][]> {
  if (list.length === 0) return [];
  const [begin, end] = [dayStart(from), dayStart(to - 1) + dayMs];
  // The list goes by site and factor, so that the series of the answer lie in its order.
  const bySite = Map.groupBy(list, ({ site }) => site.id);
  const sites = [...bySite].map(([site, of]) => ({ site, factors: of.map(({ factor }) => factor) }));
  const limit = (end - begin) / hourMs + 1;
  const block = await readMeanBlock(rooms.history, { sites, tier: "1h", from: begin, to: end, limit });
  const means = splitMeanBlock(
    block,
    list.map(({ factor }) => factor),
  );
  return Promise.all(
    list.map(async ({ site, factor, days }, i) => {
      const series = means[i];
      const came = new Set(series?.start.filter((_, at) => (series.count[at] ?? 0) > 0));
      const stops = listStops(await rooms.state.marksIn(site.id, begin, end));
      const hours = days.flatMap(({ start, over }) => Array.from({ length: over }, (_, hour) => start + hour * hourMs));
      const missing = hours.filter(
        (hour) => hour >= from && hour < to && !came.has(hour) && !isStoppedByMarks(stops, factor, hour, hour + hourMs),
      );
      return joinHours(missing);
    }),
  );
}

function formatItems(list: readonly Series[], spans: readonly (readonly HourSpan[])[]): z.output<typeof item>[] {
  return list.flatMap(({ site, factor }, i) =>
    (spans[i] ?? []).map(({ from, to, hours }) => ({
      site: site.id,
      siteName: site.name,
      city: site.city,
      factor,
      from: formatIso(from),
      to: formatIso(to),
      hours,
    })),
  );
}

const csvHead = [
  "监测点 site",
  "名称 name",
  "城市 city",
  "因子 factor",
  "开始 from (UTC+8)",
  "结束 to (UTC+8)",
  "小时 hours",
];

function isSeriesKey(key: unknown): key is [string, string] {
  return Array.isArray(key) && key.length === 2 && isTexts(key);
}

function compareKeys(a: readonly [string, string], b: readonly [string, string]): number {
  const [left, right] = [a.join(" "), b.join(" ")];
  return left < right ? -1 : left > right ? 1 : 0;
}

export function listMissing(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/quality/missing",
    summary: "Hours of assessed factors that were due and never came",
    access: "viewer",
    query: z.strictObject({
      site: shapes.siteId.optional(),
      city: shapes.cityCode.optional(),
      from: shapes.time.optional().meta({ description: "left out: seven days before `to`" }),
      to: shapes.time.optional().meta({ description: "left out: now; at most 92 days after `from`" }),
      format: csvOrJson,
      limit: z.coerce.number().int().min(1).max(500).default(100).meta({ description: "series of a page" }),
      cursor: shapes.pageQuery.cursor,
    }),
    replies: {
      200: {
        says: "a page of spans, whole series at a time; `total`: missing hours of all series",
        schema: shapes.page(item).extend({ series: int.meta({ description: "series with missing hours" }) }),
      },
    },
    async run({ query }) {
      const to = query.to ?? rooms.now();
      const from = query.from ?? to - defaultMs;
      if (from >= to) throw new Problem("invalid-request", "from must be before to");
      if (to - from > spanMsMax) throw new Problem("invalid-request", "at most 92 days at once");
      const asked = { site: query.site, city: query.city, from, to };
      const all = await findSeries(rooms, asked);
      const keyOf = ({ site, factor }: Series) => [site.id, factor] as const;
      const after = query.cursor === undefined ? null : parseCursor(query.cursor, isSeriesKey);
      const left = after === null ? all : all.filter((one) => compareKeys([one.site.id, one.factor], after) > 0);
      const page = left.slice(0, query.format === "csv" ? exportSeriesMax : query.limit);
      const items = formatItems(page, await findSpans(rooms, page, asked));
      if (query.format === "csv") {
        const lines = items.map((one) => {
          const times = [one.from, one.to].map((time) => formatLocal(Date.parse(time)));
          return [one.site, one.siteName ?? "", one.city ?? "", one.factor, ...times, String(one.hours)];
        });
        return csvReply("missing-hours", [csvHead, ...lines]);
      }
      const last = page.at(-1);
      const body = {
        items,
        total: all.reduce((sum, { hours }) => sum + hours, 0),
        series: all.length,
        next: left.length > page.length && last !== undefined ? formatCursor(keyOf(last)) : null,
      };
      return { status: 200, body };
    },
  });
}
