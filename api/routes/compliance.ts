// A month of a site before the law: the mean of each factor, what exceeded, what was discharged, and the same with what stands
// in for loads that were not measured, with the rule it comes from.

import * as z from "zod";
import { judgedSiteOf } from "#domain/judge/facts.ts";
import { minutesNeeded } from "#domain/judge/form.ts";
import { formMonth, type HourLoad, type JudgedMonth, listHourLoads, type LoadsBefore } from "#domain/judge/months.ts";
import type { JudgedFactor, JudgedSite } from "#domain/judge/shapes.ts";
import { type JudgedDay, lawfulCode, loadCode } from "#domain/judged.ts";
import { dayOf, listDays, type Period, quarterOf } from "#domain/rules/calendar.ts";
import { findRuleLines } from "#domain/rules/rule-list.ts";
import { surenesses } from "#domain/rules/sureness.ts";
import { noParts } from "#domain/rules/validity.ts";
import type { Site } from "#domain/site.ts";
import { dayMs, formatDay, formatIso, parseDay } from "#domain/time.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { createCounts } from "../quality.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { csvOrJson, csvReply } from "./loggers.ts";
import { hourCounts, monthAsked, monthText } from "./quality.ts";

const int = z.number().int();
/** 2,160 valid hours are found in it unless more than half of them are missing; 30 valid days nearly always. */
const lookBackMs = 200 * dayMs;
const noLimit = 1_000_000;

const factorMonth = z.object({
  factor: z.string(),
  unit: z.string(),
  mean: z.number().nullable().meta({ description: "of the valid days" }),
  rule: z.string().meta({ description: "of the mean" }),
  validity: z.object({
    isValid: z.boolean(),
    why: z.string().nullable(),
    rule: z.string().nullable(),
    sureness: z.enum(surenesses).nullable(),
    neededDays: int.nullable(),
    dueDays: int,
    validDays: int,
  }),
  hours: z.object(hourCounts),
  exceedingHours: int,
  exceedingDays: int,
  kg: z.number().nullable().meta({ description: "measured in valid hours; null: no flow is measured" }),
  kgSubstituted: z.number().nullable().meta({ description: "the total with stand-ins; null: there is no load at all" }),
  standIns: z.array(
    z.object({
      rule: z.string(),
      sureness: z.enum(surenesses).nullable(),
      count: int.meta({ description: "hours of flue gas, days of waste water" }),
      kg: z.number(),
    }),
  ),
  without: z.record(z.string(), int).meta({ description: "hours or days that no rule could fill, by why" }),
});

const answer = z
  .object({
    site: z.string(),
    siteName: z.string(),
    month: z.string(),
    from: shapes.isoTime,
    to: shapes.isoTime.meta({ description: "end of the last day that is counted" }),
    factors: z.array(factorMonth),
  })
  .meta({ id: "ComplianceMonth" });

type FactorJson = z.output<typeof factorMonth>;

/** Hours of a stack from long before the month to its end, as ingest stored them. */
async function readHourLoads(
  { history }: Rooms,
  facts: JudgedSite,
  code: string,
  days: readonly JudgedDay[],
  { from, to }: Period,
): Promise<HourLoad[]> {
  // Hours before the site was heard of for the first time were not due.
  const begin = Math.max(from - lookBackMs, parseDay(days[0]?.day ?? "") ?? 0);
  const factors = [lawfulCode(code), loadCode(code)];
  const query = { site: facts.site, factors, tier: "1h", from: begin, to, limit: noLimit } as const;
  const [lawful, load] = await history.readMeans(query);
  if (lawful === undefined) return [];
  const kgAt = new Map(load?.start.map((start, i) => [start, load.mean[i] ?? Number.NaN]));
  const kg = lawful.start.map((start) => kgAt.get(start) ?? Number.NaN);
  return listHourLoads({ ...lawful, kg }, days, minutesNeeded(facts, from), begin, to);
}

async function findLoads(
  rooms: Rooms,
  facts: JudgedSite,
  factor: JudgedFactor,
  days: readonly JudgedDay[],
  period: Period,
): Promise<LoadsBefore | null> {
  if (!factor.hasLoad || facts.flow === null) return null;
  if (facts.medium === "flue-gas") {
    const hours = await readHourLoads(rooms, facts, factor.code, days, period);
    const [from, to] = [quarterOf(period.from).from, quarterOf(period.from).to].map((time) => formatDay(time));
    return { kind: "hours", hours, quarter: days.filter(({ day }) => day >= (from ?? "") && day < (to ?? "")) };
  }
  const before = days.flatMap(({ day, isValid, kg }) => {
    const start = parseDay(day);
    return isValid && kg !== null && start !== null && start < period.from ? [{ dayMs: start, kg }] : [];
  });
  return { kind: "days", before };
}

