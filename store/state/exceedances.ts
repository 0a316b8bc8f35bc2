// What is asked about exceedances: pages of the versions that are known now, or were known at a time; all versions of one;
// and where a series stood beyond its limit, for telling how long in a row.

import { sql, type Kysely } from "kysely";
import type { Exceedance } from "#domain/judged.ts";
import { isTexts, parseCursor } from "./page.ts";
import { countRows, parseBodies, toPage } from "./rows.ts";
import type { StateTables } from "./schema.ts";
import type { ExceedanceFilter, ExceedanceKey, Page, StateReader } from "./state.ts";

type ExceedanceQueries = Pick<StateReader, "exceedances" | "exceedanceVersions" | "exceedingStarts">;
type Db = Kysely<StateTables>;

/** Versions that were known at a time: at ≤ T < supersededAt. Null: those that nothing has superseded. */
function knownAt(asOf: number | null) {
  if (asOf === null) return sql<boolean>`superseded_at is null`;
  return sql<boolean>`at <= ${asOf} and (superseded_at is null or superseded_at > ${asOf})`;
}

/** Of `superseded` all older versions; with `asOf` those that were older by then. */
function older(asOf: number | null) {
  return asOf === null ? sql<boolean>`superseded_at is not null` : sql<boolean>`superseded_at <= ${asOf}`;
}

function matchStatus({ statuses, ...filter }: ExceedanceFilter) {
  const asOf = filter.asOf ?? null;
  if (statuses === undefined) return knownAt(asOf);
  const standing = statuses.filter((status) => status !== "superseded");
  const known = sql<boolean>`(${knownAt(asOf)} and status in (${sql.join([...standing, ""])}))`;
  return statuses.includes("superseded") ? sql<boolean>`(${known} or ${older(asOf)})` : known;
}

async function findExceedances(db: Db, filter: ExceedanceFilter): Promise<Page<Exceedance>> {
  const { site, city, enterprise, factor, basis, from, to } = filter;
  let query = db.selectFrom("exceedances").where(matchStatus(filter));
  if (site !== undefined) query = query.where("site", "=", site);
  if (city !== undefined) {
    query = query.where("site", "in", db.selectFrom("sites").select("id").where("city", "=", city));
  }
  if (enterprise !== undefined) {
    query = query.where("site", "in", db.selectFrom("sites").select("id").where("enterprise", "=", enterprise));
  }
  if (factor !== undefined) query = query.where("factor", "=", factor);
  if (basis !== undefined) query = query.where("basis", "=", basis);
  if (from !== undefined) query = query.where("start", ">=", from);
  if (to !== undefined) query = query.where("start", "<", to);
  const total = await countRows(query);
  let paged = query
    .select("body")
    .orderBy("start", "desc")
    .orderBy("site", "desc")
    .orderBy("factor", "desc")
    .orderBy("basis", "desc")
    .orderBy("version", "desc")
    .limit(filter.limit + 1);
  if (filter.cursor !== undefined) {
    const [start, lastSite, lastFactor, lastBasis, version] = parseCursor(filter.cursor, isKey);
    paged = paged.where(
      sql<boolean>`(start, site, factor, basis, version) < (${start}, ${lastSite}, ${lastFactor}, ${lastBasis}, ${version})`,
    );
  }
  const keyOf = (row: Exceedance) => [row.start, row.site, row.factor, row.basis, row.version] as const;
  return toPage(parseBodies<Exceedance>(await paged.execute()), total, filter.limit, keyOf);
}

function isKey(key: unknown): key is [number, string, string, string, number] {
  if (!Array.isArray(key) || key.length !== 5) return false;
  return Number.isFinite(key[0]) && isTexts(key.slice(1, 4)) && Number.isFinite(key[4]);
}

async function listVersions(db: Db, { site, factor, basis, start }: ExceedanceKey): Promise<Exceedance[]> {
  const query = db
    .selectFrom("exceedances")
    .select("body")
    .where("site", "=", site)
    .where("factor", "=", factor)
    .where("basis", "=", basis)
    .where("start", "=", start);
  return parseBodies<Exceedance>(await query.orderBy("version").execute());
}

export function createExceedanceQueries(open: () => Db): ExceedanceQueries {
  return {
    exceedances: async (filter) => findExceedances(open(), filter),
    exceedanceVersions: async (key) => listVersions(open(), key),
    async exceedingStarts({ site, factor, basis, from, to, asOf }) {
      const rows = await open()
        .selectFrom("exceedances")
        .select("start")
        .where("site", "=", site)
        .where("factor", "=", factor)
        .where("basis", "=", basis)
        .where("start", ">=", from)
        .where("start", "<", to)
        .where("status", "=", "confirmed")
        .where(knownAt(asOf ?? null))
        .orderBy("start")
        .execute();
      return rows.map(({ start }) => start);
    },
  };
}
