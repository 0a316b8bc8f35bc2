// Mosquitto + Node-RED + InfluxDB as one running thing: started together, proved to do the job before anything is measured,
// loaded, and counted in InfluxDB itself, because Mosquitto acknowledges what Node-RED has not seen yet.

import { type TestInfluxd, startInfluxd } from "#test/harness/influxd.ts";
import { createTempDir } from "#test/harness/temp-dir.ts";
import { type LoadResult, runLoad } from "../load.ts";
import { readUsage } from "../processes.ts";
import { countInflux } from "../stored-values.ts";
import { outfallFactors, quietLimitOf } from "../values.ts";
import { buildFlow, type FlowName } from "./flow.ts";
import { readingsTopic } from "./flow-parts.ts";
import {
  installedVersion,
  installNodeRed,
  mosquittoVersion,
  type PeerProcess,
  requireMosquitto,
  startMosquitto,
  startNodeRed,
} from "./processes.ts";
import { proveFlow } from "./proof.ts";

export const readingsPerMessage = 10;
const factors = outfallFactors.slice(0, readingsPerMessage);
const database = "peers";
const influxNodes = "node-red-contrib-influxdb";
/** For both flows. Batches of 5,000 were tried: not faster. */
const batch = { batchPoints: 1_000, batchMs: 200 };
/** Nothing new in InfluxDB for so long, and nobody at work: what is still missing does not come. */
const silenceMs = 10_000;
/** Of the three programs in that time; at rest they use less. */
const restCpuSecondsMax = 0.3;
const pollMs = 50;

export interface Trial {
  readonly load: LoadResult;
  /** Values found in InfluxDB at the end. */
  readonly stored: number;
  /** Acknowledged values that are not in InfluxDB. */
  readonly lost: number;
  /** From the first send until the last value was in InfluxDB. */
  readonly seconds: number;
  /** From the last acknowledgement until the last value was in InfluxDB. */
  readonly deferredSeconds: number;
  /** Of the three programs, until all had arrived. */
  readonly cpuSeconds: number;
  /** Of that, Node-RED's. */
  readonly nodeRedCpuSeconds: number;
  /** Of the three programs when the load ended: what waits is in it. */
  readonly rssMiB: number;
}

export interface TrialLoad {
  readonly sites: number;
  readonly inFlight: number;
  readonly seconds: number;
  /** null = as fast as acknowledged. */
  readonly messagesPerSecond: number | null;
}

export interface PeerStack {
  /** Empties InfluxDB, sends, and waits until all has arrived or nothing more does. */
  measure(load: TrialLoad): Promise<Trial>;
  readonly versions: Readonly<Record<string, string>>;
  /** What Node-RED and Mosquitto have complained about. */
  complaints(): string[];
  stop(): Promise<void>;
}

