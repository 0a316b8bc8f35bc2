// The schema of the state store, step by step. A step that has shipped is never edited: the next one is added below it.
// SQLite runs a step outside kysely's transaction, so every statement may be repeated after a crash.

import type { DatabaseSync } from "node:sqlite";
import { Migrator, sql, type Kysely, type Migration } from "kysely";
import { Failure } from "#domain/failure.ts";

const first = [
  `create table if not exists meta (key text primary key, value integer not null) without rowid, strict`,
  `create table if not exists sites (id text primary key, city text not null, kind text not null, name text not null,
     enterprise text, body text not null) without rowid, strict`,
  `create index if not exists sites_city on sites (city, id)`,
  `create table if not exists limits (id text primary key, site text not null, factor text not null,
     from_ms integer not null, body text not null) without rowid, strict`,
  `create index if not exists limits_site on limits (site, factor, from_ms)`,
  `create table if not exists alarms (id text primary key, site text not null, priority integer not null,
     state text not null, onset integer not null, body text not null) without rowid, strict`,
  `create index if not exists alarms_onset on alarms (onset, id)`,
  `create index if not exists alarms_site on alarms (site, onset, id)`,
  // Occurrences that are over pile up for years; the few that are not must be found without walking past them.
  `create index if not exists alarms_open on alarms (onset, id) where state <> 'normal'`,
  `create table if not exists ledger (day text not null, site text not null,
     frames_stored integer not null, frames_quarantined integer not null, frames_duplicate integer not null,
     frames_unpromised integer not null, readings_received integer not null, readings_stored integer not null,
     readings_quarantined integer not null, readings_duplicate integer not null, reasons text not null,
     primary key (day, site)) without rowid, strict`,
  `create table if not exists latest (site text not null, factor text not null, time integer not null,
     value real not null, flag text not null, quality integer not null, received_at integer not null,
     primary key (site, factor)) without rowid, strict`,
  `create table if not exists transitions (place integer primary key, alarm_id text not null, version integer not null,
     body text not null, hash text not null, unique (alarm_id, version)) strict`,
  `create trigger if not exists transitions_no_update before update on transitions
     begin select raise(abort, 'alarm transitions are append-only'); end`,
  `create trigger if not exists transitions_no_delete before delete on transitions
     begin select raise(abort, 'alarm transitions are append-only'); end`,
  `create table if not exists quarantine (seq integer not null, part integer not null, day text not null,
     site text not null, reason text not null, body text not null, primary key (seq, part)) without rowid, strict`,
  `create index if not exists quarantine_day on quarantine (day, seq, part)`,
  `create index if not exists quarantine_site on quarantine (site, seq, part)`,
  `create table if not exists audit (seq integer not null, object text not null, at integer not null, body text not null,
     primary key (seq, object)) without rowid, strict`,
  `create index if not exists audit_object on audit (object, seq)`,
] as const;

const second = [
  `update quarantine set received_at = json_extract(body, '$.receivedAt') where received_at = 0`,
  `create index if not exists quarantine_state on quarantine (state, seq, part)`,
  `create index if not exists quarantine_received on quarantine (received_at)`,
] as const;

const third = [
  `create table if not exists revisions (seq integer not null, part integer not null, site text not null,
     factor text not null, kind text not null, time integer not null, value real not null, flag text not null,
     received_at integer not null, before real, before_flag text, primary key (seq, part)) without rowid, strict`,
  `create index if not exists revisions_site on revisions (site, time, seq, part)`,
  `create index if not exists revisions_time on revisions (time, seq, part)`,
] as const;

const fourth = [
  `create table if not exists device_requests (id text primary key, site text not null, state text not null,
     created_at integer not null, body text not null) without rowid, strict`,
  `create index if not exists device_requests_created on device_requests (created_at, id)`,
  `create index if not exists device_requests_site on device_requests (site, created_at, id)`,
  // What is over piles up for years; the few that are not are asked for every second.
  `create index if not exists device_requests_open on device_requests (created_at, id)
     where state in ('waiting', 'sent', 'accepted')`,
] as const;

