// An exceedance explained: what was stored of it, recomputed from minutes, marks and limits as they are now, and whether both
// say the same. Shapes and pure formatting; where the data come from stands in routes/explanation.ts.

import * as z from "zod";
import type { Explanation, HourInput, MinuteInput } from "#domain/judge/explain.ts";
import type { Exceedance } from "#domain/judged.ts";
import type { Limit } from "#domain/limit.ts";
import type { LimitVersion } from "#domain/limit-change.ts";
import { isMarkEffective, type Mark } from "#domain/mark.ts";
import { findRuleLines } from "#domain/rules/rule-list.ts";
import { isDatedInForce, surenesses } from "#domain/rules/sureness.ts";
import { formatIso } from "#domain/time.ts";
import { exceedance } from "./exceedance-format.ts";
import { formatIsoOrNull, formatLimit } from "./format.ts";
import * as shapes from "./shapes.ts";

const int = z.number().int();
const value = z.number().nullable();
const ground = { rule: z.string(), sureness: z.enum(surenesses), clause: z.string(), source: z.string() };

const limitVersion = z.object({
  version: int,
  max: value,
  min: value,
  from: shapes.isoTime,
  to: shapes.isoTime.nullable(),
  reason: z.string(),
  by: z.string(),
  source: z.string(),
  refO2: value,
  seq: int.meta({ description: "journal sequence of the order" }),
  at: shapes.isoTime.meta({ description: "known from" }),
});

const minuteInput = z.object({
  start: shapes.isoTime,
  value: value.meta({ description: "as measured" }),
  oxygen: value,
  corrected: value.meta({ description: "what is averaged" }),
  flow: value,
  counts: z.boolean(),
  why: z.string().nullable().meta({ description: "why it does not count: missing, marked, a flag …" }),
});

const hourInput = z.object({
  start: shapes.isoTime,
  value,
  volumeM3: value,
  kg: value,
  valid: int.meta({ description: "minutes that count" }),
  due: int,
  counts: z.boolean(),
  why: z.string().nullable(),
});

const mark = z.object({
  id: z.string(),
  label: z.string(),
  factors: z.array(z.string()).nullable(),
  from: shapes.isoTime,
  to: shapes.isoTime,
  reason: z.string(),
  by: z.string(),
  at: shapes.isoTime,
  status: z.string(),
  effective: z.boolean(),
});

export const rawFrame = z.object({
  seq: int,
  time: shapes.isoTime.meta({ description: "event time of its readings" }),
  receivedAt: shapes.isoTime,
  excerpt: z.string().nullable().meta({ description: "null when the journal cannot give it back" }),
});

export const explanation = z
  .object({
    exceedance,
    site: z.object({
      id: z.string(),
      name: z.string().nullable(),
      kind: z.string().nullable(),
      city: z.string().nullable(),
      enterprise: z.string().nullable(),
    }),
    limit: shapes.limit
      .extend({ versions: z.array(limitVersion) })
      .nullable()
      .meta({ description: "as it is now; null when no such limit is kept any more" }),
    comparison: z.object({ method: z.string(), ...ground }).nullable(),
    formula: z.object({ text: z.string(), ...ground }).nullable(),
    validity: z
      .object({
        isValid: z.boolean(),
        why: z.string().nullable(),
        rule: z.string().nullable(),
        sureness: z.enum(surenesses).nullable(),
        needed: int.nullable(),
        due: int,
        received: int,
        valid: int.meta({ description: "parts that count" }),
        marked: int,
        missing: int,
        excluded: z.record(z.string(), int),
      })
      .nullable(),
    inputs: z.union([z.array(minuteInput), z.array(hourInput)]),
    marks: z.array(mark),
    agrees: z.boolean().meta({ description: "recomputed now, it is as it is stored" }),
    recomputed: value.meta({ description: "the lawful mean, recomputed" }),
    verdict: z.enum(["exceeding", "within", "unknown"]).meta({ description: "recomputed" }),
    disagreement: z.string().nullable(),
    frames: z.array(rawFrame),
    framesNext: z.string().nullable(),
  })
  .meta({ id: "Explanation" });

type Answer = z.output<typeof explanation>;
export type AnyExplanation = Explanation<MinuteInput> | Explanation<HourInput>;

export function formatLimitHistory(limit: Limit, versions: readonly LimitVersion[]): NonNullable<Answer["limit"]> {
  return {
    ...formatLimit(limit),
    versions: versions.map(({ limit: of, seq, at }) => ({
      version: of.version,
      max: of.max,
      min: of.min,
      from: formatIso(of.from),
      to: formatIsoOrNull(of.to),
      reason: of.reason,
      by: of.by,
      source: of.source,
      refO2: of.refO2 ?? null,
      seq,
      at: formatIso(at),
    })),
  };
}

/** The line of the list of rules that was in force for the window. */
export function formatComparison({ rule, method, start }: Exceedance): Answer["comparison"] {
  const lines = findRuleLines(rule);
  const line = lines.find((each) => isDatedInForce(each, start)) ?? lines.at(-1);
  if (line === undefined) return null;
  return { method, rule, sureness: line.sureness, clause: line.clause, source: line.source };
}

export function formatValidity({ validity }: AnyExplanation): Answer["validity"] {
  const { valid, why, rule, sureness, needed, counts } = validity;
  const { due, received, marked, missing, excluded } = counts;
  // What no minute can ever meet is no number.
  const least = needed === null || !Number.isFinite(needed) ? null : needed;
  const parts = { due, received, valid: counts.valid, marked, missing, excluded: { ...excluded } };
  return { isValid: valid, why, rule, sureness, needed: least, ...parts };
}

function isMinute(input: MinuteInput | HourInput): input is MinuteInput {
  return "corrected" in input;
}

function isHour(input: MinuteInput | HourInput): input is HourInput {
  return !isMinute(input);
}

export function formatInputs(inputs: readonly (MinuteInput | HourInput)[]): Answer["inputs"] {
  const minutes = inputs.filter(isMinute);
  if (minutes.length > 0) return minutes.map((input) => ({ ...input, start: formatIso(input.start) }));
  return inputs.filter(isHour).map((input) => ({ ...input, start: formatIso(input.start) }));
}

export function formatMarks(marks: readonly Mark[]): Answer["marks"] {
  return marks.map((each) => ({
    id: each.id,
    label: each.label,
    factors: each.factors === null ? null : [...each.factors],
    from: formatIso(each.from),
    to: formatIso(each.to),
    reason: each.reason,
    by: each.by,
    at: formatIso(each.at),
    status: each.status,
    effective: isMarkEffective(each),
  }));
}

/** Null: what is stored and what is recomputed say the same. */
export function findDisagreement(
  stored: Pick<Exceedance, "status" | "value" | "compared" | "bound" | "side" | "limitId" | "limitVersion">,
  now: Pick<AnyExplanation, "judgement" | "window"> | null,
): string | null {
  if (now === null) return stored.status === "confirmed" ? "the site does not judge this factor any more" : null;
  const { judgement, window } = now;
  if (stored.status !== "confirmed") {
    if (judgement.status === "exceeding") return `stored as ${stored.status}, but it exceeds`;
    if (stored.status === "marked" && !window.isMarkedOut) return "stored as marked, but no mark takes it out";
    return null;
  }
  if (judgement.status !== "exceeding") return `stored as an exceedance, but it is ${judgement.status}`;
  const differs = (["value", "compared", "bound", "side", "limitId", "limitVersion"] as const).filter(
    (name) => judgement[name] !== stored[name],
  );
  return differs.length === 0 ? null : `another ${differs.join(", ")}`;
}
