// Exceedances as the api gives them: with the names of the site, times as ISO 8601, and how long in a row. Pure but for the
// names, which come from the memory of the api.

import * as z from "zod";
import { type Exceedance, exceedanceStatuses, judgedBases, verdictCauses } from "#domain/judged.ts";
import { surenesses } from "#domain/rules/sureness.ts";
import { formatIso, formatLocal } from "#domain/time.ts";
import type { Episode } from "./episodes.ts";
import type { Memory } from "./live/memory.ts";
import * as shapes from "./shapes.ts";

const int = z.number().int();

export const exceedance = z
  .object({
    id: z.string().meta({ description: "site:factor:basis:start" }),
    site: z.string(),
    siteName: z.string().nullable(),
    city: z.string().nullable(),
    enterprise: z.string().nullable(),
    factor: z.string(),
    basis: z.enum(judgedBases),
    window: z.tuple([shapes.isoTime, shapes.isoTime]).meta({ description: "from, and to (excluded)" }),
    mean: z.number().meta({ description: "the lawful mean with all its digits" }),
    compared: z.number().meta({ description: "what was compared: rounded where the rule says so" }),
    limit: z.number(),
    side: z.enum(["max", "min"]),
    unit: z.string(),
    multiple: z.number().nullable().meta({ description: "value / limit − 1; null where it means nothing (pH)" }),
    valid: int.meta({ description: "minutes of an hour, hours of a day that count" }),
    due: int,
    correctedTo: z.number().nullable().meta({ description: "reference oxygen, per cent; null: not corrected" }),
    limitId: z.string(),
    limitVersion: z.string(),
    source: z.string().meta({ description: "where the limit comes from" }),
    rule: z.string().meta({ description: "rule of the comparison" }),
    sureness: z.enum(surenesses),
    status: z.enum(exceedanceStatuses),
    version: int,
    cause: z.enum(verdictCauses).meta({ description: "what led to this version" }),
    at: shapes.isoTime.meta({ description: "known from" }),
    supersededAt: shapes.isoTime.nullable().meta({ description: "known to; null: it is the newest version" }),
  })
  .meta({ id: "Exceedance" });

export const episode = z
  .object({ from: shapes.isoTime, to: shapes.isoTime, windows: int.meta({ description: "hours or days in a row" }) })
  .meta({
    description: "the windows right before and after that exceed too, followed for a month of hours or a year of days",
  });

export type ExceedanceJson = z.output<typeof exceedance>;

/** `asOf`: a version that was superseded later stood by then. Null: now. */
export function formatExceedance(
  memory: Pick<Memory, "site">,
  stored: Exceedance,
  asOf: number | null,
): ExceedanceJson {
  const site = memory.site(stored.site);
  const { id, factor, basis, compared, side, unit, multiple, valid, due, correctedTo } = stored;
  const { limitId, source, rule, sureness, version, cause, supersededAt } = stored;
  const isOlder = supersededAt !== null && (asOf === null || supersededAt <= asOf);
  return {
    id,
    site: stored.site,
    siteName: site?.name ?? null,
    city: site?.city ?? null,
    enterprise: site?.enterprise ?? null,
    factor,
    basis,
    window: [formatIso(stored.start), formatIso(stored.end)],
    mean: stored.value,
    compared,
    limit: stored.bound,
    side,
    unit,
    multiple,
    valid,
    due,
    correctedTo,
    limitId,
    limitVersion: String(stored.limitVersion),
    source,
    rule,
    sureness,
    status: isOlder ? "superseded" : stored.status,
    version,
    cause,
    at: formatIso(stored.at),
    supersededAt: supersededAt === null ? null : formatIso(supersededAt),
  };
}

export function formatEpisode({ from, to, windows }: Episode): z.output<typeof episode> {
  return { from: formatIso(from), to: formatIso(to), windows };
}

export const csvHead = [
  "监测点 site",
  "名称 name",
  "城市 city",
  "企业 enterprise",
  "因子 factor",
  "周期 basis",
  "开始 start (UTC+8)",
  "结束 end (UTC+8)",
  "均值 mean",
  "比较值 compared",
  "限值 limit",
  "上下限 side",
  "单位 unit",
  "超标倍数 multiple",
  "有效个数 valid",
  "应有个数 due",
  "折算基准氧 reference oxygen (%)",
  "限值编号 limit",
  "限值版本 limit version",
  "限值来源 source",
  "比较规则 rule",
  "规则依据 sureness",
  "状态 status",
  "版本 version",
  "原因 cause",
  "认定时间 known from (UTC+8)",
];

export function formatCsvRow(row: ExceedanceJson): string[] {
  const cells = [row.site, row.siteName, row.city, row.enterprise, row.factor, row.basis];
  const [start, end] = row.window.map((time) => formatLocal(Date.parse(time)));
  const numbers = [row.mean, row.compared, row.limit, row.side, row.unit, row.multiple, row.valid, row.due];
  const grounds = [row.correctedTo, row.limitId, row.limitVersion, row.source, row.rule, row.sureness];
  const known = [row.status, row.version, row.cause, formatLocal(Date.parse(row.at))];
  return [...cells, start, end, ...numbers, ...grounds, ...known].map((cell) => String(cell ?? ""));
}
