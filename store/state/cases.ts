// What is asked about cases: pages for people, one with its chained events, whether the chain is whole; and what the watch that
// opens cases wants to know.

import { sql, type Kysely } from "kysely";
import type { Case, CaseEvent, CaseLink } from "#domain/case.ts";
import type { Hint } from "#domain/hint.ts";
import type { Exceedance } from "#domain/judged.ts";
import type { Site } from "#domain/site.ts";
import type { CaseCheck, CaseFilter, CaseReader, ChainedCaseEvent, ExceedancePlace } from "./case-reader.ts";
import { chainHash, chainStart } from "./chain.ts";
import { isNumberAndText, parseCursor } from "./page.ts";
import { countRows, likePart, parseBodies, parseBody, toPage } from "./rows.ts";
import type { StateTables } from "./schema.ts";
import type { Page } from "./state.ts";

type Db = Kysely<StateTables>;

const eventsPerRead = 2_000;
const differingShown = 20;

function matchCases(db: Db, filter: CaseFilter) {
  const { stages, site, city, enterprise, shownToPlant = false, overdueAt, q = "", from, to } = filter;
  let query = db.selectFrom("cases");
  if (stages !== undefined) query = query.where("stage", "in", [...stages]);
  if (site !== undefined) query = query.where("site", "=", site);
  if (city !== undefined) query = query.where("city", "=", city);
  if (enterprise !== undefined) query = query.where("enterprise", "=", enterprise);
  if (shownToPlant) {
    query = query.where(
      sql<boolean>`(json_extract(body, '$.origin') <> 'falsification' or json_extract(body, '$.replyDueAt') is not null
        or json_array_length(body, '$.replies') > 0)`,
    );
  }
  if (overdueAt !== undefined) {
    query = query.where("due_at", "<=", overdueAt).where("stage", "not in", ["closed", "merged", "transferred"]);
  }
  if (q !== "") {
    const part = likePart(q);
    query = query.where(
      sql<boolean>`(number like ${part} escape '\\' or site like ${part} escape '\\' or enterprise like ${part} escape '\\'
        or json_extract(body, '$.title') like ${part} escape '\\')`,
    );
  }
  if (from !== undefined) query = query.where("opened_at", ">=", from);
  if (to !== undefined) query = query.where("opened_at", "<", to);
  return query;
}

async function findCases(db: Db, filter: CaseFilter): Promise<Page<Case>> {
  const query = matchCases(db, filter);
  const total = await countRows(query);
  let paged = query
    .select("body")
    .orderBy("opened_at", "desc")
    .orderBy("id", "desc")
    .limit(filter.limit + 1);
  if (filter.cursor !== undefined) {
    const [openedAt, id] = parseCursor(filter.cursor, isNumberAndText);
    paged = paged.where(sql<boolean>`(opened_at, id) < (${openedAt}, ${id})`);
  }
  const rows = parseBodies<Case>(await paged.execute());
  return toPage(rows, total, filter.limit, ({ openedAt, id }) => [openedAt, id]);
}

async function listEvents(db: Db, id: string): Promise<ChainedCaseEvent[]> {
  const query = db.selectFrom("case_events").select(["place", "body", "hash"]).where("case_id", "=", id);
  const rows = await query.orderBy("version").execute();
  return rows.map(({ place, body, hash }) => ({ ...(JSON.parse(body) as CaseEvent), place, hash }));
}

/** Piece by piece: a chain of years is not read at once. */
async function findBreak(db: Db): Promise<Pick<CaseCheck, "events" | "brokenAt">> {
  let [place, hash] = [0, chainStart];
  for (;;) {
    const query = db.selectFrom("case_events").select(["place", "body", "hash"]).where("place", ">", place);
    const rows = await query.orderBy("place").limit(eventsPerRead).execute();
    for (const row of rows) {
      if (row.place !== place + 1 || row.hash !== chainHash(hash, row.body))
        return { events: place, brokenAt: place + 1 };
      [place, hash] = [row.place, row.hash];
    }
    if (rows.length < eventsPerRead) return { events: place, brokenAt: null };
  }
}

