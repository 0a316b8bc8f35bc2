// The simulator against the whole system, each in a process of its own: what was injected is what was concluded, and every
// frame that was acknowledged is accounted for.

import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { bounds } from "#domain/bounds.ts";
import { createTempDir } from "#test/harness/temp-dir.ts";
import { waitFor } from "#test/harness/wait.ts";

const node = join("node_modules", ".bin", "node");
const password = "simulator-system-test";
const timeoutMs = 120_000;
const deadlineMs = 30_000;

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

type Line = Record<string, unknown>;

function start(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child: ChildProcess = spawn(node, args, { env: { PATH: process.env["PATH"] ?? "", ...env } });
  let output = "";
  child.stdout?.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr?.on("data", (data: Buffer) => (output += data.toString()));
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  stops.push(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    const killer = setTimeout(() => child.kill("SIGKILL"), 8_000);
    await exited;
    clearTimeout(killer);
  });
  const lines = (): Line[] =>
    output
      .split("\n")
      .filter((line) => line.startsWith("{") && line.endsWith("}"))
      .map((line) => JSON.parse(line) as Line);
  return { child, exited, lines, output: () => output };
}

interface System {
  readonly http: string;
  readonly mqtt: string;
  readonly get: (path: string) => Promise<Line>;
}

async function startSystem(dir: string): Promise<System> {
  const main = start(["main.ts", "--no-simulator"], {
    DATA_DIR: join(dir, "data"),
    MQTT_LISTEN: "127.0.0.1:0",
    MQTT_WS_LISTEN: "127.0.0.1:0",
    HJ212_LISTEN: "127.0.0.1:0",
    HTTP_LISTEN: "127.0.0.1:0",
    ADMIN_PASSWORD: password,
  });
  const line = await waitFor("the addresses", () => main.lines().find(({ msg }) => msg === "listening"), {
    deadlineMs,
  });
  const { http, mqtt } = line["addresses"] as { http: string; mqtt: string };
  const signedIn = await fetch(`http://${http}/api/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "admin", password }),
  });
  const { token } = (await signedIn.json()) as { token: string };
  const get = async (path: string): Promise<Line> => {
    const response = await fetch(`http://${http}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Line;
  };
  return { http, mqtt, get };
}

async function simulate(dir: string, system: System, args: readonly string[]) {
  const passwordFile = join(dir, "password");
  const truthFile = join(dir, "truth.jsonl");
  await writeFile(passwordFile, `${password}\n`);
  const addresses = ["--api", `http://${system.http}`, "--broker", system.mqtt, "--password-file", passwordFile];
  const simulator = start(["simulator/simulator.ts", ...addresses, "--truth", truthFile, ...args], {});
  const readTruth = (): Line[] =>
    readFileSync(truthFile, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Line);
  return { ...simulator, readTruth };
}

/** Sums of the ledger over the UTC+8 days that a short test can touch. */
async function sumLedger(system: System) {
  const zone = { timeZone: "Asia/Shanghai" };
  const days = new Set([Date.now() - 600_000, Date.now()].map((ms) => new Date(ms).toLocaleDateString("sv-SE", zone)));
  const sum = { acknowledged: 0, pending: 0, balanced: true, reasons: new Set<string>() };
  for (const day of days) {
    const row = await system.get(`/ledger?day=${day}`);
    const frames = row["frames"] as { acknowledged: number; pending: number };
    sum.acknowledged += frames.acknowledged;
    sum.pending += frames.pending;
    sum.balanced &&= row["balanced"] === true;
    for (const reason of Object.keys(row["quarantine"] as object)) sum.reasons.add(reason);
  }
  return sum;
}

async function listLimitAlarms(system: System): Promise<Line[]> {
  const alarms: Line[] = [];
  for (let cursor: unknown = null; ;) {
    const page = await system.get(`/alarms?limit=1000${typeof cursor === "string" ? `&cursor=${cursor}` : ""}`);
    alarms.push(...(page["items"] as Line[]));
    cursor = page["next"];
    if (typeof cursor !== "string") return alarms.filter(({ definition }) => String(definition).endsWith(":realtime"));
  }
}

function keyOf(site: unknown, factor: unknown, onset: unknown): string {
  return `${String(site)} ${String(factor)} ${new Date(String(onset)).toISOString()}`;
}

describe("the simulator and the whole system", () => {
  it("shows the first alarms within a minute of an everyday start", { timeout: timeoutMs }, async () => {
    const dir = await createTempDir("simulator");
    stops.push(() => dir.remove());
    const system = await startSystem(dir.path);
    const startedAt = performance.now();
    await simulate(dir.path, system, ["--sites", "120"]);
    await waitFor("three alarms", async () => (await listLimitAlarms(system)).length >= 3, {
      deadlineMs: 60_000,
      everyMs: 250,
    });
    expect(performance.now() - startedAt).toBeLessThan(60_000);
  });

  it(
    "a simulated past is accounted for to the last frame, and only what is not late raises alarms",
    { timeout: timeoutMs },
    async () => {
      const dir = await createTempDir("simulator");
      stops.push(() => dir.remove());
      const system = await startSystem(dir.path);
      const speed = ["--sites", "200", "--speed", "300", "--hours", "2", "--once"];
      const begun = Date.now();
      const simulator = await simulate(dir.path, system, speed);
      expect(await simulator.exited, simulator.output()).toBe(0);
      const ended = Date.now();
      const last = simulator.lines().at(-1) ?? {};
      expect(last).toMatchObject({ dropped: 0, outbox: 0 });
      const ledger = await waitFor(
        "ingest to have come to the end",
        async () => {
          const sum = await sumLedger(system);
          return sum.pending === 0 && sum.acknowledged >= Number(last["acked"]) && sum;
        },
        { deadlineMs, everyMs: 250 },
      );
      expect(ledger.balanced).toBe(true);
      const truth = simulator.readTruth();
      const episodes = truth
        .filter(({ kind }) => kind === "exceed")
        .map((line) => ({
          key: keyOf(line["site"], line["factor"], line["from"]),
          series: `${String(line["site"])} ${String(line["factor"])}`,
          to: new Date(String(line["to"])).getTime(),
        }));
      const alarms = await listLimitAlarms(system);
      const raised = alarms.map((alarm) => `${String(alarm["site"])} ${String(alarm["factor"])}`);
      expect(episodes.length).toBeGreaterThanOrEqual(5);
      // What was over long before it was sent is stored and counted, and pages nobody.
      const late = episodes.filter(({ to }) => to < begun - bounds.lateMsNoted);
      const fresh = episodes.filter(({ to }) => to > ended - bounds.lateMsNoted + 60_000);
      const paged = alarms.filter((alarm) => alarm["retrospective"] !== true);
      const keys = paged.map((alarm) => keyOf(alarm["site"], alarm["factor"], alarm["onset"]));
      expect(keys.filter((key) => late.some((episode) => episode.key === key))).toEqual([]);
      expect(raised.filter((series) => !episodes.some((episode) => episode.series === series))).toEqual([]);
      expect(fresh.map(({ series }) => series).filter((series) => !raised.includes(series))).toEqual([]);
    },
  );
});
