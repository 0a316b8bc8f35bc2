// The registry of sites: reading it from memory, changing it by commands. A logger's password goes to the accounts and
// never into the journal.

import { setImmediate as turn } from "node:timers/promises";
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

/** Sites looked at between two chances for other work: a question about all of a large register takes a while. */
const sitesPerTurn = 20_000;

/** Part of id, name or enterprise, in any case; as a pattern, which copies no text. */
function textPattern(part: string): RegExp {
  return new RegExp(part.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`), "iu");
}

interface SiteQuery {
  readonly city?: string | undefined;
  readonly kind?: string | undefined;
  readonly status?: "online" | "offline" | undefined;
  readonly q?: string | undefined;
}

function createMatcher({ memory, now }: Rooms, { city, kind, status, q }: SiteQuery): (site: Site) => boolean {
  const text = q === undefined || q === "" ? null : textPattern(q);
  const at = now();
  return (site) =>
    (city === undefined || site.city === city) &&
    (kind === undefined || site.kind === kind) &&
    (text === null || text.test(site.id) || text.test(site.name) || text.test(site.enterprise ?? "")) &&
    (status === undefined || memory.isOnline(site.id, at) === (status === "online"));
}

/** One page behind `after`, and how many match in all. */
async function findSites(
  rooms: Rooms,
  query: SiteQuery,
  after: string | null,
  limit: number,
): Promise<{ items: Site[]; total: number; more: boolean }> {
  const sites = rooms.memory.sites();
  const matches = createMatcher(rooms, query);
  const items: Site[] = [];
  let total = 0;
  let more = false;
  for (let from = 0; from < sites.length; from += sitesPerTurn) {
    if (from > 0) await turn();
    for (const site of sites.slice(from, from + sitesPerTurn)) {
      if (!matches(site)) continue;
      total++;
      if (after !== null && site.id <= after) continue;
      if (items.length < limit) items.push(site);
      else more = true;
    }
  }
  return { items, total, more };
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
    async run({ query }) {
      const { limit, cursor, ...filter } = query;
      const after = cursor === undefined ? null : parseCursor(cursor, isText)[0];
      const { items, total, more } = await findSites(rooms, filter, after, limit);
      const last = items.at(-1);
      const next = more && last !== undefined ? formatCursor([last.id]) : null;
      return { status: 200, body: { items: items.map((site) => formatSite(rooms, site)), total, next } };
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
export function keepLoggers(
  { accounts, memory }: Rooms,
  sites: readonly { id: string; mn: string | null; pw: string | null }[],
): void {
  const loggers = sites
    .filter(({ id, mn }) => mn !== null || (memory.site(id)?.mn ?? null) !== null)
    .map(({ id, mn, pw }) => ({ site: id, mn, password: pw }));
  if (loggers.length > 0) accounts.setLoggers(loggers);
}

/** An edge node is that of one site; the broker must know it before the site's device speaks. Before anything else is kept. */
function keepEdgeNodes(
  { accounts, memory }: Rooms,
  sites: readonly { readonly id: string; readonly sparkplug?: Site["sparkplug"] }[],
): void {
  const nodes = sites
    .filter(({ id, sparkplug }) => (sparkplug ?? memory.site(id)?.sparkplug ?? null) !== null)
    .map(({ id, sparkplug }) => ({ site: id, name: sparkplug ?? null }));
  if (nodes.length === 0) return;
  const taken = accounts.setEdgeNodes(nodes);
  if (taken !== null) throw new Problem("edge-node-taken", `the edge node of ${taken} reports for another site`);
}

/** Ids that are being created: two callers at once must not both be told that they made the site. */
export type Claims = Set<string>;

function claimIds({ memory }: Rooms, claims: Claims, ids: readonly string[]): void {
  const seen = new Set<string>();
  const twice = ids.find((id) => seen.size === seen.add(id).size);
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
        keepEdgeNodes(rooms, [body]);
        keepLoggers(rooms, [body]);
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
        keepEdgeNodes(rooms, body.sites);
        keepLoggers(rooms, body.sites);
        const sending: Promise<unknown>[] = [];
        for (let from = 0; from < body.sites.length; from += sitesPerCommand) {
          const sites = body.sites.slice(from, from + sitesPerCommand).map(toSite);
          sending.push(rooms.commands.send(user.username, { type: "sites.put", sites }));
        }
        // All of them end before the ids are given free again, also when one of them fails.
        const failed = (await Promise.allSettled(sending)).find((each) => each.status === "rejected");
        if (failed !== undefined) throw failed.reason;
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
    maintainer: changed(patch.maintainer, site.maintainer ?? null),
    lat: changed(patch.lat, site.lat),
    lon: changed(patch.lon, site.lon),
    factors: changed<readonly string[]>(patch.factors, site.factors),
    intervalSeconds: changed(patch.intervalSeconds, site.intervalSeconds),
    standard: changed(patch.standard, site.standard),
    mn: changed(patch.mn, site.mn),
    sparkplug: changed(patch.sparkplug, site.sparkplug ?? null),
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
      keepEdgeNodes(rooms, [next]);
      keepLoggers(rooms, [{ id: site.id, mn: next.mn, pw: body.pw ?? null }]);
      await rooms.commands.send(user.username, { type: "sites.put", sites: [next] });
      return { status: 200, body: formatSite(rooms, findSite(rooms, params.id)) };
    },
  });
}
