// What is asked about alarms: pages for people, rows of their journal with the hashes that chain them, records, and what is out
// of service. Pages go by key.

import { sql, type Kysely, type RawBuilder, type SqlBool } from "kysely";
import { type Alarm, type AlarmTransition, completeAlarm, type Priority } from "#domain/alarm.ts";
import type { AlarmDefinitionVersion, OutOfService } from "#domain/alarm-definition.ts";
import type {
  AlarmBookReader,
  AlarmCallFilter,
  AlarmCallRow,
  AlarmFilter,
  AlarmJournalFilter,
  AlarmJournalRow,
  OutOfServiceFilter,
} from "./alarm-reader.ts";
import type { ChainedRow } from "./chained-row.ts";
import { isNumberAndText, isNumberPair, parseCursor } from "./page.ts";
import { countRows, likePart, parseBodies, parseBody, toPage } from "./rows.ts";
import type { StateTables } from "./schema.ts";
import type { Page } from "./state.ts";

type Db = Kysely<StateTables>;

/** A field of the JSON body of an alarm; `path` is written here, never by a caller. */
const inBody = (path: string) => sql`json_extract(alarms.body, ${sql.lit(`$.${path}`)})`;

function matchText(text: string) {
  const part = likePart(text);
  const like = (column: ReturnType<typeof inBody>) => sql`${column} like ${part} escape '\\'`;
  const named = sql`alarms.site in (select id from sites where name like ${part} escape '\\'
    or enterprise like ${part} escape '\\')`;
  const own = ["definition", "comments"].map((path) => like(inBody(path)));
  const columns = [sql`alarms.id`, sql`alarms.site`].map((column) => sql`${column} like ${part} escape '\\'`);
  return sql<boolean>`(${sql.join([...columns, ...own, named], sql` or `)})`;
}

function selectAlarms(db: Db, filter: AlarmFilter) {
  let query = db.selectFrom("alarms");
  const { states, priorities, suppressed } = filter;
  if (states !== undefined) {
    query = query.where("state", "in", [...states]);
    // Said again in the words of the partial index, so that the planner may use it.
    if (!states.includes("normal")) query = query.where("state", "<>", sql<string>`'normal'`);
  }
  if (priorities !== undefined) query = query.where("priority", "in", [...priorities]);
  if (filter.site !== undefined) query = query.where("site", "=", filter.site);
  if (filter.city !== undefined) {
    query = query.where("site", "in", db.selectFrom("sites").select("id").where("city", "=", filter.city));
  }
  if (filter.enterprise !== undefined) {
    query = query.where("site", "in", db.selectFrom("sites").select("id").where("enterprise", "=", filter.enterprise));
  }
  if (filter.from !== undefined) query = query.where("onset", ">=", filter.from);
  if (filter.to !== undefined) query = query.where("onset", "<", filter.to);
  if (filter.definition !== undefined) {
    const { definition } = filter;
    query = query.where(sql<boolean>`(${inBody("definition")} = ${definition} or ${inBody("record")} = ${definition})`);
  }
  const same = { factor: filter.factor, class: filter.class, assignee: filter.assignee, ackedBy: filter.acker };
  for (const [path, value] of Object.entries(same)) {
    if (value !== undefined) query = query.where(sql<boolean>`${inBody(path)} = ${value}`);
  }
  if (filter.acked !== undefined) query = query.where(sql<boolean>`${inBody("acked")} = ${filter.acked ? 1 : 0}`);
  if (suppressed === "any") query = query.where(sql<boolean>`${inBody("suppression.kind")} is not null`);
  else if (suppressed === "none") query = query.where(sql<boolean>`${inBody("suppression.kind")} is null`);
  else if (suppressed !== undefined) query = query.where(sql<boolean>`${inBody("suppression.kind")} = ${suppressed}`);
  if (filter.q !== undefined && filter.q !== "") query = query.where(matchText(filter.q));
  return query;
}

async function findAlarms(db: Db, filter: AlarmFilter): Promise<Page<Alarm>> {
  const query = selectAlarms(db, filter);
  const total = filter.uncounted === true ? 0 : await countRows(query);
  let paged = query
    .select("body")
    .orderBy("onset", "desc")
    .orderBy("id", "desc")
    .limit(filter.limit + 1);
  if (filter.cursor !== undefined) {
    const [onset, id] = parseCursor(filter.cursor, isNumberAndText);
    paged = paged.where(sql<boolean>`(onset, id) < (${onset}, ${id})`);
  }
  const found = parseBodies<Alarm>(await paged.execute()).map(completeAlarm);
  return toPage(found, total, filter.limit, (alarm) => [alarm.onset, alarm.id]);
}

