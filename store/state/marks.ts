// What is asked about marks: pages for people, and those that take data of a span out of what counts, for whoever explains a
// judgement.

import { sql, type Kysely } from "kysely";
import { type Mark, markStatuses } from "#domain/mark.ts";
import { isNumberAndText, parseCursor } from "./page.ts";
import { countRows, parseBodies, parseBody, toPage } from "./rows.ts";
import type { StateTables } from "./schema.ts";
import type { LawReader, MarkFilter } from "./law-reader.ts";
import type { Page } from "./state.ts";

type MarkQueries = Pick<LawReader, "marks" | "mark" | "marksIn">;

/** Newest span first. */
async function findMarks(db: Kysely<StateTables>, filter: MarkFilter): Promise<Page<Mark>> {
  let query = db.selectFrom("marks");
  const { site, statuses, from, to } = filter;
  if (site !== undefined) query = query.where("site", "=", site);
  // Only some of all: otherwise the index by time serves better.
  if (statuses !== undefined && statuses.length < markStatuses.length)
    query = query.where("status", "in", [...statuses]);
  if (from !== undefined) query = query.where("to_ms", ">", from);
  if (to !== undefined) query = query.where("from_ms", "<", to);
  const total = await countRows(query);
  let paged = query
    .select("body")
    .orderBy("from_ms", "desc")
    .orderBy("id", "desc")
    .limit(filter.limit + 1);
  if (filter.cursor !== undefined) {
    const [lastFrom, lastId] = parseCursor(filter.cursor, isNumberAndText);
    paged = paged.where(sql<boolean>`(from_ms, id) < (${lastFrom}, ${lastId})`);
  }
  return toPage(parseBodies<Mark>(await paged.execute()), total, filter.limit, ({ from: begin, id }) => [begin, id]);
}

export function createMarkQueries(open: () => Kysely<StateTables>): MarkQueries {
  return {
    marks: async (filter) => findMarks(open(), filter),
    mark: async (id) =>
      parseBody<Mark>(await open().selectFrom("marks").select("body").where("id", "=", id).executeTakeFirst()),
    async marksIn(site, from, to) {
      const query = open()
        .selectFrom("marks")
        .select("body")
        .where("site", "=", site)
        .where("to_ms", ">", from)
        .where("from_ms", "<", to);
      return parseBodies<Mark>(await query.orderBy("from_ms").orderBy("id").execute());
    },
  };
}
