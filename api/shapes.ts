// The forms that cross the border of the api, in and out, as zod schemas: parsed from, documented by, and named as in the
// contract. Times come in as ISO 8601 with an offset or as epoch ms, and go out as ISO 8601.

import * as z from "zod";
import "zod-openapi";
import { bounds } from "#domain/bounds.ts";
import { cities } from "#domain/city.ts";
import { findFactor } from "#domain/factor.ts";
import { limitBases } from "#domain/limit.ts";
import { flags } from "#domain/reading.ts";
import { intervalSecondsDefault, isSiteId, siteKinds } from "#domain/site.ts";
import { usualGroup } from "#domain/sparkplug/own-topics.ts";
import { sizes } from "#domain/sparkplug/sizes.ts";
import { findIdFault } from "#domain/sparkplug/topic.ts";
import { parseDay, parseIsoTime } from "#domain/time.ts";
import { roles } from "#store/state/accounts.ts";

/** Times beyond this are no dates for JavaScript. */
const timeMsMax = 8.64e15;

/** Text of a query → epoch ms, or null. */
export function parseTimeText(text: string): number | null {
  const ms = /^-?\d{1,16}$/.test(text) ? Number(text) : parseIsoTime(text);
  return ms === null || Math.abs(ms) > timeMsMax ? null : ms;
}

const timeSays = "ISO 8601 with an offset, or epoch milliseconds";

export const time = z
  .union([z.string(), z.number()])
  .transform((value, context) => {
    const ms = parseTimeText(String(value));
    if (ms !== null) return ms;
    context.addIssue({ code: "custom", message: `must be ${timeSays}` });
    return z.NEVER;
  })
  .meta({ description: timeSays, example: "2026-11-22T08:00:00+08:00" });

export const isoTime = z.string().meta({ format: "date-time", example: "2026-11-22T00:43:40.000Z" });

export const text = z.string().trim().min(1).max(bounds.textCharsMax);
/** Left out or null → null. */
function orNull<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? null);
}

export const siteId = z
  .string()
  .refine(isSiteId, "must be 1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit")
  .meta({ example: "HB-130200-001" });

export const factorCode = z
  .string()
  .max(bounds.textCharsMax)
  .refine((code) => findFactor(code) !== undefined, {
    error: (issue) => `"${String(issue.input)}" is in no factor table`,
    params: { problem: "unknown-factor" },
  })
  .meta({ example: "w01018" });

export const cityCode = z
  .string()
  .refine((code) => cities.some((city) => city.adcode === code), {
    error: (issue) => `"${String(issue.input).slice(0, 20)}" is no adcode of this province`,
    params: { problem: "unknown-city" },
  })
  .meta({ example: "130200" });

export const day = z
  .string()
  .refine((value) => parseDay(value) !== null, "must be a calendar day like 2026-11-22 (UTC+8)")
  .meta({ example: "2026-11-22" });

function splitRepeated(value: unknown): unknown {
  const parts = Array.isArray(value) ? value : [value];
  return parts.flatMap((part) => (typeof part === "string" ? part.split(",") : [part]));
}

/** "a,b" and "a" + "b" alike → ["a", "b"]. */
export function repeatable<T extends z.ZodType>(item: T, most: number) {
  return z
    .preprocess(splitRepeated, z.array(item).min(1).max(most))
    .meta({ override: { type: "array", items: { type: "string" }, maxItems: most } });
}

export const pageLimit = z.coerce.number().int().min(1).max(1000).default(100);
export const pageQuery = { limit: pageLimit, cursor: z.string().max(500).optional() };

export function page<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), total: z.number().int(), next: z.string().nullable() });
}

export const user = z
  .object({
    username: z.string(),
    displayName: z.string(),
    role: z.enum(roles),
    enterprise: z.string().optional().meta({ description: "of the role enterprise: whose cases may be seen" }),
  })
  .meta({ id: "User" });

export const standardKey = z.strictObject({ standard: text, industry: text, unit: text });

const siteFields = {
  name: text,
  kind: z.enum(siteKinds),
  city: cityCode,
  factors: z
    .array(factorCode)
    .min(1, "a site measures at least one factor")
    .max(500)
    .transform((codes) => [...new Set(codes)]),
  intervalSeconds: z.number().min(1).max(86_400),
  simulated: z.boolean(),
};

const sparkplugName = z
  .string()
  .refine((id) => findIdFault(id) === null, "must be 1 to 128 characters without / + # and control signs");
const metricName = z.string().min(1).max(sizes.nameCharsMax);

/** The edge node of a site, and what its metrics mean. */
export const edgeNode = z
  .strictObject({
    group: sparkplugName.refine(
      (group) => group !== usualGroup,
      `the group ${usualGroup} is that of unnamed edge nodes`,
    ),
    node: sparkplugName,
    metrics: z
      .array(
        z.strictObject({
          device: orNull(sparkplugName).meta({ description: "null: a metric of the edge node itself" }),
          metric: metricName,
          factor: orNull(factorCode).meta({ description: "null: no reading, by decision" }),
        }),
      )
      .max(sizes.metricRowsMax)
      .default([]),
    others: z
      .enum(["refused", "aside"])
      .default("refused")
      .meta({ description: "what becomes of metrics that no row names" }),
  })
  .meta({ description: "Sparkplug B: without it the edge node is the site's id in the group plumeline" });