async function findAlarm(db: Db, id: string): Promise<Alarm | null> {
  const row = await db.selectFrom("alarms").select("body").where("id", "=", id).executeTakeFirst();
  const alarm = parseBody<Alarm>(row);
  return alarm === null ? null : completeAlarm(alarm);
}

/** As the index has it. */
const receivedAt = sql<number>`json_extract(transitions.body, '$.receivedAt')`;

/** Rows of older programs do not name their definition: the alarm does. */
function parseTransition(body: string, definition: string): AlarmTransition {
  const row = JSON.parse(body) as AlarmTransition;
  return row.definition === undefined ? { ...row, definition } : row;
}

/** What the rows themselves say. */
function matchRows({ from, to, actor, causes, alarm }: AlarmJournalFilter): RawBuilder<SqlBool>[] {
  const found: RawBuilder<SqlBool>[] = [];
  if (from !== undefined) found.push(sql`${receivedAt} >= ${from}`);
  if (to !== undefined) found.push(sql`${receivedAt} < ${to}`);
  if (alarm !== undefined) found.push(sql`transitions.alarm_id = ${alarm}`);
  if (actor !== undefined) found.push(sql`json_extract(transitions.body, '$.actor') = ${actor}`);
  if (causes !== undefined) found.push(sql`json_extract(transitions.body, '$.cause') in (${sql.join([...causes])})`);
  return found;
}

/** What only their alarms say. */
function matchAlarms({ site, city, definition }: AlarmJournalFilter): RawBuilder<SqlBool>[] {
  const found: RawBuilder<SqlBool>[] = [];
  if (site !== undefined) found.push(sql`alarms.site = ${site}`);
  if (city !== undefined) found.push(sql`alarms.site in (select id from sites where city = ${city})`);
  if (definition !== undefined) {
    found.push(sql`(${inBody("definition")} = ${definition}
      or coalesce(json_extract(transitions.body, '$.record'), ${inBody("record")}) = ${definition})`);
  }
  return found;
}

async function countJournal(db: Db, filter: AlarmJournalFilter): Promise<number> {
  if (filter.uncounted === true) return 0;
  const ofAlarms = matchAlarms(filter);
  const all = sql<number>`count(*)`.as("n");
  // A million rows are counted without looking at a million alarms.
  let query = db.selectFrom("transitions").select(all);
  for (const condition of matchRows(filter)) query = query.where(condition);
  if (ofAlarms.length === 0) return Number((await query.executeTakeFirstOrThrow()).n);
  let joined = query.innerJoin("alarms", "alarms.id", "transitions.alarm_id");
  for (const condition of ofAlarms) joined = joined.where(condition);
  return Number((await joined.executeTakeFirstOrThrow()).n);
}

async function findJournal(db: Db, filter: AlarmJournalFilter): Promise<Page<AlarmJournalRow>> {
  const total = await countJournal(db, filter);
  let query = db.selectFrom("transitions").innerJoin("alarms", "alarms.id", "transitions.alarm_id");
  for (const condition of [...matchRows(filter), ...matchAlarms(filter)]) query = query.where(condition);
  let paged = query
    .select(["transitions.place as place", "transitions.hash as hash", "transitions.body as body"])
    .select(["alarms.site as site", sql<string>`${inBody("definition")}`.as("definition")])
    .select([sql<string | null>`${inBody("factor")}`.as("factor"), sql<string>`${inBody("unit")}`.as("unit")])
    .orderBy(receivedAt, "desc")
    .orderBy("transitions.place", "desc")
    .limit(filter.limit + 1);
  if (filter.cursor !== undefined) {
    const [at, place] = parseCursor(filter.cursor, isNumberPair);
    paged = paged.where(sql<boolean>`(${receivedAt}, transitions.place) < (${at}, ${place})`);
  }
  const rows = (await paged.execute()).map(({ body, definition, ...rest }) => ({
    ...rest,
    transition: parseTransition(body, definition),
  }));
  return toPage(rows, total, filter.limit, ({ transition, place }) => [transition.receivedAt, place]);
}

async function listChain(db: Db, after: number, limit: number): Promise<ChainedRow[]> {
  const query = db.selectFrom("transitions").select(["place", "body", "hash"]).where("place", ">", after);
  return query.orderBy("place").limit(limit).execute();
}

