// The embedded history: one DuckDB file, owned by this process. Rows and cursor are committed in one transaction, so a
// file that was left by a killed process opens again with exactly the rows its cursor speaks of.
//
//   write ──▶ recent tables (order of time) ──clustering, now and then──▶ sorted tables (order of sites)
//   read  ◀───────────────┴────────────────────────────────────────────────────────┘  on connections of its own

import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Log } from "#domain/log.ts";
import { appendMeans, appendReadings, createFeed, tiersOf } from "./duckdb-append.ts";
import type { ChunkFeed } from "./duckdb-chunks.ts";
import { clusterTable, countRecent, isClusterDue, type Recent } from "./duckdb-cluster.ts";
import { asFailure, isFatal, openFailure, rollBack } from "./duckdb-failure.ts";
import { readFrameMoments } from "./duckdb-frames.ts";
import { Layouts } from "./duckdb-layouts.ts";
import { migrateFrom1 } from "./duckdb-migrate.ts";
import { readMeanBlockOf, readMeanSeries, readRawSeries } from "./duckdb-read.ts";
import { keptTables, prepareSchema, recentTable, type Kept } from "./duckdb-schema.ts";
import type {
  FrameMoments,
  FrameQuery,
  History,
  HistoryBatch,
  MeanBlock,
  MeanBlockQuery,
  MeanQuery,
  MeanSeries,
  RawQuery,
  RawSeries,
} from "./history.ts";
import { createTurns } from "./turns.ts";

export interface DuckdbOptions {
  readonly file: string;
  readonly log: Log;
  /** Rows in the order of time that are left to lie before they are sorted by site; for tests. */
  readonly clusterRows?: number;
}

/** The broker and ingest share the machine: two threads, and memory that sorting a cluster fits into. */
const instanceSettings = { threads: "2", memory_limit: "384MB", checkpoint_threshold: "64MB" };
const clusterRetryMs = 60_000;
/** Questions answered at the same time; the others wait in line. */
const readersMax = 2;

/** An open file. A fatal error of DuckDB (a full disk while committing) ends it, and the next call opens another. */
interface Session {
  readonly instance: DuckDBInstance;
  readonly writer: DuckDBConnection;
  readonly cluster: DuckDBConnection;
  readonly layouts: Layouts;
  readonly idleReaders: DuckDBConnection[];
  readonly recent: Readonly<Record<Kept, Recent>>;
  dropped: boolean;
}

export function createDuckdbHistory(options: DuckdbOptions): History {
  return new DuckdbHistory(options);
}

class DuckdbHistory implements History {
  readonly #file: string;
  readonly #log: Log;
  readonly #clusterRows: number | undefined;
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
    this.#clusterRows = options.clusterRows;
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
    return this.#read((connection, layouts) => readRawSeries(connection, layouts, query));
  }

  readMeans(query: MeanQuery): Promise<MeanSeries[]> {
    return this.#read((connection, layouts) => readMeanSeries(connection, layouts, query));
  }

  readMeanBlock(query: MeanBlockQuery): Promise<MeanBlock> {
    return this.#read((connection, layouts) => readMeanBlockOf(connection, layouts, query));
  }

  readFrames(query: FrameQuery): Promise<FrameMoments> {
    return this.#read((connection, layouts) => readFrameMoments(connection, layouts, query));
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
    this.#session ??= openSession(this.#file, this.#log).catch((error: unknown) => {
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
    this.#clusterWhenDue(open);
  }

  /** Called between two batches: nobody is writing into the table that is full. */
  #clusterWhenDue(open: Session): void {
    if (this.#clustering !== null || performance.now() < this.#clusterNotBefore) return;
    const kept = keptTables.find((name) => isClusterDue(name, open.recent[name], this.#clusterRows));
    if (kept === undefined) return;
    this.#clustering = clusterTable(open.cluster, kept, open.recent[kept], this.#clusterRows)
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

  #read<T>(read: (connection: DuckDBConnection, layouts: Layouts) => Promise<T>): Promise<T> {
    const answer = this.#readInTurn(read);
    this.#reading.add(answer);
    const forget = () => this.#reading.delete(answer);
    answer.then(forget, forget);
    return answer;
  }

  async #readInTurn<T>(read: (connection: DuckDBConnection, layouts: Layouts) => Promise<T>): Promise<T> {
    const open = await this.#open();
    const connection =
      open.idleReaders.pop() ?? (await new Promise<DuckDBConnection>((give) => this.#waitingReaders.push(give)));
    try {
      return await read(connection, open.layouts);
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

async function openSession(file: string, log: Log): Promise<Session> {
  try {
    await mkdir(dirname(file), { recursive: true });
    const instance = await DuckDBInstance.create(file, { ...instanceSettings, temp_directory: `${file}.tmp` });
    try {
      const writer = await instance.connect();
      if ((await prepareSchema(writer, file)) === 1) {
        log.info({ file }, "the history file is of version 1 and is brought up to date");
        await migrateFrom1(writer);
      }
      return {
        instance,
        writer,
        cluster: await instance.connect(),
        layouts: await Layouts.load(writer),
        idleReaders: await Promise.all(Array.from({ length: readersMax }, () => instance.connect())),
        recent: {
          readings: await countRecent(writer, "readings"),
          means_1m: await countRecent(writer, "means_1m"),
          means_1h: await countRecent(writer, "means_1h"),
          means_1d: await countRecent(writer, "means_1d"),
        },
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

async function readCursor(connection: DuckDBConnection): Promise<number> {
  return Number((await connection.runAndReadAll("SELECT cursor FROM progress")).getColumns()[0]?.[0] ?? 0);
}

async function commitBatch(open: Session, batch: HistoryBatch): Promise<void> {
  const { writer, layouts, recent } = open;
  const { readings, means } = batch;
  const added: [Kept, number][] = [];
  async function append(kept: Kept, fill: (feed: ChunkFeed) => void): Promise<void> {
    const appender = await writer.createAppender(recentTable(kept, recent[kept].active));
    const feed = createFeed(appender, kept);
    fill(feed);
    feed.flush();
    appender.closeSync();
    added.push([kept, feed.rows]);
  }
  await writer.run("BEGIN");
  try {
    if (readings.factor.length > 0) await append("readings", (feed) => appendReadings(feed, layouts, readings));
    for (const tier of tiersOf(means)) await append(`means_${tier}`, (feed) => appendMeans(feed, layouts, means, tier));
    await layouts.save(writer);
    await writer.run("UPDATE progress SET cursor = greatest(cursor, $1)", [BigInt(batch.cursor)]);
    await writer.run("COMMIT");
    layouts.keep();
  } catch (error) {
    // New layouts stay in memory, numbered and not yet kept: the next batch writes them.
    await rollBack(writer, error);
    throw error;
  }
  for (const [kept, rows] of added) recent[kept].rows[recent[kept].active] += rows;
}
