// Opens a SQLite file with node:sqlite, for prepared statements and for kysely alike. kysely's dialect expects the shape
// of better-sqlite3; this is the thin layer between the two. Writers commit with WAL and synchronous=FULL; a reader's
// connection refuses to write.

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { Kysely, SqliteDialect, type SqliteDatabase, type SqliteStatement } from "kysely";
import { Failure } from "#domain/failure.ts";

/** How long a connection waits for another one's lock before it gives up. */
const busyTimeoutMs = 5_000;

function toInput(value: unknown): SQLInputValue {
  if (value === null || typeof value === "number" || typeof value === "string" || typeof value === "bigint")
    return value;
  if (value instanceof Uint8Array) return value;
  throw new Failure("state-parameter", `SQLite takes no ${typeof value} as a parameter`);
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...parameters.map(toInput)),
    run: (parameters) => statement.run(...parameters.map(toInput)),
    iterate: (parameters) => statement.iterate(...parameters.map(toInput)),
  };
}

function adaptDatabase(raw: DatabaseSync): SqliteDatabase {
  return { prepare: (sql) => adaptStatement(raw.prepare(sql)), close: () => raw.close() };
}

/** Opens the file, creating it when it is missing. Throws Failure "state-unavailable". */
export function openSqliteFile(file: string): DatabaseSync {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const raw = new DatabaseSync(file, { timeout: busyTimeoutMs });
    raw.exec("pragma journal_mode = wal");
    raw.exec("pragma synchronous = full");
    raw.exec("pragma cache_size = -16384");
    return raw;
  } catch (cause) {
    throw new Failure("state-unavailable", `cannot open the SQLite file ${file}`, {
      retryable: true,
      hint: "check that its folder exists, is writable, has free space, and is no network share",
      cause,
    });
  }
}

/** kysely over an open connection; destroying it closes the connection. */
export function createKysely<T>(raw: DatabaseSync): Kysely<T> {
  return new Kysely<T>({ dialect: new SqliteDialect({ database: adaptDatabase(raw) }) });
}
