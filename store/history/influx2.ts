// History in InfluxDB 2.x, through @influxdata/influxdb-client: the layout of influx-lines.ts, written by /api/v2/write in
// nanoseconds, read by Flux as annotated CSV. What influx1.ts says about cursor, replay and refusals holds here too.
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
import { answerFailure, silenceFailure } from "./influx-failure.ts";
import { cursorMeasurement, type StoredCursor } from "./influx-lines.ts";
import { readFrameRows, readMeanRows, readRawRows, type AskRows, type RowQuery } from "./influx-rows.ts";
import { createInfluxWriting, type InfluxWriting } from "./influx-writing.ts";
import type { Row } from "./versions.ts";
import type {
  FrameMoments,
  FrameQuery,
  History,
  HistoryBatch,
  HistoryWriter,
  MeanQuery,
  MeanSeries,
  RawQuery,
  RawSeries,
} from "./history.ts";

export interface Influx2Options {
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  readonly token: string;
  readonly log: Log;
}

const timeoutMs = 60_000;

/** The writing half, which InfluxDB 3 shares; how the cursor is read differs. */
export class Influx2Writer implements HistoryWriter {
  readonly #client: InfluxDB;
  readonly #options: Influx2Options;
  readonly #writing: InfluxWriting;

  constructor(options: Influx2Options, readCursor: () => Promise<StoredCursor>) {
    this.#options = options;
    this.#client = new InfluxDB({ url: options.url, token: options.token, timeout: timeoutMs });
    this.#writing = createInfluxWriting({ where: options.url, readCursor, send: (body) => this.#send(body) });
  }

  async start(): Promise<void> {
    await this.#writing.cursor();
    this.#options.log.info({ url: this.#options.url, bucket: this.#options.bucket }, "history is in InfluxDB");
  }

  cursor(): Promise<number> {
    return this.#writing.cursor();
  }

  write(batch: HistoryBatch): Promise<void> {
    return this.#writing.write(batch);
  }

  async stop(): Promise<void> {
    this.#writing.forget();
  }

  async #send(body: Uint8Array): Promise<void> {
    const { org, bucket, url } = this.#options;
    const path = `/api/v2/write?${new URLSearchParams({ org, bucket, precision: "ns" }).toString()}`;
    const headers = { "content-type": "text/plain; charset=utf-8" };
    // The client turns bytes into JSON.
    const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString("latin1");
    try {
      await this.#client.transport.request(path, text, { method: "POST", headers });
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
    readFrames: (query) => flux2.readFrames(query),
  };
}

/** Values of one field by time as Flux writes it, to the nanosecond, each field in the order of time. */
type FieldTables = ReadonlyMap<string, ReadonlyMap<string, unknown>>;

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
    return {
      cursor: Math.max(0, largest("cursor")),
      newest: largest("newest"),
      format: Math.max(0, largest("format")),
    };
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

  readonly #askRows: AskRows = (questions) => Promise.all(questions.map((question) => this.#readRows(question)));

  /** `limit` holds for each table, that is for each field; the first field is there in every row. */
  async #readRows(query: RowQuery): Promise<Row[]> {
    if (query.from >= query.to) return [];
    const fields = query.fields.map((field) => `r._field == ${fluxString(field).toString()}`);
    const tables = await this.#collect(flux`from(bucket: ${this.#options.bucket})
  |> range(start: ${fluxTime(query.from)}, stop: ${fluxTime(query.to)})
  |> filter(fn: (r) => r._measurement == ${query.measurement} and r.site == ${query.site})
  |> filter(fn: (r) => ${fluxExpression(fields.join(" or "))})
  |> keep(columns: ["_time", "_value", "_field"])
  |> limit(n: ${Math.max(1, Math.floor(Math.min(query.limit, 2 ** 31)))})`);
    const [first = "", ...others] = query.fields;
    const columns = others.map((field) => tables.get(field));
    return [...(tables.get(first) ?? [])].map(([time, value]) => [
      Date.parse(time),
      value,
      ...columns.map((column) => column?.get(time)),
    ]);
  }

  async #collect(query: ParameterizedQuery): Promise<FieldTables> {
    const tables = new Map<string, Map<string, unknown>>();
    try {
      for await (const { values, tableMeta } of this.#client.getQueryApi(this.#options.org).iterateRows(query)) {
        const field = String(tableMeta.get(values, "_field"));
        const time = String(values[tableMeta.column("_time").index]);
        const table = tables.get(field) ?? new Map<string, unknown>();
        tables.set(field, table.set(time, tableMeta.get(values, "_value")));
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
