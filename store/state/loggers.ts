// What is asked about loggers: facts, cards, gaps, changes. There are as many loggers as outfalls, so that their lists are
// read whole.

import type { Kysely } from "kysely";
import type { LoggerChange, LoggerDay, LoggerFacts } from "#domain/logger-card.ts";
import type { LoggerGaps } from "#domain/logger-gaps.ts";
import { parseBodies, parseBody } from "./rows.ts";
import type { StateTables } from "./schema.ts";
import type { StateReader } from "./state.ts";

type LoggerQueries = Pick<StateReader, "loggers" | "logger" | "loggerDays" | "loggerGaps" | "loggerChanges">;

export function createLoggerQueries(open: () => Kysely<StateTables>): LoggerQueries {
  return {
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
