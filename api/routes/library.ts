// The library of published limits, as a list to look into: every row says where it stands and how sure it is.

import * as z from "zod";
import { findFactor } from "#domain/factor.ts";
import { type StandardLimit, standardLimits } from "#domain/standard.ts";
import { dayMs, parseDay } from "#domain/time.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const row = z
  .object({
    standard: z.string(),
    industry: z.string(),
    sourceUnit: z.string().meta({ description: "class, table or kind of source within the standard" }),
    medium: z.string(),
    factor: z.string(),
    pollutant: z.string().meta({ description: "as the standard names it" }),
    nameZh: z.string(),
    nameEn: z.string(),
    min: z.number().nullable(),
    max: z.number().nullable(),
    unit: z.string(),
    basis: z.string().meta({ description: "hour, day, realtime; other bases are for reading only" }),
    from: z.string().nullable().meta({ description: "first day in force (UTC+8); null: not known" }),
    to: z.string().nullable().meta({ description: "last day in force" }),
    refO2: z.number().nullable().meta({ description: "reference oxygen, per cent" }),
    decimals: z.number().int().nullable().meta({ description: "as written, where the number does not show them" }),
    notes: z.string(),
    confidence: z.string().meta({ description: "verified with its source, or from memory" }),
  })
  .meta({ id: "PublishedLimit" });

function formatRow(published: StandardLimit): z.output<typeof row> {
  const { standard, industry, sourceUnit, medium, factor, min, max, unit, basis, from, to, refO2 } = published;
  const { pollutant, decimals = null, notes, confidence } = published;
  const { nameZh = factor, nameEn = factor } = findFactor(factor) ?? {};
  const number = { min, max, unit, basis, from, to, refO2, decimals };
  return { standard, industry, sourceUnit, medium, factor, pollutant, nameZh, nameEn, ...number, notes, confidence };
}

function isInForce({ from, to }: StandardLimit, timeMs: number): boolean {
  const begin = from === null ? null : parseDay(from);
  const lastDay = to === null ? null : parseDay(to);
  return (begin === null || begin <= timeMs) && (lastDay === null || timeMs < lastDay + dayMs);
}

export function listLibrary(): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/limits/library",
    summary: "Published limits, with their sources",
    access: "viewer",
    query: z.strictObject({
      standard: shapes.text.optional().meta({ description: "exactly this standard" }),
      factor: shapes.factorCode.optional(),
      q: shapes.text.optional().meta({ description: "part of standard, industry, class or name of the factor" }),
      asOf: shapes.time.optional().meta({ description: "only those in force then" }),
    }),
    replies: { 200: { says: "all of them, as in the table", schema: shapes.page(row) } },
    run({ query: { standard, factor, q, asOf } }) {
      const part = q?.toLowerCase();
      const items = standardLimits
        .filter((published) => standard === undefined || published.standard === standard)
        .filter((published) => factor === undefined || published.factor === factor)
        .filter((published) => asOf === undefined || isInForce(published, asOf))
        .map(formatRow)
        .filter(({ standard: name, industry, sourceUnit, nameZh, nameEn, factor: code }) =>
          [name, industry, sourceUnit, nameZh, nameEn, code].some((each) => each.toLowerCase().includes(part ?? "")),
        );
      return { status: 200, body: { items, total: items.length, next: null } };
    },
  });
}
