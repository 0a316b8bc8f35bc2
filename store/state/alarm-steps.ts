// Transitions of all alarms in the order they were written, part by part: for whoever counts what was raised when. A walk goes on
// behind the last place it has seen, so that a day is read once and then only what is new.

import { sql, type Kysely } from "kysely";
import type { AlarmTransition, Priority } from "#domain/alarm.ts";
import { parseBody } from "./rows.ts";
import type { StateTables } from "./schema.ts";
import type { AlarmStep, AlarmStepFilter } from "./state.ts";

type Db = Kysely<StateTables>;

/** The last place received before `from`; the walk goes backwards from the newest and ends there. */
async function placeBefore(db: Db, from: number): Promise<number> {
  const row = await db
    .selectFrom("transitions")
    .select("place")
    .where(sql<boolean>`json_extract(body, '$.receivedAt') < ${from}`)
    .orderBy("place", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.place ?? 0;
}

export async function listAlarmSteps(db: Db, { after, from, limit }: AlarmStepFilter): Promise<AlarmStep[]> {
  const rows = await db
    .selectFrom("transitions")
    .innerJoin("alarms", "alarms.id", "transitions.alarm_id")
    .leftJoin("sites", "sites.id", "alarms.site")
    .select(["transitions.place as place", "transitions.body as body", "alarms.site as site"])
    .select(["alarms.priority as priority", "sites.city as city"])
    .where("transitions.place", ">", after ?? (await placeBefore(db, from)))
    .orderBy("transitions.place")
    .limit(limit)
    .execute();
  return rows.map(({ place, body, site, city, priority }) => {
    const { from: before, to, receivedAt } = JSON.parse(body) as AlarmTransition;
    return { place, site, city, priority: priority as Priority, before, to, receivedAt };
  });
}

export async function findLastAlarmChange(db: Db): Promise<number | null> {
  const row = await db.selectFrom("transitions").select("body").orderBy("place", "desc").limit(1).executeTakeFirst();
  return parseBody<AlarmTransition>(row)?.receivedAt ?? null;
}
