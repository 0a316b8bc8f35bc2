// The real program on a history that was filled before: `npm start -- --no-simulator` in a process of its own, with DuckDB or
// its private InfluxDB, the sites registered, and a client that asks and counts bytes without looking into them.

import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { createDuckdbHistory } from "#store/history/duckdb.ts";
import { createInflux1History } from "#store/history/influx1.ts";
import type { History } from "#store/history/history.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { startSystem, type RunningSystem } from "#test/harness/system.ts";
import { createTempDir } from "#test/harness/temp-dir.ts";
import type { LoadClient } from "./load.ts";
import { siteId } from "./history-fill.ts";
import type { Store } from "./system.ts";
import { outfallFactors } from "./values.ts";

export interface HistorySystem {
  readonly store: Store;
  readonly system: RunningSystem;
  readonly influxUrl: string | null;
  readonly clients: readonly LoadClient[];
  /** Time to the last byte, and how many there were; throws when the answer is no success. */
  ask(path: string): Promise<Asked>;
  text(path: string): Promise<string>;
  close(): Promise<void>;
}

export interface Asked {
  readonly ms: number;
  readonly bytes: number;
  /** Line ends, where the caller wants them counted. */
  readonly lines: number;
}

const sitesPerCall = 1_000;
const log = createSilentLog();

/** Fills an empty store, then starts the program on it. `sites` are registered, all with the ten factors. */
export async function startHistorySystem(
  store: Store,
  sites: number,
  fill: (history: History) => Promise<void>,
): Promise<HistorySystem> {
  const folder = await createTempDir("history");
  const dataDir = folder.path;
  if (store === "duckdb") {
    const history = createDuckdbHistory({ file: join(dataDir, "history.duckdb"), log });
    await history.start();
    await fill(history);
    await history.stop();
  }
  const args = ["--no-simulator", ...(store === "influxdb" ? ["--influx"] : [])];
  const system = await startSystem({ dataDir, args });
  const close = async (): Promise<void> => {
    await system.close();
    await folder.remove();
  };
  try {
    const clients = await registerSites(system, sites);
    let influxUrl: string | null = null;
    if (store === "influxdb") {
      influxUrl = (JSON.parse(readFileSync(join(dataDir, "influx", "address.json"), "utf8")) as { url: string }).url;
      const history = createInflux1History({ url: influxUrl, database: "plumeline", log });
      await history.start();
      await fill(history);
      await history.stop();
    }
    return { store, system, influxUrl, clients, ...createAsker(system), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function registerSites({ api }: RunningSystem, count: number): Promise<LoadClient[]> {
  const clients: LoadClient[] = [];
  for (let from = 0; from < count; from += sitesPerCall) {
    const part = Array.from({ length: Math.min(sitesPerCall, count - from) }, (_, i) => siteId(from + i));
    const site = { kind: "water-outfall", city: "130200", factors: outfallFactors };
    const drafts = part.map((id) => ({ id, name: `Outfall ${id}`, ...site }));
    const made = await api.call("POST", "/api/v1/sites/import", { sites: drafts });
    const given = await api.call("POST", "/api/v1/credentials", { sites: part });
    if (made.status > 299 || given.status > 299)
      throw new Error(`registering: ${made.text} ${given.text}`.slice(0, 500));
    clients.push(...(given.body["items"] as LoadClient[]));
  }
  return clients;
}

function createAsker(system: RunningSystem): Pick<HistorySystem, "ask" | "text"> {
  const agent = new Agent({ keepAlive: true });
  function get(path: string, onChunk: (chunk: Buffer) => void): Promise<number> {
    const [host, port] = system.addresses.http.split(":");
    const headers = { authorization: `Bearer ${system.api.token}` };
    const begunAt = performance.now();
    return new Promise((done, fail) => {
      const asking = request({ host, port: Number(port), path, agent, headers }, (response) => {
        response.on("data", onChunk);
        response.once("error", fail);
        response.once("end", () => {
          if (response.statusCode === 200) done(performance.now() - begunAt);
          else fail(new Error(`GET ${path}: ${response.statusCode}`));
        });
      });
      asking.once("error", fail);
      asking.end();
    });
  }
  return {
    async ask(path) {
      let [bytes, lines] = [0, 0];
      const ms = await get(path, (chunk) => {
        bytes += chunk.length;
        for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
      });
      return { ms, bytes, lines };
    },
    async text(path) {
      const chunks: Buffer[] = [];
      await get(path, (chunk) => chunks.push(chunk));
      return Buffer.concat(chunks).toString();
    },
  };
}

/** Several questions to InfluxDB itself, read to the end; milliseconds. */
export async function askInflux(url: string, q: string): Promise<number> {
  const begunAt = performance.now();
  const body = new URLSearchParams({ db: "plumeline", epoch: "ms", q });
  const response = await fetch(`${url}/query`, { method: "POST", body, signal: AbortSignal.timeout(300_000) });
  const answer = await response.text();
  if (!response.ok || answer.includes('"error"')) throw new Error(`InfluxDB: ${answer.slice(0, 300)}`);
  return performance.now() - begunAt;
}