export async function startPeerStack(flowName: FlowName, say: (text: string) => void): Promise<PeerStack> {
  const program = requireMosquitto(say);
  installNodeRed(say);
  const dir = await createTempDir("peers");
  const started: { stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    for (const each of started.reverse()) await each.stop();
    await dir.remove();
  };
  try {
    const influxd = await startInfluxd();
    started.push(influxd);
    const mosquitto = await startMosquitto(program, dir.path);
    started.push(mosquitto);
    await orderInflux(influxd, `CREATE DATABASE ${database}`);
    const flow = buildFlow(flowName, {
      mqttPort: mosquitto.port,
      influxPort: Number(new URL(influxd.url).port),
      database,
      limits: Object.fromEntries(factors.map((factor) => [factor, quietLimitOf(factor)])),
      ...batch,
    });
    const nodeRed = await startNodeRed(dir.path, flow);
    started.push(nodeRed);
    const proved = { mqttPort: mosquitto.port, influxUrl: influxd.url, database, factors };
    await proveFlow(proved).catch((error: unknown) => {
      throw new Error(`the ${flowName} flow does not work; node-red said:\n${nodeRed.output()}`, { cause: error });
    });
    say(`the ${flowName} flow raises an alarm, clears it and stores its points`);
    return {
      versions: {
        mosquitto: mosquittoVersion(program),
        "node-red": installedVersion("node-red") ?? "unknown",
        ...(flowName === "usual" && { [influxNodes]: installedVersion(influxNodes) ?? "unknown" }),
        influxdb: await influxVersion(influxd),
        node: process.versions.node,
      },
      measure: (load) => measure({ influxd, mosquitto, nodeRed }, load),
      complaints: () => [...findComplaints(nodeRed.output()), ...findComplaints(mosquitto.output())],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Programs {
  readonly influxd: TestInfluxd;
  readonly mosquitto: PeerProcess & { readonly port: number };
  readonly nodeRed: PeerProcess;
}

async function measure({ influxd, mosquitto, nodeRed }: Programs, { sites, ...load }: TrialLoad): Promise<Trial> {
  // Event times may have run ahead of the clock in the trial before: a point written twice would be counted once.
  await orderInflux(influxd, `DROP DATABASE ${database}`);
  await orderInflux(influxd, `CREATE DATABASE ${database}`);
  const usageOfAll = () => {
    const each = [nodeRed.pid, mosquitto.pid, influxd.pid].map(readUsage);
    const rssMiB = each.reduce((sum, usage) => sum + usage.rssMiB, 0);
    // What a program that ended has used is gone with it.
    const isWhole = each.every((usage) => usage.rssMiB > 0);
    const cpuSeconds = isWhole ? each.reduce((sum, usage) => sum + usage.cpuSeconds, 0) : Number.NaN;
    return { cpuSeconds, nodeRedCpuSeconds: isWhole ? (each[0]?.cpuSeconds ?? Number.NaN) : Number.NaN, rssMiB };
  };
  const before = { points: await countPointsTaken(influxd), usage: usageOfAll() };
  const result = await runLoad({
    port: mosquitto.port,
    clients: Array.from({ length: sites }, (_, i) => ({ username: `PEER-${String(i).padStart(4, "0")}` })),
    topic: readingsTopic,
    factors,
    readingsPerMessage,
    qos: 1,
    ...load,
  });
  const { rssMiB } = usageOfAll();
  const endedAt = result.startedAt + result.seconds * 1000;
  const arrivedAt = await waitForArrival(influxd, before.points + result.acked, endedAt, () => usageOfAll().cpuSeconds);
  const after = usageOfAll();
  const stored = await countInflux(influxd.url, factors, database);
  const most = result.sent * readingsPerMessage;
  if (stored > most) throw new Error(`InfluxDB has ${stored} readings of ${most}: some are of an earlier load`);
  return {
    load: result,
    stored,
    lost: Math.max(0, result.readings - stored),
    seconds: (arrivedAt - result.startedAt) / 1000,
    deferredSeconds: Math.max(0, (arrivedAt - endedAt) / 1000),
    cpuSeconds: after.cpuSeconds - before.usage.cpuSeconds,
    nodeRedCpuSeconds: after.nodeRedCpuSeconds - before.usage.nodeRedCpuSeconds,
    rssMiB,
  };
}

/**
 * The wall clock when the last point came, seen at most one poll late. On a busy machine seconds may pass between two batches:
 * to give up while Node-RED still works would count what is left to the next trial.
 */
async function waitForArrival(
  influxd: TestInfluxd,
  wanted: number,
  endedAt: number,
  cpuSecondsOfAll: () => number,
): Promise<number> {
  let seen = await countPointsTaken(influxd);
  let arrivedAt = Date.now();
  // All was there when the load's result was read: it ended with the load, as far as one can know.
  if (seen >= wanted) return endedAt;
  let silent = { since: arrivedAt, cpuSeconds: cpuSecondsOfAll() };
  while (seen < wanted) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    const now = await countPointsTaken(influxd);
    if (now > seen) arrivedAt = Date.now();
    seen = now;
    if (Date.now() - Math.max(silent.since, arrivedAt) < silenceMs) continue;
    const cpuSeconds = cpuSecondsOfAll();
    // A program that ended makes this NaN: nothing comes any more.
    if (!(cpuSeconds - silent.cpuSeconds > restCpuSecondsMax)) break;
    silent = { since: Date.now(), cpuSeconds };
  }
  return arrivedAt;
}

/** InfluxDB's own counter: asking for it costs next to nothing, unlike counting what is stored. */
async function countPointsTaken(influxd: TestInfluxd): Promise<number> {
  const answer = await fetch(`${influxd.url}/debug/vars`);
  const counters = (await answer.json()) as Readonly<Record<string, { values?: Record<string, unknown> }>>;
  const [, httpd] = Object.entries(counters).find(([name]) => name.startsWith("httpd:")) ?? [];
  const points = httpd?.values?.["pointsWrittenOK"];
  if (typeof points !== "number") throw new Error("influxd does not count the points it took");
  return points;
}

async function influxVersion(influxd: TestInfluxd): Promise<string> {
  return (await fetch(`${influxd.url}/ping`)).headers.get("x-influxdb-version") ?? "unknown";
}

async function orderInflux(influxd: TestInfluxd, q: string): Promise<void> {
  const response = await fetch(`${influxd.url}/query`, { method: "POST", body: new URLSearchParams({ q }) });
  const text = await response.text();
  if (!response.ok || text.includes('"error"')) throw new Error(`influxd, ${q}: ${text}`);
}

/** Of its start Node-RED tells more than anybody needs to know. */
function findComplaints(output: string): string[] {
  const [before, ...since] = output.split("Started flows");
  const lines = (since.length > 0 ? since.join("") : (before ?? "")).split("\n");
  return lines.filter((line) => /warn|error|ended with/i.test(line));
}
