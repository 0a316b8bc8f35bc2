// The real program in processes of its own, on free ports and a fresh data folder: started, stopped as a person stops it,
// killed as a power cut kills it, and started again on the same folder. Everything it says is kept for failure messages.

import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ApiClient, signIn } from "./api-client.ts";
import { createTempDir, type TempDir } from "./temp-dir.ts";
import { waitFor } from "./wait.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** The Node the project pins, whatever runs the tests. */
export const nodePath = join(dirname(createRequire(import.meta.url).resolve("node/package.json")), "bin", "node");
export const adminPassword = "a password for tests";
const startMsMax = 30_000;
const stopMsMax = 5_000;

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly role: string;
  readonly [field: string]: unknown;
}

export interface Addresses {
  readonly mqtt: string;
  readonly mqttWs: string;
  readonly hj212: string;
  readonly http: string;
}

export interface SystemOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** An existing data folder; without it a fresh one, removed at the end. */
  readonly dataDir?: string;
  /** Starts again on the addresses it had, as a person's program does. */
  readonly keepAddresses?: boolean;
}

/** One process of the program. */
export interface Program {
  readonly pid: number;
  readonly lines: readonly LogLine[];
  /** Everything it wrote, JSON or not. */
  output(): string;
  readonly exited: Promise<number | null>;
  isRunning(): boolean;
  signal(name: NodeJS.Signals): void;
}

