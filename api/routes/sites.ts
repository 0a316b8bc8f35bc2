// The registry of sites: reading it from memory, changing it by commands. A logger's password goes to the accounts and
// never into the journal.

import * as z from "zod";
import { siteKinds, type Site } from "#domain/site.ts";
import { formatCursor, isText, parseCursor } from "#store/state/page.ts";
import { formatFactor, formatLimit } from "../format.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const path = "/api/v1/sites";
const idParams = z.object({ id: shapes.siteId });
const importMax = 2_000;
const sitesPerCommand = 200;

type SiteDraft = z.output<typeof shapes.siteDraft>;
type SitePatch = z.output<typeof shapes.sitePatch>;

export function findSite({ memory }: Pick<Rooms, "memory">, id: string): Site {
  const site = memory.site(id);
  if (site === undefined) throw new Problem("site-not-found", `there is no site ${id}`);
  return site;
}

function formatSite({ memory, now }: Rooms, site: Site) {
  return { ...site, status: memory.isOnline(site.id, now()) ? ("online" as const) : ("offline" as const) };
}

function matchesText(site: Site, part: string): boolean {
  const text = part.toLowerCase();
  return [site.id, site.name, site.enterprise ?? ""].some((field) => field.toLowerCase().includes(text));
}

export function listSites(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path,
    summary: "Sites, ordered by id",
    access: "viewer",
    query: z.strictObject({
      city: shapes.cityCode.optional(),
      kind: z.enum(siteKinds).optional(),
      status: z.enum(["online", "offline"]).optional(),
      q: z.string().max(200).optional().meta({ description: "part of id, name or enterprise" }),
      ...shapes.pageQuery,
    }),
    replies: { 200: { says: "a page of sites", schema: shapes.page(shapes.site) } },
    run({ query }) {
      const after = query.cursor === undefined ? null : parseCursor(query.cursor, isText)[0];
      const found = rooms.memory
        .sites()
        .filter((site) => query.city === undefined || site.city === query.city)
        .filter((site) => query.kind === undefined || site.kind === query.kind)
        .filter((site) => query.q === undefined || matchesText(site, query.q))
        .map((site) => formatSite(rooms, site))
        .filter((site) => query.status === undefined || site.status === query.status);
      const rest = after === null ? found : found.filter((site) => site.id > after);
      const items = rest.slice(0, query.limit);
      const last = items.at(-1);
      const next = rest.length > items.length && last !== undefined ? formatCursor([last.id]) : null;
      return { status: 200, body: { items, total: found.length, next } };
    },
  });
}

