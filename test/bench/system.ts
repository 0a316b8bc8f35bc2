// The real program under a benchmark: `npm start -- --no-simulator` in a process of its own on a fresh data folder, with DuckDB
// or its private InfluxDB, sites registered through the api, and the means to say what became of every reading.

import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ApiClient } from "#test/harness/api-client.ts";
import { killLeftovers, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";
import type { LoadClient, LoadResult } from "./load.ts";
import { readUsage, type Usage } from "./processes.ts";
import { countDuckdb, countInflux } from "./stored-values.ts";
import { outfallFactors, quietLimitOf } from "./values.ts";

export type Store = "duckdb" | "influxdb";
export const stores: readonly Store[] = ["duckdb", "influxdb"];

export interface RegisterOptions {
  /** Ids are PREFIX-000001 and so on. */
  readonly prefix?: string;
  readonly factors?: readonly string[];
  /** Every value is compared with limits of these bases that it never exceeds. */
  readonly limits?: readonly ("realtime" | "hour" | "day")[];
}

/** Sums over all sites of the days the benchmark has touched. */
export interface LedgerSums {
  readonly received: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly quarantined: number;
  /** Frames without an outcome yet. */
  readonly pending: number;
}

export interface Stopped {
  readonly found: number;
  readonly stopSeconds: number;
  /** Not 0: it gave up waiting for itself, and what was missing is done at the next start. */
  readonly exitCode: number | null;
}

export interface BenchSystem {
  readonly store: Store;
  readonly pid: number;
  readonly api: ApiClient;
  readonly http: string;
  readonly mqttPort: number;
  readonly dataDir: string;
  /** The private server's address; null with DuckDB. */
  readonly influxUrl: string | null;
  register(count: number, options?: RegisterOptions): Promise<LoadClient[]>;
  usage(): Usage;
  /** Waits until history has the last messages of the load and no frame is pending; when that was, epoch ms. */
  settled(last: LoadResult["last"], deadlineMs?: number): Promise<number>;
  ledger(): Promise<LedgerSums>;
  /** Frames that waited because their device sent too fast. */
  throttled(): Promise<number>;
  /** Stops the program in order and counts the values of these factors in the history store itself. */
  stopAndCount(factors?: readonly string[]): Promise<Stopped>;
  /** Ends what still runs and removes the folder. */
  close(): Promise<void>;
}

const sitesPerCall = 1_000;
const limitsPerCall = 2_500;
const stopMsMax = 60_000;
/** Asking costs the program too. */
const askEveryMs = 50;

export async function startBenchSystem(
  store: Store,
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly args?: readonly string[];
    /** A folder with a journal that is worked off first. */
    readonly dataDir?: string;
  } = {},
): Promise<BenchSystem> {
  const startedAt = Date.now();
  const system = await startSystem({
    args: ["--no-simulator", ...(store === "influxdb" ? ["--influx"] : []), ...(options.args ?? [])],
    env: options.env ?? {},
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
  });
  const { api, addresses, dataDir, program } = system;
  // A run that is broken off leaves nothing behind: the database server is in a process group of its own.
  const cleanUp = (): void => {
    killLeftovers(dataDir);
    rmSync(dataDir, { recursive: true, force: true });
  };
  process.once("exit", cleanUp);
  const influxUrl =
    store === "influxdb"
      ? (JSON.parse(readFileSync(join(dataDir, "influx", "address.json"), "utf8")) as { url: string }).url
      : null;

  async function order(path: string, body: unknown): Promise<Readonly<Record<string, unknown>>> {
    const reply = await api.call("POST", path, body);
    if (reply.status > 299) throw new Error(`POST ${path}: ${reply.status} ${reply.text.slice(0, 500)}`);
    return reply.body;
  }

  async function hasReading({ site, time }: { site: string; time: number }, factor: string): Promise<boolean> {
    const range = { site, factor, from: String(time), to: String(time + 1), interval: "raw" };
    const reply = await api.call("GET", `/api/v1/history?${new URLSearchParams(range).toString()}`);
    if (reply.status !== 200) return false; // the store is away for a moment
    const series = reply.body["series"] as readonly { readonly points: readonly unknown[] }[];
    return (series[0]?.points.length ?? 0) > 0;
  }

  async function ledger(): Promise<LedgerSums> {
    const sum = { received: 0, stored: 0, duplicate: 0, quarantined: 0, pending: 0 };
    const days = new Set([startedAt, Date.now()].map((at) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10)));
    for (const day of days) {
      const { readings, frames } = await api.ledger(`day=${day}`);
      for (const name of ["received", "stored", "duplicate", "quarantined"] as const) sum[name] += readings[name];
      sum.pending = Math.max(sum.pending, frames.pending ?? 0);
    }
    return sum;
  }

  return {
    store,
    pid: program.pid,
    api,
    http: addresses.http,
    mqttPort: Number(addresses.mqtt.split(":")[1]),
    dataDir,
    influxUrl,
    async register(count, { prefix = "BENCH", factors = outfallFactors, limits = [] } = {}) {
      const ids = Array.from({ length: count }, (_, i) => `${prefix}-${String(i + 1).padStart(6, "0")}`);
      const clients: LoadClient[] = [];
      for (let from = 0; from < count; from += sitesPerCall) {
        const part = ids.slice(from, from + sitesPerCall);
        const site = { kind: "water-outfall", city: "130200", factors };
        await order("/api/v1/sites/import", { sites: part.map((id) => ({ id, name: `Outfall ${id}`, ...site })) });
        const { items } = await order("/api/v1/credentials", { sites: part });
        clients.push(...(items as LoadClient[]));
      }
      const drafts = ids.flatMap((site) =>
        factors.flatMap((factor) =>
          limits.map((basis) => ({ site, factor, basis, max: quietLimitOf(factor), from: 0, reason: "benchmark" })),
        ),
      );
      for (let from = 0; from < drafts.length; from += limitsPerCall) {
        await order("/api/v1/limits/import", { limits: drafts.slice(from, from + limitsPerCall) });
      }
      return clients;
    },
    usage: () => readUsage(program.pid),
    async settled(last, deadlineMs = 300_000) {
      let at = Date.now();
      // The latest first: when it is there, the others nearly always are, and the time that counts is not spent on asking.
      for (const message of last) {
        if (await hasReading(message, outfallFactors[0])) continue;
        await waitFor(`${message.site} at ${message.time} in history`, () => hasReading(message, outfallFactors[0]), {
          deadlineMs,
          everyMs: askEveryMs,
        });
        at = Date.now();
      }
      await waitFor("an outcome of every frame", async () => (await ledger()).pending === 0, {
        deadlineMs,
        everyMs: askEveryMs,
      });
      return at;
    },
    ledger,
    throttled: async () => (await api.metrics()).value("plumeline_broker_throttled_total"),
    async stopAndCount(factors = outfallFactors) {
      const counted = influxUrl === null ? null : await countInflux(influxUrl, factors);
      const begunAt = performance.now();
      process.kill(program.pid, "SIGINT");
      const timer = setTimeout(() => program.signal("SIGKILL"), stopMsMax);
      const exitCode = await program.exited;
      clearTimeout(timer);
      const stopSeconds = (performance.now() - begunAt) / 1000;
      return { found: counted ?? (await countDuckdb(join(dataDir, "history.duckdb"))), stopSeconds, exitCode };
    },
    async close() {
      await system.close();
      process.off("exit", cleanUp);
    },
  };
}
