// One influxd process on one folder and two fixed ports: its configuration, its start, its end, and the finding of one
// that a killed owner left behind. Who may start it is decided in private-influxd.ts.

import { spawn } from "node:child_process";
import { accessSync, closeSync, constants, openSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { delimiter, join } from "node:path";

export interface InfluxdPorts {
  readonly httpPort: number;
  readonly rpcPort: number;
}

/** A running influxd: our child, or one we found. */
export interface InfluxdProcess {
  readonly pid: number;
  readonly exited: Promise<void>;
}

const logBytesMax = 4 * 1024 * 1024;
const adoptedPollMs = 200;

export function findInfluxd(): string | null {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const path = join(folder, "influxd");
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue; // not in this folder
    }
  }
  return null;
}

export function influxdUrl(ports: InfluxdPorts): string {
  return `http://127.0.0.1:${ports.httpPort}`;
}

/** No limits on tag values and series: a large register has more sites than the defaults let in. */
export function formatConfig(dir: string, ports: InfluxdPorts): string {
  const path = (name: string) => JSON.stringify(join(dir, name));
  return `# Written anew at every start of Plumeline.
reporting-disabled = true
bind-address = "127.0.0.1:${ports.rpcPort}"
[meta]
  dir = ${path("meta")}
[data]
  dir = ${path("data")}
  wal-dir = ${path("wal")}
  index-version = "tsi1"
  max-series-per-database = 0
  max-values-per-tag = 0
  query-log-enabled = false
[monitor]
  store-enabled = false
[subscriber]
  enabled = false
[continuous_queries]
  enabled = false
[http]
  bind-address = "127.0.0.1:${ports.httpPort}"
  log-enabled = false
  pprof-enabled = false
[logging]
  level = "warn"
  suppress-logo = true
`;
}

/** Starts influxd; it answers /ping some time later, after it has read its write-ahead log. */
export async function spawnInfluxd(program: string, dir: string, config: string): Promise<InfluxdProcess> {
  await mkdir(dir, { recursive: true });
  await writeFile(configPath(dir), config);
  // Its words go to a file, not to a pipe: a pipe ends with its owner, and writing to a broken one would kill influxd.
  const logFile = join(dir, "influxd.log");
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size > logBytesMax) await rm(logFile, { force: true });
  const log = openSync(logFile, "a");
  try {
    // A group of its own: Ctrl-C is for Plumeline, which writes what it still has before it stops influxd.
    const child = spawn(program, ["-config", configPath(dir)], { detached: true, stdio: ["ignore", log, log] });
    const exited = new Promise<void>((resolve) => {
      child.once("exit", () => resolve());
      child.once("error", () => resolve());
    });
    if (child.pid === undefined) throw new Error(`${program} could not be started`);
    await writeFile(pidPath(dir), String(child.pid));
    return { pid: child.pid, exited };
  } finally {
    closeSync(log);
  }
}

/** An influxd that runs on this folder although nobody owns it, or null. */
export async function findOrphan(dir: string): Promise<InfluxdProcess | null> {
  for (const pid of await candidatePids(dir)) {
    if (await runsOn(pid, dir)) return { pid, exited: waitForEnd(pid) };
  }
  return null;
}

export async function stopInfluxd(found: InfluxdProcess, patienceMs: number): Promise<"stopped" | "killed"> {
  signal(found.pid, "SIGTERM");
  if (await endsWithin(found, patienceMs)) return "stopped";
  signal(found.pid, "SIGKILL");
  await endsWithin(found, 1000);
  return "killed";
}

/** Does a server of InfluxDB answer there now? */
export function ping(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(`${url}/ping`, { timeout: 1000, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 204);
    });
    request.once("timeout", () => request.destroy());
    request.once("error", () => resolve(false));
    request.once("close", () => resolve(false));
  });
}

/** The end of what influxd said last, for the person who wonders why it does not start. */
export async function lastWords(dir: string): Promise<string> {
  const text = await readFile(join(dir, "influxd.log"), "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-3).join(" | ").slice(-600);
}

function configPath(dir: string): string {
  return join(dir, "influxd.conf");
}

function pidPath(dir: string): string {
  return join(dir, "influxd.pid");
}

/** On Linux every process is looked at: the file with the pid may be missing if its writer was killed just then. */
async function candidatePids(dir: string): Promise<number[]> {
  if (process.platform === "linux") return (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const pid = Number(await readFile(pidPath(dir), "utf8").catch(() => ""));
  return Number.isInteger(pid) && pid > 1 ? [pid] : [];
}

async function runsOn(pid: number, dir: string): Promise<boolean> {
  if (process.platform !== "linux") return isAlive(pid);
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  const words = commandLine.split("\0");
  return words.includes(configPath(dir)) && words[0]?.endsWith("influxd") === true && isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

async function waitForEnd(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise<void>((resolve) => void setTimeout(resolve, adoptedPollMs).unref());
}

function signal(pid: number, name: "SIGTERM" | "SIGKILL"): void {
  if (isAlive(pid)) process.kill(pid, name);
}

async function endsWithin(found: InfluxdProcess, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const ended = await Promise.race([found.exited.then(() => true), late]);
  clearTimeout(timer);
  return ended;
}
