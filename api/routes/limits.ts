// Limits: what values are compared with, in two times: those in force then, as they were known then. A limit of a site is named
// by what it is for and from when it applies, so handing in the same one again is a correction of it, not a second one.

import * as z from "zod";
import { bounds } from "#domain/bounds.ts";
import { formatIso } from "#domain/time.ts";
import { formatLimit } from "../format.ts";
import { requireDifferent, requireKnownSites, sendLimits, toLimit } from "../limit-drafts.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const path = "/api/v1/limits";
const importMax = 5_000;
const draftAnswer = "it waits until another administrator approves it (TWO_PERSON_LIMITS=on)";

export function listLimits({ state }: Rooms): Route {
  return defineRoute({
    method: "get",
    path,
    summary: "Limits, of standards and of sites, by site, factor and begin",
    access: "viewer",
    query: z.strictObject({
      site: shapes.siteId.optional(),
      factor: shapes.factorCode.optional(),
      asOf: shapes.time.optional().meta({ description: "only those in force then, one of each series and basis" }),
      knownAt: shapes.time.optional().meta({ description: "as the limits were known then" }),
      ...shapes.pageQuery,
      limit: z.coerce.number().int().min(1).max(5_000).default(1_000),
    }),
    replies: { 200: { says: "a page of limits", schema: shapes.page(shapes.limit) } },
    async run({ query }) {
      const { limit, ...rest } = query;
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      const isNow = query.asOf === undefined && query.knownAt === undefined;
      const { items, total, next } = await (isNow
        ? state.limitPage({ ...given, limit })
        : state.limitsAt({ ...given, limit }));
      return { status: 200, body: { items: items.map(formatLimit), total, next } };
    },
  });
}

const limitVersion = z
  .object({ limit: shapes.limit, knownFrom: shapes.isoTime, seq: z.number().int() })
  .meta({ id: "LimitVersion" });

export function listLimitVersions({ state }: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${path}/{id}/versions`,
    summary: "All versions of a limit, oldest first",
    access: "viewer",
    params: z.object({ id: z.string().max(bounds.textCharsMax) }),
    replies: {
      200: { says: "what was known, and from when on", schema: z.object({ items: z.array(limitVersion) }) },
      404: { says: "there is no such limit", schema: shapes.problem },
    },
    async run({ params: { id } }) {
      const versions = await state.limitVersions({ id });
      if (versions.length === 0) throw new Problem("limit-not-found", `no limit ${id}`);
      const items = versions.map(({ limit, at, seq }) => ({
        limit: formatLimit(limit),
        knownFrom: formatIso(at),
        seq,
      }));
      return { status: 200, body: { items } };
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
    replies: {
      201: { says: "known to ingest", schema: shapes.limit },
      202: { says: draftAnswer, schema: z.object({ status: z.literal("draft"), change: z.string() }) },
    },
    async run({ body, user }) {
      requireKnownSites(rooms, [body]);
      const limit = toLimit(body, user.username);
      const changes = await sendLimits(rooms, user.username, [limit], 1);
      if (changes !== null) return { status: 202, body: { status: "draft", change: changes[0] ?? "" } };
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
    replies: {
      201: { says: "all known to ingest", schema: z.object({ imported: z.number().int() }) },
      202: {
        says: `${draftAnswer}; one proposal for each ${bounds.limitsPerOrderMax} limits`,
        schema: z.object({ status: z.literal("draft"), change: z.string(), changes: z.array(z.string()) }),
      },
    },
    async run({ body, user }) {
      requireKnownSites(rooms, body.limits);
      const limits = body.limits.map((draft) => toLimit(draft, user.username));
      requireDifferent(limits);
      const changes = await sendLimits(rooms, user.username, limits, bounds.limitsPerOrderMax);
      if (changes !== null) return { status: 202, body: { status: "draft", change: changes[0] ?? "", changes } };
      return { status: 201, body: { imported: limits.length } };
    },
  });
}
