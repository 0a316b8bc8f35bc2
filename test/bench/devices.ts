// One connection per device, nearly all of them idle: memory per connection of the running program, beside a broker of aedes
// alone, and how fast the few that speak are acknowledged. As many connections as the limit of open files allows, at most.

import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { nodePath } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";
import type { BareAnswer } from "./bare-aedes.ts";
import { type Bench, type BenchContext, parseCount, round } from "./frame.ts";
import { type LoadClient, type LoadOptions, startLoad } from "./load.ts";
import { readUsage } from "./processes.ts";
import { startBenchSystem } from "./system.ts";
import { outfallFactors } from "./values.ts";

/** A device speaks about once a minute. */
const messagesPerDevicePerSecond = 1 / 60;
const readingsPerMessage = 10;
/** Files that a process needs beside its connections: stores, journal, libraries. */
const filesBeside = 250;
/** Connections come and go once before anything is measured: the first of them bring what is needed only once. */
const warmUpConnections = 500;
const quietMs = 3_000;

/** The soft limit of this process; the program and the generator are given the same. */
function readOpenFilesMax(): number {
  const line = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
  return line === undefined || line === "unlimited" ? Infinity : Number(line);
}

/** One address reaches one other from so many ports of its own. */
function readPortsMax(): number {
  const [from = 32_768, to = 60_999] = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8")
    .trim()
    .split(/\s+/)
    .map(Number);
  return to - from;
}

const quiet = (): Promise<void> => new Promise((done) => setTimeout(done, quietMs));

function shapeOf(port: number, clients: readonly LoadClient[]): LoadOptions {
  return {
    port,
    clients,
    topic: (site) => `v1/${site}/readings`,
    factors: outfallFactors,
    readingsPerMessage,
    inFlight: 1,
    qos: 1,
    messages: clients.length,
  };
}

interface Held {
  readonly kibPerConnection: number;
  readonly connectSeconds: number;
  readonly before: number;
  readonly after: number;
  /** Readings: one message of every connection. */
  readonly acked: number;
}

/** Opens all connections, waits until nothing moves, and compares. What they do meanwhile is up to `during`. */
async function hold(
  pid: number,
  port: number,
  clients: readonly LoadClient[],
  during: () => Promise<void>,
): Promise<Held> {
  const warm = await startLoad(shapeOf(port, clients.slice(0, warmUpConnections)));
  warm.begin();
  const warmed = await warm.result;
  await quiet();
  const before = readUsage(pid).rssMiB;
  const begunAt = performance.now();
  const load = await startLoad(shapeOf(port, clients));
  const connectSeconds = (performance.now() - begunAt) / 1000;
  await quiet();
  const after = readUsage(pid).rssMiB;
  await during();
  load.begin();
  const acked = warmed.readings + (await load.result).readings;
  return { kibPerConnection: ((after - before) * 1024) / clients.length, connectSeconds, before, after, acked };
}

async function measureBare(connections: number): Promise<Held> {
  const child = fork(fileURLToPath(new URL("./bare-aedes.ts", import.meta.url)), {
    execPath: nodePath,
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  let port = 0;
  let open = 0;
  child.on("message", (answer: BareAnswer) => {
    if ("port" in answer) port = answer.port;
    else open = answer.connections;
  });
  try {
    await waitFor("the broker alone", () => port > 0, { deadlineMs: 10_000 });
    const clients = Array.from({ length: connections }, (_, i) => ({
      username: `BARE-${i}`,
      password: "x".repeat(22),
    }));
    return await hold(child.pid ?? 0, port, clients, async () => {
      child.send("count");
      await waitFor("all connections at the broker alone", () => open === connections, { deadlineMs: 10_000 });
    });
  } finally {
    child.disconnect();
  }
}

function formatHeld(held: Held, connections: number): Record<string, unknown> {
  return {
    connections,
    kibPerConnection: round(held.kibPerConnection),
    rssBeforeMiB: round(held.before),
    rssAfterMiB: round(held.after),
    connectSeconds: round(held.connectSeconds),
    connectsPerSecond: round(connections / held.connectSeconds),
  };
}

async function measureProgram(connections: number, seconds: number): Promise<Record<string, unknown>> {
  const system = await startBenchSystem("duckdb");
  try {
    const clients = await system.register(connections);
    await quiet();
    const held = await hold(system.pid, system.mqttPort, clients, async () => {
      const { text } = await system.api.metrics();
      const open = Number(/^plumeline_broker_connections (\d+)/m.exec(text)?.[1] ?? 0);
      if (open < connections) throw new Error(`the broker holds ${open} of ${connections} connections`);
    });
    const load = await startLoad({
      ...shapeOf(system.mqttPort, clients),
      messages: Math.max(1, Math.round(connections * messagesPerDevicePerSecond * seconds)),
      messagesPerSecond: connections * messagesPerDevicePerSecond,
    });
    const cpuBefore = system.usage().cpuSeconds;
    load.begin();
    const result = await load.result;
    const cpuSeconds = system.usage().cpuSeconds - cpuBefore;
    await system.settled(result.last);
    const ledger = await system.ledger();
    const accounted = ledger.stored + ledger.duplicate + ledger.quarantined;
    return {
      ...formatHeld(held, connections),
      messagesPerSecond: round(connections * messagesPerDevicePerSecond),
      ackP50Ms: round(result.ackMs.p50),
      ackP99Ms: round(result.ackMs.p99),
      cpuShare: round(cpuSeconds / result.seconds),
      closed: result.closed,
      lost: Math.max(0, held.acked + result.readings - accounted),
    };
  } finally {
    await system.close();
  }
}

export const bench: Bench = {
  name: "devices",
  about: "one connection per device, mostly idle: memory per connection beside aedes alone (--connections N,N)",
  async run({ args, seconds, report, say }: BenchContext) {
    const { values } = parseArgs({ args: [...args], options: { connections: { type: "string" } } });
    const [openFilesMax, portsMax] = [readOpenFilesMax(), readPortsMax()];
    const most = Math.max(1, Math.min(openFilesMax - filesBeside, portsMax - filesBeside));
    const asked = values.connections?.split(",").map((text) => parseCount("--connections", text)) ?? [
      1_211,
      15_000,
      ...(most > 16_000 ? [Math.min(most, 60_000)] : []),
    ];
    for (const wanted of asked) {
      const connections = Math.min(wanted, most);
      const limits = { openFilesMax, portsMax, wanted };
      say(`aedes alone, ${connections} connections`);
      const bare = await measureBare(connections);
      report({ broker: "aedes alone", ...formatHeld(bare, connections), ...limits });
      say(`the program, ${connections} connections`);
      const program = await measureProgram(connections, seconds ?? 10);
      const kib = Number(program["kibPerConnection"]);
      report({ broker: "plumeline", ...program, aboveAedesKib: round(kib - bare.kibPerConnection), ...limits });
    }
  },
};
