// History in InfluxDB 1.x, through the `influx` client: its pool carries hand-built line protocol (see influx-lines.ts) and
// InfluxQL. The cursor is written after the points of its batch were accepted, so it is never ahead of them; after a crash
// the batches behind it are written again, and the same series at the same time is overwritten, not doubled.
//
// Known limit: InfluxDB keeps what was written last, whatever its seq. Batches must be replayed in their order up to the
// newest, as ingest does; an old batch written alone after newer ones would bring old values back.
// After Failure "history-refused" everything but the refused points is written and the cursor is not: to go on, write an
// empty batch with that cursor. Retrying is the caller's business; nothing here tries twice.

import { escape } from "influx";
import { stringify } from "node:querystring";
import type { Log } from "#domain/log.ts";
import { tierMs } from "#domain/window.ts";
import { createInfluxPool } from "./influx-pool.ts";
import { cursorMeasurement, formatCursor, formatLanes, Freshness, sendLanes } from "./influx-lines.ts";
import { buildMeanQueries, buildRawQueries, parseAnswers, toMeanSeries, toRawSeries, type Answer } from "./influxql.ts";
import { buildMeanBlockQuery, parseGroups, toMeanBlock } from "./influxql-block.ts";
import { isQuestionRefused } from "./influx-failure.ts";
import { readMeanBlock } from "./mean-block.ts";
import { createTurns } from "./turns.ts";
import type {
  History,
  HistoryBatch,
  MeanBlock,
  MeanBlockQuery,
  MeanQuery,
  MeanSeries,
  RawQuery,
  RawSeries,
} from "./history.ts";

export interface Influx1Options {
  readonly url: string;
  readonly database: string;
  readonly username?: string;
  readonly password?: string;
  readonly log: Log;
}

/** Requests in flight; on two cores a third only waits. */
const lanesMax = 2;

export function createInflux1History(options: Influx1Options): History {
  return new Influx1History(options);
}

class Influx1History implements History {
  readonly #options: Influx1Options;
  readonly #pool: ReturnType<typeof createInfluxPool>;
  #freshness: Freshness | null = null;
  #cursor = 0;
  readonly #inTurn = createTurns();

  constructor(options: Influx1Options) {
    this.#options = options;
    this.#pool = createInfluxPool(options);
  }

  async start(): Promise<void> {
    const { database, log } = this.#options;
    await this.#pool.ping();
    const [shown] = await this.#query(["SHOW DATABASES"], "GET");
    if (!shown?.values.some(([name]) => name === database)) {
      // Four weeks per shard instead of one: ten years of back-fill stay within the files a process may open.
      await this.#query([`CREATE DATABASE ${escape.quoted(database)} WITH DURATION INF SHARD DURATION 4w`], "POST");
      log.info({ database }, "created the history database");
    }
    await this.#loadCursor();
    await this.#noteLimits();
  }

  async cursor(): Promise<number> {
    await this.#loadCursor();
    return this.#cursor;
  }

  /** In turn: the cursor of a later batch must not overtake the rows of an earlier one. */
  write(batch: HistoryBatch): Promise<void> {
    return this.#inTurn(() => this.#writeBatch(batch));
  }

  async readRaw(query: RawQuery): Promise<RawSeries[]> {
    return toRawSeries(query, await this.#query(buildRawQueries(query), "POST"));
  }

  async readMeans(query: MeanQuery): Promise<MeanSeries[]> {
    return toMeanSeries(query, await this.#query(buildMeanQueries(query), "POST"));
  }

  async readMeanBlock(query: MeanBlockQuery): Promise<MeanBlock> {
    const windows = (query.to - query.from) / tierMs[query.tier] + 1;
    const [only] = query.sites;
    // A limit counts for each factor by itself, which one statement for all of them cannot do.
    if (query.limit < windows || only === undefined) {
      const single = {
        readMeans: (one: MeanQuery) => this.readMeans(one),
        readRaw: (one: RawQuery) => this.readRaw(one),
      };
      return readMeanBlock(single, query);
    }
    const text = stringify({ db: this.#options.database, epoch: "ms", q: buildMeanBlockQuery(query) });
    const body = await this.#pool.request({ method: "POST", path: "/query", body: text });
    return toMeanBlock(query, parseGroups(body, this.#options.url));
  }

  async stop(): Promise<void> {
    this.#pool.close();
    this.#freshness = null;
  }

  async #writeBatch(batch: HistoryBatch): Promise<void> {
    const freshness = this.#freshness ?? (await this.#loadCursor());
    await sendLanes(formatLanes(batch, freshness, lanesMax), (body) => this.#send(body));
    const cursor = Math.max(this.#cursor, batch.cursor);
    await this.#send(formatCursor(cursor, freshness.highest, Date.now()));
    this.#cursor = cursor;
  }

  async #loadCursor(): Promise<Freshness> {
    const [row] = await this.#query(
      [`SELECT max("cursor"), max("newest") FROM ${escape.quoted(cursorMeasurement)}`],
      "POST",
    );
    const [, cursor, newest] = row?.values[0] ?? [];
    this.#cursor = Math.max(this.#cursor, Number(cursor ?? 0));
    this.#freshness ??= new Freshness(typeof newest === "number" ? newest : -Infinity);
    return this.#freshness;
  }

  #send(body: string): Promise<void> {
    const query = stringify({ db: this.#options.database, precision: "ms" });
    return this.#pool.request({ method: "POST", path: `/write?${query}`, body }).then(() => undefined);
  }

  async #query(statements: readonly string[], method: "GET" | "POST"): Promise<Answer[]> {
    if (statements.length === 0) return [];
    const text = stringify({ db: this.#options.database, epoch: "ms", q: statements.join(";") });
    const body =
      method === "GET"
        ? await this.#pool.request({ method, path: `/query?${text}` })
        : await this.#pool.request({ method, path: "/query", body: text });
    return parseAnswers(body, this.#options.url);
  }

  /** InfluxDB drops the series past its limits with an answer in the middle of the night; say so at the start. */
  async #noteLimits(): Promise<void> {
    const diagnostics = await this.#query(["SHOW DIAGNOSTICS FOR 'config-data'"], "GET").catch((error: unknown) => {
      if (isQuestionRefused(error)) return null; // only an administrator may ask, and other editions answer otherwise
      throw error;
    });
    const row = diagnostics?.[0];
    if (row === undefined) return;
    for (const name of ["max-values-per-tag", "max-series-per-database"]) {
      const limit = Number(row.values[0]?.[row.columns.indexOf(name)] ?? 0);
      if (limit > 0)
        this.#options.log.warn({ [name]: limit }, `InfluxDB will refuse new series past ${name}; 0 means no limit`);
    }
  }
}
