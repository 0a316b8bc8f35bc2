// Alarms as a course of time: how many began in each step, by city and priority, and when anything about an alarm changed last.
// One walk over the index of onsets; nothing is parsed.

import { sql, type Kysely } from "kysely";
import type { AlarmTransition, Priority } from "#domain/alarm.ts";
import { parseBody } from "./rows.ts";
import type { StateTables } from "./schema.ts";
import type { AlarmTrend, AlarmTrendFilter } from "./state.ts";

export async function findAlarmTrend(db: Kysely<StateTables>, filter: AlarmTrendFilter): Promise<AlarmTrend> {
  const { from, to, stepMs } = filter;
  // Bound numbers are reals: the quotient has to be cut.
  const step = sql<number>`cast((alarms.onset - ${from}) / ${stepMs} as integer)`;
  const counts = await db
    .selectFrom("alarms")
    .leftJoin("sites", "sites.id", "alarms.site")
    .select([step.as("step"), "sites.city as city", "alarms.priority as priority", sql<number>`count(*)`.as("n")])
    .where("alarms.onset", ">=", from)
    .where("alarms.onset", "<", to)
    .groupBy(["step", "city", "priority"])
    .execute();
  const newest = await db.selectFrom("transitions").select("body").orderBy("place", "desc").limit(1).executeTakeFirst();
  return {
    counts: counts.map(({ step: at, city, priority, n }) => {
      return { step: Number(at), city, priority: priority as Priority, count: Number(n) };
    }),
    lastChange: parseBody<AlarmTransition>(newest)?.receivedAt ?? null,
  };
}
