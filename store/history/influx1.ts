// History in InfluxDB 1.x, through the `influx` client: its pool carries hand-built line protocol (see influx-lines.ts) and
// InfluxQL. The cursor is written after the points of its batch were accepted, so it is never ahead of them; after a crash
// the batches behind it are written again, and the same series at the same time is overwritten, not doubled.
// Corrections lie beside what they correct (see versions.ts), so the order in which InfluxDB carries requests out does not count.
//
// After Failure "history-refused" everything but the refused points is written and the cursor is not: to go on, write an
// empty batch with that cursor. Retrying is the caller's business; nothing here tries twice.

import { escape } from "influx";
import { stringify } from "node:querystring";
import type { Log } from "#domain/log.ts";
import { tierMs } from "#domain/window.ts";
import { createInfluxPool } from "./influx-pool.ts";
import type { StoredCursor } from "./influx-lines.ts";
import { createInfluxWriting, type InfluxWriting } from "./influx-writing.ts";
import { buildRowQuery, cursorQuestion, parseAnswers, toStoredCursor, type Answer } from "./influxql.ts";
import { readFrameRows, readMeanRows, readRawRows, type AskRows } from "./influx-rows.ts";
import { buildMeanBlockQuery, parseGroups, toMeanBlock } from "./influxql-block.ts";
import { isQuestionRefused } from "./influx-failure.ts";
import { readMeanBlock } from "./mean-block.ts";
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

export interface Influx1Options {
  readonly url: string;
  readonly database: string;
  readonly username?: string;
  readonly password?: string;
  readonly log: Log;
}

export function createInflux1History(options: Influx1Options): History {
  return new Influx1History(options);
}

class Influx1History implements History {
  readonly #options: Influx1Options;
  readonly #pool: ReturnType<typeof createInfluxPool>;
  readonly #writing: InfluxWriting;
  readonly #askRows: AskRows = async (questions) => {
    const answers = await this.#query(questions.map(buildRowQuery), "POST");
    return questions.map((_, index) => answers[index]?.values ?? []);
  };

  constructor(options: Influx1Options) {
    this.#options = options;
    this.#pool = createInfluxPool(options);
    this.#writing = createInfluxWriting({
      where: options.url,
      readCursor: () => this.#readCursor(),
      send: (body) => this.#send(body),
    });
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
    await this.#writing.cursor();
    await this.#noteLimits();
  }

  cursor(): Promise<number> {
    return this.#writing.cursor();
  }

  write(batch: HistoryBatch): Promise<void> {
    return this.#writing.write(batch);
  }

  readRaw(query: RawQuery): Promise<RawSeries[]> {
    return readRawRows(query, this.#askRows);
  }

  readMeans(query: MeanQuery): Promise<MeanSeries[]> {
    return readMeanRows(query, this.#askRows);
  }

  readFrames(query: FrameQuery): Promise<FrameMoments> {
    return readFrameRows(query, this.#askRows);
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
    this.#writing.forget();
  }

  async #readCursor(): Promise<StoredCursor> {
    const [row] = await this.#query([cursorQuestion], "POST");
    return toStoredCursor(row);
  }

  #send(body: Uint8Array): Promise<void> {
    const query = stringify({ db: this.#options.database, precision: "ns" });
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
