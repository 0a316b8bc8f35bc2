// The embedded history: one DuckDB file, owned by this process. Rows and cursor are committed in one transaction, so a
// file that was left by a killed process opens again with exactly the rows its cursor speaks of.
//
//   write ──▶ recent tables (order of time) ──clustering, now and then──▶ sorted tables (order of series)
//   read  ◀───────────────┴────────────────────────────────────────────────────────┘  on connections of its own

import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { Failure } from "#domain/failure.ts";
import type { Log } from "#domain/log.ts";
import { appendMeans, appendReadings, NameTable } from "./duckdb-append.ts";
import { readMeanSeries, readRawSeries } from "./duckdb-read.ts";
import { clusterStatements, prepareSchema, recentTable, type Half, type Kept } from "./duckdb-schema.ts";
import type { History, HistoryBatch, MeanQuery, MeanSeries, RawQuery, RawSeries } from "./history.ts";
import { createTurns } from "./turns.ts";

export interface DuckdbOptions {
  readonly file: string;
  readonly log: Log;
  /** Rows in the order of time that are left to lie before they are sorted by series. */
  readonly clusterRows?: number;
}

/** The broker and ingest share the machine: two threads, and memory that sorting a cluster fits into. */
const instanceSettings = { threads: "2", memory_limit: "384MB", checkpoint_threshold: "64MB" };
const clusterRowsDefault = 2_000_000;
const clusterRetryMs = 60_000;
const keptTables = ["readings", "means"] as const;
/** Questions answered at the same time; the others wait in line. */
const readersMax = 2;

/** An open file. A fatal error of DuckDB (a full disk while committing) ends it, and the next call opens another. */
interface Session {
  readonly instance: DuckDBInstance;
  readonly writer: DuckDBConnection;
  readonly cluster: DuckDBConnection;
  readonly names: NameTable;
  readonly idleReaders: DuckDBConnection[];
  /** The recent table that takes new rows, and how many rows the two hold. */
  readonly recent: Readonly<Record<Kept, { active: Half; readonly rows: [number, number] }>>;
  dropped: boolean;
}

export function createDuckdbHistory(options: DuckdbOptions): History {
  return new DuckdbHistory(options);
}

class DuckdbHistory implements History {
  readonly #file: string;
  readonly #log: Log;
  readonly #clusterRows: number;
  #started = false;
  #session: Promise<Session> | null = null;
  readonly #inTurn = createTurns();
  #clustering: Promise<void> | null = null;
  #clusterNotBefore = 0;
  readonly #reading = new Set<Promise<unknown>>();
  readonly #waitingReaders: ((connection: DuckDBConnection) => void)[] = [];

  constructor(options: DuckdbOptions) {
    this.#file = options.file;
    this.#log = options.log;
    this.#clusterRows = options.clusterRows ?? clusterRowsDefault;
  }

  async start(): Promise<void> {
    this.#started = true;
    await this.#open();
  }

  cursor(): Promise<number> {
    // In turn with the batches: in between it would see half of one.
    return this.#inTurn(async () => readCursor((await this.#open()).writer));
  }

  write(batch: HistoryBatch): Promise<void> {
    return this.#inTurn(() => this.#writeBatch(batch));
  }

  readRaw(query: RawQuery): Promise<RawSeries[]> {
    return this.#read((connection, names) => readRawSeries(connection, names, query));
  }

  readMeans(query: MeanQuery): Promise<MeanSeries[]> {
    return this.#read((connection, names) => readMeanSeries(connection, names, query));
  }

