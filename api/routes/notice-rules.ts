// By which rules people are told: policies and calendars of who is on call. A change carries the version it was decided on and
// a reason; ingest says whether it holds, so that a replay comes to the same.

import * as z from "zod";
import type { Command } from "#domain/command.ts";
import type { NoticePolicy, OnCallCalendar } from "#domain/notice.ts";
import { onCallAt } from "#domain/on-call.ts";
import { siteKinds } from "#domain/site.ts";
import { dayMs, formatIso, minuteMs } from "#domain/time.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { noticesPath } from "./notices.ts";

const policiesPath = `${noticesPath}/policies`;
const calendarsPath = `${noticesPath}/calendars`;
const int = z.number().int();
const priority = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
export const ruleId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "1 to 64 letters, digits, . _ and -");
const expectedVersion = int.min(0).meta({ description: "0: there is none yet" });
const idParams = z.object({ id: ruleId });
const orNull = <T extends z.ZodType>(schema: T) => schema.nullable().default(null);

const target = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("contact"), contact: ruleId }),
  z.strictObject({ kind: z.literal("on-call"), calendar: ruleId }),
  z.strictObject({ kind: z.literal("enterprise") }),
]);

const policyFields = {
  name: shapes.text,
  enabled: z.boolean(),
  order: int.min(0).max(1_000_000).meta({ description: "the lowest that fits holds" }),
  scope: z.strictObject({
    site: orNull(shapes.siteId),
    enterprise: orNull(shapes.text),
    city: orNull(shapes.cityCode),
    kind: orNull(z.enum(siteKinds)),
    factor: orNull(shapes.factorCode),
  }),
  classes: z.array(shapes.text).max(50).meta({ description: "empty: all" }),
  priorities: z.array(priority).min(1).max(4),
  steps: z
    .array(
      z.strictObject({
        afterMs: int.min(0).max(7 * dayMs),
        until: z.enum(["ack", "clear"]),
        targets: z.array(target).max(20),
        repeatMs: int
          .min(1_000)
          .max(7 * dayMs)
          .nullable(),
      }),
    )
    .min(1)
    .max(10),
  groupMs: int.min(0).max(15 * minuteMs),
  quiet: z.strictObject({ from: int.min(0).max(1_439), to: int.min(0).max(1_439) }).nullable(),
  tellEnd: z.boolean(),
};
const policy = z.object({ id: z.string(), version: int, ...policyFields }).meta({ id: "NoticePolicy" });

function formatPolicy(row: NoticePolicy): z.output<typeof policy> {
  const steps = row.steps.map((step) => ({ ...step, targets: [...step.targets] }));
  return { ...row, classes: [...row.classes], priorities: [...row.priorities], steps };
}

const versionReplies = {
  409: { says: "somebody else changed it meanwhile: `current`", schema: shapes.problem },
  422: { says: "no more are kept", schema: shapes.problem },
};

export function listNoticePolicies({ state }: Rooms): Route {
  return defineRoute({
    method: "get",
    path: policiesPath,
    summary: "Which alarms are told to whom, in the order in which they are tried",
    access: "viewer",
    replies: { 200: { says: "all policies", schema: z.object({ items: z.array(policy), total: int }) } },
    async run() {
      const items = (await state.noticePolicies()).map(formatPolicy);
      return { status: 200, body: { items, total: items.length } };
    },
  });
}

