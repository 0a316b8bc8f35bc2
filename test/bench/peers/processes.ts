// The three programs of the peers' stack as private processes on loopback ports: Mosquitto and Node-RED here, influxd by the
// tests' harness. Installs Node-RED by its lock file when it is not there yet. Everything a program says is kept for failures.

import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { findFreePort } from "#test/harness/free-port.ts";
import { findProgram } from "#test/harness/packages.ts";
import { nodePath } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";
import type { FlowNode } from "./flow-parts.ts";

/** A package of its own, so that nothing of it is ever part of the product. */
const folder = join(import.meta.dirname, "node-red");
const startMsMax = 60_000;
const stopMsMax = 10_000;

export interface PeerProcess {
  readonly pid: number;
  /** What it said so far. */
  output(): string;
  stop(): Promise<void>;
}

/** mosquitto of the Debian package, installed there when this is Debian and we are root; else says what to install. */
export function requireMosquitto(say: (text: string) => void): string {
  const found = findProgram("mosquitto");
  if (found !== null) return found;
  if (findProgram("apt-get") !== null && process.getuid?.() === 0) {
    say("apt-get install mosquitto");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const args = ["install", "-y", "-qq", "--no-install-recommends", "mosquitto"];
    const install = () => spawnSync("apt-get", args, { env, stdio: ["ignore", "ignore", "inherit"] }).status === 0;
    // Package lists may be there already: asking the network for them costs more than trying.
    if (!install()) {
      spawnSync("apt-get", ["update", "-qq"], { env, stdio: ["ignore", "ignore", "inherit"] });
      install();
    }
  }
  const installed = findProgram("mosquitto");
  if (installed === null) throw new Error("mosquitto is not on the PATH: apt-get install mosquitto");
  return installed;
}

/** "2.0.11" */
export function mosquittoVersion(program: string): string {
  const text = spawnSync(program, ["-h"], { encoding: "utf8" }).stdout;
  return /mosquitto version (\S+)/.exec(text)?.[1] ?? "unknown";
}

/**
 * Anybody may come in, nothing is limited and nothing is kept on disk. That is its fastest setting, not its safest: what
 * it has acknowledged and not yet delivered ends with the process.
 */
export async function startMosquitto(program: string, dir: string): Promise<PeerProcess & { readonly port: number }> {
  const port = await findFreePort();
  const config = join(dir, "mosquitto.conf");
  await writeFile(
    config,
    `listener ${port} 127.0.0.1
allow_anonymous true
persistence false
set_tcp_nodelay true
max_inflight_messages 0
max_queued_messages 0
max_queued_bytes 0
sys_interval 0
log_dest stderr
log_type error
log_type warning
`,
  );
  return { port, ...launch("mosquitto", program, ["-c", config], { cwd: dir }) };
}

/** `npm ci` into its folder, unless what package.json names is there. */
export function installNodeRed(say: (text: string) => void): void {
  const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  // npm writes its hidden lock file last: without it an installation was broken off.
  const isWhole = existsSync(join(folder, "node_modules", ".package-lock.json"));
  if (isWhole && Object.entries(dependencies).every(([name, version]) => installedVersion(name) === version)) return;
  say(`npm ci in ${folder}`);
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}

/** Of a package beside Node-RED; null when it is not there. */
export function installedVersion(name: string): string | null {
  const file = join(folder, "node_modules", name, "package.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version : null;
}

/** Without editor, admin API, projects and encrypted credentials; on the Node of the project. */
export async function startNodeRed(dir: string, flow: readonly FlowNode[]): Promise<PeerProcess> {
  const userDir = join(dir, "node-red");
  await mkdir(userDir);
  await writeFile(join(userDir, "flows.json"), JSON.stringify(flow, null, 2));
  const settings = {
    flowFile: "flows.json",
    uiHost: "127.0.0.1",
    uiPort: await findFreePort(),
    httpAdminRoot: false,
    httpNodeRoot: false,
    disableEditor: true,
    credentialSecret: false,
    telemetry: { enabled: false, updateNotification: false },
    diagnostics: { enabled: false, ui: false },
    externalModules: { autoInstall: false, palette: { allowInstall: false, allowUpload: false } },
    logging: { console: { level: "info", metrics: false, audit: false } },
  };
  await writeFile(join(userDir, "settings.js"), `module.exports = ${JSON.stringify(settings, null, 2)};\n`);
  const entry = createRequire(join(folder, "package.json")).resolve("node-red/red.js");
  const started = launch("node-red", nodePath, [entry, "--userDir", userDir], {
    cwd: userDir,
    env: { ...process.env, NODE_ENV: "production" },
  });
  await waitFor("node-red to connect to mosquitto", () => started.output().includes("Connected to broker"), {
    deadlineMs: startMsMax,
  }).catch(async (error: unknown) => {
    await started.stop();
    throw new Error(`node-red said:\n${started.output()}`, { cause: error });
  });
  return started;
}

function launch(
  name: string,
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): PeerProcess {
  const child: ChildProcess = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} could not be started`);
  let text = "";
  const keep = (chunk: string): void => void (text += chunk);
  child.stdout?.setEncoding("utf8").on("data", keep);
  child.stderr?.setEncoding("utf8").on("data", keep);
  const killAtExit = (): void => void child.kill("SIGKILL");
  process.once("exit", killAtExit);
  const exited = new Promise<void>((done) => {
    child.once("exit", (code, signal) => {
      text += `${name} ended with ${code ?? signal}\n`;
      process.off("exit", killAtExit);
      done();
    });
  });
  return {
    pid,
    output: () => text,
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
      await exited;
      clearTimeout(timer);
    },
  };
}
