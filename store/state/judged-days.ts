// What is asked about judged days. A month of a province is a hundred thousand of them: their hours come day by day, a
// day as one text, because rows one by one, and all else that is known of them, cost more than all the rest.

import { sql, type Kysely } from "kysely";
import type { JudgedDay, JudgedHours } from "#domain/judged.ts";
import { parseBodies } from "./rows.ts";
import type { StateTables } from "./schema.ts";
import type { StateReader } from "./state.ts";

type JudgedDayQueries = Pick<StateReader, "judgedDays" | "judgedHours" | "firstJudgedDays">;

export function createJudgedDayQueries(open: () => Kysely<StateTables>): JudgedDayQueries {
  return {
    async judgedDays({ site, from, to, factors }) {
      let query = open().selectFrom("judged_days").select("body").where("site", "=", site);
      if (factors !== undefined) query = query.where("factor", "in", [...factors, ""]);
      query = query.where("day", ">=", from).where("day", "<", to);
      return parseBodies<JudgedDay>(await query.orderBy("day").orderBy("factor").execute());
    },
    async judgedHours(day, factors) {
      const wanted = sql.join([...factors, ""]);
      // Ids of sites and codes of factors hold no quotes.
      const found = await sql<{ rows: string | null }>`
        select group_concat('["' || site || '","' || factor || '",' || (body -> '$.hours') || ']') as rows
        from judged_days where day = ${day} and factor in (${wanted})`.execute(open());
      // The hours are JSON that commit() wrote.
      const rows = JSON.parse(`[${found.rows[0]?.rows ?? ""}]`) as [string, string, JudgedHours][];
      return rows.map(([site, factor, hours]) => ({ site, factor, hours }));
    },
    async firstJudgedDays(site) {
      // The first entry of the index for each site: as quick as there are sites, however many days there are.
      const one = site === undefined ? sql`` : sql`where id = ${site}`;
      const found = await sql<{ id: string; day: string | null }>`
        select id, (select min(day) from judged_days where site = sites.id) as day from sites ${one}`.execute(open());
      return new Map(found.rows.flatMap(({ id, day }) => (day === null ? [] : [[id, day] as const])));
    },
  };
}
