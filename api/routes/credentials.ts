// Passwords of devices: drawn here, shown once, stored as hashes. Issuing one makes the site's older one worthless.

import * as z from "zod";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { findSite } from "./sites.ts";

const credentials = z.object({ username: z.string(), password: z.string() }).meta({ id: "Credentials" });

export function issueSiteCredentials(rooms: Rooms): Route {
  return defineRoute({
    method: "post",
    path: "/api/v1/sites/{id}/credentials",
    summary: "A new password for the site's device, shown once",
    access: "admin",
    params: z.object({ id: shapes.siteId }),
    replies: { 201: { says: "the credentials", schema: credentials } },
    async run({ params }) {
      const site = findSite(rooms, params.id).id;
      const [issued] = rooms.accounts.issueCredentials([site]);
      // Whoever has mended it need not wait for what went wrong before.
      await rooms.identity.forgive(site);
      return { status: 201, body: issued };
    },
  });
}

export function issueCredentials(rooms: Rooms): Route {
  return defineRoute({
    method: "post",
    path: "/api/v1/credentials",
    summary: "New passwords for many devices at once, shown once",
    access: "admin",
    body: z.strictObject({ sites: z.array(shapes.siteId).min(1).max(5_000) }),
    bodyBytesMax: 1024 * 1024,
    replies: { 201: { says: "one per site, in order", schema: z.object({ items: z.array(credentials) }) } },
    run({ body }) {
      const unknown = body.sites.filter((id) => rooms.memory.site(id) === undefined);
      if (unknown.length > 0) {
        throw new Problem("unknown-site", `${unknown.length} of the sites are not registered, e.g. ${unknown[0]}`);
      }
      return { status: 201, body: { items: rooms.accounts.issueCredentials(body.sites) } };
    },
  });
}