/** The case itself is a summary of its events: version, stage and time of the newest must be its own. */
async function listDiffering(db: Db): Promise<string[]> {
  const newest = sql<boolean>`not exists (select 1 from case_events e where e.case_id = cases.id
    and e.version = json_extract(cases.body, '$.version') and json_extract(e.body, '$.to') = cases.stage
    and json_extract(cases.body, '$.stage') = cases.stage and json_extract(e.body, '$.seq') = json_extract(cases.body, '$.seq')
    and not exists (select 1 from case_events l where l.case_id = cases.id and l.version > e.version))`;
  const rows = await db.selectFrom("cases").select("id").where(newest).orderBy("id").limit(differingShown).execute();
  return rows.map(({ id }) => id);
}

async function findLinked(db: Db, site: Pick<Site, "id" | "enterprise">, { kind, id }: CaseLink): Promise<Case[]> {
  const pointed = sql<boolean>`exists (select 1 from json_each(cases.body, '$.links') l
    where json_extract(l.value, '$.kind') = ${kind} and json_extract(l.value, '$.id') = ${id})`;
  const query = db
    .selectFrom("cases")
    .select("body")
    .where((where) => where.or([where("site", "=", site.id), where("enterprise", "=", site.enterprise)]))
    .where("stage", "<>", "merged")
    .where(pointed);
  return parseBodies<Case>(await query.orderBy("opened_at", "desc").orderBy("id").execute());
}

async function listKnown(db: Db, after: ExceedancePlace | number, limit: number): Promise<Exceedance[]> {
  let query = db.selectFrom("exceedances").select("body").where("superseded_at", "is", null);
  if (typeof after === "number") query = query.where("at", ">=", after);
  else {
    const { at, id, version } = after;
    const order = sql<boolean>`(at, json_extract(body, '$.id'), version) > (${at}, ${id}, ${version})`;
    query = query.where("at", ">=", at).where(order);
  }
  const rows = await query
    .orderBy("at")
    .orderBy(sql`json_extract(body, '$.id')`)
    .orderBy("version")
    .limit(limit)
    .execute();
  return parseBodies<Exceedance>(rows);
}

export function createCaseQueries(open: () => Db): CaseReader {
  return {
    cases: async (filter) => findCases(open(), filter),
    case: async (id) =>
      parseBody<Case>(await open().selectFrom("cases").select("body").where("id", "=", id).executeTakeFirst()),
    caseEvents: async (id) => listEvents(open(), id),
    async checkCases() {
      const [chain, cases, differing] = [
        await findBreak(open()),
        await countRows(open().selectFrom("cases")),
        await listDiffering(open()),
      ];
      return { ...chain, cases, differing };
    },
    async casesByKey(site, keyBegin) {
      const key = sql<string>`json_extract(body, '$.key')`;
      const query = open().selectFrom("cases").select("body").where("site", "=", site);
      const begins = query.where(sql<boolean>`substr(${key}, 1, ${keyBegin.length}) = ${keyBegin}`);
      return parseBodies<Case>(await begins.orderBy("opened_at", "desc").orderBy("id").execute());
    },
    casesLinked: async (site, link) => findLinked(open(), site, link),
    exceedancesKnown: async (after, limit) => listKnown(open(), after, limit),
    async strongHints(from, scoreMin, limit) {
      const query = open()
        .selectFrom("hints")
        .select("body")
        .where("from_ms", ">=", from)
        .where(sql<boolean>`(status = 'confirmed' or (status = 'open' and score >= ${scoreMin}))`);
      return parseBodies<Hint>(await query.orderBy("from_ms", "desc").orderBy("id").limit(limit).execute());
    },
  };
}
