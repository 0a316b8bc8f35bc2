// Alarms: lists by every word that people look for, also as tables for spreadsheets, and one of them with all its transitions.
// What people do to them is in alarm-acts.ts.

import * as z from "zod";
import { type AlarmState, alarmStates, suppressionKinds } from "#domain/alarm.ts";
import type { AlarmFilter } from "#store/state/alarm-reader.ts";
import { alarm as alarmShape } from "../alarm-shapes.ts";
import { findAlarm } from "../alarms/acts.ts";
import { alarmColumns, listFormats, readPages, replySheet } from "../alarms/sheets.ts";
import { formatAlarm } from "../format.ts";
import type { Rooms } from "../parts.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { formatTransition, transition } from "./alarm-journal.ts";

const path = "/api/v1/alarms";
const idParams = z.object({ id: z.string().min(1).max(200) });
const priority = z.coerce.number().pipe(z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]));

const flag = z.enum(["true", "false"]).transform((text) => text === "true");
const activeStates: ReadonlySet<AlarmState> = new Set(["unack-active", "ack-active"]);

/** States that are asked for, one way and the other. */
function pickStates(states: readonly AlarmState[] | undefined, active: boolean | undefined): AlarmState[] | undefined {
  if (states === undefined && active === undefined) return undefined;
  return (states ?? alarmStates).filter((state) => active === undefined || activeStates.has(state) === active);
}

export function listAlarms({ state, memory }: Rooms): Route {
  return defineRoute({
    method: "get",
    path,
    summary: "Alarms, newest onset first",
    access: "viewer",
    query: z.strictObject({
      state: shapes.repeatable(z.enum(alarmStates), alarmStates.length).optional(),
      active: flag.optional().meta({ description: "is the condition there now?" }),
      acked: flag.optional(),
      priority: shapes.repeatable(priority, 4).optional(),
      site: shapes.siteId.optional(),
      city: shapes.cityCode.optional(),
      enterprise: shapes.text.optional(),
      factor: shapes.factorCode.optional(),
      class: shapes.text.optional(),
      definition: shapes.text.optional().meta({ description: "what can happen, or its record" }),
      suppressed: z.enum([...suppressionKinds, "any", "none"]).optional(),
      assignee: shapes.text.optional(),
      acker: shapes.text.optional().meta({ description: "who acknowledged it" }),
      q: shapes.text.optional().meta({ description: "part of a name, an id, a definition or a comment" }),
      from: shapes.time.optional().meta({ description: "onset from" }),
      to: shapes.time.optional().meta({ description: "onset before" }),
      format: z.enum(listFormats).default("json"),
      ...shapes.pageQuery,
    }),
    replies: { 200: { says: "a page of alarms; CSV and XLSX: all", schema: shapes.page(alarmShape) } },
    async run({ query }) {
      const { state: asked, active, priority: priorities, limit, cursor, format, ...rest } = query;
      const states = pickStates(asked, active);
      const given = Object.fromEntries(
        Object.entries({ states, priorities, ...rest }).filter(([, value]) => value !== undefined),
      ) as Omit<AlarmFilter, "limit" | "cursor">;
      if (format !== "json") {
        const { total } = await state.alarms({ ...given, limit: 1 });
        const parts = readPages((page) => state.alarms({ ...given, ...page }));
        return replySheet(format, "alarms", alarmColumns(memory), parts, total);
      }
      const at = cursor === undefined ? {} : { cursor };
      const { items, total, next } = await state.alarms({ ...given, ...at, limit });
      return { status: 200, body: { items: items.map(formatAlarm), total, next } };
    },
  });
}

export function showAlarm(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${path}/{id}`,
    summary: "One alarm with everything that happened to it",
    access: "viewer",
    params: idParams,
    replies: {
      200: {
        says: "the alarm",
        schema: alarmShape.extend({ transitions: z.array(transition) }).meta({ id: "AlarmHistory" }),
      },
    },
    async run({ params }) {
      const alarm = await findAlarm(rooms, params.id);
      const rows = await rooms.state.transitions(params.id);
      const transitions = rows.map(formatTransition);
      return { status: 200, body: { ...formatAlarm(alarm), transitions } };
    },
  });
}
