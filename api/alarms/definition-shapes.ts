// Records of alarms as they cross the border of the api: the same form in JSON, in YAML and in the documentation. What a form
// cannot say (levels that ascend, a class that asks for a statutory basis) is checked by domain/alarms/definition.ts.

import * as z from "zod";
import {
  type AlarmDefinition,
  type AlarmDefinitionVersion,
  alarmSubjects,
  type AlarmScope,
} from "#domain/alarm-definition.ts";
import { textsOf } from "#domain/alarms/built-in.ts";
import { everyFactor } from "#domain/alarms/in-force.ts";
import { limitBases } from "#domain/limit.ts";
import { siteKinds } from "#domain/site.ts";
import { dayMs, formatIso } from "#domain/time.ts";
import { formatIsoOrNull } from "../format.ts";
import * as shapes from "../shapes.ts";

const longText = z.string().trim().max(2_000);
const delay = z.number().int().min(0).max(dayMs);

/** Left out: for all. */
export const scope = z
  .strictObject({
    site: shapes.siteId.nullable().default(null),
    enterprise: shapes.text.nullable().default(null),
    city: shapes.cityCode.nullable().default(null),
    kind: z.enum(siteKinds).nullable().default(null),
    factor: z
      .union([z.literal(everyFactor), shapes.factorCode])
      .meta({
        description: `of silence: null is the site as a whole, "${everyFactor}" is each factor by itself`,
      })
      .nullable()
      .default(null),
  })
  .meta({ id: "AlarmScope", description: "for which sites and factors it holds; null: for all" });

export const everything: AlarmScope = { site: null, enterprise: null, city: null, kind: null, factor: null };

const priority = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);

const level = z.strictObject({
  op: z.enum(["above", "below", "beyond"]),
  at: z.number().meta({
    description: "limit: times the limit in force; value: the number itself; silence: times the expected interval",
  }),
  priority,
});

export const definitionId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "letters, digits, . _ and -, 64 at most, the first a letter or digit")
  .meta({ example: "limit-hour" });

/** Everything but the id and the version. */
export const definitionFields = {
  nameZh: shapes.text,
  nameEn: shapes.text,
  enabled: z.boolean().default(true),
  subject: z.enum(alarmSubjects),
  basis: z.enum(limitBases).nullable().default(null),
  scope: scope.default(everything),
  class: shapes.text,
  levels: z.array(level).min(1).max(8).meta({ description: "from the mildest to the gravest" }),
  deadband: z
    .strictObject({ kind: z.enum(["absolute", "percent"]), value: z.number().min(0) })
    .default({ kind: "percent", value: 0 }),
  onDelayMs: delay.default(0),
  offDelayMs: delay.default(0),
  latched: z.boolean().default(false),
  ackRequired: z.boolean().default(true),
  reAlarmMs: z
    .number()
    .int()
    .min(60_000)
    .max(7 * dayMs)
    .nullable()
    .default(null),
  suppressWhen: z
    .array(z.enum(["marked", "site-silent"]))
    .max(2)
    .default([]),
  consequence: longText.default(""),
  causes: z.array(longText.min(1)).max(20).default([]),
  action: longText.default("").meta({ description: "what the operator must do; without it nobody is called" }),
  responseMs: z
    .number()
    .int()
    .min(0)
    .max(30 * dayMs)
    .nullable()
    .default(null),
  statutoryBasis: longText.default(""),
  rationale: longText.default(""),
  owner: z.string().trim().max(200).default(""),
  approvedBy: shapes.text.nullable().default(null),
  reviewDue: shapes.time.nullable().default(null),
  source: longText.default(""),
};

export const definitionDraft = z.strictObject(definitionFields).meta({ id: "AlarmDefinitionDraft" });
export type DefinitionDraft = Omit<AlarmDefinition, "version" | "id">;

/** One record of a text that is imported. */
export const importedDefinition = z.strictObject({
  id: definitionId,
  version: z.number().int().min(0).optional(),
  ...definitionFields,
});

export const definition = z
  .object({
    ...definitionFields,
    id: z.string(),
    version: z.number().int(),
    reviewDue: shapes.isoTime.nullable(),
    textsEn: z
      .object({ consequence: z.string(), causes: z.array(z.string()), action: z.string(), rationale: z.string() })
      .meta({ description: "the texts in English: of a built-in record that nobody has reworded, else as written" }),
    builtIn: z.boolean().meta({ description: "as it comes with the program: nobody has changed it" }),
    changedBy: z.string().nullable(),
    changedAt: shapes.isoTime.nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: "AlarmDefinition" });

export interface KnownDefinition {
  readonly definition: AlarmDefinition;
  /** Null: it comes with the program. */
  readonly put: Omit<AlarmDefinitionVersion, "definition"> | null;
}

export function formatDefinition({ definition: record, put }: KnownDefinition) {
  return {
    ...record,
    reviewDue: formatIsoOrNull(record.reviewDue),
    textsEn: textsOf(record, "en"),
    builtIn: put === null,
    changedBy: put?.by ?? null,
    changedAt: put === null ? null : formatIso(put.at),
    reason: put?.reason ?? null,
  };
}
