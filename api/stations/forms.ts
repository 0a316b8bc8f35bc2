// The forms of evaluations as they leave the api, and evaluations written in them: times as ISO 8601, rules by name, each rule
// and each factor explained once for the whole answer.

import * as z from "zod";
import { cities } from "#domain/city.ts";
import { surenesses } from "#domain/rules/sureness.ts";
import {
  type Evaluation,
  evaluatedWindows,
  remarkCodes,
  severities,
  type RuleNote,
  standings,
  stationKinds,
  whys,
} from "#domain/stations/shapes.ts";
import { formatIso } from "#domain/time.ts";
import { formatFactor } from "../format.ts";
import * as shapes from "../shapes.ts";
import type { StationNow } from "./evaluate.ts";

const number = z.number().nullable();
const int = z.number().int();
const sureness = z.enum(surenesses).meta({ description: "verified: read in a published text; default: ours" });

const category = z
  .object({
    key: z.string(),
    level: int.meta({ description: "1 the best" }),
    nameZh: z.string(),
    nameEn: z.string(),
    colour: z.string().nullable().meta({ description: "of the standard, where it has one" }),
  })
  .meta({ id: "StationCategory" });

const item = z
  .object({
    factor: z.string(),
    value: number,
    unit: z.string(),
    index: number.meta({ description: "index of the pollutant, or class of the item" }),
    category: category.nullable(),
    limit: number,
    side: z.enum(["max", "min"]),
    multiple: number.meta({ description: "value / limit − 1, when beyond it" }),
    saturation: number.meta({ description: "oxygen: per cent of saturation" }),
    at: shapes.isoTime,
    valid: int,
    due: int,
    needed: int,
    of: z.enum(["minute", "hour", "8-hour mean", "4-hour value", "station", "result"]),
    why: z.enum(whys).nullable().meta({ description: "why it does not count; null: it does" }),
  })
  .meta({ id: "StationItem" });

const remark = z
  .object({
    code: z.enum(remarkCodes),
    severity: z.enum(severities),
    factors: z.array(z.string()),
    value: number,
    bound: number,
    unit: z.string(),
    sureness,
  })
  .meta({ id: "StationRemark" });

const figure = z.object({ name: z.string(), value: number, unit: z.string(), sureness }).meta({ id: "StationFigure" });

export const evaluation = z
  .object({
    window: z.enum(evaluatedWindows),
    from: shapes.isoTime,
    to: shapes.isoTime,
    value: number.meta({ description: "AQI, class, dose rate or level" }),
    unit: z.string(),
    category: category.nullable(),
    standing: z.enum(standings),
    why: z.enum(whys).nullable(),
    deciding: z.array(z.string()).meta({ description: "primary pollutants, or the items that made the class" }),
    items: z.array(item),
    figures: z.array(figure),
    remarks: z.array(remark),
    rules: z.array(z.string()),
  })
  .meta({ id: "StationEvaluation" });

export const ruleNote = z
  .object({ rule: z.string(), clause: z.string(), source: z.string(), sureness })
  .meta({ id: "RuleNote" });

const target = z
  .object({ name: z.string().nullable(), standard: z.string().nullable(), assumed: z.boolean() })
  .meta({ id: "StationTarget" });

export const stationNow = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(stationKinds),
    city: z.string(),
    cityNameZh: z.string(),
    cityNameEn: z.string(),
    enterprise: z.string().nullable(),
    lat: number,
    lon: number,
    intervalSeconds: z.number(),
    simulated: z.boolean(),
    target: target.nullable().meta({ description: "what it is held against; assumed: the register does not say" }),
    now: evaluation,
    trend: z.array(z.tuple([z.number(), number])).meta({ description: "[startMs, value] of the last 24 hours" }),
  })
  .meta({ id: "StationNow" });

export type EvaluationForm = z.output<typeof evaluation>;

export function formatEvaluation({ rules, items, from, to, ...rest }: Evaluation): EvaluationForm {
  return {
    ...rest,
    from: formatIso(from),
    to: formatIso(to),
    deciding: [...rest.deciding],
    items: items.map((each) => ({ ...each, at: formatIso(each.at) })),
    figures: [...rest.figures],
    remarks: rest.remarks.map((each) => ({ ...each, factors: [...each.factors] })),
    rules: rules.map(({ rule }) => rule),
  };
}

export function cityNames(adcode: string): { readonly cityNameZh: string; readonly cityNameEn: string } {
  const found = cities.find((city) => city.adcode === adcode);
  return { cityNameZh: found?.nameZh ?? adcode, cityNameEn: found?.nameEn ?? adcode };
}

export function formatStation({ site, target: held, now, trend }: StationNow, kind: (typeof stationKinds)[number]) {
  const { id, name, city, enterprise, lat, lon, intervalSeconds, simulated } = site;
  return {
    id,
    name,
    kind,
    city,
    ...cityNames(city),
    enterprise,
    lat,
    lon,
    intervalSeconds,
    simulated,
    target: held,
    now: formatEvaluation(now),
    trend: trend.map(([start, value]): [number, number | null] => [start, value]),
  };
}

/** Each rule once, in the order in which it was first named. */
export function collectRules(evaluations: readonly Evaluation[]): RuleNote[] {
  const found = new Map<string, RuleNote>();
  for (const { rules } of evaluations) for (const note of rules) if (!found.has(note.rule)) found.set(note.rule, note);
  return [...found.values()];
}

/** Names and units of everything that is mentioned. */
export function collectFactors(evaluations: readonly Evaluation[], kind: (typeof stationKinds)[number]) {
  const codes = evaluations.flatMap(({ items, remarks }) => [
    ...items.map(({ factor }) => factor),
    ...remarks.flatMap(({ factors }) => factors),
  ]);
  return [...new Set(codes)].map((code) => formatFactor(code, kind));
}
