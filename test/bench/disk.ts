// `disk`: bytes per stored value once the store has sorted and packed what it holds. Readings of outfalls first, then their
// means, each counted from the size of the files. The raw-frame archive is counted apart: sealed segments of a real journal.
//
//   reading   one value of one factor at one time, with its flag, remarks, receive time and journal number
//   mean      one window of one factor: mean, min, max, count, valid and journal number are one value

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { dayMs, minuteMs } from "#domain/time.ts";
import { windowNumber, windowStart } from "#domain/window.ts";
import { createDuckdbHistory } from "#store/history/duckdb.ts";
import { createInflux1History } from "#store/history/influx1.ts";
import type { History } from "#store/history/history.ts";
import { createMeanColumns, createReadingColumns } from "#store/history/history.ts";
import {
  findInfluxd,
  formatConfig,
  influxdUrl,
  ping,
  spawnInfluxd,
  stopInfluxd,
} from "#store/history/influxd-process.ts";
import { findFreePort } from "#test/harness/free-port.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { createTempDir } from "#test/harness/temp-dir.ts";
import { waitFor } from "#test/harness/wait.ts";
import { round, type Bench, type BenchContext } from "./frame.ts";
import { fillMeans, fillReadings } from "./history-fill.ts";
import { runLoad } from "./load.ts";
import { startBenchSystem } from "./system.ts";
import { outfallFactors } from "./values.ts";

const log = createSilentLog();
const end = windowStart("1d", windowNumber("1d", Date.UTC(2026, 5, 1)));
const sites = Array.from({ length: 100 }, (_, index) => index);

/** What is filled, one after the other, into a store of its own. */
interface Content {
  readonly name: string;
  readonly days: number;
  fill(history: History, days: number): Promise<{ readonly readings: number; readonly means: number }>;
}

function span(days: number) {
  return { sites, from: end - days * dayMs, to: end };
}

async function fillAllMeans(history: History, days: number): Promise<number> {
  let means = 0;
  for (const tier of ["1m", "1h", "1d"] as const) means += await fillMeans(history, tier, span(days));
  return means;
}

const contents: readonly Content[] = [
  {
    name: "readings every minute",
    days: 5,
    fill: async (history, days) => ({
      readings: await fillReadings(history, "realtime", minuteMs, span(days)),
      means: 0,
    }),
  },
  {
    name: "means of a minute, an hour and a day, of six readings a minute",
    days: 3,
    fill: async (history, days) => ({ readings: 0, means: await fillAllMeans(history, days) }),
  },
  {
    name: "readings every ten seconds with their means",
    days: 1,
    fill: async (history, days) => ({
      readings: await fillReadings(history, "realtime", 10_000, span(days)),
      means: await fillAllMeans(history, days),
    }),
  },
];

function folderBytes(path: string, name: RegExp = /./): number {
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

type Filled = Awaited<ReturnType<Content["fill"]>> & {
  readonly before: number;
  readonly after: number;
  /** DuckDB only. */
  readonly fileBytes: number | null;
};

/** The file is small when it is sorted; space of what was rewritten is used again, so the size on disk is larger. */
async function fillDuckdb(content: Content, days: number): Promise<Filled> {
  const dir = await createTempDir("disk");
  const file = join(dir.path, "history.duckdb");
  try {
    let history = createDuckdbHistory({ file, log });
    await history.start();
    const counted = await content.fill(history, days);
    await history.stop();
    const before = await usedBytes(file);
    // Sorts what is left, however little it is: at every batch one table.
    history = createDuckdbHistory({ file, log, clusterRows: 1 });
    for (let turn = 0; turn < 16; turn++) {
      await history.start();
      await history.write({ readings: createReadingColumns(), means: createMeanColumns(), cursor: 0 });
      await history.stop();
    }
    return { ...counted, before, after: await usedBytes(file), fileBytes: statSync(file).size };
  } finally {
    await dir.remove();
  }
}

/** Blocks that hold something. */
async function usedBytes(file: string): Promise<number> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  const sql = "SELECT block_size::DOUBLE, used_blocks::DOUBLE FROM pragma_database_size()";
  const [row] = (await connection.runAndReadAll(sql)).getRows();
  connection.closeSync();
  instance.closeSync();
  return Number(row?.[0] ?? 0) * Number(row?.[1] ?? 0);
}

