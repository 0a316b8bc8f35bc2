// The state store in one SQLite file. The writer (ingest) creates the file and its schema and commits every batch with its
// cursor in one transaction; readers have their own connection to the same file and wait for the writer to create it.

import type { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import type { Kysely } from "kysely";
import { Failure } from "#domain/failure.ts";
import { findChainBreak } from "./chain.ts";
import type { ChainedRow } from "./chained-row.ts";
import { createCommitter, type Committer } from "./commit.ts";
import { createKysely, openSqliteFile } from "./kysely-node-sqlite.ts";
import { migrateState, newestMigration, refuseNewer } from "./migrations.ts";
import { createQueries } from "./queries.ts";
import type { StateTables } from "./schema.ts";
import type { StateReader, StateWriter } from "./state.ts";

interface Log {
  info(fields: object, message: string): void;
}

interface Connection {
  readonly raw: DatabaseSync;
  readonly db: Kysely<StateTables>;
}

function notStarted(): Failure {
  return new Failure("state-not-started", "the state store is not open", { hint: "start it first" });
}

async function close(connection: Connection | null): Promise<void> {
  if (connection === null) return;
  await connection.db.destroy();
  // kysely closes the connection only when it has ever used it.
  if (connection.raw.isOpen) connection.raw.close();
}

export interface SqliteState extends StateWriter, StateReader {
  /** Walks the hash chain of alarm transitions: the place of the first row that was tampered with, or null. */
  findTamperedTransition(): number | null;
}

export function createSqliteState(options: { readonly file: string; readonly log: Log }): SqliteState {
  const { file, log } = options;
  let connection: Connection | null = null;
  let committer: Committer | null = null;

  function opened(): Connection {
    if (connection === null) throw notStarted();
    return connection;
  }

  return {
    ...createQueries(() => opened().db),
    async start() {
      const raw = openSqliteFile(file);
      const next = { raw, db: createKysely<StateTables>(raw) };
      try {
        refuseNewer(raw, file);
        await migrateState(next.db);
        committer = createCommitter(raw);
      } catch (error) {
        await close(next);
        throw error;
      }
      connection = next;
      log.info({ file, cursor: committer.cursor() }, "state store open");
    },
    async stop() {
      const last = connection;
      connection = null;
      committer = null;
      await close(last);
    },
    async commit(batch) {
      if (committer === null) throw notStarted();
      committer.commit(batch);
    },
    findTamperedTransition() {
      const rows = opened().raw.prepare("select place, body, hash from transitions order by place").iterate();
      return findChainBreak(toChainedRows(rows));
    },
  };
}

function* toChainedRows(rows: Iterable<Record<string, unknown>>): Generator<ChainedRow> {
  for (const row of rows) {
    yield { place: Number(row["place"]), body: String(row["body"]), hash: String(row["hash"]) };
  }
}

function hasSchema(raw: DatabaseSync): boolean {
  const table = raw.prepare("select 1 from sqlite_master where name = 'kysely_migration'").get();
  if (table === undefined) return false;
  return raw.prepare("select 1 from kysely_migration where name = ?").get(newestMigration) !== undefined;
}

/** A second connection that never writes. start() waits until the writer has made the schema, at most `waitMs`. */
export function createSqliteStateReader(options: { readonly file: string; readonly waitMs?: number }): StateReader {
  const { file, waitMs = 30_000 } = options;
  let connection: Connection | null = null;

  return {
    ...createQueries(() => {
      if (connection === null) throw notStarted();
      return connection.db;
    }),
    async start() {
      const raw = openSqliteFile(file);
      const deadline = performance.now() + waitMs;
      while (!hasSchema(raw)) {
        if (performance.now() > deadline) {
          raw.close();
          throw new Failure("state-missing", `nothing has prepared the state file ${file}`, {
            retryable: true,
            hint: "the ingest role creates it: start that first, with the same DATA_DIR",
          });
        }
        await delay(50);
      }
      try {
        refuseNewer(raw, file);
      } catch (error) {
        raw.close();
        throw error;
      }
      // Not opened read-only: the first connection after a crash must be able to recover the WAL, whoever it is.
      raw.exec("pragma query_only = on");
      connection = { raw, db: createKysely<StateTables>(raw) };
    },
    async stop() {
      const last = connection;
      connection = null;
      await close(last);
    },
  };
}
