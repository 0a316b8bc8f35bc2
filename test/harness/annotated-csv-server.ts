// A scripted stand-in for InfluxDB 2: takes line protocol at /api/v2/write, and answers the few Flux shapes that the product
// asks with annotated CSV as InfluxDB documents it. It proves the client's side of the protocol; it is no InfluxDB, and a
// query it does not know is answered 400, as a real server answers a mistake.

import { createServer, type IncomingMessage } from "node:http";
import { parseLines, type FieldValue, type LinePoint } from "./line-protocol.ts";

export interface AnnotatedCsvServer {
  readonly url: string;
  /** The next request is answered with this instead. */
  failNext(status: number, body: string): void;
  /** Requests seen: method, path with query, authorization. */
  readonly requests: { readonly path: string; readonly authorization: string; readonly body: string }[];
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
}

/** Field → time in ns → value, of one series. */
type Series = Map<string, Map<bigint, FieldValue>>;

const nsPerMs = 1_000_000n;

function toMs(timeNs: bigint): number {
  return Number(timeNs / nsPerMs);
}

/** RFC 3339 to the nanosecond, as a server writes it. */
function formatTime(timeNs: bigint): string {
  return new Date(toMs(timeNs)).toISOString().replace("Z", `${String(timeNs % nsPerMs).padStart(6, "0")}Z`);
}

export async function startAnnotatedCsvServer(): Promise<AnnotatedCsvServer> {
  const store = new Map<string, { point: LinePoint; fields: Series }>();
  const requests: { path: string; authorization: string; body: string }[] = [];
  const failures: Answer[] = [];
  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    requests.push({ path: request.url ?? "", authorization: request.headers.authorization ?? "", body });
    const answer = failures.shift() ?? handle(store, request.url ?? "", body);
    response.writeHead(answer.status, { "content-type": answer.type ?? "application/json" }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    failNext: (status, body) => void failures.push({ status, body }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

function problem(status: number, code: string, message: string): Answer {
  return { status, body: JSON.stringify({ code, message }) };
}

function handle(store: Map<string, { point: LinePoint; fields: Series }>, path: string, body: string): Answer {
  try {
    if (path.startsWith("/api/v2/write?")) return takeLines(store, body);
    if (path.startsWith("/api/v2/query?")) {
      const { query } = JSON.parse(body) as { query: string };
      return { status: 200, body: answerFlux(store, query), type: "text/csv; charset=utf-8" };
    }
    return problem(404, "not found", "path not found");
  } catch (error) {
    return problem(400, "invalid", error instanceof Error ? error.message : String(error));
  }
}

function takeLines(store: Map<string, { point: LinePoint; fields: Series }>, body: string): Answer {
  for (const point of parseLines(body)) {
    const key = JSON.stringify([point.measurement, [...point.tags]]);
    const series = store.get(key) ?? { point, fields: new Map() };
    store.set(key, series);
    for (const [field, value] of point.fields) {
      const values = series.fields.get(field) ?? new Map<bigint, FieldValue>();
      const [other] = values.values();
      if (other !== undefined && other.type !== value.type) {
        return problem(
          422,
          "unprocessable entity",
          `failure writing points to database: partial write: field type conflict: input field "${field}"`,
        );
      }
      series.fields.set(field, values.set(point.time, value));
    }
  }
  return { status: 204, body: "" };
}

/** The value of a Flux string literal. */
function literal(text: string | undefined): string {
  return JSON.parse(text ?? '""') as string;
}

const string = '("(?:[^"\\\\]|\\\\.)*")';
const time = 'time\\(v: "([^"]+)"\\)';
const headPattern = new RegExp(
  `^from\\(bucket: ${string}\\)\\s+\\|> range\\(start: (0|${time})(?:, stop: ${time})?\\)`,
);
const measurementPattern = new RegExp(`r\\._measurement == ${string}(?: and r\\.site == ${string})?`);
const fieldPattern = new RegExp(`r\\._field == ${string}`, "g");

function answerFlux(store: Map<string, { point: LinePoint; fields: Series }>, query: string): string {
  const head = headPattern.exec(query);
  const wanted = measurementPattern.exec(query);
  if (head === null || wanted === null) throw new Error(`unsupported query: ${query}`);
  const from = head[2] === "0" ? -Infinity : Date.parse(head[3] ?? "");
  const to = head[4] === undefined ? Infinity : Date.parse(head[4]);
  if (Number.isNaN(from) || Number.isNaN(to)) throw new Error("bad range");
  const fieldNames = new Set([...query.matchAll(fieldPattern)].map((match) => literal(match[1])));
  const limit = Number(/limit\(n: (\d+)\)/.exec(query)?.[1] ?? Infinity);
  const max = query.includes("|> max()");
  const blocks: string[] = [];
  for (const { point, fields } of store.values()) {
    if (point.measurement !== literal(wanted[1])) continue;
    if (wanted[2] !== undefined && point.tags.get("site") !== literal(wanted[2])) continue;
    for (const [field, values] of fields) {
      if (fieldNames.size > 0 && !fieldNames.has(field)) continue;
      const rows = [...values]
        .filter(([time]) => toMs(time) >= from && toMs(time) < to)
        .toSorted(([a], [b]) => (a < b ? -1 : 1));
      const kept = max
        ? rows.toSorted(([, a], [, b]) => Number(b.value) - Number(a.value)).slice(0, 1)
        : rows.slice(0, limit);
      if (kept.length > 0) blocks.push(formatTable(blocks.length, field, kept));
    }
  }
  return blocks.join("\r\n");
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Tables of different types come with annotations of their own; an empty line stands between them. */
function formatTable(table: number, field: string, rows: readonly (readonly [bigint, FieldValue])[]): string {
  const lines = [
    `#datatype,string,long,dateTime:RFC3339,${rows[0]?.[1].type ?? "double"},string`,
    "#group,false,false,false,false,true",
    "#default,_result,,,,",
    ",result,table,_time,_value,_field",
    ...rows.map(([time, { value }]) => `,,${table},${formatTime(time)},${cell(String(value))},${cell(field)}`),
  ];
  return lines.join("\r\n") + "\r\n";
}
