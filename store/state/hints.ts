// What is asked about hints: pages for people, and one by its id.

import { sql, type Kysely } from "kysely";
import type { Hint } from "#domain/hint.ts";
import type { HintFilter, HintReader } from "./hint-reader.ts";
import { isNumberAndText, parseCursor } from "./page.ts";
import { countRows, parseBodies, parseBody, toPage } from "./rows.ts";
import type { StateTables } from "./schema.ts";
import type { Page } from "./state.ts";

async function findHints(db: Kysely<StateTables>, filter: HintFilter): Promise<Page<Hint>> {
  let query = db.selectFrom("hints");
  const { site, city, rule, statuses, from, to } = filter;
  if (site !== undefined) query = query.where("site", "=", site);
  if (city !== undefined)
    query = query.where("site", "in", db.selectFrom("sites").select("id").where("city", "=", city));
  if (rule !== undefined) query = query.where("rule", "=", rule);
  if (statuses !== undefined) query = query.where("status", "in", [...statuses]);
  if (from !== undefined) query = query.where("from_ms", ">=", from);
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
  return toPage(parseBodies<Hint>(await paged.execute()), total, filter.limit, ({ from: begin, id }) => [begin, id]);
}

export function createHintQueries(open: () => Kysely<StateTables>): HintReader {
  return {
    hints: async (filter) => findHints(open(), filter),
    hint: async (id) =>
      parseBody<Hint>(await open().selectFrom("hints").select("body").where("id", "=", id).executeTakeFirst()),
  };
}
