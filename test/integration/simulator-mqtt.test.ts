// The simulator as a process of its own, against a real MQTT broker (aedes) and a stand-in for the api that answers the few
// calls of the registration as the contract says.

import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { Aedes } from "aedes";
import { afterEach, describe, expect, it } from "vitest";
import { findFreePort } from "#test/harness/free-port.ts";
import { createTempDir, type TempDir } from "#test/harness/temp-dir.ts";
import { waitFor } from "#test/harness/wait.ts";

interface Frame {
  readonly site: string;
  readonly payload: string;
  readonly qos: number;
}

interface StandIn {
  readonly frames: Frame[];
  readonly status: Map<string, string>;
  readonly clients: () => number;
  stop(): Promise<void>;
}

interface Registry {
  readonly sites: Map<string, object>;
  readonly limits: object[];
  readonly passwords: Map<string, string>;
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function startBroker(port: number, registry: Registry): Promise<StandIn> {
  const aedes = await Aedes.createBroker();
  const frames: Frame[] = [];
  const status = new Map<string, string>();
  aedes.authenticate = (client, user, password, done) => {
    done(null, user === client.id && registry.passwords.get(client.id) === String(password));
  };
  aedes.on("publish", (packet, client) => {
    const [, site, channel] = packet.topic.split("/");
    if (site === undefined || channel === undefined || packet.topic.startsWith("$SYS")) return;
    if (channel === "status") status.set(site, packet.payload.toString());
    if (channel === "readings" && client !== null)
      frames.push({ site, payload: packet.payload.toString(), qos: packet.qos });
  });
  const server = createTcpServer({ noDelay: true }, aedes.handle);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  let running = true;
  const stop = async (): Promise<void> => {
    if (!running) return;
    running = false;
    const closed = new Promise((resolve) => server.close(resolve));
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    await closed;
  };
  stops.push(stop);
  return { frames, status, clients: () => aedes.connectedClients, stop };
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part as Uint8Array));
  return parts.length === 0 ? {} : (JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>);
}

function answer(registry: Registry, method: string, path: string, body: Record<string, unknown>): [number, unknown] {
  if (path === "/readyz") return [200, { ready: true }];
  if (path === "/api/v1/session") return body["password"] === "secret" ? [200, { token: "t" }] : [401, { title: "no" }];
  if (method === "GET" && path === "/api/v1/sites") {
    return [200, { items: [...registry.sites.values()], total: registry.sites.size, next: null }];
  }
  if (path === "/api/v1/sites/import") {
    for (const site of body["sites"] as { id: string }[]) registry.sites.set(site.id, site);
    return [201, { imported: registry.sites.size }];
  }
  // The bulk call for limits is missing here, so that its fallback is seen to work.
  if (path === "/api/v1/limits") return [registry.limits.push(body) > 0 ? 201 : 500, {}];
  if (path === "/api/v1/credentials") {
    const items = (body["sites"] as string[]).map((username) => ({
      username,
      password: `${username}-${registry.passwords.size}`,
    }));
    for (const { username, password } of items) registry.passwords.set(username, password);
    return [201, { items }];
  }
  return [404, { title: "not found", status: 404, code: "not-found", detail: path, hint: "" }];
}

