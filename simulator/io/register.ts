// Fleet → registry: creates the sites that are missing with their early-warning limits, and fetches credentials for all.
// Sites that exist are left as they are, but for the logger that reports for them. Falls back to one call per item where the api has no bulk call.

import { z } from "zod";
import type { Device, SiteLimit } from "../fleet/device.ts";
import type { LoggerIdentity } from "../hj212/identity.ts";
import { expectOk, type ApiAnswer, type ApiClient } from "./api-client.ts";
import type { Log } from "#domain/log.ts";

const sitePage = z.object({
  items: z.array(z.object({ id: z.string(), mn: z.string().nullish() })),
  next: z.string().nullish(),
});
const limitPage = z.object({
  items: z.array(z.object({ site: z.string(), source: z.string() })),
  next: z.string().nullish(),
});
const credential = z.object({ username: z.string(), password: z.string() });
const credentialList = z.object({ items: z.array(credential) });

/** Site id → the HJ 212 logger that reports for it. */
export type Loggers = ReadonlyMap<string, LoggerIdentity>;

const pageSize = 1000;
const sitesPerCall = 500;
const limitsPerCall = 1000;
const singleCallsAtOnce = 4;
const conflictStatus = 409;
const roundsMax = 5;
/** Early-warning limits apply from here, so that a run in simulated past is judged as well. */
const limitsFrom = "2024-01-01T00:00:00+08:00";

/** Statuses that mean: this call does not exist here. */
const missingCall: ReadonlySet<number> = new Set([404, 405, 501]);

function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}

/** All items of a paged list, page after page. */
async function listAll<T>(
  api: ApiClient,
  path: string,
  page: z.ZodType<{ items: T[]; next?: string | null | undefined }>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null | undefined;
  do {
    const query = new URLSearchParams({ limit: String(pageSize), ...(cursor ? { cursor } : {}) });
    const answer = page.parse(expectOk(await api.get(`${path}?${query}`), `listing ${path}`));
    items.push(...answer.items);
    cursor = answer.items.length === 0 ? null : answer.next;
  } while (cursor);
  return items;
}

/** Devices whose limits are still to be posted: new sites, and sites an interrupted start left without any. */
async function findUnlimited(
  api: ApiClient,
  devices: readonly Device[],
  existing: ReadonlySet<string>,
): Promise<Device[]> {
  const limited = new Set<string>();
  if (devices.some((device) => existing.has(device.site.id))) {
    for (const { site, source } of await listAll(api, "/limits", limitPage)) if (source === "site") limited.add(site);
  }
  return devices.filter((device) => device.limits.length > 0 && !limited.has(device.site.id));
}

/**
 * One call for all where the api can, else one call each. Answers the status of the bulk call; with `mayConflict` a 409 is
 * an answer like any other.
 */
async function postAll(
  api: ApiClient,
  bulk: { readonly path: string; readonly body: unknown },
  single: { readonly path: string; readonly bodies: readonly unknown[] },
  what: string,
  mayConflict = false,
): Promise<number> {
  const accept = (answer: ApiAnswer): number => {
    if (!(mayConflict && answer.status === conflictStatus)) expectOk(answer, what);
    return answer.status;
  };
  const answer = await api.post(bulk.path, bulk.body);
  if (!missingCall.has(answer.status)) return accept(answer);
  let status = answer.status;
  for (const group of chunks(single.bodies, singleCallsAtOnce)) {
    const statuses = await Promise.all(group.map(async (body) => accept(await api.post(single.path, body))));
    status = statuses.includes(conflictStatus) ? conflictStatus : status;
  }
  return status;
}

function formatLimit({ site, factor, max, min, reason }: SiteLimit): object {
  return {
    site,
    factor,
    ...(max === null ? {} : { max }),
    ...(min === null ? {} : { min }),
    basis: "realtime",
    from: limitsFrom,
    reason,
  };
}

