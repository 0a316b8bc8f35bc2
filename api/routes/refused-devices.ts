// Who was turned away at the doors lately and why, who has to wait after too many failures, and letting them in again.

import * as z from "zod";
import { formatIso } from "#domain/time.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const int = z.number().int();

const refusedDevice = z
  .object({
    reason: z.string(),
    site: z.string().nullable().meta({ description: "as it was claimed; null when nothing was" }),
    address: z.string(),
    door: z.string(),
    count: int,
    firstAt: shapes.isoTime,
    lastAt: shapes.isoTime,
    detail: z.string().meta({ description: "of the newest one" }),
  })
  .meta({ id: "RefusedDevice" });

export function listRefusedDevices({ identity }: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/devices/refused",
    summary: "Who was turned away at the doors since the start, by reason, site and address; the newest first",
    access: "operator",
    query: z.strictObject({
      reason: z.string().max(64).optional(),
      site: shapes.siteId.optional(),
      limit: shapes.pageLimit,
    }),
    replies: {
      200: {
        says: "the newest of at most 1,000 rows of each role",
        schema: z.object({
          items: z.array(refusedDevice),
          total: int,
          forgotten: int.meta({ description: "rows that made room for newer ones" }),
        }),
      },
    },
    async run({ query }) {
      const there = await identity.refused();
      const items = [...there.items, ...identity.refusedHere.list()]
        .filter(({ reason }) => query.reason === undefined || reason === query.reason)
        .filter(({ site }) => query.site === undefined || site === query.site)
        .sort((a, b) => b.lastAt - a.lastAt);
      const shown = items
        .slice(0, query.limit)
        .map((row) => ({ ...row, firstAt: formatIso(row.firstAt), lastAt: formatIso(row.lastAt) }));
      const forgotten = there.forgotten + identity.refusedHere.forgotten;
      return { status: 200, body: { items: shown, total: items.length, forgotten } };
    },
  });
}

const lockedDevice = z
  .object({
    kind: z.enum(["device", "address", "site"]),
    site: z.string().nullable(),
    address: z.string().nullable(),
    door: z.enum(["login", "provision"]),
    failures: int,
    until: shapes.isoTime,
  })
  .meta({ id: "LockedDevice" });

export function listLockedDevices({ identity, now }: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/devices/locked",
    summary: "Who has to wait after too many failures, and until when",
    access: "operator",
    query: z.strictObject({ limit: shapes.pageLimit }),
    replies: {
      200: {
        says: "those that wait longest come first",
        schema: z.object({ items: z.array(lockedDevice), total: int }),
      },
    },
    async run({ query }) {
      const there = (await identity.locked()).map((row) => ({ ...row, door: "login" as const }));
      const here = identity.lockOut.list(now()).map((row) => ({ ...row, door: "provision" as const }));
      const items = [...there, ...here].sort((a, b) => b.until - a.until);
      const shown = items.slice(0, query.limit).map(({ site, address, until, ...rest }) => ({
        ...rest,
        site: site === "" ? null : site,
        address: address === "" ? null : address,
        until: formatIso(until),
      }));
      return { status: 200, body: { items: shown, total: items.length } };
    },
  });
}

export function unlockDevices({ identity }: Rooms): Route {
  return defineRoute({
    method: "post",
    path: "/api/v1/devices/unlock",
    summary: "Forgets the failures of a site, of an address, or of the one at the other",
    access: "admin",
    body: z.strictObject({
      site: shapes.siteId.optional(),
      address: z.string().min(1).max(64).optional(),
      reason: shapes.text,
    }),
    replies: { 200: { says: "how many counts were forgotten", schema: z.object({ unlocked: int }) } },
    async run({ body, user }) {
      const { site, address, reason } = body;
      if (site === undefined && address === undefined)
        throw new Problem("invalid-request", "body: site or address says who is to be unlocked");
      const whose = { ...(site === undefined ? {} : { site }), ...(address === undefined ? {} : { address }) };
      const where = address === undefined ? "" : ` at ${address}`;
      await identity.note(user.username, site ?? address ?? "", "unlocked", `${reason}${where}`);
      return { status: 200, body: { unlocked: await identity.unlock(whose) } };
    },
  });
}
