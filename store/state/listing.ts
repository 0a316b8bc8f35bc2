// What there may be millions of, asked for part by part: sites and newest values in the order of their keys, limits as pages
// for people. No question reads more than it answers, but for the total of a page.

import { sql, type Kysely } from "kysely";
import type { DeviceRequest } from "#domain/device-request.ts";
import type { LatestRow } from "#domain/live.ts";
import type { Limit } from "#domain/limit.ts";
import type { Site } from "#domain/site.ts";
import { isNumberAndText, isTexts, parseCursor } from "./page.ts";
import { countRows, parseBodies, toPage } from "./rows.ts";
import type { StateTables } from "./schema.ts";
import type { LimitFilter, Page, RequestFilter } from "./state.ts";

type Db = Kysely<StateTables>;

/** The next sites by id. */
export async function listSitesAfter(db: Db, after: string | null, limit: number): Promise<Site[]> {
  let query = db.selectFrom("sites").select("body").orderBy("id").limit(limit);
  if (after !== null) query = query.where("id", ">", after);
  return parseBodies<Site>(await query.execute());
}

/** The next newest values by site and factor. */
export async function listLatestAfter(db: Db, after: LatestRow | null, limit: number): Promise<LatestRow[]> {
  let query = db.selectFrom("latest").selectAll().orderBy("site").orderBy("factor").limit(limit);
  if (after !== null) query = query.where(sql<boolean>`(site, factor) > (${after[0]}, ${after[1]})`);
  const rows = await query.execute();
  return rows.map((row) => [row.site, row.factor, row.time, row.value, row.flag, row.quality, row.received_at]);
}

/** By site, factor, begin and id. */
export async function findLimitPage(db: Db, filter: LimitFilter): Promise<Page<Limit>> {
  let query = db.selectFrom("limits");
  if (filter.site !== undefined) query = query.where("site", "=", filter.site);
  if (filter.factor !== undefined) query = query.where("factor", "=", filter.factor);
  const total = await countRows(query);
  let paged = query
    .select("body")
    .orderBy("site")
    .orderBy("factor")
    .orderBy("from_ms")
    .orderBy("id")
    .limit(filter.limit + 1);
  if (filter.cursor !== undefined) {
    const [site, factor, from, id] = parseCursor(filter.cursor, isLimitKey);
    paged = paged.where(sql<boolean>`(site, factor, from_ms, id) > (${site}, ${factor}, ${from}, ${id})`);
  }
  const keyOf = (limit: Limit) => [limit.site, limit.factor, limit.from, limit.id] as const;
  return toPage(parseBodies<Limit>(await paged.execute()), total, filter.limit, keyOf);
}

function isLimitKey(key: unknown): key is [string, string, number, string] {
  return Array.isArray(key) && key.length === 4 && Number.isFinite(key[2]) && isTexts([key[0], key[1], key[3]]);
}

/** Those that are not over, oldest first. */
export async function listOpenRequests(db: Db, limit: number): Promise<DeviceRequest[]> {
  const query = db
    .selectFrom("device_requests")
    .select("body")
    // In the words of the partial index, so that the planner may use it.
    .where(sql<boolean>`state in ('waiting', 'sent', 'accepted')`)
    .orderBy("created_at")
    .orderBy("id")
    .limit(limit);
  return parseBodies<DeviceRequest>(await query.execute());
}

/** Newest first. */
export async function findRequestPage(db: Db, filter: RequestFilter): Promise<Page<DeviceRequest>> {
  let query = db.selectFrom("device_requests");
  const { site, states, origin, from, to } = filter;
  if (site !== undefined) query = query.where("site", "=", site);
  if (states !== undefined) query = query.where("state", "in", [...states]);
  if (origin !== undefined) query = query.where(sql<boolean>`json_extract(body, '$.origin') = ${origin}`);
  if (from !== undefined) query = query.where("created_at", ">=", from);
  if (to !== undefined) query = query.where("created_at", "<", to);
  const total = await countRows(query);
  let paged = query
    .select("body")
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(filter.limit + 1);
  if (filter.cursor !== undefined) {
    const [createdAt, id] = parseCursor(filter.cursor, isNumberAndText);
    paged = paged.where(sql<boolean>`(created_at, id) < (${createdAt}, ${id})`);
  }
  const rows = parseBodies<DeviceRequest>(await paged.execute());
  return toPage(rows, total, filter.limit, ({ createdAt, id }) => [createdAt, id]);
}
