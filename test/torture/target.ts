// The system under torture: the real program in one process or in three, on ports that stay the same, killed, stopped,
// frozen and started as the faults please. Everything it says goes to a file, and the damages it names are gathered.

import { appendFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Damage } from "#store/journal/journal.ts";
import { createApiClient } from "#test/harness/api-client.ts";
import {
  adminPassword,
  killLeftovers,
  type LogLine,
  type Program,
  startProgram,
  whenListening,
} from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";
import type { Random } from "./random.ts";

export type Part = "all" | "broker" | "ingest" | "api";

export interface Target {
  readonly dataDir: string;
  readonly journalDir: string;
  readonly parts: readonly Part[];
  readonly addresses: { readonly mqtt: string; readonly http: string };
  /** Starts a part; `wait` false returns at once, for a kill during the start. */
  start(part: Part, wait?: boolean): Promise<void>;
  startAll(): Promise<void>;
  kill(part: Part): Promise<void>;
  killAll(): Promise<void>;
  /** As a service manager stops it. It must end by itself, with 0, or with 1 when it says that it left work for the next start. */
  stopAll(): Promise<void>;
  freeze(part: Part): void;
  thaw(part: Part): void;
  /** More settings for the starts that follow; undefined takes one away. */
  set(name: string, value: string | undefined): void;
  readonly kills: number;
  /** Orderly stops that left work for the next start: nothing is lost by it, and on a busy machine it happens. */
  readonly lateStops: number;
  /** What the log has named as unreadable so far. */
  damages(): readonly Damage[];
  countLines(message: string): number;
  /** What a role died of by itself, if any did: a fault from outside must never look like that. */
  failures(): readonly string[];
  metric(name: string): Promise<number | null>;
  close(): void;
}

const stopMsMax = 60_000;

/** Tells a program to stop; "late" when it gave up waiting for itself and said so. */
async function stopInOrder(program: Program): Promise<"in time" | "late"> {
  process.kill(program.pid, "SIGTERM");
  const timer = setTimeout(() => program.signal("SIGKILL"), stopMsMax);
  const code = await program.exited;
  clearTimeout(timer);
  if (code === 0) return "in time";
  const saidSo = program.lines.some(({ msg }) => msg.startsWith("did not stop in time"));
  if (code === 1 && saidSo) return "late";
  throw new Error(`told to stop, the program ended with ${code}:\n${program.output().slice(-2_000)}`);
}

/** Below the ports that the system gives to outgoing connections: nobody takes it while the program is down. */
export async function findQuietPort(random: Random): Promise<number> {
  for (;;) {
    const port = random.between(20_000, 32_000);
    const server = createServer();
    const free = await new Promise<boolean>((done) => {
      server.once("error", () => done(false));
      server.listen(port, "127.0.0.1", () => done(true));
    });
    if (!free) continue;
    await new Promise<void>((done) => server.close(() => done()));
    return port;
  }
}

export interface TargetParts {
  readonly dataDir: string;
  readonly logFile: string;
  readonly split: boolean;
  readonly random: Random;
  readonly env: Readonly<Record<string, string>>;
}