/** Starts main.ts; says nothing about whether it comes up. */
export function startProgram(options: {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly dataDir: string;
}): Program {
  const { args, env, dataDir } = options;
  // Only what a program needs from outside: settings of whoever runs the tests must not reach it.
  const inherited = Object.fromEntries(
    ["PATH", "HOME", "TMPDIR", "LANG"].flatMap((name) =>
      process.env[name] === undefined ? [] : [[name, process.env[name]]],
    ),
  );
  const child: ChildProcess = spawn(
    nodePath,
    ["--disable-warning=ExperimentalWarning", join(root, "main.ts"), ...args],
    {
      cwd: dataDir,
      env: {
        ...inherited,
        DATA_DIR: dataDir,
        ADMIN_PASSWORD: adminPassword,
        MQTT_LISTEN: "127.0.0.1:0",
        MQTT_WS_LISTEN: "127.0.0.1:0",
        HJ212_LISTEN: "127.0.0.1:0",
        HTTP_LISTEN: "127.0.0.1:0",
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: a kill takes its children along.
      detached: true,
    },
  );
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${nodePath} could not be started`);
  const lines: LogLine[] = [];
  let text = "";
  let rest = "";
  let running = true;
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) if (part.startsWith("{")) lines.push(JSON.parse(part) as LogLine);
  });
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const killAtExit = (): void => killGroup(pid, "SIGKILL");
  process.once("exit", killAtExit);
  const exited = new Promise<number | null>((done) => {
    child.once("exit", () => {
      running = false;
      process.off("exit", killAtExit);
    });
    child.once("close", (code) => done(code));
  });
  return {
    pid,
    lines,
    output: () => text,
    exited,
    isRunning: () => running,
    signal: (name) => killGroup(pid, name),
  };
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Ends what a killed program left behind: processes that were started on this data folder. */
export function killLeftovers(dataDir: string): void {
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      if (
        readFileSync(`/proc/${name}/cmdline`, "utf8")
          .split("\0")
          .some((part) => part.includes(dataDir))
      )
        process.kill(pid, "SIGKILL");
    } catch (error) {
      // It ended while it was looked at.
      if (!["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  }
}

function tail(text: string): string {
  return text.split("\n").slice(-40).join("\n");
}

/** The "listening" line of a program; throws with everything it said when it ends before. */
export async function whenListening(program: Program): Promise<Readonly<Record<string, string | null>>> {
  const line = await waitFor(
    "the program to listen",
    () => {
      const found = program.lines.find((each) => each.msg === "listening");
      if (found === undefined && !program.isRunning()) return "ended" as const;
      return found;
    },
    { deadlineMs: startMsMax },
  ).catch((error: unknown) => {
    program.signal("SIGKILL");
    throw new Error(`not listening:\n${tail(program.output())}`, { cause: error });
  });
  if (line === "ended") throw new Error(`the program ended instead of listening:\n${tail(program.output())}`);
  return line["addresses"] as Record<string, string | null>;
}

export interface RunningSystem {
  readonly dataDir: string;
  readonly addresses: Addresses;
  /** Signed in as admin, anew after every start. */
  readonly api: ApiClient;
  readonly program: Program;
  readonly lines: readonly LogLine[];
  output(): string;
  /** As Ctrl-C does: must end with 0 within five seconds. */
  stop(): Promise<void>;
  /** kill -9, children included. */
  kill(): Promise<void>;
  /** On the same folder, after stop or kill; ports may change. */
  start(): Promise<void>;
  /** Ends what runs and removes the folder. */
  close(): Promise<void>;
}

/** Everything in one process. */
/** Settings by which a program listens where one did before. */
function listenAgain(addresses: Addresses): Readonly<Record<string, string>> {
  return {
    MQTT_LISTEN: addresses.mqtt,
    MQTT_WS_LISTEN: addresses.mqttWs,
    HJ212_LISTEN: addresses.hj212,
    HTTP_LISTEN: addresses.http,
  };
}

export async function startSystem(options: SystemOptions = {}): Promise<RunningSystem> {
  const temp: TempDir | null = options.dataDir === undefined ? await createTempDir("system") : null;
  const dataDir = options.dataDir ?? temp?.path ?? "";
  const args = options.args ?? ["--no-simulator"];
  const env = options.env ?? {};
  let said = "";
  let kept: Readonly<Record<string, string>> = {};

  async function launch(): Promise<Pick<RunningSystem, "program" | "addresses" | "api">> {
    const program = startProgram({ args, env: { ...env, ...kept }, dataDir });
    const found = await whenListening(program);
    const at = (name: keyof Addresses): string => found[name] ?? "";
    const addresses = { mqtt: at("mqtt"), mqttWs: at("mqttWs"), hj212: at("hj212"), http: at("http") };
    if (options.keepAddresses === true) kept = listenAgain(addresses);
    const given = env["ADMIN_PASSWORD"] ?? adminPassword;
    const password = given === "" ? readFileSync(join(dataDir, "admin-password"), "utf8").trim() : given;
    return { program, addresses, api: await signIn(addresses.http, "admin", password) };
  }

  const system: RunningSystem & { program: Program; addresses: Addresses; api: ApiClient } = {
    dataDir,
    ...(await launch().catch(async (error: unknown) => {
      killLeftovers(dataDir);
      await temp?.remove();
      throw error;
    })),
    get lines() {
      return system.program.lines;
    },
    output: () => said + system.program.output(),
    async stop() {
      await stopProgram(system.program);
      said += system.program.output();
    },
    async kill() {
      system.program.signal("SIGKILL");
      await system.program.exited;
      said += `${system.program.output()}--- killed ---\n`;
    },
    async start() {
      Object.assign(system, await launch());
    },
    async close() {
      try {
        if (system.program.isRunning()) await stopProgram(system.program);
      } finally {
        killLeftovers(dataDir);
        await temp?.remove();
      }
    },
  };
  return system;
}

/** SIGINT; the program must end by itself, in time, with 0. */
export async function stopProgram(program: Program, signal: NodeJS.Signals = "SIGINT"): Promise<void> {
  const begun = performance.now();
  // To the process alone: a terminal would tell the group, a service manager tells the process, and it must suffice.
  process.kill(program.pid, signal);
  const timer = setTimeout(() => program.signal("SIGKILL"), stopMsMax + 1_000);
  const code = await program.exited;
  clearTimeout(timer);
  const ms = Math.round(performance.now() - begun);
  if (code !== 0 || ms > stopMsMax) {
    throw new Error(
      `the program ended with ${code} after ${ms} ms instead of 0 within ${stopMsMax} ms:\n${tail(program.output())}`,
    );
  }
}

export type SplitRole = "broker" | "ingest" | "api";

export interface SplitSystem {
  readonly dataDir: string;
  readonly addresses: Addresses;
  readonly api: ApiClient;
  readonly programs: Readonly<Record<SplitRole, Program>>;
  stopRole(role: SplitRole, signal?: NodeJS.Signals): Promise<void>;
  startRole(role: SplitRole): Promise<void>;
  output(): string;
  close(): Promise<void>;
}

/** Broker, ingest and api as three processes on one data folder; a restarted role keeps its ports. */
export async function startSplit(options: SystemOptions = {}): Promise<SplitSystem> {
  const temp = await createTempDir("split");
  const dataDir = options.dataDir ?? temp.path;
  const programs: Partial<Record<SplitRole, Program>> = {};
  const addresses = { mqtt: "", mqttWs: "", hj212: "", http: "" };
  let said = "";

  function launch(role: SplitRole): Program {
    const kept = listenAgain(addresses);
    const env = Object.fromEntries(Object.entries(kept).filter(([, address]) => address !== ""));
    const program = startProgram({
      args: ["--no-simulator", "--roles", role, ...(options.args ?? [])],
      env: { ...env, ...options.env },
      dataDir,
    });
    programs[role] = program;
    return program;
  }

  async function listen(role: SplitRole): Promise<void> {
    const found = await whenListening(programs[role] ?? launch(role));
    for (const name of ["mqtt", "mqttWs", "hj212", "http"] as const) addresses[name] = found[name] ?? addresses[name];
  }

  async function close(): Promise<void> {
    try {
      for (const program of Object.values(programs)) if (program.isRunning()) await stopProgram(program);
    } finally {
      killLeftovers(dataDir);
      await temp.remove();
    }
  }

  try {
    for (const role of ["broker", "ingest", "api"] as const) launch(role);
    for (const role of ["broker", "ingest", "api"] as const) await listen(role);
    const system: SplitSystem & { api: ApiClient } = {
      dataDir,
      addresses,
      api: await signIn(addresses.http, "admin", adminPassword),
      programs: programs as Record<SplitRole, Program>,
      async stopRole(role, signal = "SIGTERM") {
        const program = system.programs[role];
        await stopProgram(program, signal);
        said += program.output();
      },
      async startRole(role) {
        launch(role);
        await listen(role);
      },
      output: () =>
        said +
        Object.values(programs)
          .map((program) => program.output())
          .join("\n"),
      close,
    };
    return system;
  } catch (error) {
    for (const program of Object.values(programs)) program.signal("SIGKILL");
    killLeftovers(dataDir);
    await temp.remove();
    throw error;
  }
}
