// The energy centres of the simulator as edge nodes of Sparkplug B, against the whole system.

import { type ChildProcess, spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { buildPayload } from "#domain/sparkplug/sparkplug.ts";
import { connectDevice } from "#test/harness/device.ts";
import { adminPassword, nodePath, type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

const patient = { deadlineMs: 30_000 };
let system: RunningSystem;
const running: ChildProcess[] = [];

beforeAll(async () => {
  system = await startSystem();
  await writeFile(join(system.dataDir, "password"), adminPassword);
}, 60_000);
afterAll(() => system?.close());
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exited = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    await exited;
  }
});

function simulate(args: readonly string[]): { readonly exited: Promise<number | null>; output(): string } {
  const { http, mqtt } = system.addresses;
  const where = ["--api", `http://${http}`, "--broker", mqtt, "--password-file", join(system.dataDir, "password")];
  const child = spawn(nodePath, ["simulator/simulator.ts", ...where, ...args]);
  running.push(child);
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output += data.toString()));
  const exited = new Promise<number | null>((done) => child.once("exit", done));
  return { exited, output: () => output };
}

async function nodes(state: string): Promise<readonly Record<string, unknown>[]> {
  const reply = await system.api.call("GET", `/api/v1/edge-nodes?state=${state}`);
  return reply.body["items"] as readonly Record<string, unknown>[];
}

const small = ["--sites", "0", "--stations", "off", "--scenario", "calm"];

describe("energy centres of the simulator", () => {
  it("are born, are asked for their birth when a message is missing, and answer", { timeout: 90_000 }, async () => {
    const simulator = simulate([...small, "--energy-centres", "1"]);
    const [node] = await waitFor(
      "a birth",
      async () => {
        const found = await nodes("born");
        return found.length === 1 && found;
      },
      patient,
    );
    const site = String(node?.["site"]);
    expect(node).toMatchObject({ group: "plumeline", node: site, bdSeq: 0, gaps: 0 });
    expect(Number(node?.["metrics"])).toBeGreaterThan(60);
    const latest = await waitFor(
      "its values",
      async () => {
        const values = await system.api.latest(site);
        return Object.keys(values).length > 60 && values;
      },
      patient,
    );
    expect(latest["bfg.make"]?.unit).toBe("m3/h");
    expect(latest["elec.use"]?.quality).toEqual([]);

    // Somebody with its password disturbs its count.
    const issued = await system.api.call("POST", `/api/v1/sites/${site}/credentials`);
    const { username, password } = issued.body as { username: string; password: string };
    const stranger = await connectDevice(system.addresses.mqtt, { username, password });
    const metrics = [{ name: "bdSeq", type: "Int64", value: 0 }] as const;
    const payload = Buffer.from(buildPayload({ timestamp: Date.now(), seq: 200, metrics }));
    await stranger.sendRaw(payload, { topic: `spBv1.0/plumeline/NDATA/${site}` });
    await stranger.end();
    await waitFor(
      "the second birth",
      async () => {
        const [again] = await nodes("born");
        return again?.["gaps"] === 0 && again["askedAt"] !== null;
      },
      patient,
    );
    expect((await system.api.metrics()).value("plumeline_broker_births_asked_total")).toBe(1);
    expect(simulator.output()).not.toContain('"level":"error"');
  });

  it("bring a simulated past into history without a refusal, and say that they go", { timeout: 90_000 }, async () => {
    const past = ["--speed", "600", "--hours", "0.5", "--once", "--energy-centres", "3"];
    const simulator = simulate([...small, ...past]);
    expect(await simulator.exited, simulator.output()).toBe(0);
    await waitFor("their deaths", async () => (await nodes("dead")).length === 3, patient);
    for (const { site } of await nodes("dead")) {
      const ledger = await system.api.settledLedger(`site=${String(site)}`);
      expect(ledger.balanced).toBe(true);
      expect(ledger.frames.stored).toBeGreaterThan(170);
      expect(ledger.quarantine).toEqual({});
    }
  });
});