const siteOptions = {
  sparkplug: edgeNode,
  enterprise: text,
  maintainer: text.meta({ description: "the firm that looks after the instruments and the logger" }),
  lat: z.number().min(-90).max(90),
  lon: z.number().min(-180).max(180),
  standard: standardKey,
  mn: z
    .string()
    .regex(/^[\w-]{1,40}$/)
    .meta({ description: "HJ 212 identity of the logger" }),
  pw: z.string().min(1).max(40).meta({ description: "HJ 212 password of the logger; never shown again" }),
};

export const siteDraft = z
  .strictObject({
    id: siteId,
    ...siteFields,
    intervalSeconds: siteFields.intervalSeconds.default(intervalSecondsDefault),
    simulated: siteFields.simulated.default(false),
    enterprise: orNull(siteOptions.enterprise),
    maintainer: siteOptions.maintainer.nullish(),
    lat: orNull(siteOptions.lat),
    lon: orNull(siteOptions.lon),
    standard: orNull(siteOptions.standard),
    mn: orNull(siteOptions.mn),
    pw: orNull(siteOptions.pw),
    sparkplug: siteOptions.sparkplug.nullish(),
  })
  .meta({ id: "SiteDraft" });

// No defaults here: what a change leaves out stays as it is, null takes it away.
export const sitePatch = z
  .strictObject({
    ...siteFields,
    enterprise: siteOptions.enterprise.nullable(),
    maintainer: siteOptions.maintainer.nullable(),
    lat: siteOptions.lat.nullable(),
    lon: siteOptions.lon.nullable(),
    standard: siteOptions.standard.nullable(),
    mn: siteOptions.mn.nullable(),
    pw: siteOptions.pw,
    sparkplug: siteOptions.sparkplug.nullable(),
    expectedVersion: z.number().int(),
  })
  .partial()
  .meta({ id: "SitePatch" });

export const site = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(siteKinds),
    city: z.string(),
    enterprise: z.string().nullable(),
    maintainer: z.string().nullish(),
    lat: z.number().nullable(),
    lon: z.number().nullable(),
    factors: z.array(z.string()),
    intervalSeconds: z.number(),
    standard: standardKey.nullable(),
    mn: z.string().nullable(),
    sparkplug: z
      .object({
        group: z.string(),
        node: z.string(),
        metrics: z.array(
          z.object({ device: z.string().nullable(), metric: z.string(), factor: z.string().nullable() }),
        ),
        others: z.enum(["refused", "aside"]).optional(),
      })
      .nullish(),
    simulated: z.boolean(),
    version: z.number().int(),
    status: z.enum(["online", "offline"]),
  })
  .meta({ id: "Site" });

export const siteDetails = site
  .extend({
    factorDetails: z.array(z.lazy(() => factor)),
    limits: z.array(z.lazy(() => limit)),
  })
  .meta({ id: "SiteDetails" });

export const factor = z
  .object({
    code: z.string(),
    nameZh: z.string(),
    nameEn: z.string(),
    unit: z.string(),
    decimals: z.number().int(),
  })
  .meta({ id: "Factor" });

const referenceOxygen = z
  .number()
  .min(0)
  .max(20)
  .meta({ description: "reference oxygen that values are corrected to, per cent; null: they are not", example: 16 });
const decimalsAsWritten = z
  .number()
  .int()
  .min(0)
  .max(6)
  .meta({ description: 'decimals as written, e.g. 1 for "1.0"; null: those of the number' });

export const limitDraft = z
  .strictObject({
    site: siteId,
    factor: factorCode,
    max: orNull(z.number()),
    min: orNull(z.number()),
    basis: z.enum(limitBases),
    from: time,
    to: orNull(time),
    reason: text,
    refO2: orNull(referenceOxygen),
    decimals: orNull(decimalsAsWritten),
  })
  .refine((limit) => limit.max !== null || limit.min !== null, "needs max or min")
  .refine((limit) => limit.max === null || limit.min === null || limit.min < limit.max, "min must be below max")
  .refine((limit) => limit.to === null || limit.from < limit.to, "from must be before to")
  .meta({ id: "LimitDraft" });

export const limit = z
  .object({
    id: z.string(),
    version: z.number().int(),
    site: z.string(),
    factor: z.string(),
    max: z.number().nullable(),
    min: z.number().nullable(),
    basis: z.enum(limitBases),
    from: isoTime,
    to: isoTime.nullable(),
    reason: z.string(),
    by: z.string(),
    source: z.string(),
    refO2: z.number().nullable(),
    decimals: z.number().int().nullable(),
  })
  .meta({ id: "Limit" });

export const counts = z
  .object({
    unack: z.object({ "1": z.number(), "2": z.number(), "3": z.number(), "4": z.number() }),
    active: z.number(),
    sitesOnline: z.number(),
    sitesTotal: z.number(),
  })
  .meta({ id: "Counts" });

export const latestRow = z.tuple([z.string(), z.string(), z.number(), z.number(), z.enum(flags)]);

export const problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string(),
    hint: z.string(),
    requestId: z.string(),
  })
  .meta({ id: "Problem" });
