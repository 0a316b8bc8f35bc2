// What is out of service: planned works and repairs, by site, enterprise, city, kind or factor, from when to when. Alarms of it go
// on and are written down; nobody is called. Before it begins people are shown what it would silence now.

import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Alarm } from "#domain/alarm.ts";
import type { AlarmScope, OutOfService } from "#domain/alarm-definition.ts";
import { bounds } from "#domain/bounds.ts";
import { systemSite } from "#domain/condition.ts";
import { dayMs, formatIso } from "#domain/time.ts";
import { alarm as alarmShape } from "../alarm-shapes.ts";
import { scope } from "../alarms/definition-shapes.ts";
import type { Repeats } from "../alarms/repeats.ts";
import { isAlarmInScope, isEverything, isSiteInScope } from "../alarms/scope.ts";
import { formatAlarm, formatIsoOrNull } from "../format.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const path = "/api/v1/out-of-service";
/** Sites and alarms that a preview names; all are counted. */
const listedMax = 200;
const spanMsMax = 366 * dayMs;

const outage = z
  .object({
    id: z.string(),
    version: z.number().int(),
    scope,
    definitions: z.array(z.string()).nullable(),
    from: shapes.isoTime,
    to: shapes.isoTime.nullable(),
    workOrder: z.string(),
    reason: z.string(),
    by: z.string(),
    at: shapes.isoTime,
    endedBy: z.string().nullable(),
    endedAt: shapes.isoTime.nullable(),
    active: z.boolean().meta({ description: "begun, and neither ended nor run out" }),
    seq: z.number().int(),
  })
  .meta({ id: "OutOfService" });

function formatOutage(row: OutOfService, now: number) {
  const { from, to, at, endedAt } = row;
  return {
    ...row,
    from: formatIso(from),
    to: formatIsoOrNull(to),
    at: formatIso(at),
    endedAt: formatIsoOrNull(endedAt),
    active: endedAt === null && from <= now && (to === null || now < to),
  };
}

const what = {
  scope,
  definitions: z
    .array(shapes.text)
    .min(1)
    .max(50)
    .nullish()
    .transform((names) => names ?? null)
    .meta({ description: 'names like "limit:w01018:hour"; left out: all of the scope' }),
};

function checkScope({ memory }: Rooms, asked: AlarmScope): void {
  if (isEverything(asked))
    throw new Problem("invalid-request", "body scope: name a site, an enterprise, a city, a kind or a factor");
  if (asked.site !== null && asked.site !== systemSite && memory.site(asked.site) === undefined)
    throw new Problem("unknown-site", `there is no site ${asked.site}`);
}

export function listOutOfService(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path,
    summary: "What is and was out of service, the one that began last first",
    access: "viewer",
    query: z.strictObject({ active: z.enum(["true", "false"]).optional(), ...shapes.pageQuery }),
    replies: { 200: { says: "a page of it; active=true: what is so now", schema: shapes.page(outage) } },
    async run({ query: { active, limit, cursor } }) {
      const now = rooms.now();
      const only = active === undefined ? {} : active === "true" ? { activeAt: now } : { inactiveAt: now };
      const at = cursor === undefined ? {} : { cursor };
      const { items, total, next } = await rooms.state.outOfService({ ...only, ...at, limit });
      return { status: 200, body: { items: items.map((row) => formatOutage(row, now)), total, next } };
    },
  });
}

const preview = z
  .object({
    sites: z.number().int(),
    siteIds: z.array(z.string()).meta({ description: `the first ${listedMax}` }),
    alarms: z.number().int().meta({ description: "alarms that are not back to normal now" }),
    highest: z.number().int().nullable().meta({ description: "the highest priority among them" }),
    items: z.array(alarmShape).meta({ description: `the first ${listedMax} of them, most urgent first` }),
  })
  .meta({ id: "OutOfServicePreview" });

