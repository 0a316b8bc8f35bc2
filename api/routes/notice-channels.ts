// Channels over which people are told. Their secrets come in and never go out: an answer says only that there is one. Every
// change is in the audit; a test sends a real message and tells what the other side said.

import * as z from "zod";
import { bounds } from "#domain/bounds.ts";
import { type ChannelKind, channelKinds } from "#domain/notice.ts";
import { formatIso } from "#domain/time.ts";
import type { ChannelRow } from "#store/state/accounts-notices.ts";
import { channelForms, destinationOf, secretText, secretUrl } from "../notices/channel-kinds.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { ruleId } from "./notice-rules.ts";
import { noticesPath } from "./notices.ts";

const path = `${noticesPath}/channels`;
const int = z.number().int();
const idParams = z.object({ id: ruleId });

const channel = z
  .object({
    id: z.string(),
    version: int,
    kind: z.enum(channelKinds),
    name: z.string(),
    enabled: z.boolean(),
    settings: z.record(z.string(), z.unknown()).meta({ description: "a secret stands there as true" }),
    changedAt: shapes.isoTime,
    changedBy: z.string(),
  })
  .meta({ id: "NoticeChannel" });

function formatChannel({ secrets, ...row }: ChannelRow): z.output<typeof channel> {
  const hidden = Object.fromEntries(Object.keys(secrets).map((name) => [name, true]));
  return { ...row, settings: { ...row.settings, ...hidden }, changedAt: formatIso(row.changedAt) };
}

function requireChannel({ accounts }: Rooms, id: string): ChannelRow {
  const found = accounts.channel(id);
  if (found === null) throw new Problem("notice-rule-not-found", `there is no channel ${id}`);
  return found;
}

/** Settings as they came → settings and secrets; a secret that is left out or true stays as it was. */
function readSettings(kind: ChannelKind, given: Readonly<Record<string, unknown>>, before: ChannelRow | null) {
  const form = channelForms[kind];
  const names = form.secrets.map((name) => name.replace("?", ""));
  const plain = Object.fromEntries(Object.entries(given).filter(([name]) => !names.includes(name)));
  const parsed = form.settings.safeParse(plain);
  if (!parsed.success) {
    const says = parsed.error.issues.map(({ path: where, message }) => `settings ${where.join(".")}: ${message}`);
    throw new Problem("invalid-request", says.slice(0, 5).join("; "));
  }
  const kept = before?.kind === kind ? before.secrets : {};
  const secrets: Record<string, string> = {};
  let keeps = false;
  for (const name of names) {
    const value = given[name];
    const old = kept[name];
    if (value === null || value === "") continue;
    if (value === undefined || value === true) {
      if (old !== undefined) {
        secrets[name] = old;
        keeps = true;
      }
      continue;
    }
    const secret = (name === "url" ? secretUrl : secretText).safeParse(value);
    if (!secret.success)
      throw new Problem("invalid-request", `settings ${name}: ${secret.error.issues[0]?.message ?? ""}`);
    secrets[name] = secret.data;
  }
  const missing = form.secrets.find((name) => !name.endsWith("?") && secrets[name] === undefined);
  if (missing !== undefined)
    throw new Problem("invalid-request", `settings ${missing}: a channel of this kind needs it`);
  if (keeps && before !== null && destinationOf(kind, parsed.data) !== destinationOf(kind, before.settings)) {
    const detail = "the channel goes to another place now: give its secrets again, they were meant for the other one";
    throw new Problem("invalid-request", detail);
  }
  return { settings: parsed.data as Record<string, unknown>, secrets };
}

export function listChannels({ accounts }: Rooms): Route {
  return defineRoute({
    method: "get",
    path,
    summary: "Channels, without their secrets",
    access: "operator",
    replies: { 200: { says: "all channels", schema: z.object({ items: z.array(channel), total: int }) } },
    run() {
      const items = accounts.channels().map(formatChannel);
      return { status: 200, body: { items, total: items.length } };
    },
  });
}