async function listCalls(db: Db, { from, to, city, after, limit }: AlarmCallFilter): Promise<AlarmCallRow[]> {
  let query = db
    .selectFrom("transitions")
    .innerJoin("alarms", "alarms.id", "transitions.alarm_id")
    .leftJoin("sites", "sites.id", "alarms.site")
    .where(sql<boolean>`${receivedAt} >= ${after?.receivedAt ?? from}`)
    .where(sql<boolean>`${receivedAt} < ${to}`);
  if (after !== null)
    query = query.where(sql<boolean>`(${receivedAt}, transitions.place) > (${after.receivedAt}, ${after.place})`);
  if (city !== undefined) query = query.where("sites.city", "=", city);
  const rows = await query
    .select(["transitions.place as place", "transitions.body as body", "alarms.site as site", "sites.city as city"])
    // One call for all of them: the body is parsed once a row.
    .select(["alarms.priority as priority"])
    .select(sql<string>`json_extract(alarms.body, '$.definition', '$.factor', '$.class', '$.case')`.as("facts"))
    .orderBy(receivedAt)
    .orderBy("transitions.place")
    .limit(limit)
    .execute();
  return rows.map(({ body, priority, facts, ...rest }) => {
    const [definition, factor, named, belongsTo] = JSON.parse(facts) as [
      string,
      string | null,
      string | null,
      string | null,
    ];
    const transition = parseTransition(body, definition);
    return {
      ...rest,
      definition,
      factor,
      class: named ?? "",
      case: belongsTo,
      priority: priority as Priority,
      transition,
    };
  });
}

async function listDefinitions(db: Db): Promise<AlarmDefinitionVersion[]> {
  const newest = db
    .selectFrom("alarm_definitions")
    .select(["id", sql<number>`max(version)`.as("version")])
    .groupBy("id")
    .as("newest");
  const rows = await db
    .selectFrom("alarm_definitions")
    .innerJoin(newest, (join) =>
      join.onRef("newest.id", "=", "alarm_definitions.id").onRef("newest.version", "=", "alarm_definitions.version"),
    )
    .select("alarm_definitions.body as body")
    .orderBy("alarm_definitions.id")
    .execute();
  return parseBodies<AlarmDefinitionVersion>(rows);
}

async function findOutOfService(db: Db, filter: OutOfServiceFilter): Promise<Page<OutOfService>> {
  let query = db.selectFrom("out_of_service");
  const isActiveAt = (at: number) =>
    sql<boolean>`(ended_at is null and from_ms <= ${at} and coalesce(json_extract(body, '$.to') > ${at}, 1))`;
  const { activeAt, inactiveAt } = filter;
  if (activeAt !== undefined) query = query.where(isActiveAt(activeAt));
  if (inactiveAt !== undefined) query = query.where(sql<boolean>`not ${isActiveAt(inactiveAt)}`);
  const total = await countRows(query);
  let paged = query
    .select("body")
    .orderBy("from_ms", "desc")
    .orderBy("id", "desc")
    .limit(filter.limit + 1);
  if (filter.cursor !== undefined) {
    const [from, id] = parseCursor(filter.cursor, isNumberAndText);
    paged = paged.where(sql<boolean>`(from_ms, id) < (${from}, ${id})`);
  }
  return toPage(parseBodies<OutOfService>(await paged.execute()), total, filter.limit, ({ from, id }) => [from, id]);
}

export function createAlarmBookQueries(open: () => Db): AlarmBookReader {
  return {
    alarms: async (filter) => findAlarms(open(), filter),
    alarm: async (id) => findAlarm(open(), id),
    alarmJournal: async (filter) => findJournal(open(), filter),
    alarmChain: async (after, limit) => listChain(open(), after, limit),
    alarmCalls: async (filter) => listCalls(open(), filter),
    alarmDefinitions: async () => listDefinitions(open()),
    alarmDefinitionVersions: async (id) =>
      parseBodies<AlarmDefinitionVersion>(
        await open()
          .selectFrom("alarm_definitions")
          .select("body")
          .where("id", "=", id)
          .orderBy("version", "desc")
          .execute(),
      ),
    outOfService: async (filter) => findOutOfService(open(), filter),
    outOfServiceOf: async (id) =>
      parseBody<OutOfService>(
        await open().selectFrom("out_of_service").select("body").where("id", "=", id).executeTakeFirst(),
      ),
  };
}