  async stop(): Promise<void> {
    if (!this.#started) return;
    await this.#inTurn(async () => this.#clustering);
    this.#started = false;
    await Promise.allSettled(this.#reading);
    const session = this.#session;
    this.#session = null;
    if (session === null) return;
    const open = await session;
    await open.writer.run("CHECKPOINT").catch((error: unknown) => {
      // Committed rows are in the write-ahead log beside the file, which is read at the next start.
      this.#log.warn({ err: error, file: this.#file }, "the history file was closed without a checkpoint");
    });
    closeSession(open, this.#log);
  }

  #open(): Promise<Session> {
    if (!this.#started) return Promise.reject(new Error("history: used before start() or after stop()"));
    this.#session ??= openSession(this.#file).catch((error: unknown) => {
      this.#session = null;
      throw error;
    });
    return this.#session;
  }

  /** After a fatal error DuckDB answers nothing more on this instance: close it, the next call opens the file anew. */
  #dropIfFatal(open: Session, error: unknown): void {
    if (!isFatal(error) || open.dropped) return;
    open.dropped = true;
    this.#log.error(
      { err: error, file: this.#file },
      "the history file is closed after a fatal error, to be opened again",
    );
    this.#session = null;
    closeSession(open, this.#log);
  }

  async #writeBatch(batch: HistoryBatch): Promise<void> {
    const open = await this.#open();
    try {
      await commitBatch(open, batch);
    } catch (error) {
      this.#dropIfFatal(open, error);
      throw asFailure(error, `could not write history to ${this.#file}`);
    }
    const { readings, means } = open.recent;
    readings.rows[readings.active] += batch.readings.factor.length;
    means.rows[means.active] += batch.means.factor.length;
    this.#clusterWhenDue(open);
  }