const fifth = [
  `create table if not exists loggers (site text primary key, heard_at integer, body text not null) without rowid, strict`,
  `create table if not exists logger_days (day text not null, site text not null, body text not null,
     primary key (day, site)) without rowid, strict`,
  `create index if not exists logger_days_site on logger_days (site, day)`,
  `create table if not exists logger_changes (seq integer not null, part integer not null, site text not null,
     at integer not null, body text not null, primary key (seq, part)) without rowid, strict`,
  `create index if not exists logger_changes_site on logger_changes (site, at, seq, part)`,
  `create table if not exists logger_gaps (site text not null, kind text not null, body text not null,
     primary key (site, kind)) without rowid, strict`,
] as const;

const sixth = [
  `create table if not exists findings (kind text not null, site text not null, factor text not null,
     basis text not null, start integer not null, status text not null, body text not null,
     primary key (kind, site, factor, basis, start)) without rowid, strict`,
  `create index if not exists findings_start on findings (start, site, factor, basis)`,
] as const;

const seventh = [
  // A version stands from `at` until `superseded_at`; the newest of an id has none.
  `create table if not exists exceedances (site text not null, factor text not null, basis text not null,
     start integer not null, version integer not null, status text not null, at integer not null, superseded_at integer,
     body text not null, primary key (site, factor, basis, start, version)) without rowid, strict`,
  `create index if not exists exceedances_start on exceedances (start, site, factor, basis, version)`,
  `create table if not exists judged_days (day text not null, site text not null, factor text not null, body text not null,
     primary key (day, site, factor)) without rowid, strict`,
  `create index if not exists judged_days_site on judged_days (site, day, factor)`,
  `create table if not exists marks (id text primary key, site text not null, from_ms integer not null,
     to_ms integer not null, status text not null, body text not null) without rowid, strict`,
  `create index if not exists marks_site on marks (site, from_ms, id)`,
  `create index if not exists marks_from on marks (from_ms, id)`,
  `create table if not exists limit_versions (id text not null, seq integer not null, site text not null,
     factor text not null, at integer not null, body text not null, primary key (id, seq)) without rowid, strict`,
  `create index if not exists limit_versions_site on limit_versions (site, factor, id, seq)`,
  // What is known when versions begin counts as known since ever.
  `insert or ignore into limit_versions (id, seq, site, factor, at, body)
     select id, 0, site, factor, 0, json_object('limit', json(body), 'seq', 0, 'at', 0) from limits`,
  `create table if not exists limit_changes (id text primary key, status text not null, at integer not null,
     body text not null) without rowid, strict`,
  `create index if not exists limit_changes_at on limit_changes (at, id)`,
  `create table if not exists hints (id text primary key, site text not null, rule text not null, day text not null,
     from_ms integer not null, status text not null, score real not null, body text not null) without rowid, strict`,
  `create index if not exists hints_from on hints (from_ms, id)`,
  `create index if not exists hints_site on hints (site, from_ms, id)`,
] as const;

