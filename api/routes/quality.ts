// Data quality: the transmission-effectiveness rate of a month, by outfall, city, enterprise, maintainer or for the province.

import * as z from "zod";
import { cities } from "#domain/city.ts";
import { dayOf, formatMonth, listDays, parseMonth, type Period } from "#domain/rules/calendar.ts";
import { surenesses } from "#domain/rules/sureness.ts";
import { findTransmissionTarget } from "#domain/rules/transmission.ts";
import type { Site } from "#domain/site.ts";
import transmissionTable from "#domain/tables/transmission.json" with { type: "json" };
import { formatDay } from "#domain/time.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import {
  assessedOf,
  countHoursOver,
  createQualityBook,
  type QualityBook,
  type QualityRow,
  type QualityScope,
  qualityScopes,
} from "../quality.ts";
import { createRecentAnswers } from "../recent-answers.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { csvOrJson, csvReply } from "./loggers.ts";

const int = z.number().int();
const share = z.number().min(0).max(1).nullable();
export const hourCounts = {
  due: int.meta({ description: "hours that are over, without stopped ones" }),
  received: int,
  valid: int,
  stopped: int,
  marked: int.meta({ description: "received, and not valid only because of marks" }),
};
export const rates = { transmission: share, validity: share, effective: share };

const row = z
  .object({
    key: z.string(),
    name: z.string().nullable(),
    city: z.string().nullable(),
    sites: int,
    ...hourCounts,
    ...rates,
    factors: z.array(z.object({ factor: z.string(), ...hourCounts, ...rates })),
    days: z.array(z.object({ day: shapes.day, effective: share, due: int, received: int, valid: int })),
  })
  .meta({ id: "QualityRow" });

const answer = z.object({
  month: z.string(),
  target: z.number().nullable().meta({ description: "per cent; null: none is known for that month" }),
  targetSureness: z.enum(surenesses).nullable(),
  targetSource: z.string().nullable(),
  definition: z.string(),
  definitionSource: z.string(),
  definitionSureness: z.string(),
  rows: z.array(row),
  total: row,
});

const keys: Readonly<Record<QualityScope, (site: Site) => string>> = {
  site: ({ id }) => id,
  city: ({ city }) => city,
  enterprise: ({ enterprise }) => enterprise ?? "",
  maintainer: ({ maintainer }) => maintainer ?? "",
  province: () => "",
};

function nameOf({ memory }: Rooms, scope: QualityScope, key: string): Pick<z.output<typeof row>, "name" | "city"> {
  if (scope === "site") return { name: memory.site(key)?.name ?? null, city: memory.site(key)?.city ?? null };
  if (scope === "city") return { name: cities.find(({ adcode }) => adcode === key)?.nameZh ?? null, city: key };
  return { name: key === "" ? null : key, city: null };
}

export const monthText = z
  .string()
  .refine((text) => parseMonth(text) !== null, "must be a month like 2026-11")
  .meta({ example: "2026-11" });

/** The month that was asked for, or the one that runs now. */
export function monthAsked(rooms: Pick<Rooms, "now">, text: string | undefined): Period & { readonly month: string } {
  const month = text ?? formatMonth(rooms.now());
  const period = parseMonth(month);
  if (period === null) throw new Problem("invalid-request", `"${month}" is no month`);
  return { ...period, month };
}

/** Days of a period that have hours to count, oldest first. */
export function daysSoFar(
  rooms: Pick<Rooms, "now">,
  period: Period,
): { readonly day: string; readonly over: number }[] {
  return listDays(period)
    .map((start) => ({ day: formatDay(start), over: countHoursOver(start, rooms.now()) }))
    .filter(({ over }) => over > 0);
}

interface QualityQuery {
  readonly by: QualityScope;
  readonly site?: string | undefined;
  readonly city?: string | undefined;
  /** Empty: those of which none is on record. */
  readonly enterprise?: string | undefined;
  readonly maintainer?: string | undefined;
}