export function showSite(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${path}/{id}`,
    summary: "One site, with its factors and limits",
    access: "viewer",
    params: idParams,
    replies: { 200: { says: "the site", schema: shapes.siteDetails } },
    async run({ params }) {
      const site = findSite(rooms, params.id);
      const limits = await rooms.state.limits({ site: site.id });
      const factorDetails = site.factors.map((code) => formatFactor(code, site.kind));
      return { status: 200, body: { ...formatSite(rooms, site), factorDetails, limits: limits.map(formatLimit) } };
    },
  });
}

function toSite({ pw: _secret, ...site }: SiteDraft): Omit<Site, "version"> {
  return site;
}

function requireFreeMn({ memory }: Rooms, mn: string | null, site: string): void {
  if (mn === null) return;
  const owner = memory.siteOfMn(mn);
  if (owner !== undefined && owner !== site) throw new Problem("mn-taken", `the logger ${mn} reports for ${owner}`);
}

/** Before the command: should its outcome come late, the password must not be lost with the request. */
function keepLoggerPasswords({ accounts }: Rooms, sites: readonly { mn: string | null; pw: string | null }[]): void {
  const loggers = sites.flatMap(({ mn, pw }) => (mn === null || pw === null ? [] : [{ mn, password: pw }]));
  if (loggers.length > 0) accounts.setLoggerPasswords(loggers);
}

/** Ids that are being created: two callers at once must not both be told that they made the site. */
export type Claims = Set<string>;

function claimIds({ memory }: Rooms, claims: Claims, ids: readonly string[]): void {
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Problem("invalid-request", `the site ${twice} stands twice in the list`);
  const existing = ids.filter((id) => memory.site(id) !== undefined || claims.has(id));
  if (existing.length > 0) {
    const detail = `${existing.slice(0, 5).join(", ")}${existing.length > 5 ? ` and ${existing.length - 5} more` : ""} exist`;
    throw new Problem("site-exists", detail, { extra: { existing: existing.slice(0, 100) } });
  }
  for (const id of ids) claims.add(id);
}

export function createSite(rooms: Rooms, claims: Claims): Route {
  return defineRoute({
    method: "post",
    path,
    summary: "Register a site",
    access: "admin",
    body: shapes.siteDraft,
    replies: { 201: { says: "registered, and known to ingest", schema: shapes.site } },
    async run({ body, user }) {
      requireFreeMn(rooms, body.mn, body.id);
      claimIds(rooms, claims, [body.id]);
      try {
        keepLoggerPasswords(rooms, [body]);
        await rooms.commands.send(user.username, { type: "sites.put", sites: [toSite(body)] });
        const site = rooms.memory.site(body.id) ?? { ...toSite(body), version: 1 };
        return { status: 201, headers: { location: `${path}/${body.id}` }, body: formatSite(rooms, site) };
      } finally {
        claims.delete(body.id);
      }
    },
  });
}

export function importSites(rooms: Rooms, claims: Claims): Route {
  return defineRoute({
    method: "post",
    path: `${path}/import`,
    summary: `Register up to ${importMax} sites`,
    access: "admin",
    body: z.strictObject({ sites: z.array(shapes.siteDraft).min(1).max(importMax) }),
    bodyBytesMax: 4 * 1024 * 1024,
    replies: { 201: { says: "all registered", schema: z.object({ imported: z.number().int() }) } },
    async run({ body, user }) {
      for (const site of body.sites) requireFreeMn(rooms, site.mn, site.id);
      const ids = body.sites.map((site) => site.id);
      claimIds(rooms, claims, ids);
      try {
        for (let from = 0; from < body.sites.length; from += sitesPerCommand) {
          const part = body.sites.slice(from, from + sitesPerCommand);
          keepLoggerPasswords(rooms, part);
          await rooms.commands.send(user.username, { type: "sites.put", sites: part.map(toSite) });
        }
        return { status: 201, body: { imported: body.sites.length } };
      } finally {
        for (const id of ids) claims.delete(id);
      }
    },
  });
}

/** `undefined` leaves a field as it is, null takes it away. */
function changed<T>(value: T | undefined, before: T): T {
  return value === undefined ? before : value;
}

function applyPatch(site: Site, patch: SitePatch): Omit<Site, "version"> {
  return {
    id: site.id,
    name: changed(patch.name, site.name),
    kind: changed(patch.kind, site.kind),
    city: changed(patch.city, site.city),
    enterprise: changed(patch.enterprise, site.enterprise),
    lat: changed(patch.lat, site.lat),
    lon: changed(patch.lon, site.lon),
    factors: changed<readonly string[]>(patch.factors, site.factors),
    intervalSeconds: changed(patch.intervalSeconds, site.intervalSeconds),
    standard: changed(patch.standard, site.standard),
    mn: changed(patch.mn, site.mn),
    simulated: changed(patch.simulated, site.simulated),
  };
}

export function changeSite(rooms: Rooms): Route {
  return defineRoute({
    method: "patch",
    path: `${path}/{id}`,
    summary: "Change a site; with expectedVersion only if nobody changed it meanwhile",
    access: "admin",
    params: idParams,
    body: shapes.sitePatch,
    replies: { 200: { says: "the site as it is now", schema: shapes.site } },
    async run({ params, body, user }) {
      const site = findSite(rooms, params.id);
      if (body.expectedVersion !== undefined && body.expectedVersion !== site.version) {
        const extra = { current: formatSite(rooms, site) };
        throw new Problem("stale-version", `the site is at version ${site.version}`, { extra });
      }
      const next = applyPatch(site, body);
      requireFreeMn(rooms, next.mn, site.id);
      keepLoggerPasswords(rooms, [{ mn: next.mn, pw: body.pw ?? null }]);
      await rooms.commands.send(user.username, { type: "sites.put", sites: [next] });
      return { status: 200, body: formatSite(rooms, findSite(rooms, params.id)) };
    },
  });
}
