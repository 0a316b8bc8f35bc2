// A province to take pictures of: the real program on a folder of its own, the real simulator with its whole fleet, a week of
// the past of two outfalls by the simulator's own models, people who have already looked at some alarms. Turns options into a
// running system; the same seed gives the same outfalls. Ends everything that it started.

import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { dayMs, minuteMs } from "#domain/time.ts";
import { type AlarmJson, type ApiClient, signIn } from "#test/harness/api-client.ts";
import { addUser } from "#test/harness/refused-frames.ts";
import { nodePath, type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";
import { root } from "#test/house/sources.ts";
import { findOpeners, findStations, findSuspects, makeVerdicts, sendPast, sendRevision } from "./past.ts";

export interface ProvinceOptions {
  readonly sites: number;
  /** How much of the past the whole fleet sends. */
  readonly hours: number;
  /** How much of the past the two outfalls of the pictures send. */
  readonly days: number;
  /** Minutes between the arrival in the present and the first picture: rates of the catching up are no rates of a day. */
  readonly settle: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

export interface Province {
  readonly system: RunningSystem;
  /** The person whose screens are seen. */
  readonly operator: ApiClient;
  /** Outfalls with a week of history, one with an alarm of these minutes first. */
  readonly shown: readonly string[];
  /** A fifth of all outfalls beyond their limits within seconds. */
  makeFlood(): Promise<void>;
  close(): Promise<void>;
}

interface Simulator {
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  stop(): Promise<void>;
}

const operatorName = "operator-1";
const speed = 40;
/** So many outlets have days behind them in which somebody helped the figures: something for the rules to find. */
const suspects = { sites: 8, days: 2 } as const;
const stationDays = 1.5;
const startMsMax = 60_000;
const catchUpMsMax = 420_000;

function startSimulator(system: RunningSystem, args: readonly string[]): Simulator {
  const { addresses, api } = system;
  const child: ChildProcess = spawn(
    nodePath,
    [
      "--disable-warning=ExperimentalWarning",
      join(root, "simulator/simulator.ts"),
      "--api",
      `http://${addresses.http}`,
      "--broker",
      addresses.mqtt,
      "--hj212",
      addresses.hj212,
      "--logger-share",
      "0.15",
      ...args,
    ],
    { env: { PATH: process.env["PATH"] ?? "", SIMULATOR_TOKEN: api.token }, stdio: ["ignore", "pipe", "inherit"] },
  );
  const lines: Readonly<Record<string, unknown>>[] = [];
  let rest = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) if (part.startsWith("{")) lines.push(JSON.parse(part) as Record<string, unknown>);
  });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  return {
    lines,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      process.off("exit", kill);
    },
  };
}

/** When its simulated time begins, once its devices are registered and connected. */
function whenStarted(simulator: Simulator): Promise<number> {
  return waitFor(
    "the simulated devices",
    () => {
      const line = simulator.lines.find((each) => each["msg"] === "devices are starting");
      return line === undefined ? null : Date.parse(String(line["from"]));
    },
    { deadlineMs: startMsMax, everyMs: 200 },
  );
}

/** Simulated time has reached the wall's, and nothing that was sent waits anywhere. */
async function whenNow({ api }: RunningSystem, simulator: Simulator): Promise<void> {
  await waitFor(
    "the simulated devices to reach the present",
    () => {
      const line = simulator.lines.findLast((each) => each["msg"] === "simulator");
      if (line === undefined) return false;
      return Date.now() - Date.parse(String(line["simulated"])) < 30_000 && Number(line["outbox"]) < 200;
    },
    { deadlineMs: catchUpMsMax, everyMs: 500 },
  );
  await waitFor("an outcome of every frame", async () => ((await api.ledger()).frames.pending ?? 1e9) < 500, {
    deadlineMs: catchUpMsMax,
    everyMs: 500,
  });
}

/**
 * An hour that comes in within seconds may hold up the system itself, and its means are judged while they are being formed.
 * Nothing of that belongs to a day as it is: what it brought about and is over is put away, what is not over is seen.
 */
