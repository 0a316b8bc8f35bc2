// Limits: what values are compared with. A limit of a site is named by what it is for and from when it applies, so handing
// in the same one again is a correction of it, not a second one.

import * as z from "zod";
import type { Limit } from "#domain/limit.ts";
import { formatLimit } from "../format.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const path = "/api/v1/limits";
const importMax = 5_000;
const limitsPerCommand = 500;

type LimitDraft = z.output<typeof shapes.limitDraft>;

function toLimit(draft: LimitDraft, by: string): Omit<Limit, "version"> {
  return { ...draft, id: `${draft.site}:${draft.factor}:${draft.basis}:site:${draft.from}`, by, source: "site" };
}

function requireKnownSites({ memory }: Rooms, drafts: readonly LimitDraft[]): void {
  const unknown = [...new Set(drafts.map((draft) => draft.site))].filter((id) => memory.site(id) === undefined);
  if (unknown.length > 0) {
    const more = unknown.length > 5 ? ` and ${unknown.length - 5} more` : "";
    throw new Problem("unknown-site", `not registered: ${unknown.slice(0, 5).join(", ")}${more}`);
  }
}

export function listLimits({ state }: Rooms): Route {
  return defineRoute({
    method: "get",
    path,
    summary: "Limits, of standards and of sites, by site, factor and begin",
    access: "viewer",
    query: z.strictObject({
      site: shapes.siteId.optional(),
      factor: shapes.factorCode.optional(),
      ...shapes.pageQuery,
      limit: z.coerce.number().int().min(1).max(5_000).default(1_000),
    }),
    replies: { 200: { says: "a page of limits", schema: shapes.page(shapes.limit) } },
    async run({ query }) {
      const { limit, ...rest } = query;
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      const { items, total, next } = await state.limitPage({ ...given, limit });
      return { status: 200, body: { items: items.map(formatLimit), total, next } };
    },
  });
}

export function createLimit(rooms: Rooms): Route {
  return defineRoute({
    method: "post",
    path,
    summary: "A limit of a site, in force from `from`",
    access: "admin",
    body: shapes.limitDraft,
    replies: { 201: { says: "known to ingest", schema: shapes.limit } },
    async run({ body, user }) {
      requireKnownSites(rooms, [body]);
      const limit = toLimit(body, user.username);
      await rooms.commands.send(user.username, { type: "limits.put", limits: [limit] });
      // Ingest answers after the state store has it.
      const kept = await rooms.state.limits({ site: limit.site, factor: limit.factor });
      const told = kept.find((one) => one.id === limit.id) ?? { ...limit, version: 1 };
      return { status: 201, body: formatLimit(told) };
    },
  });
}

export function importLimits(rooms: Rooms): Route {
  return defineRoute({
    method: "post",
    path: `${path}/import`,
    summary: `Up to ${importMax} limits of sites at once`,
    access: "admin",
    body: z.strictObject({ limits: z.array(shapes.limitDraft).min(1).max(importMax) }),
    bodyBytesMax: 4 * 1024 * 1024,
    replies: { 201: { says: "all known to ingest", schema: z.object({ imported: z.number().int() }) } },
    async run({ body, user }) {
      requireKnownSites(rooms, body.limits);
      const limits = body.limits.map((draft) => toLimit(draft, user.username));
      const ids = new Set(limits.map((limit) => limit.id));
      if (ids.size < limits.length) {
        throw new Problem("invalid-request", "two limits of the list have the same site, factor, basis and from");
      }
      for (let from = 0; from < limits.length; from += limitsPerCommand) {
        const part = limits.slice(from, from + limitsPerCommand);
        await rooms.commands.send(user.username, { type: "limits.put", limits: part });
      }
      return { status: 201, body: { imported: limits.length } };
    },
  });
}
