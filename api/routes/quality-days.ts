// The audit of one day of one site: hours and minutes of every judged factor, what is missing, late, repeated and revised.

import * as z from "zod";
import { formHours } from "#domain/judge/form.ts";
import { assessedFactors, rateTransmission } from "#domain/rules/transmission.ts";
import { dayMs, formatDay, formatIso, formatLocal, parseDay } from "#domain/time.ts";
import { gatherMinutes } from "../judged-minutes.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { countHoursOver } from "../quality.ts";
import { type AuditedFactor, auditHours, countDelays, hourStates } from "../quality-day.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { csvOrJson, csvReply } from "./loggers.ts";
import { formatPercent, hourCounts, rates } from "./quality.ts";

const int = z.number().int();
const counts = z.record(z.string(), int);
const framesMax = 200_000;

const factor = z.object({
  factor: z.string(),
  unit: z.string(),
  assessed: z.boolean().meta({ description: "it counts for the transmission-effectiveness rate" }),
  ...hourCounts,
  ...rates,
  agrees: z
    .boolean()
    .nullable()
    .meta({ description: "counted anew, the hours are as they are stored; null: not over" }),
  parts: z.object({
    due: int,
    received: int,
    valid: int,
    marked: int,
    missing: int,
    surplus: int,
    excluded: counts.meta({ description: "minutes by why they do not count" }),
  }),
  hours: z.array(
    z.object({
      start: shapes.isoTime,
      state: z.enum(hourStates),
      value: z.number().nullable(),
      due: int,
      received: int,
      valid: int,
      marked: int,
      excluded: counts,
    }),
  ),
  missing: z.array(z.object({ from: shapes.isoTime, to: shapes.isoTime, hours: int })),
});

const audit = z
  .object({
    site: z.string(),
    siteName: z.string(),
    city: z.string(),
    kind: z.string(),
    day: shapes.day,
    hoursOver: int.meta({ description: "24 once the day is over" }),
    factors: z.array(factor),
    frames: z
      .object({
        frames: int,
        ahead: int.meta({ description: "came more than a minute before the time of their readings" }),
        withinMinute: int,
        withinQuarter: int,
        withinHour: int,
        later: int,
        greatestSeconds: int.nullable(),
        repeated: int.meta({ description: "moments that more than one frame told of" }),
        cut: z.boolean().meta({ description: `there were more than ${framesMax}` }),
      })
      .nullable(),
    duplicates: int.meta({ description: "readings received on this day that were there already" }),
    revisions: int.meta({ description: "readings of this day that came again with another value" }),
    drift: z
      .object({ count: int, meanSeconds: z.number(), leastSeconds: z.number(), greatestSeconds: z.number() })
      .nullable()
      .meta({ description: "receive time minus the clock of an HJ 212 logger" }),
  })
  .meta({ id: "QualityAudit" });

type FactorJson = z.output<typeof factor>;

function formatFactor(
  { hours, parts, list, missing, ...rest }: AuditedFactor,
  kind: string,
  agrees: boolean | null,
): FactorJson {
  const { transmission, validity, effective } = rateTransmission(hours);
  return {
    ...rest,
    assessed: assessedFactors(kind).includes(rest.factor),
    ...hours,
    transmission,
    validity,
    effective,
    agrees,
    parts: { ...parts, excluded: { ...parts.excluded } },
    hours: list.map(({ start, hourState, value, due, received, valid, marked, excluded }) => {
      return {
        start: formatIso(start),
        state: hourState,
        value,
        due,
        received,
        valid,
        marked,
        excluded: { ...excluded },
      };
    }),
    missing: missing.map((span) => ({ from: formatIso(span.from), to: formatIso(span.to), hours: span.hours })),
  };
}