export function previewOutOfService(rooms: Rooms): Route {
  return defineRoute({
    method: "post",
    path: `${path}/preview`,
    summary: "What would be out of service: sites, and alarms that are there now",
    access: "operator",
    body: z.strictObject(what),
    replies: { 200: { says: "what matches now", schema: preview } },
    run({ body }) {
      const { memory } = rooms;
      checkScope(rooms, body.scope);
      const sites = memory.sites().filter((site) => isSiteInScope(body.scope, site));
      const alarms: Alarm[] = [];
      for (const alarm of memory.alarms()) {
        const site = memory.site(alarm.site) ?? null;
        if (isAlarmInScope(body.scope, body.definitions, alarm, site)) alarms.push(alarm);
      }
      alarms.sort((a, b) => a.priority - b.priority || b.onset - a.onset);
      return {
        status: 200,
        body: {
          sites: sites.length,
          siteIds: sites.slice(0, listedMax).map(({ id }) => id),
          alarms: alarms.length,
          highest: alarms[0]?.priority ?? null,
          items: alarms.slice(0, listedMax).map(formatAlarm),
        },
      };
    },
  });
}

async function findOutage({ state }: Rooms, id: string): Promise<OutOfService> {
  const found = await state.outOfServiceOf(id);
  if (found === null) throw new Problem("out-of-service-not-found", `nothing out of service is called ${id}`);
  return found;
}

export function beginOutOfService(rooms: Rooms, repeats: Repeats): Route {
  return defineRoute({
    method: "post",
    path,
    summary: "Take something out of service, now or planned, with a work order and a reason",
    // Who may silence a point without a class's own bounds answers for it.
    access: "admin",
    body: z
      .strictObject({
        ...what,
        from: shapes.time.optional().meta({ description: "left out: now" }),
        to: shapes.time.nullish().meta({ description: "left out or null: until it is put back" }),
        workOrder: z.string().trim().max(bounds.textCharsMax).default(""),
        reason: shapes.text,
      })
      .meta({ id: "OutOfServiceDraft" }),
    replies: { 201: { says: "it is so, or will be", schema: outage } },
    run({ body, user, idempotencyKey, bytes }) {
      const asked = Buffer.from(bytes).toString("base64");
      return repeats.once({ user: user.username, key: idempotencyKey, asked }, async () => {
        checkScope(rooms, body.scope);
        const from = body.from ?? rooms.now();
        const to = body.to ?? null;
        if (to !== null && to <= from) throw new Problem("invalid-request", "from must be before to");
        if (to !== null && to - from > spanMsMax) throw new Problem("invalid-request", "366 days at most");
        const { scope: where, definitions, workOrder, reason } = body;
        const draft = { id: randomUUID(), scope: where, definitions, from, to, workOrder, reason };
        await rooms.commands.send(user.username, { type: "out-of-service.begin", draft });
        return { status: 201, body: formatOutage(await findOutage(rooms, draft.id), rooms.now()) };
      });
    },
  });
}

/** What has ended is in no book of ingest any more. */
function checkEndable(row: OutOfService, expectedVersion: number, now: number): void {
  const extra = { current: formatOutage(row, now) };
  if (row.version !== expectedVersion)
    throw new Problem("stale-version", `it is at version ${row.version}, not ${expectedVersion}`, { extra });
  if (row.endedAt !== null)
    throw new Problem("illegal-move", `it was put back by ${row.endedBy ?? "the end of its time"}`, { extra });
}

export function endOutOfService(rooms: Rooms): Route {
  return defineRoute({
    method: "post",
    path: `${path}/{id}/end`,
    summary: "Put it back into service",
    access: "admin",
    params: z.object({ id: z.string().max(100) }),
    body: z.strictObject({ expectedVersion: z.number().int(), reason: shapes.text }),
    replies: {
      200: { says: "it is in service again", schema: outage },
      409: { says: "it has changed: `current` shows how" },
      422: { says: "it has ended before" },
    },
    async run({ params: { id }, body, user }) {
      const before = await findOutage(rooms, id);
      checkEndable(before, body.expectedVersion, rooms.now());
      await rooms.commands.send(user.username, { type: "out-of-service.end", id, ...body });
      return { status: 200, body: formatOutage(await findOutage(rooms, id), rooms.now()) };
    },
  });
}
