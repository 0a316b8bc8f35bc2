// A private InfluxDB 1.x below DATA_DIR, shared by all processes of this machine that are told to use it. Never two on one
// folder, always the same address.
//
//   waiting ──lock is free──▶ owner: adopt what runs on the folder, or start it ──it dies──▶ start it again
//      ▲ uses the address          │ stop(): ends influxd, then gives the lock back
//      └── another owner ◀─────────┘ (kill -9 gives the lock back too; the next owner adopts the orphan)

import { createServer } from "node:net";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join, resolve as resolvePath } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Failure } from "#domain/failure.ts";
import type { Log } from "#domain/log.ts";
import { takeLock, type Lock } from "../lock/lock.ts";
import {
  findInfluxd,
  findOrphan,
  formatConfig,
  influxdUrl,
  lastWords,
  ping,
  spawnInfluxd,
  stopInfluxd,
  type InfluxdPorts,
  type InfluxdProcess,
} from "./influxd-process.ts";

export interface PrivateInfluxd {
  /** The URL, as soon as a server answers there. */
  start(): Promise<string>;
  stop(): Promise<void>;
}

/** Reading the write-ahead log of a busy server takes a while. */
const startPatienceMs = 60_000;
const stopPatienceMs = 2_000;
const lockEveryMs = 300;
const restartWaitMs = [100, 500, 2_000, 5_000] as const;

export function createPrivateInfluxd(options: { readonly dataDir: string; readonly log: Log }): PrivateInfluxd {
  return new Keeper(resolvePath(options.dataDir, "influx"), options.log);
}

class Keeper implements PrivateInfluxd {
  readonly #dir: string;
  readonly #log: Log;
  #program = "";
  #lock: Lock | null = null;
  #server: InfluxdProcess | null = null;
  #stopping = new AbortController();
  #keeping: Promise<void> = Promise.resolve();

  constructor(dir: string, log: Log) {
    this.#dir = dir;
    this.#log = log;
  }

  async start(): Promise<string> {
    this.#program = findInfluxd() ?? missingInfluxd();
    this.#stopping = new AbortController();
    await mkdir(this.#dir, { recursive: true });
    this.#keeping = this.#keep(this.#stopping.signal).catch((error: unknown) => {
      this.#log.error({ err: error, dir: this.#dir }, "the private influxd is no longer looked after");
    });
    const deadline = performance.now() + startPatienceMs;
    while (performance.now() < deadline && !this.#stopping.signal.aborted) {
      const ports = await readPorts(this.#dir);
      if (ports !== null && (await ping(influxdUrl(ports)))) return influxdUrl(ports);
      await pause(50, this.#stopping.signal);
    }
    await this.stop();
    const hint = `Its last words: ${await lastWords(this.#dir)}`;
    throw new Failure("history-unavailable", `influxd on ${this.#dir} does not answer`, { retryable: true, hint });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#keeping;
    const server = this.#server;
    this.#server = null;
    if (server !== null) {
      const how = await stopInfluxd(server, stopPatienceMs);
      if (how === "killed") this.#log.warn({ pid: server.pid }, "influxd did not stop in time and was killed");
    }
    this.#lock?.release();
    this.#lock = null;
  }

  /** Runs until stop(): waits for the lock, then keeps one server alive. */
  async #keep(signal: AbortSignal): Promise<void> {
    while (this.#lock === null && !signal.aborted) {
      this.#lock = tryLock(join(this.#dir, "owner.lock"));
      if (this.#lock === null) await pause(lockEveryMs, signal);
    }
    for (let deaths = 0; !signal.aborted; deaths++) {
      const startedAt = performance.now();
      try {
        this.#server = await this.#adoptOrSpawn();
        await Promise.race([this.#server.exited, aborted(signal)]);
        if (signal.aborted) return;
        this.#log.warn(
          { pid: this.#server.pid, said: await lastWords(this.#dir) },
          "influxd ended by itself; starting it again",
        );
      } catch (error) {
        this.#log.error({ err: error }, "influxd could not be started");
      }
      this.#server = null;
      if (performance.now() - startedAt > startPatienceMs) deaths = 0;
      await pause(restartWaitMs[deaths] ?? restartWaitMs[restartWaitMs.length - 1] ?? 0, signal);
    }
  }

  async #adoptOrSpawn(): Promise<InfluxdProcess> {
    const known = await readPorts(this.#dir);
    const orphan = await findOrphan(this.#dir);
    if (orphan !== null && known !== null) {
      this.#log.info({ pid: orphan.pid, url: influxdUrl(known) }, "adopted the influxd of an earlier owner");
      return orphan;
    }
    // Running without an address file: nobody can use it, so it goes before another takes the folder.
    if (orphan !== null) await stopInfluxd(orphan, stopPatienceMs);
    const ports = known !== null && (await areFree(known)) ? known : await writePorts(this.#dir);
    if (known !== null && ports !== known) {
      this.#log.warn(
        { before: influxdUrl(known), now: influxdUrl(ports) },
        "the port of the private influxd was taken; it moved",
      );
    }
    const server = await spawnInfluxd(this.#program, this.#dir, formatConfig(this.#dir, ports));
    this.#log.info({ pid: server.pid, url: influxdUrl(ports) }, "influxd started");
    return server;
  }
}

/** The lock of the owner, or null while another process has it. */
function tryLock(path: string): Lock | null {
  try {
    return takeLock(path, "influxd-owned", "another process looks after the private influxd");
  } catch (error) {
    if (error instanceof Failure && error.code === "influxd-owned") return null;
    throw error;
  }
}

function missingInfluxd(): never {
  throw new Failure("influxd-missing", "influxd is not on the PATH", {
    hint: "On Debian: apt-get install influxdb. Or set INFLUX_URL to a running server, or leave --influx out to use DuckDB.",
  });
}

async function readPorts(dir: string): Promise<InfluxdPorts | null> {
  const text = await readFile(join(dir, "address.json"), "utf8").catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return null; // nobody has started a server here yet
    throw error;
  });
  if (text === null) return null;
  const found = parseJson(text);
  if (typeof found !== "object" || found === null || !("httpPort" in found) || !("rpcPort" in found)) return null;
  const { httpPort, rpcPort } = found;
  return typeof httpPort === "number" && typeof rpcPort === "number" ? { httpPort, rpcPort } : null;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** A file that a power cut left empty is no address: undefined, and a new one is written. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function writePorts(dir: string): Promise<InfluxdPorts> {
  const [first, second] = [await reservePort(0), await reservePort(0)];
  const ports = { httpPort: first.port, rpcPort: second.port };
  await Promise.all([first.free(), second.free()]);
  const path = join(dir, "address.json");
  // By renaming, so that a reader never sees half of it.
  await writeFile(`${path}.new`, JSON.stringify({ ...ports, url: influxdUrl(ports) }));
  await rename(`${path}.new`, path);
  return ports;
}

async function areFree(ports: InfluxdPorts): Promise<boolean> {
  try {
    for (const port of [ports.httpPort, ports.rpcPort]) await (await reservePort(port)).free();
    return true;
  } catch (error) {
    // Taken by another program since: the caller moves.
    if (hasCode(error, "EADDRINUSE") || hasCode(error, "EACCES")) return false;
    throw error;
  }
}

async function reservePort(port: number): Promise<{ readonly port: number; free(): Promise<void> }> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the system gave no port");
  return { port: address.port, free: () => new Promise((resolve) => server.close(() => resolve())) };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
