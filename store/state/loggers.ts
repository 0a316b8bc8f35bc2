// What is asked about loggers: facts, cards, gaps, changes. There are as many loggers as outfalls, so that their lists are
// read whole.

import { sql, type Kysely } from "kysely";
import type { FieldMeanFinding } from "#domain/field-mean.ts";
import type { LoggerChange, LoggerDay, LoggerFacts } from "#domain/logger-card.ts";
import type { LoggerGaps } from "#domain/logger-gaps.ts";
import { isNumberAndText, parseCursor } from "./page.ts";
import { countRows, parseBodies, parseBody, toPage } from "./rows.ts";
import type { StateTables } from "./schema.ts";
import type { FindingFilter, Page, StateReader } from "./state.ts";

type LoggerQueries = Pick<
  StateReader,
  "findings" | "loggers" | "logger" | "loggerDays" | "loggerGaps" | "loggerChanges"
>;

async function findFindings(db: Kysely<StateTables>, filter: FindingFilter): Promise<Page<FieldMeanFinding>> {
  let query = db.selectFrom("findings");
  const { site, factor, basis, status, from, to } = filter;
  if (site !== undefined) query = query.where("site", "=", site);
  if (factor !== undefined) query = query.where("factor", "=", factor);
  if (basis !== undefined) query = query.where("basis", "=", basis);
  if (status !== undefined) query = query.where("status", "=", status);
  if (from !== undefined) query = query.where("start", ">=", from);
  if (to !== undefined) query = query.where("start", "<", to);
  const total = await countRows(query);
  let paged = query
    .select("body")
    .orderBy("start", "desc")
    .orderBy("site", "desc")
    .orderBy("factor", "desc")
    .orderBy("basis", "desc")
    .limit(filter.limit + 1);
  if (filter.cursor !== undefined) {
    const [start, key] = parseCursor(filter.cursor, isNumberAndText);
    const [lastSite = "", lastFactor = "", lastBasis = ""] = key.split(" ");
    paged = paged.where(
      sql<boolean>`(start, site, factor, basis) < (${start}, ${lastSite}, ${lastFactor}, ${lastBasis})`,
    );
  }
  const keyOf = (row: FieldMeanFinding) => [row.start, `${row.site} ${row.factor} ${row.basis}`] as const;
  return toPage(parseBodies<FieldMeanFinding>(await paged.execute()), total, filter.limit, keyOf);
}

export function createLoggerQueries(open: () => Kysely<StateTables>): LoggerQueries {
  return {
    findings: async (filter) => findFindings(open(), filter),
    loggers: async () =>
      parseBodies<LoggerFacts>(await open().selectFrom("loggers").select("body").orderBy("site").execute()),
    logger: async (site) =>
      parseBody<LoggerFacts>(
        await open().selectFrom("loggers").select("body").where("site", "=", site).executeTakeFirst(),
      ),
    async loggerDays({ site, from, to }) {
      let query = open().selectFrom("logger_days").select("body").where("day", ">=", from).where("day", "<", to);
      if (site !== undefined) query = query.where("site", "=", site);
      return parseBodies<LoggerDay>(await query.orderBy("day").orderBy("site").execute());
    },
    async loggerGaps({ site, kind }) {
      let query = open().selectFrom("logger_gaps").select("body");
      if (site !== undefined) query = query.where("site", "=", site);
      if (kind !== undefined) query = query.where("kind", "=", kind);
      return parseBodies<LoggerGaps>(await query.orderBy("site").orderBy("kind").execute());
    },
    async loggerChanges({ site, from, to, limit }) {
      const query = open()
        .selectFrom("logger_changes")
        .select("body")
        .where("site", "=", site)
        .where("at", ">=", from)
        .where("at", "<", to);
      const newest = query.orderBy("at", "desc").orderBy("seq", "desc").orderBy("part", "desc");
      return parseBodies<LoggerChange>(await newest.limit(limit).execute());
    },
  };
}
