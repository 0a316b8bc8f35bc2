// What is asked about notices, as queries. The few that wait are found by an index of their own.

import { sql, type Kysely } from "kysely";
import type { Notice, NoticePolicy, OnCallCalendar } from "#domain/notice.ts";
import type { NoticeFilter, NoticeReader } from "./notice-reader.ts";
import { isNumberAndText, parseCursor } from "./page.ts";
import { countRows, parseBodies, parseBody, toPage } from "./rows.ts";
import type { StateTables } from "./schema.ts";
import type { Page } from "./state.ts";

type Db = Kysely<StateTables>;

async function findNotices(db: Db, filter: NoticeFilter): Promise<Page<Notice>> {
  let query = db.selectFrom("notices");
  const { states, contact, site, alarm, from, to } = filter;
  if (states !== undefined) query = query.where("state", "in", [...states]);
  if (contact !== undefined) query = query.where("contact", "=", contact);
  if (site !== undefined) query = query.where("site", "=", site);
  if (alarm !== undefined)
    query = query.where(sql<boolean>`exists (select 1 from json_each(body, '$.alarms') where value = ${alarm})`);
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
  return toPage(parseBodies<Notice>(await paged.execute()), total, filter.limit, ({ createdAt, id }) => [
    createdAt,
    id,
  ]);
}

export function createNoticeQueries(open: () => Db): NoticeReader {
  return {
    notices: async (filter) => findNotices(open(), filter),
    notice: async (id) =>
      parseBody<Notice>(await open().selectFrom("notices").select("body").where("id", "=", id).executeTakeFirst()),
    async waitingNotices(limit) {
      const query = open()
        .selectFrom("notices")
        .select("id")
        // In the words of the partial index, so that the planner may use it, and nothing else is read.
        .where(sql<boolean>`state = 'waiting'`)
        .orderBy("due_at")
        .orderBy("id")
        .limit(limit);
      return (await query.execute()).map(({ id }) => id);
    },
    async noticesOf(ids) {
      if (ids.length === 0) return [];
      const query = open()
        .selectFrom("notices")
        .select("body")
        .where("id", "in", [...ids]);
      return parseBodies<Notice>(await query.execute());
    },
    async countNotices(since) {
      const rows = await open()
        .selectFrom("notices")
        .select(["state", sql<number>`count(*)`.as("n")])
        .where("created_at", ">=", since)
        .groupBy("state")
        .execute();
      return new Map(rows.map(({ state, n }) => [state, Number(n)]));
    },
    async noticePolicies() {
      const rows = parseBodies<NoticePolicy>(await open().selectFrom("notice_policies").select("body").execute());
      return rows.sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
    },
    calendars: async () =>
      parseBodies<OnCallCalendar>(await open().selectFrom("on_call_calendars").select("body").orderBy("id").execute()),
  };
}
