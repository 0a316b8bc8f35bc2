// History in InfluxDB 2.x, through @influxdata/influxdb-client: the layout of influx-lines.ts, written by /api/v2/write in
// milliseconds, read by Flux as annotated CSV. What influx1.ts says about cursor, replay and refusals holds here too.
//
// The client's transport is used, not its WriteApi: that keeps a retry buffer of its own and answers before the server did,
// while a batch is safe here only when the server has said so.
// Proven against: the write path on VictoriaMetrics, the read path on a scripted server. No InfluxDB 2 was at hand.

import {
  flux,
  fluxDateTime,
  fluxExpression,
  fluxString,
  HttpError,
  InfluxDB,
  type ParameterizedQuery,
} from "@influxdata/influxdb-client";
import type { Log } from "#domain/log.ts";
import { isFlag } from "#domain/reading.ts";
import { answerFailure, silenceFailure } from "./influx-failure.ts";
import {
  cursorMeasurement,
  formatCursor,
  formatLanes,
  Freshness,
  meanMeasurements,
  readingMeasurements,
  sendLanes,
} from "./influx-lines.ts";
import { createTurns } from "./turns.ts";
import type { History, HistoryBatch, HistoryWriter, MeanQuery, MeanSeries, RawQuery, RawSeries } from "./history.ts";

export interface Influx2Options {
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  readonly token: string;
  readonly log: Log;
}

const lanesMax = 2;
const timeoutMs = 60_000;

/** What a store remembers beside its points. */
export interface StoredCursor {
  readonly cursor: number;
  /** The latest event time written so far; -Infinity for an empty store. */
  readonly newest: number;
}

/** The writing half, which InfluxDB 3 shares; how the cursor is read differs. */
export class Influx2Writer implements HistoryWriter {
  readonly #client: InfluxDB;
  readonly #options: Influx2Options;
  readonly #readCursor: () => Promise<StoredCursor>;
  #freshness: Freshness | null = null;
  #cursor = 0;
  readonly #inTurn = createTurns();

  constructor(options: Influx2Options, readCursor: () => Promise<StoredCursor>) {
    this.#options = options;
    this.#client = new InfluxDB({ url: options.url, token: options.token, timeout: timeoutMs });
    this.#readCursor = readCursor;
  }

  async start(): Promise<void> {
    await this.#load();
    this.#options.log.info({ url: this.#options.url, bucket: this.#options.bucket }, "history is in InfluxDB");
  }

  async cursor(): Promise<number> {
    await this.#load();
    return this.#cursor;
  }

  /** In turn: the cursor of a later batch must not overtake the rows of an earlier one. */
  write(batch: HistoryBatch): Promise<void> {
    return this.#inTurn(() => this.#writeBatch(batch));
  }

  async stop(): Promise<void> {
    this.#freshness = null;
  }

  async #writeBatch(batch: HistoryBatch): Promise<void> {
    const freshness = this.#freshness ?? (await this.#load());
    await sendLanes(formatLanes(batch, freshness, lanesMax), (body) => this.#send(body));
    const cursor = Math.max(this.#cursor, batch.cursor);
    await this.#send(formatCursor(cursor, freshness.highest, Date.now()));
    this.#cursor = cursor;
  }

  async #load(): Promise<Freshness> {
    const stored = await this.#readCursor();
    this.#cursor = Math.max(this.#cursor, stored.cursor);
    this.#freshness ??= new Freshness(stored.newest);
    return this.#freshness;
  }

  async #send(body: string): Promise<void> {
    const { org, bucket, url } = this.#options;
    const path = `/api/v2/write?${new URLSearchParams({ org, bucket, precision: "ms" }).toString()}`;
    const headers = { "content-type": "text/plain; charset=utf-8" };
    try {
      await this.#client.transport.request(path, body, { method: "POST", headers });
    } catch (error) {
      throw toFailure(error, url, "points");
    }
  }
}

export function createInflux2History(options: Influx2Options): History {
  const flux2 = new FluxReader(options);
  const writer = new Influx2Writer(options, () => flux2.readCursor());
  return {
    start: () => writer.start(),
    cursor: () => writer.cursor(),
    write: (batch) => writer.write(batch),
    stop: () => writer.stop(),
    readRaw: (query) => flux2.readRaw(query),
    readMeans: (query) => flux2.readMeans(query),
  };
}

/** Values of one field by time. Flux answers a table per field, each in the order of time. */
type FieldTables = ReadonlyMap<string, ReadonlyMap<number, string>>;

