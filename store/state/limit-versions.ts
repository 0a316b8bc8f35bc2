// Limits in two times: those in force at a moment, as they were known at a moment; all versions of a limit; and proposals that
// wait for a second person. A limit without any version is older than versions are and counts as known since ever.

import { sql, type Kysely, type RawBuilder } from "kysely";
import type { Limit } from "#domain/limit.ts";
import type { LimitChange, LimitVersion } from "#domain/limit-change.ts";
import { isNumberAndText, isTexts, parseCursor } from "./page.ts";
import { countRows, parseBodies, parseBody, toPage } from "./rows.ts";
import type { StateTables } from "./schema.ts";
import type { LawReader, LimitChangeFilter, LimitTimesFilter, LimitVersionFilter } from "./law-reader.ts";
import type { Page } from "./state.ts";

type Db = Kysely<StateTables>;
type LimitQueries = Pick<LawReader, "limitsAt" | "limitVersions" | "limitChanges" | "limitChange">;

function ofSeries(table: "l" | "v", { site, factor }: Pick<LimitTimesFilter, "site" | "factor">): RawBuilder<unknown> {
  const conditions = [
    ...(site === undefined ? [] : [sql`${sql.ref(`${table}.site`)} = ${site}`]),
    ...(factor === undefined ? [] : [sql`${sql.ref(`${table}.factor`)} = ${factor}`]),
  ];
  return conditions.length === 0 ? sql`1` : sql.join(conditions, sql` and `);
}

/** Every limit as it was known at `knownAt`. */
function knownLimits(filter: LimitTimesFilter): RawBuilder<unknown> {
  const { knownAt } = filter;
  const limits = sql`select l.id, l.site, l.factor, l.from_ms, l.body from limits l where ${ofSeries("l", filter)}`;
  if (knownAt === undefined) return limits;
  return sql`
    select v.id, v.site, v.factor, json_extract(v.body, '$.limit.from') as from_ms, json_extract(v.body, '$.limit') as body
    from limit_versions v
    where ${ofSeries("v", filter)} and v.at <= ${knownAt}
      and v.seq = (select max(w.seq) from limit_versions w where w.id = v.id and w.at <= ${knownAt})
    union all ${limits} and not exists (select 1 from limit_versions w where w.id = l.id)`;
}

/** Of each series and basis the one limit in force at `asOf`, by the order of `limitInForce`. */
function limitsInForce(filter: LimitTimesFilter): RawBuilder<unknown> {
  const { asOf } = filter;
  const known = knownLimits(filter);
  if (asOf === undefined) return known;
  return sql`
    select id, site, factor, from_ms, body from (
      select k.*, row_number() over (
          partition by site, factor, json_extract(body, '$.basis')
          order by json_extract(body, '$.source') = 'site' desc, from_ms desc, json_extract(body, '$.version') desc, id desc
        ) as place
      from (${known}) k
      where from_ms <= ${asOf} and (json_extract(body, '$.to') is null or json_extract(body, '$.to') > ${asOf})
    ) where place = 1`;
}

/** By site, factor, begin and id. */
async function findLimitsAt(db: Db, filter: LimitTimesFilter): Promise<Page<Limit>> {
  const found = limitsInForce(filter);
  const count = await sql<{ n: number }>`select count(*) as n from (${found})`.execute(db);
  const [site, factor, from, id] =
    filter.cursor === undefined ? ["", "", 0, ""] : parseCursor(filter.cursor, isLimitKey);
  const rows = await sql<{ body: string }>`
    select body from (${found})
    where ${filter.cursor === undefined ? sql`1` : sql`(site, factor, from_ms, id) > (${site}, ${factor}, ${from}, ${id})`}
    order by site, factor, from_ms, id limit ${filter.limit + 1}`.execute(db);
  const keyOf = (limit: Limit) => [limit.site, limit.factor, limit.from, limit.id] as const;
  return toPage(parseBodies<Limit>(rows.rows), Number(count.rows[0]?.n ?? 0), filter.limit, keyOf);
}

function isLimitKey(key: unknown): key is [string, string, number, string] {
  return Array.isArray(key) && key.length === 4 && Number.isFinite(key[2]) && isTexts([key[0], key[1], key[3]]);
}

/** By limit, oldest first. */
async function findVersions(db: Db, { id, site, factor }: LimitVersionFilter): Promise<LimitVersion[]> {
  let query = db.selectFrom("limit_versions").select("body");
  if (id !== undefined) query = query.where("id", "=", id);
  if (site !== undefined) query = query.where("site", "=", site);
  if (factor !== undefined) query = query.where("factor", "=", factor);
  return parseBodies<LimitVersion>(await query.orderBy("id").orderBy("seq").execute());
}

/** Newest first. */
async function findChanges(db: Db, filter: LimitChangeFilter): Promise<Page<LimitChange>> {
  let query = db.selectFrom("limit_changes");
  if (filter.status !== undefined) query = query.where("status", "=", filter.status);
  const total = await countRows(query);
  let paged = query
    .select("body")
    .orderBy("at", "desc")
    .orderBy("id", "desc")
    .limit(filter.limit + 1);
  if (filter.cursor !== undefined) {
    const [at, id] = parseCursor(filter.cursor, isNumberAndText);
    paged = paged.where(sql<boolean>`(at, id) < (${at}, ${id})`);
  }
  return toPage(parseBodies<LimitChange>(await paged.execute()), total, filter.limit, ({ at, id }) => [at, id]);
}

export function createLimitQueries(open: () => Db): LimitQueries {
  return {
    limitsAt: async (filter) => findLimitsAt(open(), filter),
    limitVersions: async (filter) => findVersions(open(), filter),
    limitChanges: async (filter) => findChanges(open(), filter),
    limitChange: async (id) =>
      parseBody<LimitChange>(
        await open().selectFrom("limit_changes").select("body").where("id", "=", id).executeTakeFirst(),
      ),
  };
}
