// What the state store answers, as typed queries. Assumes an open connection and an up-to-date schema. Pages go by key,
// not by offset, so that rows arriving meanwhile neither repeat nor hide anything.

import { sql, type Kysely } from "kysely";
import type { AlarmTransition } from "#domain/alarm.ts";
import type { DeviceRequest } from "#domain/device-request.ts";
import type { LedgerRow, QuarantineRow } from "#domain/ledger.ts";
import type { Limit } from "#domain/limit.ts";
import type { LatestRow } from "#domain/live.ts";
import type { RevisionRow } from "#domain/revision.ts";
import type { Site } from "#domain/site.ts";
import { isNumberAndText, isNumberPair, isNumberTriple, isText, parseCursor } from "./page.ts";
import { createAlarmBookQueries } from "./alarm-book.ts";
import { findLastAlarmChange, listAlarmSteps } from "./alarm-steps.ts";
import { createCaseQueries } from "./cases.ts";
import { createExceedanceQueries } from "./exceedances.ts";
import { createHintQueries } from "./hints.ts";
import { createJudgedDayQueries } from "./judged-days.ts";
import { findLimitPage, findRequestPage, listLatestAfter, listOpenRequests, listSitesAfter } from "./listing.ts";
import { createLimitQueries } from "./limit-versions.ts";
import { createLoggerQueries } from "./loggers.ts";
import { createMarkQueries } from "./marks.ts";
import { createNoticeQueries } from "./notices.ts";
import { countRows, likePart, parseBodies, parseBody, toPage } from "./rows.ts";
import type { StateTables } from "./schema.ts";
import { createShiftQueries } from "./shifts.ts";
import type { AuditRow, Page, QuarantineFilter, RevisionFilter, SiteFilter, StateReader } from "./state.ts";

type Queries = Omit<StateReader, "start" | "stop">;
type Db = Kysely<StateTables>;

async function findSites(db: Db, filter: SiteFilter): Promise<Page<Site>> {
  let query = db.selectFrom("sites");
  if (filter.city !== undefined) query = query.where("city", "=", filter.city);
  if (filter.kind !== undefined) query = query.where("kind", "=", filter.kind);
  if (filter.q !== undefined && filter.q !== "") {
    const part = likePart(filter.q);
    query = query.where(
      sql<boolean>`(id like ${part} escape '\\' or name like ${part} escape '\\' or enterprise like ${part} escape '\\')`,
    );
  }
  const total = await countRows(query);
  let paged = query
    .select("body")
    .orderBy("id")
    .limit(filter.limit + 1);
  if (filter.cursor !== undefined) paged = paged.where("id", ">", parseCursor(filter.cursor, isText)[0]);
  return toPage(parseBodies<Site>(await paged.execute()), total, filter.limit, (site) => [site.id]);
}

async function findQuarantine(db: Db, filter: QuarantineFilter): Promise<Page<QuarantineRow>> {
  let query = db.selectFrom("quarantine");
  if (filter.day !== undefined) query = query.where("day", "=", filter.day);
  if (filter.site !== undefined) query = query.where("site", "=", filter.site);
  if (filter.reason !== undefined) query = query.where("reason", "=", filter.reason);
  if (filter.state !== undefined) query = query.where("state", "=", filter.state);
  if (filter.from !== undefined) query = query.where("received_at", ">=", filter.from);
  if (filter.to !== undefined) query = query.where("received_at", "<", filter.to);
  const total = await countRows(query);
  let paged = query
    .select("body")
    .orderBy("seq", "desc")
    .orderBy("part", "desc")
    .limit(filter.limit + 1);
  if (filter.cursor !== undefined) {
    const [seq, part] = parseCursor(filter.cursor, isNumberPair);
    paged = paged.where(sql<boolean>`(seq, part) < (${seq}, ${part})`);
  }
  return toPage(parseBodies<QuarantineRow>(await paged.execute()), total, filter.limit, (row) => [row.seq, row.part]);
}

async function findQuarantineOf(db: Db, seqs: readonly number[]): Promise<QuarantineRow[]> {
  if (seqs.length === 0) return [];
  const query = db
    .selectFrom("quarantine")
    .select("body")
    .where("seq", "in", [...seqs]);
  return parseBodies<QuarantineRow>(await query.orderBy("seq").orderBy("part").execute());
}

async function findAudit(db: Db, filter: { object?: string; limit: number; cursor?: string }): Promise<Page<AuditRow>> {
  let query = db.selectFrom("audit");
  if (filter.object !== undefined) query = query.where("object", "=", filter.object);
  const total = await countRows(query);
  let paged = query
    .select("body")
    .orderBy("seq", "desc")
    .orderBy("object", "desc")
    .limit(filter.limit + 1);
  if (filter.cursor !== undefined) {
    const [seq, object] = parseCursor(filter.cursor, isNumberAndText);
    paged = paged.where(sql<boolean>`(seq, object) < (${seq}, ${object})`);
  }
  return toPage(parseBodies<AuditRow>(await paged.execute()), total, filter.limit, (row) => [row.seq, row.object]);
}