/** The days JavaScript can name; Flux takes RFC 3339. */
const timeMsMin = Date.parse("1700-01-01T00:00:00Z");
const timeMsMax = Date.parse("2260-01-01T00:00:00Z");

function fluxTime(timeMs: number): ReturnType<typeof fluxDateTime> {
  return fluxDateTime(new Date(Math.ceil(Math.min(Math.max(timeMs, timeMsMin), timeMsMax))).toISOString());
}

class FluxReader {
  readonly #client: InfluxDB;
  readonly #options: Influx2Options;

  constructor(options: Influx2Options) {
    this.#options = options;
    this.#client = new InfluxDB({ url: options.url, token: options.token, timeout: timeoutMs });
  }

  async readCursor(): Promise<StoredCursor> {
    const tables = await this.#collect(flux`from(bucket: ${this.#options.bucket})
  |> range(start: 0)
  |> filter(fn: (r) => r._measurement == ${cursorMeasurement})
  |> max()`);
    const largest = (field: string) => Math.max(-Infinity, ...[...(tables.get(field)?.values() ?? [])].map(Number));
    const cursor = largest("cursor");
    return { cursor: cursor === -Infinity ? 0 : cursor, newest: largest("newest") };
  }

  async readRaw(query: RawQuery): Promise<RawSeries[]> {
    const suffixes = ["", "_flag"];
    const tables = await this.#readFields(query, readingMeasurements[query.kind], suffixes);
    return query.factors.map((factor) => {
      const flags = tables.get(`${factor}_flag`);
      const series: RawSeries = { factor, time: [], value: [], flag: [] };
      for (const [time, value] of tables.get(factor) ?? []) {
        const flag = flags?.get(time);
        series.time.push(time);
        series.value.push(Number(value));
        series.flag.push(isFlag(flag) ? flag : "N");
      }
      return series;
    });
  }

  async readMeans(query: MeanQuery): Promise<MeanSeries[]> {
    const tables = await this.#readFields(query, meanMeasurements[query.tier], ["", "_min", "_max", "_n", "_valid"]);
    return query.factors.map((factor) => {
      const series: MeanSeries = { factor, start: [], mean: [], min: [], max: [], count: [], valid: [] };
      for (const [start, text] of tables.get(`${factor}_valid`) ?? []) {
        const valid = Number(text);
        const number = (field: string) => (valid === 0 ? NaN : Number(tables.get(field)?.get(start) ?? NaN));
        series.start.push(start);
        series.mean.push(number(factor));
        series.min.push(number(`${factor}_min`));
        series.max.push(number(`${factor}_max`));
        series.count.push(Number(tables.get(`${factor}_n`)?.get(start) ?? 0));
        series.valid.push(valid);
      }
      return series;
    });
  }

  /** `limit` holds for each table, that is for each field; the oldest n flags lie within the oldest n values. */
  async #readFields(
    query: RawQuery | MeanQuery,
    measurement: string,
    suffixes: readonly string[],
  ): Promise<FieldTables> {
    if (query.factors.length === 0 || query.from >= query.to) return new Map();
    const fields = query.factors.flatMap((factor) =>
      suffixes.map((suffix) => `r._field == ${fluxString(factor + suffix).toString()}`),
    );
    return this.#collect(flux`from(bucket: ${this.#options.bucket})
  |> range(start: ${fluxTime(query.from)}, stop: ${fluxTime(query.to)})
  |> filter(fn: (r) => r._measurement == ${measurement} and r.site == ${query.site})
  |> filter(fn: (r) => ${fluxExpression(fields.join(" or "))})
  |> keep(columns: ["_time", "_value", "_field"])
  |> limit(n: ${Math.max(1, Math.floor(Math.min(query.limit, 2 ** 31)))})`);
  }

  async #collect(query: ParameterizedQuery): Promise<FieldTables> {
    const tables = new Map<string, Map<number, string>>();
    try {
      for await (const { values, tableMeta } of this.#client.getQueryApi(this.#options.org).iterateRows(query)) {
        const field = String(tableMeta.get(values, "_field"));
        const time = Date.parse(String(values[tableMeta.column("_time").index]));
        const table = tables.get(field) ?? new Map<number, string>();
        tables.set(field, table.set(time, String(values[tableMeta.column("_value").index])));
      }
    } catch (error) {
      throw toFailure(error, this.#options.url, "question");
    }
    return tables;
  }
}

function toFailure(error: unknown, url: string, about: "points" | "question"): Error {
  if (!(error instanceof HttpError)) return silenceFailure(error, url);
  return answerFailure(error.statusCode, error.body ?? error.message, url, about);
}
