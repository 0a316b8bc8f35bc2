// `export`: a year of minute means of one outfall as CSV and as NDJSON over the REST interface, while readings arrive at ten
// thousand a second. A row is one line of the file: one window of one factor, 525,600 × 10 in a year. Says the rows per
// second, how much memory the program and its database grew, and how long devices waited for their acknowledgement.

import { dayMs } from "#domain/time.ts";
import { windowNumber, windowStart } from "#domain/window.ts";
import { round, type Bench, type BenchContext } from "./frame.ts";
import { fillMeans, siteId } from "./history-fill.ts";
import { startHistorySystem, type HistorySystem } from "./history-system.ts";
import { startLoad } from "./load.ts";
import { readUsage, watchMemory } from "./processes.ts";
import { stores, type Store } from "./system.ts";
import { outfallFactors } from "./values.ts";

/** As many connections as the load of `pipeline` has; the first site is the exported one, too. */
const sites = 50;
const messagesPerSecond = 1_000;
const end = windowStart("1d", windowNumber("1d", Date.UTC(2026, 5, 1)));
const mib = 2 ** 20;

async function exportYear(running: HistorySystem, format: string, days: number): Promise<Record<string, unknown>> {
  const query = new URLSearchParams({
    site: siteId(0),
    from: String(end - days * dayMs),
    to: String(end),
    interval: "1m",
    format,
  });
  const asked = await running.ask(`/api/v1/history?${query.toString()}`);
  const rows = asked.lines - (format === "csv" ? 1 : 0);
  const expected = days * 1_440 * outfallFactors.length;
  return {
    rows,
    seconds: round(asked.ms / 1000),
    rowsPerSecond: round((rows / asked.ms) * 1000),
    mibPerSecond: round((asked.bytes / mib / asked.ms) * 1000),
    lost: expected - rows,
  };
}

async function runFormat(
  store: Store,
  running: HistorySystem,
  format: string,
  days: number,
  { report }: BenchContext,
): Promise<void> {
  const { pid } = running.system.program;
  const before = readUsage(pid);
  const load = await startLoad({
    port: Number(running.system.addresses.mqtt.split(":")[1]),
    clients: running.clients,
    topic: (site) => `v1/${site}/readings`,
    factors: outfallFactors,
    readingsPerMessage: outfallFactors.length,
    inFlight: 10,
    seconds: 600,
    messagesPerSecond,
    qos: 1,
  });
  load.begin();
  const memory = watchMemory(pid);
  const exported = await exportYear(running, format, days);
  const most = memory.stop();
  load.end();
  const sent = await load.result;
  const after = readUsage(pid);
  report({
    store,
    load: `${messagesPerSecond * outfallFactors.length} readings/s on ${sites} connections`,
    format,
    ...exported,
    rssMiB: round(most.rssMiB),
    rssGrowthMiB: round(most.rssMiB - before.rssMiB),
    influxdRssGrowthMiB: round(most.influxdRssMiB - before.influxdRssMiB),
    cpuSeconds: round(after.cpuSeconds - before.cpuSeconds),
    readingsPerSecond: round(sent.readings / sent.seconds),
    ackP50Ms: round(sent.ackMs.p50),
    ackP99Ms: round(sent.ackMs.p99),
    unacknowledged: sent.sent - sent.acked,
  });
}

/** What the database itself streams of the same means, with nothing else running. */
async function runPeer(running: HistorySystem, days: number, { report }: BenchContext): Promise<void> {
  const { influxUrl: url } = running;
  if (url === null) return;
  const fields = outfallFactors.flatMap((f) => [`"${f}"`, `"${f}_min"`, `"${f}_max"`, `"${f}_n"`, `"${f}_valid"`]);
  const range = `time >= ${end - days * dayMs}ms AND time < ${end}ms`;
  const q = `SELECT ${fields.join(",")} FROM means_1m WHERE site='${siteId(0)}' AND ${range}`;
  const begunAt = performance.now();
  const body = new URLSearchParams({ db: "plumeline", epoch: "ms", chunked: "true", chunk_size: "10000", q });
  const response = await fetch(`${url}/query`, { method: "POST", body, headers: { accept: "application/csv" } });
  let [bytes, lines] = [0, 0];
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    for (const byte of chunk) if (byte === 10) lines++;
  }
  const seconds = (performance.now() - begunAt) / 1000;
  // One of its lines holds ten of our rows.
  const rows = lines * outfallFactors.length;
  report({
    store: "influxdb itself",
    format: "csv",
    rows,
    seconds: round(seconds),
    rowsPerSecond: round(rows / seconds),
    bytes,
  });
}

/** How long an acknowledgement takes at this load without an export, for comparison. */
async function runBaseline(store: Store, running: HistorySystem, { report }: BenchContext): Promise<void> {
  const load = await startLoad({
    port: Number(running.system.addresses.mqtt.split(":")[1]),
    clients: running.clients,
    topic: (site) => `v1/${site}/readings`,
    factors: outfallFactors,
    readingsPerMessage: outfallFactors.length,
    inFlight: 10,
    seconds: 4,
    messagesPerSecond,
    qos: 1,
  });
  load.begin();
  const { ackMs, readings, seconds } = await load.result;
  const waited = { ackP50Ms: round(ackMs.p50), ackP99Ms: round(ackMs.p99) };
  report({ store, format: "none", readingsPerSecond: round(readings / seconds), ...waited, lost: 0 });
}

export const bench: Bench = {
  name: "export",
  about: "a year of minute means as CSV and NDJSON under load (--store duckdb|influxdb, --days N)",
  async run(context) {
    const option = (name: string): string | undefined => {
      const at = context.args.indexOf(name);
      return at < 0 ? undefined : context.args[at + 1];
    };
    const days = Number(option("--days") ?? 365);
    for (const store of stores.filter((one) => (option("--store") ?? one) === one)) {
      const running = await startHistorySystem(store, sites, async (history) => {
        const begunAt = performance.now();
        const means = await fillMeans(history, "1m", { sites: [0, 1], from: end - (days + 1) * dayMs, to: end });
        context.say(
          `filled ${means.toLocaleString("en-US")} minute means in ${round((performance.now() - begunAt) / 1000)} s`,
        );
      });
      try {
        await runBaseline(store, running, context);
        for (const format of ["csv", "ndjson"]) await runFormat(store, running, format, days, context);
        await runPeer(running, days, context);
      } finally {
        await running.close();
      }
    }
  },
};