async function fillInflux(content: Content, days: number): Promise<Filled> {
  const dir = await createTempDir("disk");
  const program = findInfluxd();
  if (program === null) throw new Error("influxd is not on the PATH");
  const ports = { httpPort: await findFreePort(), rpcPort: await findFreePort() };
  // It packs what has been quiet for hours; here a second is enough.
  const hurried = `[data]\n  cache-snapshot-write-cold-duration = "1s"\n  compact-full-write-cold-duration = "1s"`;
  const config = formatConfig(dir.path, ports).replace("[data]", hurried);
  const server = await spawnInfluxd(program, dir.path, config);
  const killAtExit = (): void => void process.kill(server.pid, "SIGKILL");
  process.once("exit", killAtExit);
  try {
    await waitFor("influxd", () => ping(influxdUrl(ports)), { deadlineMs: 30_000 });
    const history = createInflux1History({ url: influxdUrl(ports), database: "plumeline", log });
    await history.start();
    const counted = await content.fill(history, days);
    await history.stop();
    const size = (): number => folderBytes(join(dir.path, "data", "plumeline")) + folderBytes(join(dir.path, "wal"));
    const before = size();
    let [last, sameSince] = [before, performance.now()];
    await waitFor(
      "influxd to have packed everything",
      () => {
        const now = size();
        if (now !== last) [last, sameSince] = [now, performance.now()];
        return performance.now() - sameSince > 12_000;
      },
      { deadlineMs: 300_000, everyMs: 500 },
    );
    return { ...counted, before, after: last, fileBytes: null };
  } finally {
    process.off("exit", killAtExit);
    await stopInfluxd(server, 5_000);
    await dir.remove();
  }
}

/** Sealed segments only: the open one has a fixed size. */
async function measureArchive({ report, say, seconds }: BenchContext): Promise<void> {
  const running = await startBenchSystem("duckdb");
  try {
    const clients = await running.register(50);
    say("frames for the archive");
    const load = { port: running.mqttPort, clients, topic: (site: string) => `v1/${site}/readings`, qos: 1 } as const;
    const order = { factors: outfallFactors, readingsPerMessage: 10, inFlight: 20, seconds: seconds ?? 25 };
    const sent = await runLoad({ ...load, ...order });
    await running.settled(sent.last);
    const journal = join(running.dataDir, "journal");
    const sealed = folderBytes(journal, /\.plj\.zst$/);
    const open = readdirSync(journal).filter((name) => name.endsWith(".plj")).length;
    const segments = readdirSync(journal).filter((name) => name.endsWith(".plj.zst")).length;
    const share = segments / Math.max(1, segments + open);
    report({
      store: "raw-frame archive",
      content: "JSON frames of ten readings, sealed segments only",
      segments,
      sealedBytes: sealed,
      readingsSent: sent.readings,
      // The frames in the open segments are taken off by their share of the segments: an estimate, and rounded as one.
      bytesPerValueAbout: segments === 0 ? null : round(sealed / (sent.readings * share)),
      lost: 0,
    });
  } finally {
    await running.close();
  }
}

export const bench: Bench = {
  name: "disk",
  about: "bytes per stored value after compaction (--store duckdb|influxdb, --scale N, --archive)",
  async run(context) {
    const option = (name: string): string | undefined => {
      const at = context.args.indexOf(name);
      return at < 0 ? undefined : context.args[at + 1];
    };
    const scale = Number(option("--scale") ?? 1);
    for (const store of ["duckdb", "influxdb"].filter((one) => (option("--store") ?? one) === one)) {
      for (const content of contents) {
        const days = content.days * scale;
        const filled = store === "duckdb" ? await fillDuckdb(content, days) : await fillInflux(content, days);
        const values = filled.readings + filled.means;
        context.report({
          store,
          content: content.name,
          sites: sites.length,
          days,
          readings: filled.readings,
          means: filled.means,
          bytesPerValue: round(filled.after / values),
          bytesPerReading: filled.readings === 0 ? null : round(filled.after / filled.readings),
          bytesPerValueBefore: round(filled.before / values),
          fileBytesPerValue: filled.fileBytes === null ? null : round(filled.fileBytes / values),
          lost: 0,
        });
      }
    }
    if (option("--store") === undefined || context.args.includes("--archive")) await measureArchive(context);
  },
};
