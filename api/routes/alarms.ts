// Alarms: reading them, acknowledging and commenting. A decision carries the version it was made on; ingest says whether
// it still holds.

import * as z from "zod";
import { alarmStates, transitionCauses, type Alarm } from "#domain/alarm.ts";
import type { Command } from "#domain/command.ts";
import { formatIso } from "#domain/time.ts";
import { alarm as alarmShape } from "../alarm-shapes.ts";
import { formatAlarm } from "../format.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const path = "/api/v1/alarms";
const idParams = z.object({ id: z.string().min(1).max(200) });
const priority = z.coerce.number().pipe(z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]));
const comment = z.string().trim().max(2_000);

const transition = z
  .object({
    alarmId: z.string(),
    version: z.number().int(),
    seq: z.number().int(),
    from: z.enum(alarmStates),
    to: z.enum(alarmStates),
    cause: z.enum(transitionCauses),
    value: z.number().nullable(),
    limit: z.number().nullable(),
    eventTime: shapes.isoTime,
    receivedAt: shapes.isoTime,
    actor: z.string().nullable(),
    comment: z.string().nullable(),
  })
  .meta({ id: "AlarmTransition" });

/** The newest that is known: ingest's word, which may be a moment ahead of the store. */
async function findAlarm({ memory, state }: Rooms, id: string): Promise<Alarm> {
  const [live, stored] = [memory.alarm(id), await state.alarm(id)];
  const alarm = stored === null || (live !== undefined && live.version > stored.version) ? live : stored;
  if (alarm === undefined) throw new Problem("alarm-not-found", `there is no alarm ${id}`);
  return alarm;
}

export function listAlarms({ state }: Rooms): Route {
  return defineRoute({
    method: "get",
    path,
    summary: "Alarms, newest onset first",
    access: "viewer",
    query: z.strictObject({
      state: shapes.repeatable(z.enum(alarmStates), alarmStates.length).optional(),
      priority: shapes.repeatable(priority, 4).optional(),
      site: shapes.siteId.optional(),
      city: shapes.cityCode.optional(),
      from: shapes.time.optional().meta({ description: "onset from" }),
      to: shapes.time.optional().meta({ description: "onset before" }),
      ...shapes.pageQuery,
    }),
    replies: { 200: { says: "a page of alarms", schema: shapes.page(alarmShape) } },
    async run({ query }) {
      const { state: states, priority: priorities, limit, ...rest } = query;
      const given = Object.fromEntries(
        Object.entries({ states, priorities, ...rest }).filter(([, value]) => value !== undefined),
      );
      const { items, total, next } = await state.alarms({ ...given, limit });
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
      const transitions = rows.map((row) => ({
        ...row,
        eventTime: formatIso(row.eventTime),
        receivedAt: formatIso(row.receivedAt),
      }));
      return { status: 200, body: { ...formatAlarm(alarm), transitions } };
    },
  });
}

function isAlarm(value: unknown): value is Alarm {
  return (
    typeof value === "object" &&
    value !== null &&
    "onset" in value &&
    typeof value.onset === "number" &&
    "comments" in value
  );
}

/** Sends the command and answers with the alarm as it is afterwards; a conflict shows it as it was met. */
async function decide(rooms: Rooms, actor: string, id: string, command: Command) {
  // Known here or not at all: nonsense ids need no place in the journal.
  await findAlarm(rooms, id);
  try {
    const { result } = await rooms.commands.send(actor, command);
    return { status: 200, body: formatAlarm(isAlarm(result) ? result : await findAlarm(rooms, id)) };
  } catch (error) {
    if (!(error instanceof Problem) || !isAlarm(error.extra["current"])) throw error;
    const current = formatAlarm(error.extra["current"]);
    throw new Problem(error.code, error.message, { extra: { ...error.extra, current }, cause: error });
  }
}

const decisionReplies = {
  200: { says: "the alarm as it is now", schema: alarmShape },
  409: { says: "it has changed: `current` shows how" },
  422: { says: "not possible in its state" },
} as const;

export function acknowledgeAlarm(rooms: Rooms): Route {
  return defineRoute({
    method: "post",
    path: `${path}/{id}/ack`,
    summary: "Acknowledge an alarm",
    access: "operator",
    params: idParams,
    body: z.strictObject({ expectedVersion: z.number().int(), comment: comment.nullish() }),
    replies: decisionReplies,
    run({ params, body, user }) {
      const said = body.comment === undefined || body.comment === null || body.comment === "" ? null : body.comment;
      const command = {
        type: "alarm.ack",
        alarm: params.id,
        expectedVersion: body.expectedVersion,
        comment: said,
      } as const;
      return decide(rooms, user.username, params.id, command);
    },
  });
}

export function commentAlarm(rooms: Rooms): Route {
  return defineRoute({
    method: "post",
    path: `${path}/{id}/comment`,
    summary: "Comment on an alarm; without expectedVersion whatever its version is",
    access: "operator",
    params: idParams,
    body: z.strictObject({ expectedVersion: z.number().int().nullish(), comment: comment.min(1) }),
    replies: decisionReplies,
    run({ params, body, user }) {
      const expectedVersion = body.expectedVersion ?? null;
      const command = { type: "alarm.comment", alarm: params.id, expectedVersion, comment: body.comment } as const;
      return decide(rooms, user.username, params.id, command);
    },
  });
}
