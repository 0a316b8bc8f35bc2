// Alarms as they cross the border of the api, as zod schemas.

import * as z from "zod";
import "zod-openapi";
import { alarmStates, alarmValidities, suppressionKinds } from "#domain/alarm.ts";
import { isoTime } from "./shapes.ts";

export const suppression = z
  .object({
    kind: z.enum(suppressionKinds),
    until: isoTime.nullable(),
    by: z.string(),
    reason: z.string(),
    of: z.string().nullable(),
    oneShot: z.boolean(),
  })
  .meta({ id: "Suppression" });

export const alarm = z
  .object({
    id: z.string(),
    version: z.number().int(),
    site: z.string(),
    factor: z.string().nullable(),
    definition: z.string(),
    priority: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
    state: z.enum(alarmStates),
    active: z.boolean(),
    acked: z.boolean(),
    latched: z.boolean(),
    suppression: suppression.nullable(),
    validity: z.enum(alarmValidities),
    value: z.number().nullable(),
    limit: z.number().nullable(),
    unit: z.string(),
    onset: isoTime,
    cleared: isoTime.nullable(),
    ackedBy: z.string().nullable(),
    ackedAt: isoTime.nullable(),
    journalSeq: z.number().int(),
    comments: z.array(z.object({ at: isoTime, by: z.string(), text: z.string() })),
    case: z.string().nullable(),
    record: z.string(),
    recordVersion: z.number().int(),
    class: z.string(),
    level: z.number().int(),
    assignee: z.string().nullable(),
    annunciations: z.number().int(),
    annunciatedAt: isoTime.nullable(),
    reraises: z.number().int(),
    chattering: z.boolean(),
    retrospective: z.boolean(),
  })
  .meta({ id: "Alarm" });