async function findRevisions(db: Db, filter: RevisionFilter): Promise<Page<RevisionRow>> {
  let query = db.selectFrom("revisions");
  if (filter.site !== undefined) query = query.where("site", "=", filter.site);
  if (filter.factor !== undefined) query = query.where("factor", "=", filter.factor);
  if (filter.from !== undefined) query = query.where("time", ">=", filter.from);
  if (filter.to !== undefined) query = query.where("time", "<", filter.to);
  const total = await countRows(query);
  let paged = query
    .selectAll()
    .orderBy("time", "desc")
    .orderBy("seq", "desc")
    .orderBy("part", "desc")
    .limit(filter.limit + 1);
  if (filter.cursor !== undefined) {
    const [time, seq, part] = parseCursor(filter.cursor, isNumberTriple);
    paged = paged.where(sql<boolean>`(time, seq, part) < (${time}, ${seq}, ${part})`);
  }
  const page = toPage(await paged.execute(), total, filter.limit, (row) => [row.time, row.seq, row.part]);
  const items = page.items.map(({ seq, site, factor, kind, time, value, flag, received_at, before, before_flag }) => {
    return { seq, site, factor, kind, time, value, flag, receivedAt: received_at, before, beforeFlag: before_flag };
  });
  return { ...page, items };
}

async function findLatest(db: Db, site?: string): Promise<LatestRow[]> {
  let query = db.selectFrom("latest").selectAll().orderBy("site").orderBy("factor");
  if (site !== undefined) query = query.where("site", "=", site);
  const rows = await query.execute();
  return rows.map((row) => [row.site, row.factor, row.time, row.value, row.flag, row.quality, row.received_at]);
}

async function findLedger(db: Db, day: string, site?: string): Promise<LedgerRow[]> {
  let query = db.selectFrom("ledger").selectAll().where("day", "=", day).orderBy("site");
  if (site !== undefined) query = query.where("site", "=", site);
  const rows = await query.execute();
  return rows.map((row) => ({
    day: row.day,
    site: row.site,
    framesStored: row.frames_stored,
    framesQuarantined: row.frames_quarantined,
    framesDuplicate: row.frames_duplicate,
    framesUnpromised: row.frames_unpromised,
    readingsReceived: row.readings_received,
    readingsStored: row.readings_stored,
    readingsQuarantined: row.readings_quarantined,
    readingsDuplicate: row.readings_duplicate,
    reasons: JSON.parse(row.reasons) as Record<string, number>,
  }));
}

async function findLimits(db: Db, filter: { site?: string; factor?: string }): Promise<Limit[]> {
  let query = db.selectFrom("limits").select("body").orderBy("site").orderBy("factor").orderBy("from_ms").orderBy("id");
  if (filter.site !== undefined) query = query.where("site", "=", filter.site);
  if (filter.factor !== undefined) query = query.where("factor", "=", filter.factor);
  return parseBodies<Limit>(await query.execute());
}

/** `open` gives the connection, or throws when the store is not started. */
export function createQueries(open: () => Db): Queries {
  return {
    async cursor() {
      const row = await open().selectFrom("meta").select("value").where("key", "=", "cursor").executeTakeFirst();
      return row?.value ?? 0;
    },
    sites: async (filter) => findSites(open(), filter),
    allSites: async () => parseBodies<Site>(await open().selectFrom("sites").select("body").orderBy("id").execute()),
    site: async (id) =>
      parseBody<Site>(await open().selectFrom("sites").select("body").where("id", "=", id).executeTakeFirst()),
    limits: async (filter) => findLimits(open(), filter),
    ...createLoggerQueries(open),
    ...createLimitQueries(open),
    ...createMarkQueries(open),
    ...createHintQueries(open),
    ...createCaseQueries(open),
    ...createShiftQueries(open),
    ...createAlarmBookQueries(open),
    ...createNoticeQueries(open),
    ...createExceedanceQueries(open),
    ...createJudgedDayQueries(open),
    openRequests: async (limit) => listOpenRequests(open(), limit),
    requests: async (filter) => findRequestPage(open(), filter),
    request: async (id) =>
      parseBody<DeviceRequest>(
        await open().selectFrom("device_requests").select("body").where("id", "=", id).executeTakeFirst(),
      ),
    limitPage: async (filter) => findLimitPage(open(), filter),
    sitesAfter: async (after, limit) => listSitesAfter(open(), after, limit),
    latestAfter: async (after, limit) => listLatestAfter(open(), after, limit),
    alarmSteps: async (filter) => listAlarmSteps(open(), filter),
    lastAlarmChange: async () => findLastAlarmChange(open()),
    transitions: async (alarmId) =>
      parseBodies<AlarmTransition>(
        await open()
          .selectFrom("transitions")
          .select("body")
          .where("alarm_id", "=", alarmId)
          .orderBy("version")
          .execute(),
      ),
    latest: async (site) => findLatest(open(), site),
    allLatest: async () => findLatest(open()),
    ledger: async (day, site) => findLedger(open(), day, site),
    quarantine: async (filter) => findQuarantine(open(), filter),
    quarantineOf: async (seqs) => findQuarantineOf(open(), seqs),
    audit: async (filter) => findAudit(open(), filter),
    revisions: async (filter) => findRevisions(open(), filter),
  };
}