async function putAwayWhatIsOver(operator: ApiClient): Promise<void> {
  const found = await waitFor(
    "the end of what the catching up brought about",
    async () => {
      const alarms = await operator.alarms();
      return alarms.every((alarm) => alarm.site !== "system" || !alarm.active) ? alarms : null;
    },
    { deadlineMs: 120_000, everyMs: 500 },
  );
  for (const alarm of found) if (!alarm.acked && !alarm.active) await operator.acknowledge(alarm);
}

/** Some alarms are already in somebody's hands: one with a word about it, one without. */
async function lookAtAlarms(operator: ApiClient, shown: string): Promise<void> {
  const open = await waitFor(
    "the alarms of the first minute",
    async () => {
      const found = (await operator.alarms()).filter((alarm) => alarm.state === "unack-active");
      return found.length >= 4 && found.some((alarm) => alarm.site === shown) ? found : null;
    },
    { deadlineMs: 120_000, everyMs: 500 },
  );
  const others = open.filter((alarm: AlarmJson) => alarm.site !== shown);
  const [first, second] = others;
  if (first !== undefined) await operator.acknowledge(first, "已电话通知企业，正在检查");
  if (second !== undefined) await operator.acknowledge(second);
}

export async function startProvince(options: ProvinceOptions): Promise<Province> {
  const { say } = options;
  // What loggers owe stays to be seen: nobody asks for it behind the picture.
  const system = await startSystem({ keepAddresses: true, env: { GAP_FILLING: "off" } });
  let simulator: Simulator | null = null;
  try {
    await system.stop();
    await addUser(system.dataDir, operatorName, "operator");
    await system.start();
    const operator = await signIn(system.addresses.http, operatorName, `${operatorName} password`);
    const size = ["--sites", String(options.sites), "--seed", String(options.seed)];
    const since = ["--hours", String(options.hours), "--speed", String(speed)];
    simulator = startSimulator(system, [...size, ...since]);
    const fromMs = await whenStarted(simulator);
    const shown = findOpeners(options.seed, options.sites).slice(0, 2);
    say(
      `${options.sites} outfalls are registered; a week of the past of ${shown.map(({ site }) => site.id).join(", ")}`,
    );
    const past = { ...options, toMs: fromMs };
    const found = findSuspects(options.seed, options.sites, fromMs - suspects.days * dayMs, fromMs).filter(
      (device) => !shown.includes(device),
    );
    // From all over the province.
    const every = Math.max(1, Math.floor(found.length / suspects.sites));
    const suspicious = found.filter((_, i) => i % every === 0).slice(0, suspects.sites);
    const sent =
      (await sendPast(system.api, shown, { ...past, scenario: "everyday" })) +
      (await sendPast(system.api, suspicious, { ...past, days: suspects.days, scenario: "falsified" })) +
      (await sendPast(system.api, findStations(options.seed, options.sites), {
        ...past,
        days: stationDays,
        scenario: "everyday",
      }));
    say(`${sent} frames of the past are in; waiting for the fleet to reach the present`);
    await whenNow(system, simulator);
    await putAwayWhatIsOver(operator);
    for (const device of shown) await sendRevision(system.api, device.site.id);
    for (const device of shown) await makeVerdicts(system.api, operator, device);
    await lookAtAlarms(operator, shown[0]?.site.id ?? "");
    say(`the fleet is in the present; ${options.settle} minutes on its own`);
    await new Promise((wake) => setTimeout(wake, options.settle * minuteMs));
    say("the province is as on any day");
    return {
      system,
      operator,
      shown: shown.map(({ site }) => site.id),
      async makeFlood() {
        await simulator?.stop();
        simulator = startSimulator(system, [...size, "--scenario", "storm"]);
        await whenStarted(simulator);
        const many = Math.ceil(options.sites * 0.1);
        await waitFor("a flood", async () => (await operator.alarms("state=unack-active")).length > many, {
          deadlineMs: 120_000,
          everyMs: 500,
        });
      },
      async close() {
        await simulator?.stop();
        await system.close();
      },
    };
  } catch (error) {
    await simulator?.stop();
    await system.close();
    throw error;
  }
}
