// Many clients and slow ones: two hundred screens in a process of their own beside the server, and clients that read fifty
// kilobytes a second while the province sends more. The server's own figures are asked for, not guessed from outside.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { WebSocket } from "ws";
import { nodePath } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";
import { readUsage } from "../processes.ts";
import type { Finding } from "./budget.ts";
import { pause } from "./page.ts";
import { nominal, type Province, stress } from "./province.ts";
import type { ScreensAnswer, ScreensOrder } from "./screens-process.ts";

const screensWanted = 200;
const seconds = 10;
const slowClients = 40;
/** As long as it takes the slow ones to be let go, more or less. */
const aloneMs = 12_000;
const slowBytesPerSecond = 50_000;
const slowMsMax = 60_000;

interface Crowd {
  readonly lagP99Ms: number;
  readonly apiCpuShare: number;
  readonly mbPerSecond: number;
  readonly closed: number;
}

async function askLag({ system }: Province): Promise<number> {
  // Asking begins a new stretch: the answer is about the time since the last one.
  return (await system.api.metrics()).value("plumeline_api_nodejs_eventloop_lag_p99_seconds") * 1000;
}

async function gather(province: Province, subscribe: object): Promise<Crowd> {
  const child = fork(fileURLToPath(new URL("./screens-process.ts", import.meta.url)), {
    execPath: nodePath,
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  let latest: ScreensAnswer = { open: 0, closed: 0, bytes: 0 };
  child.on("message", (answer: ScreensAnswer) => (latest = answer));
  try {
    const order: ScreensOrder = { address: province.address, token: province.token, count: screensWanted, subscribe };
    child.send(order);
    await waitFor(`${screensWanted} screens`, () => latest.open === screensWanted, { deadlineMs: 60_000 });
    await pause(3_000);
    await askLag(province);
    const before = { bytes: latest.bytes, cpu: readUsage(province.system.program.pid).cpuSeconds };
    const begunAt = performance.now();
    await pause(seconds * 1000);
    const lagP99Ms = await askLag(province);
    const span = (performance.now() - begunAt) / 1000;
    return {
      lagP99Ms: Math.round(lagP99Ms * 10) / 10,
      apiCpuShare: Math.round(((readUsage(province.system.program.pid).cpuSeconds - before.cpu) / span) * 100) / 100,
      mbPerSecond: Math.round((latest.bytes - before.bytes) / span / 1e4) / 100,
      closed: latest.closed,
    };
  } finally {
    child.disconnect();
  }
}

export async function measureManyScreens(_: Browser, province: Province): Promise<Record<"E5", Finding>> {
  const load = await province.load(nominal);
  try {
    const overviews = await gather(province, { alarms: true });
    const consoles = await gather(province, { sites: [], alarms: "all" });
    const held = await load.stop();
    return {
      E5: {
        value: overviews.lagP99Ms,
        how: `plumeline_api_nodejs_eventloop_lag_p99_seconds over ${seconds} s with ${screensWanted} clients subscribed as an overview, under ${nominal.readingsPerSecond} readings/s and ${nominal.alarmsPerSecond} changes of alarms/s; clients and load on the same machine; the timer's own 10 ms are in it`,
        details: { overviews, alarmsScreens: consoles, heldReadingsPerSecond: Math.round(held.readingsPerSecond) },
      },
    };
  } finally {
    await load.stop();
  }
}

interface Slow {
  stop(): void;
}

function openSlow({ address, token }: Province): Slow {
  const socket = new WebSocket(`ws://${address}/live`, {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
  });
  let bytes = 0;
  const begunAt = performance.now();
  const timer = setInterval(() => {
    const may = ((performance.now() - begunAt) / 1000) * slowBytesPerSecond;
    if (bytes > may) socket.pause();
    else socket.resume();
  }, 50);
  socket.on("open", () => socket.send(JSON.stringify({ subscribe: { alarms: true } })));
  socket.on("message", (data) => (bytes += (data as Buffer).length));
  socket.on("error", () => undefined);
  socket.on("close", () => clearInterval(timer));
  return {
    stop() {
      clearInterval(timer);
      socket.terminate();
    },
  };
}

interface Memory {
  readonly mb: number;
  readonly screens: number;
}

/** Of the api's thread: its heap and what it holds outside of it, such as bytes that wait for a socket. */
async function readMemory({ system }: Province): Promise<Memory> {
  const metrics = await system.api.metrics();
  const bytes = ["heap_size_used", "external_memory"].map((name) =>
    metrics.value(`plumeline_api_nodejs_${name}_bytes`),
  );
  return { mb: bytes.reduce((sum, each) => sum + each, 0) / 1e6, screens: metrics.value("plumeline_api_live_screens") };
}

/** The most of so many looks, until `isOver`. */
async function watchMemory(province: Province, isOver: (memory: Memory) => boolean): Promise<number> {
  let most = 0;
  const begunAt = performance.now();
  while (performance.now() - begunAt < slowMsMax) {
    const memory = await readMemory(province);
    most = Math.max(most, memory.mb);
    if (isOver(memory)) break;
    await pause(200);
  }
  return most;
}

export async function measureSlow(_: Browser, province: Province): Promise<Record<"E4", Finding>> {
  // Alarms are never merged: it is they that pile up.
  const load = await province.load({
    readingsPerSecond: nominal.readingsPerSecond,
    alarmsPerSecond: stress.alarmsPerSecond,
  });
  try {
    await pause(5_000);
    const aloneUntil = performance.now() + aloneMs;
    const alone = await watchMemory(province, () => performance.now() > aloneUntil);
    const slow = Array.from({ length: slowClients }, () => openSlow(province));
    await waitFor("all slow clients", async () => (await readMemory(province)).screens >= slowClients, {
      deadlineMs: 20_000,
    });
    const begunAt = performance.now();
    let left = slowClients;
    const most = await watchMemory(province, ({ screens }) => {
      left = screens;
      return screens === 0;
    });
    const seconds = Math.round((performance.now() - begunAt) / 1000);
    for (const each of slow) each.stop();
    return {
      E4: {
        value: Math.max(0, Math.round(((most - alone) / slowClients) * 10) / 10),
        how: `most that the api's thread held, heap and outside of it, with ${slowClients} clients that read ${slowBytesPerSecond / 1000} kB/s, above the most without them, by client, until the server let all of them go; ${stress.alarmsPerSecond} changes of alarms/s; what waits is shared between clients that asked for the same`,
        details: {
          lettingGoSeconds: left === 0 ? seconds : null,
          notLetGo: left,
          aloneMb: Math.round(alone),
          mostMb: Math.round(most),
        },
      },
    };
  } finally {
    await load.stop();
  }
}
