// What the real program does with what it cannot use: turned away at the door and counted, or acknowledged into quarantine
// with a reason; never in the way of what is good behind it, and never out of the ledger.

import { readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { connectAsync } from "mqtt";
import { WebSocket } from "ws";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Credentials } from "#test/harness/api-client.ts";
import { connectDevice, mosquittoPublish } from "#test/harness/device.ts";
import { type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

let system: RunningSystem;
const credentials = new Map<string, Credentials>();

async function register(site: string): Promise<Credentials> {
  const issued = await system.api.createSite(site);
  credentials.set(site, issued);
  return issued;
}

beforeAll(async () => {
  system = await startSystem();
}, 60_000);
afterAll(() => system.close());

async function refused(reason: string): Promise<number> {
  return (await system.api.metrics()).value("plumeline_broker_refused_total", { reason });
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

describe("at the door", () => {
  it("a wrong password and an unknown name are told so, and counted", async () => {
    await register("D-1");
    const before = await refused("bad-credentials");
    const wrong = await mosquittoPublish(
      system.addresses.mqtt,
      { username: "D-1", password: "wrong" },
      { payload: "{}", qos: 1 },
    );
    expect(wrong.code).not.toBe(0);
    expect(wrong.says).toMatch(/bad user name or password|not authori[sz]ed/i);
    await expect(connectDevice(system.addresses.mqtt, { username: "nobody", password: "x" })).rejects.toMatchObject({
      code: 4,
    });
    await expect(connectAsync(`mqtt://${system.addresses.mqtt}`, { reconnectPeriod: 0 })).rejects.toMatchObject({
      code: 4,
    });
    expect(await refused("bad-credentials")).toBe(before + 3);
  });

  it("a new password makes the old one worthless", async () => {
    const old = await register("D-2");
    const reply = await system.api.call("POST", "/api/v1/sites/D-2/credentials");
    expect(reply.status).toBe(201);
    await expect(connectDevice(system.addresses.mqtt, old)).rejects.toMatchObject({ code: 4 });
    const device = await connectDevice(system.addresses.mqtt, {
      username: "D-2",
      password: String(reply.body["password"]),
    });
    await device.end();
  });

  it.each([
    "v1/D-1/readings",
    "v1/D-3/else",
    "v1/D-3/constructor",
    "v1/D-3/__proto__",
    "else",
    "$SYS/x",
    "v1//readings",
  ])("a device that publishes to %s, which is no topic of its own, is cut off and counted", async (topic) => {
    const before = await refused("foreign-topic");
    const device = await connectDevice(system.addresses.mqtt, credentials.get("D-3") ?? (await register("D-3")));
    device.sendRaw("{}", { topic }).catch(() => undefined);
    await waitFor("the broker to close", () => device.closed, { deadlineMs: 2_000 });
    expect(await refused("foreign-topic")).toBe(before + 1);
  });

  it("subscribing outside its own site is refused, and nothing of another site ever arrives", async () => {
    const own = await connectDevice(system.addresses.mqtt, await register("D-4"));
    const other = await connectDevice(system.addresses.mqtt, await register("D-5"));
    const heard: string[] = [];
    own.client.on("message", (topic) => heard.push(topic));
    const before = await refused("foreign-subscription");
    for (const topic of ["#", "v1/#", "v1/+/readings", "v1/D-5/readings", "$SYS/#", "$share/g/v1/D-5/readings"]) {
      const granted = await own.client.subscribeAsync(topic).catch((error: unknown) => error);
      const codes = granted instanceof Error ? [128] : (granted as { qos: number }[]).map((each) => each.qos);
      expect([topic, codes]).toEqual([topic, [128]]);
    }
    expect(await refused("foreign-subscription")).toBe(before + 6);
    await own.client.subscribeAsync("v1/D-4/#");
    await other.send({ w01018: 1 });
    await own.send({ w01018: 2 });
    await waitFor("its own frame", () => heard.length > 0, { deadlineMs: 2_000 });
    expect(heard).toEqual(["v1/D-4/readings"]);
    await Promise.all([own.end(), other.end()]);
  });

  it("a device that takes another's client id does not throw it out", async () => {
    const clientId = "logger";
    const first = await connectDevice(system.addresses.mqtt, await register("D-6"), { clientId });
    const second = await connectDevice(system.addresses.mqtt, await register("D-7"), { clientId });
    await first.send({ w01018: 1 });
    await second.send({ w01018: 1 });
    expect([first.closed, second.closed]).toEqual([false, false]);
    const again = await connectDevice(system.addresses.mqtt, credentials.get("D-6") ?? { username: "", password: "" }, {
      clientId,
    });
    await waitFor("its own older connection to end", () => first.closed, { deadlineMs: 2_000 });
    await Promise.all([second.end(), again.end()]);
  });

  it.each([false, true])(
    "a payload of 5 MB closes the connection and is counted, and costs no memory (WebSocket: %s)",
    async (ws) => {
      const device = credentials.get("D-8") ?? (await register("D-8"));
      const address = ws ? system.addresses.mqttWs : system.addresses.mqtt;
      const payload = Buffer.alloc(5 * 1024 * 1024, 0x20);
      const [before, memory] = [await refused("too-large"), residentMb(system.program.pid)];
      for (let round = 0; round < 8; round++) {
        const connection = await connectDevice(address, device, { ws });
        connection.sendRaw(payload).catch(() => undefined);
        await waitFor("the broker to close", () => connection.closed, { deadlineMs: 5_000 });
      }
      expect(await refused("too-large")).toBe(before + 8);
      expect(residentMb(system.program.pid) - memory).toBeLessThan(40);
    },
  );

  it("a payload just over the bound closes the connection, one just within it is taken", async () => {
    const device = credentials.get("D-8") ?? { username: "", password: "" };
    const connection = await connectDevice(system.addresses.mqtt, device);
    const frame = JSON.stringify({ time: Date.now(), values: { w01018: 1 } });
    await connection.sendRaw(frame.padEnd(256 * 1024, " "));
    connection.sendRaw(frame.padEnd(256 * 1024 + 1, " ")).catch(() => undefined);
    await waitFor("the broker to close", () => connection.closed, { deadlineMs: 5_000 });
    expect((await system.api.settledLedger("site=D-8", 1)).frames.stored).toBe(1);
  });

  it("a WebSocket message of 5 MB closes the connection", async () => {
    const socket = new WebSocket(`ws://${system.addresses.mqttWs}/mqtt`, "mqtt");
    let code: number | null = null;
    socket.on("close", (given) => (code = given)).on("error", () => undefined);
    socket.on("open", () => socket.send(Buffer.alloc(5 * 1024 * 1024, 0x20)));
    // 1009 = message too big [RFC 6455 7.4.1]
    await waitFor("the broker to close", () => code !== null, { deadlineMs: 5_000 });
    expect(code).toBe(1009);
  });

  it("a device has eight connections at most, and the ninth is told to come later", async () => {
    const issued = await register("D-9");
    const eight = await Promise.all(Array.from({ length: 8 }, () => connectDevice(system.addresses.mqtt, issued)));
    await expect(connectDevice(system.addresses.mqtt, issued)).rejects.toMatchObject({ code: 3 });
    await eight[0]?.end();
    const again = await waitFor("room for one", () => connectDevice(system.addresses.mqtt, issued).catch(() => null), {
      deadlineMs: 2_000,
    });
    await Promise.all([again, ...eight].map((device) => device.end()));
  });

  it("bytes that are no MQTT close their connection and nothing else", async () => {
    const [host = "", port = ""] = system.addresses.mqtt.split(":");
    for (const bytes of ["GET / HTTP/1.1\r\n\r\n", "\x10\x02\x00\x00", "\xff\xff\xff\xff\xff", "\x30\x05hello"]) {
      const socket = createConnection({ host, port: Number(port) });
      let closed = false;
      socket.on("close", () => (closed = true)).on("error", () => undefined);
      socket.write(Buffer.from(bytes, "latin1"));
      await waitFor(`the end of ${JSON.stringify(bytes)}`, () => closed, { deadlineMs: 12_000 });
    }
    expect((await system.api.call("GET", "/readyz")).status).toBe(200);
  });
});

describe("over its rate", () => {
  it("a device is slowed down and loses nothing", async () => {
    const device = await connectDevice(system.addresses.mqtt, await register("R-1"));
    const frames = 12_000;
    const from = Date.now() - frames;
    const begun = performance.now();
    await Promise.all(Array.from({ length: frames }, (_, i) => device.send({ w01018: i / 10 }, { time: from + i })));
    // The burst of 5,000 is free, what is behind it comes at 2,500 a second.
    expect(performance.now() - begun).toBeGreaterThan(900);
    expect((await system.api.metrics()).value("plumeline_broker_throttled_total")).toBeGreaterThan(200);
    const ledger = await system.api.settledLedger("site=R-1", frames);
    expect(ledger.frames).toMatchObject({ acknowledged: frames, stored: frames });
    const points = await waitFor(
      "all in history",
      async () => {
        const all = await system.api.history("R-1", "w01018", { from, to: from + frames, interval: "raw" });
        return all.length >= frames && all;
      },
      { deadlineMs: 10_000 },
    );
    expect(points.map(([time, value]) => [time - from, value])).toEqual(
      Array.from({ length: frames }, (_, i) => [i, i / 10]),
    );
    await device.end();
  });
});

describe("behind the door", () => {
  const now = Date.now();
  const refusedFrames: readonly (readonly [reason: string, payload: string])[] = [
    ["invalid-json", "{no json"],
    ["invalid-json", "\u0000\u0001"],
    ["invalid-shape", "42"],
    ["invalid-time", JSON.stringify({ time: "2026-11-22T08:00:00", values: { w01018: 1 } })],
    ["invalid-kind", JSON.stringify({ time: now, kind: "weekly", values: { w01018: 1 } })],
    ["no-values", JSON.stringify({ time: now, values: {} })],
    ["time-too-old", JSON.stringify({ time: "1970-01-01T00:00:00Z", values: { w01018: 1 } })],
    ["time-in-future", JSON.stringify({ time: now + 400_000_000, values: { w01018: 1 } })],
    ["unknown-factor", JSON.stringify({ time: now + 1, values: { w99999: 1 } })],
    ["not-a-number", JSON.stringify({ time: now + 2, values: { w01018: "12" } })],
    ["not-finite", `{"time":${now + 3},"values":{"w01018":NaN}}`],
    ["out-of-range", JSON.stringify({ time: now + 4, values: { w01001: 400 } })],
    ["invalid-flag", JSON.stringify({ time: now + 5, values: { w01018: { value: 1, flag: "X" } } })],
  ];

  it("each kind of bad frame is acknowledged, kept with its reason, counted; the ledger balances; the good one behind it is not held up", async () => {
    const device = await connectDevice(system.addresses.mqtt, await register("Q-1"));
    for (const [index, [, payload]] of refusedFrames.entries()) {
      await device.sendRaw(payload, { qos: index % 2 === 0 ? 1 : 2 });
      await device.send({ w01018: index }, { time: now + 100 + index });
    }
    const count = refusedFrames.length;
    const ledger = await system.api.settledLedger("site=Q-1", 2 * count);
    expect(ledger.frames).toMatchObject({ acknowledged: 2 * count, stored: count, quarantined: count, duplicate: 0 });
    expect(ledger.balanced).toBe(true);
    const { received, stored, quarantined, duplicate } = ledger.readings;
    expect(received).toBe(stored + quarantined + duplicate);
    const reasons: Record<string, number> = {};
    for (const [reason] of refusedFrames) reasons[reason] = (reasons[reason] ?? 0) + 1;
    expect(ledger.quarantine).toEqual(reasons);
    const rows = await system.api.quarantine("site=Q-1");
    expect(rows.map((row) => row["reason"]).toReversed()).toEqual(refusedFrames.map(([reason]) => reason));
    expect(rows.at(-1)).toMatchObject({ excerpt: "{no json", part: 0, site: "Q-1" });
    const metrics = await system.api.metrics();
    for (const [reason, times] of Object.entries(reasons))
      expect(metrics.value("plumeline_ingest_refusals_total", { reason })).toBeGreaterThanOrEqual(times);
    expect((await system.api.latest("Q-1"))["w01018"]?.value).toBe(count - 1);
    await device.end();
  });

  it("of a frame with good and bad values the good ones are stored, and each bad one has its own line", async () => {
    const device = await connectDevice(system.addresses.mqtt, await register("Q-2"));
    await device.sendRaw(`{"time":${now},"values":{"w01018":20,"w99999":1,"w01001":NaN,"w21003":-5e9}}`);
    const ledger = await system.api.settledLedger("site=Q-2", 1);
    expect(ledger.frames).toMatchObject({ stored: 1, quarantined: 0 });
    expect(ledger.readings).toEqual({ received: 4, stored: 1, quarantined: 3, duplicate: 0 });
    expect(ledger.quarantine).toEqual({ "unknown-factor": 1, "not-finite": 1, "out-of-range": 1 });
    await device.end();
  });

  it("a frame that comes twice is a duplicate; another value for the same time is a revision, the newest counts and means are formed again", async () => {
    const device = await connectDevice(system.addresses.mqtt, await register("Q-3"));
    const hour = Math.floor(now / 3_600_000) * 3_600_000 - 3_600_000;
    await device.send({ w01018: 10 }, { time: hour });
    await device.send({ w01018: 20 }, { time: hour + 1_000 });
    await device.send({ w01018: 20 }, { time: hour + 1_000 });
    const means = (interval: "1h" | "1m") =>
      system.api.history("Q-3", "w01018", { from: hour, to: hour + 3_600_000, interval });
    await waitFor("the mean of the hour that was over", async () => (await means("1h"))[0]?.[1] === 15, {
      deadlineMs: 8_000,
    });
    await device.send({ w01018: 40 }, { time: hour + 1_000 });
    await waitFor("the mean formed again", async () => (await means("1h"))[0]?.[1] === 25, { deadlineMs: 8_000 });
    expect(await means("1h")).toEqual([[hour, 25, 10, 40, 2, 2]]);
    expect(await means("1m")).toEqual([[hour, 25, 10, 40, 2, 2]]);
    const raw = await system.api.history("Q-3", "w01018", { from: hour, to: hour + 3_600_000, interval: "raw" });
    expect(raw.map(([time, value]) => [time - hour, value])).toEqual([
      [0, 10],
      [1_000, 40],
    ]);
    const ledger = await system.api.settledLedger("site=Q-3", 4);
    expect(ledger.frames).toMatchObject({ acknowledged: 4, stored: 3, duplicate: 1 });
    expect(ledger.readings).toEqual({ received: 4, stored: 3, quarantined: 0, duplicate: 1 });
    expect((await system.api.latest("Q-3"))["w01018"]).toMatchObject({ value: 40, stale: true });
    expect((await system.api.latest("Q-3"))["w01018"]?.quality).toContain("revision");
    await device.end();
  });

  it("the newest value is the newest by the device's clock, whatever arrives last", async () => {
    const device = await connectDevice(system.addresses.mqtt, await register("Q-4"));
    await device.send({ w01018: 3 }, { time: now });
    await device.send({ w01018: 2 }, { time: now - 120_000 });
    await device.send({ w01018: 1 }, { time: now - 4_000_000 });
    await system.api.settledLedger("site=Q-4", 3);
    expect((await system.api.latest("Q-4"))["w01018"]).toMatchObject({ value: 3, time: new Date(now).toISOString() });
    await device.end();
  });

  it("each day has a ledger of its own, and one without frames is balanced", async () => {
    const today = await system.api.settledLedger("", 1);
    expect(today.frames.stored).toBeGreaterThan(0);
    expect((await system.api.ledger(`day=${today.day}`)).frames).toEqual(today.frames);
    const before = await system.api.ledger("day=2020-01-01");
    expect(before).toMatchObject({
      day: "2020-01-01",
      balanced: true,
      frames: { acknowledged: 0, stored: 0, pending: 0 },
    });
    expect(before.bySite).toEqual([]);
  });

  it("late data does not raise an alarm about now", async () => {
    const device = await connectDevice(system.addresses.mqtt, await register("Q-5"));
    await system.api.putLimit("Q-5", "w01018", 50);
    await device.send({ w01018: 10 }, { time: now });
    await device.send({ w01018: 99 }, { time: now - 60_000 });
    await system.api.settledLedger("site=Q-5", 2);
    expect(await system.api.alarms("site=Q-5")).toEqual([]);
    await device.end();
  });
});
