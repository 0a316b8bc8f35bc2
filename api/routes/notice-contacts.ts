// Contacts: people and desks who are told, with their addresses in the order in which they are tried. Addresses stay in the
// accounts file; the journal knows only that there is such a contact, and of which enterprise. Whoever is no administrator sees
// addresses shortened.

import * as z from "zod";
import { bounds } from "#domain/bounds.ts";
import type { Notice } from "#domain/notice.ts";
import { formatIso } from "#domain/time.ts";
import type { ContactRow } from "#store/state/accounts-notices.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { ruleId } from "./notice-rules.ts";
import { formatNotice, noticeShape, noticesPath } from "./notices.ts";

const path = `${noticesPath}/contacts`;
const int = z.number().int();
const idParams = z.object({ id: ruleId });
const addressesMax = 10;

const contact = z
  .object({
    id: z.string(),
    version: int,
    name: z.string(),
    enterprise: z.string().nullable(),
    language: z.enum(["zh", "en"]),
    addresses: z.array(z.object({ channel: z.string(), to: z.string() })),
    changedAt: shapes.isoTime,
    changedBy: z.string(),
  })
  .meta({ id: "NoticeContact" });

/** "13812345678" → "138…78", "li@example.cn" → "li…cn" */
function shorten(to: string): string {
  return to.length < 6 ? "…" : `${to.slice(0, 3)}…${to.slice(-2)}`;
}

function formatContact(row: ContactRow, isAdmin: boolean): z.output<typeof contact> {
  const addresses = row.addresses.map(({ channel, to }) => ({ channel, to: isAdmin || to === "" ? to : shorten(to) }));
  return { ...row, addresses, changedAt: formatIso(row.changedAt) };
}

function requireContact({ accounts }: Rooms, id: string): ContactRow {
  const found = accounts.contact(id);
  if (found === null) throw new Problem("notice-rule-not-found", `there is no contact ${id}`);
  return found;
}

export function listContacts({ accounts }: Rooms): Route {
  return defineRoute({
    method: "get",
    path,
    summary: "Who can be told",
    access: "operator",
    query: z.strictObject({ enterprise: shapes.text.optional() }),
    replies: { 200: { says: "all contacts", schema: z.object({ items: z.array(contact), total: int }) } },
    run({ query: { enterprise }, user }) {
      const rows = accounts.contacts().filter((row) => enterprise === undefined || row.enterprise === enterprise);
      const items = rows.map((row) => formatContact(row, user.role === "admin"));
      return { status: 200, body: { items, total: items.length } };
    },
  });
}

export function showContact(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${path}/{id}`,
    summary: "One contact",
    access: "operator",
    params: idParams,
    replies: { 200: { says: "the contact", schema: contact }, 404: { says: "there is none", schema: shapes.problem } },
    run: ({ params: { id }, user }) => ({
      status: 200,
      body: formatContact(requireContact(rooms, id), user.role === "admin"),
    }),
  });
}

function staleContact(row: ContactRow | null): Problem {
  const extra = { current: row === null ? null : formatContact(row, true) };
  return new Problem("stale-version", `the contact is at version ${row?.version ?? 0}`, { extra });
}

/** A mail address ends up in a header; everything else is one line at least. */
function checkAddress({ accounts }: Rooms, { channel, to }: { readonly channel: string; readonly to: string }): void {
  const kind = accounts.channel(channel)?.kind;
  if (kind === undefined) throw new Problem("invalid-request", `there is no channel ${channel}`);
  if (kind === "mail" && !z.email().max(254).safeParse(to).success)
    throw new Problem("invalid-request", `addresses: ${channel} takes a mail address`);
  if (kind === "sms" && !/^\+?[0-9]{3,20}$/.test(to))
    throw new Problem("invalid-request", `addresses: ${channel} takes a telephone number`);
}

export function putContact(rooms: Rooms): Route {
  const { accounts, commands, identity } = rooms;
  return defineRoute({
    method: "put",
    path: `${path}/{id}`,
    summary: "Adds or changes a contact",
    access: "admin",
    params: idParams,
    body: z.strictObject({
      expectedVersion: int.min(0).meta({ description: "0: there is none yet" }),
      name: shapes.text,
      enterprise: shapes.text.nullable().default(null).meta({ description: "enterprise or maintainer it belongs to" }),
      language: z.enum(["zh", "en"]).default("zh"),
      addresses: z
        .array(
          z.strictObject({
            channel: ruleId,
            to: z
              .string()
              .trim()
              .max(bounds.textCharsMax)
              .regex(/^[^\r\n]*$/, "one line")
              .default(""),
          }),
        )
        .max(addressesMax),
      reason: shapes.text,
    }),
    replies: {
      200: { says: "as it is now", schema: contact },
      409: { says: "somebody else changed it meanwhile", schema: shapes.problem },
      422: { says: "no more are kept", schema: shapes.problem },
    },
    async run({ params: { id }, body: { expectedVersion, reason, ...draft }, user }) {
      const before = accounts.contact(id);
      if ((before?.version ?? 0) !== expectedVersion) throw staleContact(before);
      for (const address of draft.addresses) checkAddress(rooms, address);
      const says = `${draft.addresses.map(({ channel }) => channel).join(", ")}${draft.enterprise === null ? "" : ` (${draft.enterprise})`}: ${reason}`;
      await identity.note(user.username, `contact:${id}`, "contact-changed", says);
      // The journal first: without the row a notice waits and says so; without the journal nobody would be told.
      await commands.send(user.username, {
        type: "notices.contact",
        contact: id,
        enterprise: draft.enterprise,
        there: true,
      });
      if (!accounts.putContact({ id, ...draft, changedBy: user.username }, expectedVersion))
        throw staleContact(accounts.contact(id));
      return { status: 200, body: formatContact(requireContact(rooms, id), true) };
    },
  });
}

export function removeContact(rooms: Rooms): Route {
  const { accounts, commands, identity } = rooms;
  return defineRoute({
    method: "delete",
    path: `${path}/{id}`,
    summary: "Removes a contact; what waits for it is cancelled",
    access: "admin",
    params: idParams,
    query: z.strictObject({ expectedVersion: z.coerce.number().int().min(1), reason: shapes.text }),
    replies: {
      204: { says: "it is gone" },
      404: { says: "there is none", schema: shapes.problem },
      409: { says: "somebody else changed it meanwhile", schema: shapes.problem },
    },
    async run({ params: { id }, query: { expectedVersion, reason }, user }) {
      const before = requireContact(rooms, id);
      if (before.version !== expectedVersion) throw staleContact(before);
      await identity.note(user.username, `contact:${id}`, "contact-changed", `removed: ${reason}`);
      await commands.send(user.username, { type: "notices.contact", contact: id, enterprise: null, there: false });
      if (!accounts.removeContact(id, expectedVersion)) throw staleContact(accounts.contact(id));
      return { status: 204 };
    },
  });
}

export function testContact(rooms: Rooms): Route {
  return defineRoute({
    method: "post",
    path: `${path}/{id}/test`,
    summary:
      "A test notice to this contact, the whole way through journal and channels; GET /notices/{id} tells what came of it",
    access: "operator",
    params: idParams,
    replies: {
      202: { says: "it waits to be sent", schema: noticeShape },
      404: { says: "there is none", schema: shapes.problem },
    },
    async run({ params: { id: name }, user }) {
      requireContact(rooms, name);
      const id = Buffer.from(rooms.random(9)).toString("base64url");
      const { result } = await rooms.commands.send(user.username, { type: "notices.test", id, contact: name });
      return { status: 202, body: formatNotice(rooms, result as Notice) };
    },
  });
}
