// How fast the same InfluxDB takes the same points in bulk with nothing else running: the limit of that store on this machine.
// The bodies are those the history store would send, made beforehand; batch size and connections are the best of a search.

import { Agent, request } from "node:http";
import { parseArgs } from "node:util";
import { formatLanes, Freshness } from "#store/history/influx-lines.ts";
import { createMeanColumns, createReadingColumns, type HistoryBatch } from "#store/history/history.ts";
import { startInfluxd } from "#test/harness/influxd.ts";
import { type Bench, type BenchContext, round, UsageError } from "./frame.ts";
import { countInflux } from "./stored-values.ts";
import { outfallFactors, wholePartOf } from "./values.ts";

/** Tried one after the other; around what InfluxDB's own advice says (5,000 points). */
const candidates = [
  { pointsPerRequest: 5_000, connections: 1 },
  { pointsPerRequest: 5_000, connections: 2 },
  { pointsPerRequest: 5_000, connections: 4 },
  { pointsPerRequest: 1_000, connections: 2 },
  { pointsPerRequest: 10_000, connections: 2 },
] as const;
/** A server takes the first second of anything quickly, into its cache. */
const searchSeconds = 2;
const firstGuess = 400_000;
/** Bodies are made beforehand and kept in memory: 25 bytes per value. */
const valuesMax = 20_000_000;
const database = "bulk";

export interface InfluxLimit {
  readonly valuesPerSecond: number;
  readonly pointsPerRequest: number;
  readonly connections: number;
  readonly seconds: number;
  readonly values: number;
  readonly lost: number;
}

/** Bodies of requests, each with so many points, one per site and millisecond, as if sites sent in turn. */
function createBodies(sites: number, fromMs: number) {
  const names = Array.from({ length: sites }, (_, i) => `BENCH-${String(i + 1).padStart(6, "0")}`);
  const freshness = new Freshness(-Infinity);
  let made = 0;
  return function make(points: number): Buffer {
    const readings = createReadingColumns();
    for (let i = 0; i < points; i++, made++) {
      const time = fromMs + Math.floor(made / sites);
      readings.site.push(names[made % sites] ?? "");
      readings.kind.push("realtime");
      readings.time.push(time);
      readings.receivedAt.push(time + 2);
      readings.seq.push(made + 1);
      readings.valuesFrom.push(readings.factor.length);
      for (const [at, factor] of outfallFactors.entries()) {
        readings.factor.push(factor);
        readings.value.push(wholePartOf(factor) + ((made * (2 * at + 1)) % 100) / 100);
        readings.flag.push("N");
        readings.quality.push(0);
      }
    }
    const batch: HistoryBatch = { cursor: made, readings, means: createMeanColumns() };
    return Buffer.concat(formatLanes(batch, freshness, 1).flat());
  };
}

async function post(url: string, agent: Agent, path: string, body: Buffer): Promise<void> {
  await new Promise<void>((done, fail) => {
    const sent = request(
      `${url}${path}`,
      { method: "POST", agent, headers: { "content-length": body.length } },
      (reply) => {
        let text = "";
        reply.setEncoding("utf8").on("data", (part: string) => (text += part));
        reply.on("end", () => {
          if ((reply.statusCode ?? 500) < 300) done();
          else fail(new Error(`InfluxDB: ${reply.statusCode} ${text.slice(0, 300)}`));
        });
      },
    );
    sent.once("error", fail);
    sent.end(body);
  });
}

/** Sends all bodies over so many connections; the seconds it took. */
async function send(url: string, bodies: readonly Buffer[], connections: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let next = 0;
  const begunAt = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
        await post(url, agent, `/write?db=${database}&precision=ns`, body);
      }
    }),
  );
  agent.destroy();
  return (performance.now() - begunAt) / 1000;
}

/** A fresh server for every measurement: what one leaves to be compacted must not slow the next. */
async function measureOnce(
  sites: number,
  shape: { readonly pointsPerRequest: number; readonly connections: number },
  values: number,
): Promise<InfluxLimit> {
  const { pointsPerRequest, connections } = shape;
  const influxd = await startInfluxd();
  try {
    const q = `CREATE DATABASE "${database}" WITH DURATION INF SHARD DURATION 4w`;
    const created = await fetch(`${influxd.url}/query`, { method: "POST", body: new URLSearchParams({ q }) });
    if (!created.ok) throw new Error(`InfluxDB: ${await created.text()}`);
    const make = createBodies(sites, Date.now());
    const perRequest = pointsPerRequest * outfallFactors.length;
    const requests = Math.max(2 * connections, Math.ceil(Math.min(values, valuesMax) / perRequest));
    const bodies = Array.from({ length: requests }, () => make(pointsPerRequest));
    const seconds = await send(influxd.url, bodies, connections);
    const sent = requests * perRequest;
    const lost = sent - (await countInflux(influxd.url, outfallFactors, database));
    return { ...shape, valuesPerSecond: sent / seconds, seconds, values: sent, lost };
  } finally {
    await influxd.stop();
  }
}

export async function measureInfluxLimit(
  seconds: number,
  say: (text: string) => void,
  sites = 50,
): Promise<InfluxLimit> {
  let best: InfluxLimit | null = null;
  for (const candidate of candidates) {
    const found = await measureOnce(sites, candidate, firstGuess * Math.min(seconds, searchSeconds));
    const { pointsPerRequest, connections, valuesPerSecond } = found;
    say(`${pointsPerRequest} points per request, ${connections} connections: ${round(valuesPerSecond)} values/s`);
    if (best === null || valuesPerSecond > best.valuesPerSecond) best = found;
  }
  const { pointsPerRequest, connections, valuesPerSecond } = best ?? { ...candidates[0], valuesPerSecond: firstGuess };
  return measureOnce(sites, { pointsPerRequest, connections }, valuesPerSecond * seconds);
}

export function formatInfluxLimit(limit: InfluxLimit, sites: number): Record<string, unknown> {
  return {
    store: "influxdb",
    valuesPerSecond: round(limit.valuesPerSecond),
    pointsPerRequest: limit.pointsPerRequest,
    valuesPerPoint: outfallFactors.length,
    connections: limit.connections,
    sites,
    seconds: round(limit.seconds),
    values: limit.values,
    lost: limit.lost,
    fsync: "InfluxDB's own: its log is synced per write request",
  };
}

export const bench: Bench = {
  name: "influx-limit",
  about: "how fast InfluxDB alone takes the same points in bulk: its physical limit here (--sites N)",
  async run(context: BenchContext) {
    const { values } = parseArgs({ args: [...context.args], options: { sites: { type: "string", default: "50" } } });
    const sites = Number(values.sites);
    if (!Number.isInteger(sites) || sites < 1) throw new UsageError(`--sites ${values.sites}: a whole number above 0`);
    const limit = await measureInfluxLimit(context.seconds ?? 8, context.say, sites);
    context.report(formatInfluxLimit(limit, sites));
  },
};