const eighth = [
  `create table if not exists alarm_definitions (id text not null, version integer not null, seq integer not null,
     at integer not null, body text not null, primary key (id, version)) without rowid, strict`,
  `create table if not exists out_of_service (id text primary key, from_ms integer not null, ended_at integer,
     body text not null) without rowid, strict`,
  `create index if not exists out_of_service_from on out_of_service (from_ms, id)`,
  `create table if not exists notices (id text primary key, state text not null, contact text not null, site text not null,
     created_at integer not null, due_at integer not null, body text not null) without rowid, strict`,
  `create index if not exists notices_created on notices (created_at, id)`,
  // What is over piles up for years; the few that wait are asked for every second.
  `create index if not exists notices_waiting on notices (due_at, id) where state = 'waiting'`,
  `create table if not exists notice_policies (id text primary key, body text not null) without rowid, strict`,
  `create table if not exists on_call_calendars (id text primary key, body text not null) without rowid, strict`,
  `create table if not exists cases (id text primary key, number text not null, site text not null, city text not null,
     enterprise text, stage text not null, opened_at integer not null, due_at integer, body text not null)
     without rowid, strict`,
  `create index if not exists cases_opened on cases (opened_at, id)`,
  `create index if not exists cases_site on cases (site, opened_at, id)`,
  `create index if not exists cases_enterprise on cases (enterprise, opened_at, id)`,
  `create table if not exists case_events (place integer primary key, case_id text not null, version integer not null,
     at integer not null, body text not null, hash text not null, unique (case_id, version)) strict`,
  `create trigger if not exists case_events_no_update before update on case_events
     begin select raise(abort, 'events of cases are append-only'); end`,
  `create trigger if not exists case_events_no_delete before delete on case_events
     begin select raise(abort, 'events of cases are append-only'); end`,
  `create table if not exists shifts (id text primary key, desk text not null, started_at integer not null,
     body text not null) without rowid, strict`,
  `create index if not exists shifts_started on shifts (desk, started_at, id)`,
  // The journal of alarms is asked by the time at which its rows were received.
  `create index if not exists transitions_received on transitions (json_extract(body, '$.receivedAt'), place)`,
] as const;

// The watch that opens cases asks for what was judged since it looked last.
const ninth = ["create index if not exists exceedances_at on exceedances (at) where superseded_at is null"] as const;

/** SQLite knows no "if not exists" for columns. */
async function addColumn(db: Kysely<unknown>, table: string, column: string, type: string): Promise<void> {
  const found = await sql`select 1 from pragma_table_info(${table}) where name = ${column}`.execute(db);
  if (found.rows.length === 0) await sql.raw(`alter table ${table} add column ${column} ${type}`).execute(db);
}

const migrations: Readonly<Record<string, Migration>> = {
  "001-first": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of first) await sql.raw(statement).execute(db);
    },
  },
  "002-quarantine-state": {
    async up(db: Kysely<unknown>): Promise<void> {
      await addColumn(db, "quarantine", "state", "text not null default 'open'");
      await addColumn(db, "quarantine", "received_at", "integer not null default 0");
      for (const statement of second) await sql.raw(statement).execute(db);
    },
  },
  "003-revisions": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of third) await sql.raw(statement).execute(db);
    },
  },
  "004-device-requests": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of fourth) await sql.raw(statement).execute(db);
    },
  },
  "005-loggers": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of fifth) await sql.raw(statement).execute(db);
    },
  },
  "006-findings": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of sixth) await sql.raw(statement).execute(db);
    },
  },
  "007-judgement": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of seventh) await sql.raw(statement).execute(db);
    },
  },
  "008-operators": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of eighth) await sql.raw(statement).execute(db);
    },
  },
  "009-case-watch": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of ninth) await sql.raw(statement).execute(db);
    },
  },
};

/** The name of the newest step. */
export const newestMigration: string = Object.keys(migrations).sort().at(-1) ?? "";

/** Throws Failure "state-migration" when the file has steps that this program does not know. */
export function refuseNewer(raw: DatabaseSync, file: string): void {
  if (raw.prepare("select 1 from sqlite_master where name = 'kysely_migration'").get() === undefined) return;
  const names = raw.prepare("select name from kysely_migration order by name").all();
  const found = names.map((row) => String(row["name"])).filter((name) => !(name in migrations));
  if (found.length === 0) return;
  throw new Failure(
    "state-migration",
    `${file} is in format "${found.at(-1)}"; this program knows "${newestMigration}"`,
    {
      hint: "Start the newer program that wrote it, or restore a backup of the whole data folder.",
    },
  );
}

/** Brings the file up to date. Throws Failure "state-migration". */
export async function migrateState<T>(db: Kysely<T>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  throw new Failure("state-migration", "the state file could not be brought up to date", {
    hint: "check free space and the permissions of the state file, or restore a backup",
    cause: error,
  });
}
