// The file of the secrets: its tables, and how it is opened. Plain prepared statements instead of the query builder, since
// the broker must verify a device synchronously, inside its own loop. Steps that have shipped are never edited.

import { chmodSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { Failure } from "#domain/failure.ts";
import { noticeBookStep } from "./accounts-notices.ts";
import { openSqliteFile } from "./kysely-node-sqlite.ts";

const steps = [
  `create table users (username text primary key, display_name text not null, role text not null,
     password text not null, created_at integer not null) without rowid, strict;
   create table sessions (token blob primary key, username text not null references users on delete cascade,
     expires_at integer not null) without rowid, strict;
   create index sessions_expiry on sessions (expires_at);
   create table devices (site text primary key, salt blob not null, password blob not null,
     issued_at integer not null) without rowid, strict;
   create table links (token blob primary key, username text not null references users on delete cascade,
     expires_at integer not null) without rowid, strict;
   create table loggers (mn text primary key, password text not null) without rowid, strict;`,
  // The newest sign-in, and the one before it: a person is shown the latter.
  `alter table users add column signed_in_at integer;
   alter table users add column signed_in_from text;
   alter table users add column before_at integer;
   alter table users add column before_from text;`,
  // Whose logger it is: the broker must know it at once. An empty password: none is asked for.
  `alter table loggers add column site text;
   create index loggers_site on loggers (site);`,
  // Which edge node of Sparkplug B is whose: the broker must know it at once.
  `create table edge_nodes (site text primary key, "group" text not null, node text not null,
     unique ("group", node)) without rowid, strict;`,
  // `revocation` numbers them in their order, so that the broker can ask what is new.
  `create table certificates (serial text primary key, site text not null, fingerprint text not null,
     not_before integer not null, not_after integer not null, issued_at integer not null, issued_by text not null,
     revoked_at integer, revoked_by text, reason text, revocation integer) without rowid, strict;
   create index certificates_site on certificates (site, not_after);
   create index certificates_end on certificates (not_after, serial);
   create unique index certificates_revocation on certificates (revocation) where revocation is not null;
   create table codes (site text primary key, code blob not null unique, made_by text not null,
     expires_at integer not null) without rowid, strict;`,
  // People of plants see the cases of their enterprise; who has left may not sign in any more.
  `alter table users add column enterprise text;
   alter table users add column disabled integer not null default 0;`,
  // How people are reached: channels and contacts, as JSON of the api's own forms.
  noticeBookStep,
] as const;

/** Commits what `work` did, unless it throws or `isDone` says no to its result. */
export function runAtomically<T>(db: DatabaseSync, work: () => T, isDone: (result: T) => boolean = () => true): T {
  db.exec("begin immediate");
  try {
    const result = work();
    db.exec(isDone(result) ? "commit" : "rollback");
    return result;
  } catch (error) {
    db.exec("rollback");
    throw error;
  }
}

/** Opens the file, creates it readable by its owner only, and brings it up to date. Throws Failure "state-migration". */
export function openAccountsFile(file: string): DatabaseSync {
  const db = openSqliteFile(file);
  try {
    chmodSync(file, 0o600);
    // One transaction: two processes starting at once must not run the same step twice.
    db.exec("begin immediate");
    const version = Number(db.prepare("pragma user_version").get()?.["user_version"]);
    if (version > steps.length) {
      throw new Failure("state-migration", `${file} is in format ${version}; this program knows ${steps.length}`, {
        hint: "Start the newer program that wrote it, or restore a backup of the whole data folder.",
      });
    }
    for (const step of steps.slice(version)) db.exec(step);
    db.exec(`pragma user_version = ${steps.length}`);
    db.exec("commit");
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