async function startApi(port: number, registry: Registry): Promise<void> {
  const server: Server = createHttpServer((request, response) => {
    void readJson(request).then((body) => {
      const path = (request.url ?? "").replace(/\?.*$/, "");
      const [status, reply] = answer(registry, request.method ?? "", path, body);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(reply));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
}

interface Simulator {
  readonly child: ChildProcess;
  readonly lines: () => Record<string, unknown>[];
  readonly errors: () => string;
  readonly exited: Promise<number | null>;
}

function startSimulator(
  args: readonly string[],
  env: Readonly<Record<string, string>> = { SIMULATOR_TOKEN: "t" },
): Simulator {
  const child = spawn(join("node_modules", ".bin", "node"), ["simulator/simulator.ts", ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
  let output = "";
  let errors = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (errors += data.toString()));
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  stops.push(async () => {
    if (child.exitCode === null) child.kill("SIGKILL");
    await exited;
  });
  const lines = (): Record<string, unknown>[] =>
    output
      .split("\n")
      .filter((line) => line.startsWith("{") && line.endsWith("}"))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { child, lines, errors: () => errors, exited };
}

async function prepare() {
  const registry: Registry = { sites: new Map(), limits: [], passwords: new Map() };
  const dir: TempDir = await createTempDir("simulator");
  stops.push(() => dir.remove());
  const brokerPort = await findFreePort();
  const apiPort = await findFreePort();
  const addresses = ["--api", `http://127.0.0.1:${apiPort}`, "--broker", `127.0.0.1:${brokerPort}`];
  return { registry, dir, brokerPort, apiPort, addresses };
}

const small = ["--sites", "40", "--energy-centres", "1", "--stations", "off", "--sparkplug", "off"];
const patient = { timeout: 60_000 };
const deadlineMs = 25_000;

describe("the simulator", () => {
  it(
    "waits for the api and the broker, registers its fleet, and sends from one connection per device",
    patient,
    async () => {
      const { registry, brokerPort, apiPort, addresses } = await prepare();
      const simulator = startSimulator([...addresses, ...small]);
      await startApi(apiPort, registry);
      await waitFor("the registration", () => registry.passwords.size === 41, { deadlineMs });
      const broker = await startBroker(brokerPort, registry);
      await waitFor("a frame of every device", () => new Set(broker.frames.map(({ site }) => site)).size === 41, {
        deadlineMs: 45_000,
      });
      expect(broker.clients()).toBe(41);
      expect(registry.sites.size).toBe(41);
      expect(registry.limits.length).toBeGreaterThan(41);
      expect([...registry.sites.values()].every((site) => "simulated" in site && site.simulated === true)).toBe(true);
      expect(broker.frames.every(({ qos }) => qos === 1)).toBe(true);
      expect([...broker.status.values()].every((text) => text === "online")).toBe(true);

      const askedAt = performance.now();
      simulator.child.kill("SIGTERM");
      expect(await simulator.exited).toBe(0);
      expect(performance.now() - askedAt).toBeLessThan(2_000);
      await waitFor("everybody offline", () => [...broker.status.values()].every((text) => text === "offline"), {
        deadlineMs,
      });
      expect(simulator.errors()).toBe("");
    },
  );

  it("keeps frames while the broker is away and delivers all of them afterwards", patient, async () => {
    const { registry, brokerPort, apiPort, addresses } = await prepare();
    await startApi(apiPort, registry);
    const before = await startBroker(brokerPort, registry);
    const simulator = startSimulator([...addresses, ...small, "--scenario", "calm"]);
    await waitFor("the first frames", () => before.frames.length > 20, { deadlineMs });
    await before.stop();
    const after = await startBroker(brokerPort, registry);
    await waitFor("the devices to come back", () => after.clients() === 41, { deadlineMs });
    const energy = [...registry.sites.keys()].find((id) => id.includes("-E")) ?? "";
    // The energy centre sends every 10 s: three more of its frames prove that the run goes on.
    const times = (): number[] =>
      [...before.frames, ...after.frames]
        .filter(({ site }) => site === energy)
        .map(({ payload }) => (JSON.parse(payload) as { time: string | number }).time)
        .map((time) => new Date(time).getTime());
    await waitFor("frames after the break", () => new Set(times()).size >= 3, { deadlineMs: 45_000 });
    const sorted = [...new Set(times())].toSorted((a, b) => a - b);
    for (const [i, time] of sorted.slice(1).entries()) expect(time - (sorted[i] ?? 0)).toBe(10_000);
    simulator.child.kill("SIGTERM");
    await simulator.exited;
    expect(simulator.lines().at(-1)).toMatchObject({ dropped: 0, msg: "simulator ends" });
  });

  it(
    "runs a simulated past at speed up to now, acknowledged to the last frame, and writes the truth",
    patient,
    async () => {
      const { registry, brokerPort, apiPort, addresses, dir } = await prepare();
      await startApi(apiPort, registry);
      const broker = await startBroker(brokerPort, registry);
      const truth = join(dir.path, "truth.jsonl");
      const speed = ["--speed", "600", "--hours", "1", "--once", "--truth", truth];
      const simulator = startSimulator([...addresses, ...small, ...speed]);
      expect(await simulator.exited).toBe(0);
      const last = simulator.lines().at(-1);
      expect(last).toMatchObject({ outbox: 0, dropped: 0 });
      // What was unanswered when a connection broke is sent again: those count twice as sent.
      expect(last?.["acked"]).toBe(Number(last?.["sent"]) - Number(last?.["resent"]));
      // 40 outfalls each 15 s and one energy centre each 10 s for an hour, give or take silences and repeats.
      expect(broker.frames.length).toBeGreaterThan(9_000);
      const told = readFileSync(truth, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(told.filter(({ kind }) => kind === "exceed").length).toBeGreaterThanOrEqual(3);
      for (const line of told) expect(registry.sites.has(String(line["site"]))).toBe(true);
    },
  );

  it(
    "signs in with a password file, and ends with exit code 1 and a hint when the password is wrong",
    patient,
    async () => {
      const { registry, apiPort, addresses } = await prepare();
      await startApi(apiPort, registry);
      const simulator = startSimulator([...addresses, "--password-file", "package.json"], {});
      expect(await simulator.exited).toBe(1);
      expect(simulator.lines().at(-1)).toMatchObject({ code: "simulator-sign-in", level: "error" });
    },
  );

  it("refuses bad options with every problem and exit code 2", patient, async () => {
    const simulator = startSimulator(["--speed", "fast", "--scenario", "chaos"], {});
    expect(await simulator.exited).toBe(2);
    expect(simulator.errors()).toMatch(/--scenario chaos[\s\S]*SIMULATOR_TOKEN[\s\S]*--speed fast/);
  });
});