async function readFactors(rooms: Rooms, id: string, start: number, over: number): Promise<FactorJson[]> {
  const site = rooms.memory.site(id);
  const gathered = site === undefined ? null : await gatherMinutes(rooms, site, start, start + dayMs);
  if (gathered === null) return [];
  const { facts, block, marks } = gathered;
  const { columns } = formHours(facts, block, marks, start, start + dayMs);
  const day = formatDay(start);
  const stored = await rooms.state.judgedDays({ site: id, from: day, to: formatDay(start + dayMs) });
  return columns.map((column) => {
    const audited = auditHours(column, over);
    const kept = stored.find((row) => row.factor === column.factor)?.hours;
    const names = ["due", "received", "valid", "stopped", "marked"] as const;
    const agrees = over < 24 || kept === undefined ? null : names.every((name) => kept[name] === audited.hours[name]);
    return formatFactor(audited, facts.kind, agrees);
  });
}

async function readFrames({ history }: Rooms, site: string, start: number) {
  const query = { site, kind: "realtime", from: start, to: start + dayMs, limit: framesMax } as const;
  const found = await history.readFrames?.(query);
  return found === undefined ? null : { ...countDelays(found), cut: found.seq.length >= framesMax };
}

async function readDrift({ state }: Rooms, site: string, start: number): Promise<z.output<typeof audit>["drift"]> {
  const [card] = await state.loggerDays({ site, from: formatDay(start), to: formatDay(start + dayMs) });
  const drift = card?.drift;
  if (drift === undefined || drift.count === 0) return null;
  const seconds = (ms: number | null): number => (ms ?? 0) / 1000;
  return {
    count: drift.count,
    meanSeconds: seconds(drift.sumMs / drift.count),
    leastSeconds: seconds(drift.leastMs),
    greatestSeconds: seconds(drift.greatestMs),
  };
}

const csvHead = [
  "监测点 site",
  "因子 factor",
  "开始 start (UTC+8)",
  "状态 state",
  "均值 value",
  "单位 unit",
  "应有分钟 due",
  "实有分钟 received",
  "有效分钟 valid",
  "标记分钟 marked",
  "剔除原因 excluded",
  "当日有效传输率 effective (%)",
];

function formatCsvRows(site: string, factors: readonly FactorJson[]): string[][] {
  return factors.flatMap((one) =>
    one.hours.map((hour) => [
      site,
      one.factor,
      formatLocal(Date.parse(hour.start)),
      hour.state,
      hour.value === null ? "" : String(hour.value),
      one.unit,
      ...[hour.due, hour.received, hour.valid, hour.marked].map(String),
      Object.entries(hour.excluded)
        .map(([why, minutes]) => `${why}: ${minutes}`)
        .join("; "),
      formatPercent(one.effective),
    ]),
  );
}

export function showQualityDay(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/quality/days/{site}/{day}",
    summary: "Audit of one day (UTC+8) of one site, counted anew from its minutes",
    access: "viewer",
    params: z.object({ site: shapes.siteId, day: shapes.day }),
    query: z.strictObject({ format: csvOrJson }),
    replies: { 200: { says: "every hour of every judged factor", schema: audit }, 404: { says: "no such site" } },
    async run({ params, query }) {
      const site = rooms.memory.site(params.site);
      if (site === undefined) throw new Problem("site-not-found", `there is no site ${params.site}`);
      const start = parseDay(params.day);
      if (start === null) throw new Problem("invalid-request", `"${params.day}" is no day`);
      const over = countHoursOver(start, rooms.now());
      const factors = await readFactors(rooms, site.id, start, over);
      if (query.format === "csv")
        return csvReply(`quality-${site.id}-${params.day}`, [csvHead, ...formatCsvRows(site.id, factors)]);
      const [frames, ledger, revisions, drift] = await Promise.all([
        readFrames(rooms, site.id, start),
        rooms.state.ledger(params.day, site.id),
        rooms.state.revisions({ site: site.id, from: start, to: start + dayMs, limit: 1 }),
        readDrift(rooms, site.id, start),
      ]);
      const body: z.output<typeof audit> = {
        site: site.id,
        siteName: site.name,
        city: site.city,
        kind: site.kind,
        day: params.day,
        hoursOver: over,
        factors,
        frames,
        duplicates: ledger.reduce((sum, row) => sum + row.readingsDuplicate, 0),
        revisions: revisions.total,
        drift,
      };
      return { status: 200, body };
    },
  });
}