function formatFactor({ code, unit }: JudgedFactor, month: JudgedMonth): FactorJson {
  const { valid, why, rule, sureness, needed, counts } = month.validity;
  return {
    factor: code,
    unit,
    mean: month.value,
    rule: month.rule,
    validity: {
      isValid: valid,
      why,
      rule,
      sureness,
      neededDays: needed,
      dueDays: counts.due,
      validDays: month.validDays,
    },
    hours: month.hours,
    exceedingHours: month.exceedingHours,
    exceedingDays: month.exceedingDays,
    kg: month.kg,
    kgSubstituted: month.kgSubstituted,
    standIns: month.standIns.map((one) => ({ ...one, sureness: findRuleLines(one.rule).at(-1)?.sureness ?? null })),
    without: { ...month.without },
  };
}

/** Days of the month before the site was heard of for the first time: nothing was due, and nothing stands in. */
function listDaysBefore(first: JudgedDay, from: number): JudgedDay[] {
  const none = { within: 0, exceeding: 0, unknown: 0 };
  const empty = { hours: createCounts(), parts: noParts, hourVerdicts: none, dayVerdicts: none };
  const unknown = { value: null, isValid: false, why: "nothing-due", rule: null, kg: null };
  return listDays({ from, to: parseDay(first.day) ?? from }).map((start) => {
    return { ...first, ...empty, ...unknown, day: formatDay(start) };
  });
}

/** `to` is the end of the last day that is over. */
async function sumFactors(rooms: Rooms, site: Site, facts: JudgedSite, span: Period): Promise<FactorJson[]> {
  const whole = quarterOf(span.from).to;
  const end = formatDay(Math.min(whole, dayOf(rooms.now()).from));
  const all = await rooms.state.judgedDays({ site: site.id, from: formatDay(span.from - lookBackMs), to: end });
  const list: FactorJson[] = [];
  for (const factor of facts.factors) {
    const days = all.filter((day) => day.factor === factor.code);
    const ofMonth = days.filter(({ day }) => day >= formatDay(span.from) && day < formatDay(span.to));
    const [first] = days;
    if (first === undefined) continue;
    const loads = await findLoads(rooms, facts, factor, days, span);
    const known = [...listDaysBefore(first, span.from), ...ofMonth];
    list.push(formatFactor(factor, formMonth(facts.medium, span.from, known, span.to, loads)));
  }
  return list;
}

const csvHead = [
  "监测点 site",
  "月份 month",
  "因子 factor",
  "单位 unit",
  "月均值 mean",
  "有效天数 valid days",
  "应有天数 due days",
  "超标小时 exceeding hours",
  "超标天数 exceeding days",
  "停产小时 stopped hours",
  "实测排放量 measured (kg)",
  "含替代排放量 with stand-ins (kg)",
  "替代规则 rules",
];

function formatCsvRows(site: string, month: string, factors: readonly FactorJson[]): string[][] {
  return factors.map((one) => {
    const { validDays, dueDays } = one.validity;
    const counts = [validDays, dueDays, one.exceedingHours, one.exceedingDays, one.hours.stopped].map(String);
    const kilograms = [one.kg, one.kgSubstituted].map((kg) => (kg === null ? "" : String(kg)));
    const rules = one.standIns.map(({ rule, count }) => `${rule}: ${count}`);
    const unfilled = Object.entries(one.without).map(([why, count]) => `${why}: ${count}`);
    const mean = one.mean === null ? "" : String(one.mean);
    return [site, month, one.factor, one.unit, mean, ...counts, ...kilograms, [...rules, ...unfilled].join("; ")];
  });
}

export function showComplianceMonth(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/compliance/months",
    summary: "A month of one site: lawful means, exceeding windows, loads and what stands in for missing ones",
    access: "viewer",
    query: z.strictObject({ site: shapes.siteId, month: monthText.optional(), format: csvOrJson }),
    replies: { 200: { says: "days that are over, by factor", schema: answer }, 404: { says: "no such site" } },
    async run({ query }) {
      const site = rooms.memory.site(query.site);
      if (site === undefined) throw new Problem("site-not-found", `there is no site ${query.site}`);
      const { month, from, to } = monthAsked(rooms, query.month);
      const span = { from, to: Math.max(from, Math.min(to, dayOf(rooms.now()).from)) };
      const facts = judgedSiteOf(site, await rooms.state.limits({ site: site.id }));
      const factors = facts === null || span.from === span.to ? [] : await sumFactors(rooms, site, facts, span);
      if (query.format === "csv")
        return csvReply(`compliance-${site.id}-${month}`, [csvHead, ...formatCsvRows(site.id, month, factors)]);
      const times = { from: formatIso(from), to: formatIso(span.to) };
      return { status: 200, body: { site: site.id, siteName: site.name, month, ...times, factors } };
    },
  });
}