async function sumQuality(rooms: Rooms, query: QualityQuery, period: Period): Promise<QualityBook> {
  const { by, site, city, enterprise, maintainer } = query;
  const first = await rooms.state.firstJudgedDays(site);
  const chosen = rooms.memory
    .sites()
    .filter(
      ({ id, ...rest }) =>
        (site === undefined || id === site) &&
        (city === undefined || rest.city === city) &&
        (enterprise === undefined || (rest.enterprise ?? "") === enterprise) &&
        (maintainer === undefined || (rest.maintainer ?? "") === maintainer),
    );
  const book = createQualityBook(
    chosen.map((one) => ({ site: one, firstDay: first.get(one.id) })),
    by,
    keys[by],
  );
  const factors = [...new Set(chosen.flatMap(assessedOf))];
  const days = daysSoFar(rooms, period);
  const [begin, last] = [days[0], days.at(-1)];
  if (site !== undefined && begin !== undefined && last !== undefined) {
    const end = formatDay(period.to);
    const judged = await rooms.state.judgedDays({ site, from: begin.day, to: end, factors });
    const byDay = Map.groupBy(judged, ({ day }) => day);
    for (const { day, over } of days) book.addDay(day, over, byDay.get(day) ?? []);
    return book;
  }
  // Day by day, so that a month of the whole province never holds up the thread for long.
  for (const { day, over } of days) book.addDay(day, over, await rooms.state.judgedHours(day, factors));
  return book;
}

const csvHead = [
  "编号 key",
  "名称 name",
  "城市 city",
  "点位数 sites",
  "应传小时 due",
  "实传小时 received",
  "有效小时 valid",
  "停产小时 stopped",
  "标记无效小时 marked",
  "传输率 transmission (%)",
  "有效率 validity (%)",
  "有效传输率 effective (%)",
  "考核目标 target (%)",
];

export function formatPercent(value: number | null): string {
  return value === null ? "" : (value * 100).toFixed(2);
}

type CsvRow = Omit<z.output<typeof row>, "factors" | "days">;

function formatCsvRows(rows: readonly CsvRow[], target: number | null): string[][] {
  return rows.map((one) => [
    one.key,
    one.name ?? "",
    one.city ?? "",
    ...[one.sites, one.due, one.received, one.valid, one.stopped, one.marked].map(String),
    ...[one.transmission, one.validity, one.effective].map(formatPercent),
    target === null ? "" : String(target),
  ]);
}

/** Screens ask every minute; a month of the province is half a second of work. */
const keptMs = 5_000;
const keptMost = 16;

export function listQuality(rooms: Rooms): Route {
  const recent = createRecentAnswers<QualityBook>(keptMs, keptMost);
  return defineRoute({
    method: "get",
    path: "/api/v1/quality",
    summary: "Transmission-effectiveness rates of a month, up to now",
    access: "viewer",
    query: z.strictObject({
      by: z.enum(qualityScopes).default("site"),
      month: monthText.optional().meta({ description: "left out: the month that runs" }),
      site: shapes.siteId.optional(),
      city: shapes.cityCode.optional(),
      enterprise: z.string().max(200).optional(),
      maintainer: z.string().max(200).optional(),
      format: csvOrJson,
    }),
    replies: { 200: { says: "one row per outfall or group that is assessed, by key", schema: answer } },
    async run({ query }) {
      const period = monthAsked(rooms, query.month);
      // Whatever is asked but the format of the answer.
      const { format, ...asked } = query;
      const question = JSON.stringify({ ...asked, month: period.month });
      const book = await recent.get(question, rooms.now(), () => sumQuality(rooms, query, period));
      const named = (one: QualityRow, scope: QualityScope) => ({ ...one, ...nameOf(rooms, scope, one.key) });
      const rows = book.rows().map((one) => named(one, query.by));
      const target = findTransmissionTarget(dayOf(period.from).from);
      if (format === "csv")
        return csvReply(`quality-${period.month}`, [csvHead, ...formatCsvRows(rows, target?.percent ?? null)]);
      const { clause, source, sureness } = transmissionTable.formula;
      const body = {
        month: period.month,
        target: target?.percent ?? null,
        targetSureness: target?.sureness ?? null,
        targetSource: target?.source ?? null,
        definition: clause,
        definitionSource: source,
        definitionSureness: sureness,
        rows,
        total: named(book.total(), "province"),
      };
      return { status: 200, body };
    },
  });
}