export function showNoticePolicy({ state }: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${policiesPath}/{id}`,
    summary: "One policy",
    access: "viewer",
    params: idParams,
    replies: { 200: { says: "the policy", schema: policy }, 404: { says: "there is none", schema: shapes.problem } },
    async run({ params: { id } }) {
      const found = (await state.noticePolicies()).find((each) => each.id === id);
      if (found === undefined) throw new Problem("notice-rule-not-found", `there is no policy ${id}`);
      return { status: 200, body: formatPolicy(found) };
    },
  });
}

export function putNoticePolicy({ commands }: Rooms): Route {
  return defineRoute({
    method: "put",
    path: `${policiesPath}/{id}`,
    summary:
      "Adds or changes a policy; calls that are being told of go on under the older version, unless it is switched off",
    access: "admin",
    params: idParams,
    body: z.strictObject({ expectedVersion, reason: shapes.text, ...policyFields }),
    replies: { 200: { says: "as it is now", schema: policy }, ...versionReplies },
    async run({ params: { id }, body: { reason, ...draft }, user }) {
      const command: Command = { type: "notices.put-policies", policies: [{ id, ...draft }], reason };
      const { result } = await commands.send(user.username, command);
      const [done] = result as NoticePolicy[];
      return { status: 200, body: done === undefined ? undefined : formatPolicy(done) };
    },
  });
}

export function removeNoticePolicy({ commands }: Rooms): Route {
  return defineRoute({
    method: "delete",
    path: `${policiesPath}/{id}`,
    summary: "Removes a policy; what it was telling of ends",
    access: "admin",
    params: idParams,
    query: z.strictObject({ expectedVersion: z.coerce.number().int().min(1), reason: shapes.text }),
    replies: {
      204: { says: "it is gone" },
      404: { says: "there is none", schema: shapes.problem },
      409: versionReplies[409],
    },
    async run({ params: { id }, query, user }) {
      await commands.send(user.username, { type: "notices.remove-policy", id, ...query });
      return { status: 204 };
    },
  });
}

const swapShape = z.object({
  from: shapes.isoTime,
  to: shapes.isoTime,
  contact: z.string(),
  reason: z.string(),
  by: z.string(),
});
const calendar = z
  .object({
    id: z.string(),
    version: int,
    name: z.string(),
    contacts: z.array(z.string()).meta({ description: "in turn" }),
    from: shapes.isoTime.meta({ description: "when the first turn of the first contact began" }),
    turnMs: int,
    swaps: z.array(swapShape),
  })
  .meta({ id: "OnCallCalendar" });

function formatCalendar(row: OnCallCalendar): z.output<typeof calendar> {
  const swaps = row.swaps.map((swap) => ({ ...swap, from: formatIso(swap.from), to: formatIso(swap.to) }));
  return { ...row, contacts: [...row.contacts], from: formatIso(row.from), swaps };
}

async function requireCalendar({ state }: Pick<Rooms, "state">, id: string): Promise<OnCallCalendar> {
  const found = (await state.calendars()).find((each) => each.id === id);
  if (found === undefined) throw new Problem("notice-rule-not-found", `there is no calendar ${id}`);
  return found;
}

export function listCalendars({ state }: Rooms): Route {
  return defineRoute({
    method: "get",
    path: calendarsPath,
    summary: "Calendars of who is on call, with swaps",
    access: "viewer",
    replies: { 200: { says: "all calendars", schema: z.object({ items: z.array(calendar), total: int }) } },
    async run() {
      const items = (await state.calendars()).map(formatCalendar);
      return { status: 200, body: { items, total: items.length } };
    },
  });
}

export function showCalendar(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${calendarsPath}/{id}`,
    summary: "One calendar",
    access: "viewer",
    params: idParams,
    replies: {
      200: { says: "the calendar", schema: calendar },
      404: { says: "there is none", schema: shapes.problem },
    },
    async run({ params: { id } }) {
      return { status: 200, body: formatCalendar(await requireCalendar(rooms, id)) };
    },
  });
}

export function showOnCall(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${calendarsPath}/{id}/on-call`,
    summary: "Who is on call, now or at another time",
    access: "viewer",
    params: idParams,
    query: z.strictObject({ at: shapes.time.optional() }),
    replies: {
      200: {
        says: "contact null: nobody",
        schema: z.object({
          at: shapes.isoTime,
          contact: z.string().nullable(),
          contactName: z.string().nullable(),
          until: shapes.isoTime.nullable(),
          swap: z.object({ reason: z.string(), by: z.string() }).nullable(),
        }),
      },
      404: { says: "there is no such calendar", schema: shapes.problem },
    },
    async run({ params: { id }, query: { at = rooms.now() } }) {
      const onCall = onCallAt(await requireCalendar(rooms, id), at);
      const nobody = { contact: null, contactName: null, until: null, swap: null };
      if (onCall === null) return { status: 200, body: { at: formatIso(at), ...nobody } };
      const { contact, until, swap } = onCall;
      const contactName = rooms.accounts.contact(contact)?.name ?? null;
      const swapped = swap === null ? null : { reason: swap.reason, by: swap.by };
      return { status: 200, body: { at: formatIso(at), contact, contactName, until: formatIso(until), swap: swapped } };
    },
  });
}

export function putCalendar({ accounts, commands, state }: Rooms): Route {
  return defineRoute({
    method: "put",
    path: `${calendarsPath}/{id}`,
    summary: "Adds or changes a calendar; swaps stand in it and go before turns",
    access: "operator",
    params: idParams,
    body: z.strictObject({
      expectedVersion,
      reason: shapes.text,
      name: shapes.text,
      contacts: z.array(ruleId).max(200),
      from: shapes.time,
      turnMs: int.min(minuteMs).max(366 * dayMs),
      swaps: z
        .array(
          z.strictObject({
            from: shapes.time,
            to: shapes.time,
            contact: ruleId,
            reason: shapes.text,
            by: shapes.text.optional(),
          }),
        )
        .max(500)
        .default([]),
    }),
    replies: { 200: { says: "as it is now", schema: calendar }, ...versionReplies },
    async run({ params: { id }, body: { reason, swaps: given, ...draft }, user }) {
      const before = (await state.calendars()).find((each) => each.id === id)?.swaps ?? [];
      // Whoever enters a swap is named in it; those that stood there keep their name.
      const swaps = given.map(({ from, to, contact, reason: why }) => {
        const known = before.find((each) => each.from === from && each.to === to && each.contact === contact);
        return { from, to, contact, reason: why, by: known?.by ?? user.username };
      });
      const bad = swaps.find(({ from, to }) => from >= to);
      if (bad !== undefined) throw new Problem("invalid-request", "a swap ends after it begins");
      const stranger = [...draft.contacts, ...swaps.map(({ contact }) => contact)].find(
        (each) => accounts.contact(each) === null,
      );
      if (stranger !== undefined) throw new Problem("invalid-request", `there is no contact ${stranger}`);
      const command: Command = { type: "notices.put-calendar", calendar: { id, ...draft, swaps }, reason };
      const { result } = await commands.send(user.username, command);
      return { status: 200, body: formatCalendar(result as OnCallCalendar) };
    },
  });
}