  /** Called between two batches: nobody is writing into the table that is full. */
  #clusterWhenDue(open: Session): void {
    if (this.#clustering !== null || performance.now() < this.#clusterNotBefore) return;
    const kept = keptTables.find((name) => halfToCluster(open, name, this.#clusterRows) !== null);
    if (kept === undefined) return;
    this.#clustering = clusterTable(open, kept, this.#clusterRows)
      .catch((error: unknown) => {
        // Nothing is lost: the rows stay where they are and are read there; a batch a minute later tries again.
        this.#log.warn({ err: error, table: kept }, "clustering the history failed");
        this.#clusterNotBefore = performance.now() + clusterRetryMs;
        this.#dropIfFatal(open, error);
      })
      .finally(() => {
        this.#clustering = null;
      });
  }

  #read<T>(read: (connection: DuckDBConnection, names: NameTable) => Promise<T>): Promise<T> {
    const answer = this.#readInTurn(read);
    this.#reading.add(answer);
    const forget = () => this.#reading.delete(answer);
    answer.then(forget, forget);
    return answer;
  }

  async #readInTurn<T>(read: (connection: DuckDBConnection, names: NameTable) => Promise<T>): Promise<T> {
    const open = await this.#open();
    const connection =
      open.idleReaders.pop() ?? (await new Promise<DuckDBConnection>((give) => this.#waitingReaders.push(give)));
    try {
      return await read(connection, open.names);
    } catch (error) {
      this.#dropIfFatal(open, error);
      throw asFailure(error, `could not read history from ${this.#file}`);
    } finally {
      const next = this.#waitingReaders.shift();
      if (next === undefined) open.idleReaders.push(connection);
      else next(connection);
    }
  }
}

async function openSession(file: string): Promise<Session> {
  try {
    await mkdir(dirname(file), { recursive: true });
    const instance = await DuckDBInstance.create(file, { ...instanceSettings, temp_directory: `${file}.tmp` });
    try {
      const writer = await instance.connect();
      await prepareSchema(writer, file);
      return {
        instance,
        writer,
        cluster: await instance.connect(),
        names: await NameTable.load(writer),
        idleReaders: await Promise.all(Array.from({ length: readersMax }, () => instance.connect())),
        recent: { readings: await countRecent(writer, "readings"), means: await countRecent(writer, "means") },
        dropped: false,
      };
    } catch (error) {
      instance.closeSync();
      throw error;
    }
  } catch (error) {
    throw openFailure(error, file);
  }
}

function closeSession(open: Session, log: Log): void {
  try {
    for (const connection of [open.writer, open.cluster, ...open.idleReaders]) connection.closeSync();
    open.instance.closeSync();
  } catch (error) {
    log.warn({ err: error }, "closing the history file failed");
  }
}

async function countRows(connection: DuckDBConnection, table: string): Promise<number> {
  return Number((await connection.runAndReadAll(`SELECT count(*) FROM ${table}`)).getColumns()[0]?.[0] ?? 0);
}

async function countRecent(connection: DuckDBConnection, kept: Kept): Promise<Session["recent"][Kept]> {
  const rows = [
    await countRows(connection, recentTable(kept, 0)),
    await countRows(connection, recentTable(kept, 1)),
  ] as const;
  return { active: 0, rows: [...rows] };
}

async function readCursor(connection: DuckDBConnection): Promise<number> {
  return Number((await connection.runAndReadAll("SELECT cursor FROM progress")).getColumns()[0]?.[0] ?? 0);
}

async function commitBatch(open: Session, batch: HistoryBatch): Promise<void> {
  const { writer, names } = open;
  await writer.run("BEGIN");
  try {
    if (batch.readings.factor.length > 0) {
      const appender = await writer.createAppender(recentTable("readings", open.recent.readings.active));
      appendReadings(appender, names, batch.readings);
      appender.closeSync();
    }
    if (batch.means.factor.length > 0) {
      const appender = await writer.createAppender(recentTable("means", open.recent.means.active));
      appendMeans(appender, names, batch.means);
      appender.closeSync();
    }
    await names.save(writer);
    await writer.run("UPDATE progress SET cursor = greatest(cursor, $1)", [BigInt(batch.cursor)]);
    await writer.run("COMMIT");
    names.keep();
  } catch (error) {
    names.forget();
    await rollBack(writer, error);
    throw error;
  }
}

/** A failed COMMIT has ended the transaction already; then there is nothing to roll back and DuckDB says so. */
async function rollBack(writer: DuckDBConnection, cause: unknown): Promise<void> {
  try {
    await writer.run("ROLLBACK");
  } catch (error) {
    if (!isFatal(error) && !String(error).includes("no transaction is active")) {
      throw new AggregateError([cause, error], "could not roll back", { cause: error });
    }
  }
}

/** The half to sort now: one that was left full by an interrupted sorting, or the active one once it is full. */
function halfToCluster(open: Session, kept: Kept, clusterRows: number): Half | null {
  const { active, rows } = open.recent[kept];
  const other: Half = active === 0 ? 1 : 0;
  if (rows[other] > 0) return other;
  return rows[active] >= clusterRows ? active : null;
}

/** Moves what lies in the order of time into the order of series, in one transaction; readers see either state. */
async function clusterTable(open: Session, kept: Kept, clusterRows: number): Promise<void> {
  const half = halfToCluster(open, kept, clusterRows);
  if (half === null) return;
  const recent = open.recent[kept];
  recent.active = half === 0 ? 1 : 0;
  const connection = open.cluster;
  await connection.run("BEGIN");
  try {
    for (const statement of clusterStatements(kept, half)) await connection.run(statement);
    await connection.run("COMMIT");
  } catch (error) {
    await rollBack(connection, error);
    throw error;
  }
  recent.rows[half] = 0;
}

function isFatal(error: unknown): boolean {
  const text = String(error);
  return text.includes("FATAL Error") || text.includes("database has been invalidated");
}

function asFailure(error: unknown, message: string): Failure {
  if (error instanceof Failure) return error;
  const hint = String(error).includes("No space left") ? "The disk is full: free space below DATA_DIR." : "";
  return new Failure("history-unavailable", message, { retryable: true, hint, cause: error });
}

function openFailure(error: unknown, file: string): Failure {
  if (error instanceof Failure) return error;
  const text = String(error);
  if (text.includes("lock")) {
    const hint = "A DuckDB file has one owning process: stop the other one, or use InfluxDB for history (INFLUX_URL).";
    return new Failure("history-unavailable", `${file} is open in another process`, {
      retryable: true,
      hint,
      cause: error,
    });
  }
  if (/not a valid DuckDB|Corrupt|checksum|Serialization|version number|storage version/i.test(text)) {
    const hint = "Move the file away and start again: history is built anew from the journal.";
    return new Failure("history-invalid", `${file} cannot be read as a DuckDB file`, { hint, cause: error });
  }
  return asFailure(error, `could not open ${file}`);
}