/**
 * Creates the sites that are missing. A call whose answer got lost may have worked: then the repeated one is told that its
 * sites exist, and the list is looked at again instead of giving up.
 */
async function createMissing(api: ApiClient, devices: readonly Device[], loggers: Loggers): Promise<Set<string>> {
  const before = new Set((await listAll(api, "/sites", sitePage)).map((site) => site.id));
  let existing: ReadonlySet<string> = before;
  for (let round = 1; ; round++) {
    const missing = devices.filter((device) => !existing.has(device.site.id));
    let conflict = false;
    for (const batch of chunks(missing, sitesPerCall)) {
      const sites = batch.map(({ site }) => ({ ...site, ...identityOf(loggers.get(site.id)) }));
      const bulk = { path: "/sites/import", body: { sites } };
      const status = await postAll(
        api,
        bulk,
        { path: "/sites", bodies: sites },
        "registering sites",
        round < roundsMax,
      );
      conflict ||= status === conflictStatus;
    }
    if (!conflict) return before;
    existing = new Set((await listAll(api, "/sites", sitePage)).map((site) => site.id));
  }
}

/** Sites of an earlier run whose logger is not known there yet: without it, what it sends belongs to nobody. */
async function fitLoggers(api: ApiClient, devices: readonly Device[], loggers: Loggers): Promise<void> {
  const known = new Map((await listAll(api, "/sites", sitePage)).map(({ id, mn }) => [id, mn ?? null]));
  const unfitted = devices.filter(({ site }) => {
    const logger = loggers.get(site.id);
    return logger !== undefined && known.get(site.id) !== logger.mn;
  });
  for (const group of chunks(unfitted, singleCallsAtOnce)) {
    const answers = await Promise.all(
      group.map(({ site: { id, intervalSeconds } }) =>
        api.patch(`/sites/${id}`, { ...identityOf(loggers.get(id)), intervalSeconds }),
      ),
    );
    for (const answer of answers) expectOk(answer, "fitting sites with loggers");
  }
}

function identityOf(logger: LoggerIdentity | undefined): { mn?: string; pw?: string } {
  return logger === undefined ? {} : { mn: logger.mn, pw: logger.pw };
}

export async function registerFleet(
  api: ApiClient,
  devices: readonly Device[],
  loggers: Loggers,
  log: Log,
): Promise<void> {
  const before = await createMissing(api, devices, loggers);
  if (loggers.size > 0 && before.size > 0) await fitLoggers(api, devices, loggers);
  const created = devices.filter((device) => !before.has(device.site.id)).length;
  const limits = (await findUnlimited(api, devices, before)).flatMap((device) => device.limits.map(formatLimit));
  for (const part of chunks(limits, limitsPerCall)) {
    await postAll(
      api,
      { path: "/limits/import", body: { limits: part } },
      { path: "/limits", bodies: part },
      "registering limits",
    );
  }
  const counts = { sites: devices.length, created, limits: limits.length, loggers: loggers.size };
  log.info(counts, "fleet registered");
}

/** Fresh credentials, site → password. Older ones of these sites stop working. */
export async function fetchCredentials(api: ApiClient, sites: readonly string[]): Promise<Map<string, string>> {
  const passwords = new Map<string, string>();
  for (const part of chunks(sites, sitesPerCall)) {
    const answer = await api.post("/credentials", { sites: part });
    if (missingCall.has(answer.status)) {
      for (const group of chunks(part, singleCallsAtOnce)) {
        const answers = await Promise.all(group.map((site) => api.post(`/sites/${site}/credentials`, {})));
        for (const one of answers) {
          const { username, password } = credential.parse(expectOk(one, "fetching credentials"));
          passwords.set(username, password);
        }
      }
      continue;
    }
    for (const { username, password } of credentialList.parse(expectOk(answer, "fetching credentials")).items) {
      passwords.set(username, password);
    }
  }
  return passwords;
}