export async function createTarget(parts: TargetParts): Promise<Target> {
  const { dataDir, random } = parts;
  const names: readonly Part[] = parts.split ? ["broker", "ingest", "api"] : ["all"];
  const ports = { mqtt: 0, ws: 0, http: 0 };
  for (const name of ["mqtt", "ws", "http"] as const) ports[name] = await findQuietPort(random);
  const addresses = { mqtt: `127.0.0.1:${ports.mqtt}`, http: `127.0.0.1:${ports.http}` };
  const settings = new Map<string, string>(Object.entries(parts.env));
  const programs = new Map<Part, Program>();
  const said: LogLine[] = [];
  let kills = 0;
  let lateStops = 0;

  function launch(part: Part): Program {
    const program = startProgram({
      args: ["--no-simulator", ...(part === "all" ? [] : ["--roles", part])],
      env: {
        ...Object.fromEntries(settings),
        MQTT_LISTEN: addresses.mqtt,
        HTTP_LISTEN: addresses.http,
        MQTT_WS_LISTEN: `127.0.0.1:${ports.ws}`,
        HJ212_LISTEN: "127.0.0.1:0",
        ADMIN_PASSWORD: adminPassword,
      },
      dataDir,
    });
    programs.set(part, program);
    return program;
  }

  /** Keeps what a program said before it is forgotten. */
  function keepWords(part: Part, how: string): void {
    const program = programs.get(part);
    if (program === undefined) return;
    programs.delete(part);
    said.push(...program.lines.filter((line) => line.level !== "info" || line.msg === "ingest begins"));
    appendFileSync(parts.logFile, `${program.output()}--- ${part} ${how} ---\n`);
  }

  async function kill(part: Part): Promise<void> {
    const program = programs.get(part);
    if (program === undefined) return;
    // A program that ended by itself was not killed by us, and that is a finding.
    if (!program.isRunning()) {
      keepWords(part, "had ended by itself");
      throw new Error(`${part} had ended by itself; see ${parts.logFile}`);
    }
    program.signal("SIGKILL");
    await program.exited;
    kills++;
    keepWords(part, "killed");
  }

  const lines = (): LogLine[] => [...said, ...[...programs.values()].flatMap((program) => program.lines)];

  return {
    dataDir,
    journalDir: join(dataDir, "journal"),
    parts: names,
    addresses,
    async start(part, wait = true) {
      const program = launch(part);
      if (wait) await whenListening(program);
    },
    async startAll() {
      const started = names.filter((name) => !programs.has(name)).map(launch);
      for (const program of started) await whenListening(program);
    },
    kill,
    async killAll() {
      await Promise.all(names.map(kill));
    },
    async stopAll() {
      for (const name of names.toReversed()) {
        const program = programs.get(name);
        if (program === undefined) continue;
        if ((await stopInOrder(program)) === "late") lateStops++;
        keepWords(name, "stopped");
      }
    },
    freeze: (part) => programs.get(part)?.signal("SIGSTOP"),
    thaw: (part) => programs.get(part)?.signal("SIGCONT"),
    set(name, value) {
      if (value === undefined) settings.delete(name);
      else settings.set(name, value);
    },
    get kills() {
      return kills;
    },
    get lateStops() {
      return lateStops;
    },
    damages: () => lines().flatMap((line) => (line["damage"] === undefined ? [] : [line["damage"] as Damage])),
    countLines: (message) => lines().filter((line) => line.msg === message).length,
    failures: () =>
      lines()
        .filter((line) => line.msg === "the role failed" || line.msg === "ingest failed" || line.level === "fatal")
        .map((line) => `${line.role}: ${JSON.stringify(line["err"] ?? line.msg).slice(0, 600)}`),
    async metric(name) {
      const reply = await createApiClient(addresses.http, "").call("GET", "/metrics");
      const line = reply.text.split("\n").find((each) => each.replace(/[{ ].*/, "") === name);
      return line === undefined ? null : Number(line.slice(line.lastIndexOf(" ") + 1));
    },
    close() {
      for (const name of names) {
        programs.get(name)?.signal("SIGKILL");
        keepWords(name, "killed at the end");
      }
      killLeftovers(dataDir);
    },
  };
}

/** Ingest is at the head of the journal, and both stores have what it said. */
export async function waitUntilCaughtUp(target: Target, deadlineMs: number): Promise<void> {
  const seen: Record<string, number | null> = {};
  await waitFor(
    "ingest to catch up",
    async () => {
      const [failure] = target.failures();
      if (failure !== undefined) throw new Error(failure);
      for (const name of ["journal_writable", "ingest_backlog_entries", "ingest_history_ok", "ingest_state_ok"]) {
        seen[name] = await target.metric(`plumeline_${name}`);
      }
      const ok = seen["journal_writable"] === 1 && seen["ingest_history_ok"] === 1 && seen["ingest_state_ok"] === 1;
      // The tick of each second may be under way.
      return ok && (seen["ingest_backlog_entries"] ?? 9) <= 2;
    },
    { deadlineMs, everyMs: 200 },
  ).catch((error: unknown) => {
    throw new Error(`ingest did not catch up: ${JSON.stringify(seen)}`, { cause: error });
  });
}