export function showChannel(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${path}/{id}`,
    summary: "One channel, without its secrets",
    access: "operator",
    params: idParams,
    replies: { 200: { says: "the channel", schema: channel }, 404: { says: "there is none", schema: shapes.problem } },
    run: ({ params: { id } }) => ({ status: 200, body: formatChannel(requireChannel(rooms, id)) }),
  });
}

function staleChannel(row: ChannelRow | null): Problem {
  const extra = { current: row === null ? null : formatChannel(row) };
  return new Problem("stale-version", `the channel is at version ${row?.version ?? 0}`, { extra });
}

export function putChannel(rooms: Rooms): Route {
  const { accounts, identity, notices } = rooms;
  return defineRoute({
    method: "put",
    path: `${path}/{id}`,
    summary: "Adds or changes a channel; a secret that is left out stays as it was",
    access: "admin",
    params: idParams,
    body: z.strictObject({
      expectedVersion: int.min(0).meta({ description: "0: there is none yet" }),
      kind: z.enum(channelKinds),
      name: shapes.text,
      enabled: z.boolean().default(true),
      settings: z.record(z.string(), z.unknown()).meta({ description: "by kind: docs/notices.md" }),
      reason: shapes.text,
    }),
    replies: {
      200: { says: "as it is now", schema: channel },
      409: { says: "somebody else changed it meanwhile", schema: shapes.problem },
      422: { says: "no more are kept", schema: shapes.problem },
    },
    async run({ params: { id }, body: { expectedVersion, settings: given, reason, ...draft }, user }) {
      const before = accounts.channel(id);
      if ((before?.version ?? 0) !== expectedVersion) throw staleChannel(before);
      if (before === null && accounts.channels().length >= bounds.noticeChannelsMax)
        throw new Problem("illegal-move", `more than ${bounds.noticeChannelsMax} channels are not kept`);
      const row = { id, ...draft, ...readSettings(draft.kind, given, before), changedBy: user.username };
      const says = `${draft.kind}, ${draft.enabled ? "on" : "off"}: ${reason}`;
      // Into the record first: nothing is told over a channel of which the audit knows nothing.
      await identity.note(user.username, `channel:${id}`, "channel-changed", says);
      if (!accounts.putChannel(row, expectedVersion)) throw staleChannel(accounts.channel(id));
      notices.forget(id);
      return { status: 200, body: formatChannel(requireChannel(rooms, id)) };
    },
  });
}

export function removeChannel(rooms: Rooms): Route {
  const { accounts, identity, notices } = rooms;
  return defineRoute({
    method: "delete",
    path: `${path}/{id}`,
    summary: "Removes a channel with its secrets; contacts that name it keep their other addresses",
    access: "admin",
    params: idParams,
    query: z.strictObject({ expectedVersion: z.coerce.number().int().min(1), reason: shapes.text }),
    replies: {
      204: { says: "it is gone" },
      404: { says: "there is none", schema: shapes.problem },
      409: { says: "somebody else changed it meanwhile", schema: shapes.problem },
    },
    async run({ params: { id }, query: { expectedVersion, reason }, user }) {
      const before = requireChannel(rooms, id);
      if (before.version !== expectedVersion) throw staleChannel(before);
      await identity.note(user.username, `channel:${id}`, "channel-changed", `removed: ${reason}`);
      if (!accounts.removeChannel(id, expectedVersion)) throw staleChannel(accounts.channel(id));
      notices.forget(id);
      return { status: 204 };
    },
  });
}

export function testChannel(rooms: Rooms): Route {
  const { identity, notices, now } = rooms;
  return defineRoute({
    method: "post",
    path: `${path}/{id}/test`,
    summary: "Sends a real message over the channel, at once and once, and tells what the other side said",
    access: "admin",
    params: idParams,
    body: z.strictObject({ to: z.string().trim().max(bounds.textCharsMax).default("") }),
    replies: {
      200: { says: "ok or not, and why", schema: z.object({ ok: z.boolean(), detail: z.string(), ms: int }) },
      404: { says: "there is none", schema: shapes.problem },
    },
    async run({ params: { id }, body: { to }, user }) {
      const row = requireChannel(rooms, id);
      await identity.note(user.username, `channel:${id}`, "channel-changed", "a test message");
      const begun = now();
      const { ok, detail } = await notices.test(row, to);
      return { status: 200, body: { ok, detail, ms: Math.max(0, now() - begun) } };
    },
  });
}
