// What is asked about shifts: pages for people, one by its id, the one before it.

import { sql, type Kysely } from "kysely";
import type { Shift } from "#domain/shift.ts";
import { isNumberAndText, parseCursor } from "./page.ts";
import { countRows, parseBodies, parseBody, toPage } from "./rows.ts";
import type { StateTables } from "./schema.ts";
import type { ShiftFilter, ShiftReader } from "./shift-reader.ts";
import type { Page } from "./state.ts";

type Db = Kysely<StateTables>;

async function findShifts(db: Db, filter: ShiftFilter): Promise<Page<Shift>> {
  let query = db.selectFrom("shifts");
  if (filter.desk !== undefined) query = query.where("desk", "=", filter.desk);
  const total = await countRows(query);
  let paged = query
    // A sheet is long, and a list shows none of it.
    .select(sql<string>`json_remove(body, '$.sheet')`.as("body"))
    .orderBy("started_at", "desc")
    .orderBy("id", "desc")
    .limit(filter.limit + 1);
  if (filter.cursor !== undefined) {
    const [startedAt, id] = parseCursor(filter.cursor, isNumberAndText);
    paged = paged.where(sql<boolean>`(started_at, id) < (${startedAt}, ${id})`);
  }
  const rows = parseBodies<Omit<Shift, "sheet">>(await paged.execute()).map((row): Shift => ({ ...row, sheet: null }));
  return toPage(rows, total, filter.limit, ({ startedAt, id }) => [startedAt, id]);
}

async function findShiftBefore(db: Db, desk: string, startedAt: number): Promise<Shift | null> {
  const row = await db
    .selectFrom("shifts")
    .select("body")
    .where("desk", "=", desk)
    .where("started_at", "<", startedAt)
    .where(sql<boolean>`json_extract(body, '$.acceptedAt') is not null`)
    .orderBy("started_at", "desc")
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  return parseBody<Shift>(row);
}

export function createShiftQueries(open: () => Db): ShiftReader {
  return {
    shifts: async (filter) => findShifts(open(), filter),
    shift: async (id) =>
      parseBody<Shift>(await open().selectFrom("shifts").select("body").where("id", "=", id).executeTakeFirst()),
    shiftBefore: async (desk, startedAt) => findShiftBefore(open(), desk, startedAt),
    async newestShifts() {
      const newest = sql<string>`(select id from shifts as other where other.desk = shifts.desk
        order by other.started_at desc, other.id desc limit 1)`;
      return parseBodies<Shift>(await open().selectFrom("shifts").select("body").where("id", "=", newest).execute());
    },
  };
}
