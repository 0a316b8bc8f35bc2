// The way of a reading through the real program on its embedded stores: from a device's socket to the newest value, history,
// the alarm on a screen, its acknowledgement and its end.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Credentials } from "#test/harness/api-client.ts";
import { connectDevice, mosquittoPublish, type Qos } from "#test/harness/device.ts";
import { openLive } from "#test/harness/live-client.ts";
import { type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

let system: RunningSystem;
let outfall: Credentials;
let neighbour: Credentials;

beforeAll(async () => {
  system = await startSystem();
  outfall = await system.api.createSite("HB-130200-001");
  neighbour = await system.api.createSite("HB-130200-002");
  await system.api.putLimit("HB-130200-001", "w01018", 50);
}, 60_000);
afterAll(() => system.close());

const second = { deadlineMs: 1_000, everyMs: 5 };

function today(): { from: number; to: number } {
  return { from: Date.now() - 3_600_000, to: Date.now() + 60_000 };
}

describe("the way of a reading", () => {
  it.each<Qos>([1, 2])(
    "what mosquitto_pub sends with QoS %i is the newest value within a second, and in history",
    async (qos) => {
      const time = Date.now();
      const payload = JSON.stringify({ time, values: { w01018: 30 + qos } });
      expect(await mosquittoPublish(system.addresses.mqtt, outfall, { payload, qos })).toEqual({ code: 0, says: "" });
      await waitFor(
        "the newest value",
        async () => (await system.api.latest("HB-130200-001"))["w01018"]?.value === 30 + qos,
        second,
      );
      const points = await waitFor(
        "the reading in history",
        async () => {
          const all = await system.api.history("HB-130200-001", "w01018", { ...today(), interval: "raw" });
          const mine = all.filter(([at]) => at === time);
          return mine.length > 0 && mine;
        },
        { deadlineMs: 3_000 },
      );
      expect(points).toEqual([[time, 30 + qos, 30 + qos, 30 + qos, 1, 1, "N"]]);
    },
  );

  it("a frame with QoS 0 is kept and counted, and never called acknowledged", async () => {
    const before = await system.api.settledLedger("", 2);
    const device = await connectDevice(system.addresses.mqtt, outfall);
    await device.send({ w01018: 33 }, { qos: 0 });
    await waitFor(
      "the newest value",
      async () => (await system.api.latest("HB-130200-001"))["w01018"]?.value === 33,
      second,
    );
    const after = await system.api.settledLedger("", before.frames.stored + 1);
    expect(after.frames.unpromised).toBe(before.frames.unpromised + 1);
    expect(after.frames.acknowledged).toBe(before.frames.acknowledged);
    expect(after.balanced).toBe(true);
    await device.end();
  });

  it("an exceedance is an alarm on every screen within a second; acknowledged on one it changes on the other; back within the limit it ends", async () => {
    const device = await connectDevice(system.addresses.mqtt, outfall);
    const { token } = system.api;
    const first = await openLive(system.addresses.http, { token });
    const other = await openLive(system.addresses.http, { token });
    const onset = Date.now();
    await device.send({ w01018: 88.8 }, { time: onset });
    const raised = await first.waitForAlarm("the alarm", (alarm) => alarm.state === "unack-active", 1_000);
    expect(raised).toMatchObject({
      version: 1,
      site: "HB-130200-001",
      factor: "w01018",
      definition: "limit:w01018:realtime",
      state: "unack-active",
      active: true,
      acked: false,
      value: 88.8,
      limit: 50,
      unit: "mg/L",
      onset: new Date(onset).toISOString(),
    });
    const reply = await system.api.acknowledge(raised, "on my way");
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ state: "ack-active", version: 2, acked: true, ackedBy: "admin" });
    const seen = await other.waitForAlarm("the acknowledgement", (alarm) => alarm.state === "ack-active", 1_000);
    expect(seen).toMatchObject({
      id: raised.id,
      version: 2,
      ackedBy: "admin",
      comments: [{ by: "admin", text: "on my way" }],
    });

    const late = await system.api.acknowledge(raised);
    expect(late.status).toBe(409);
    expect(late.body["current"]).toMatchObject({ version: 2, state: "ack-active" });

    await device.send({ w01018: 12 });
    await other.waitForAlarm("the return to normal", (alarm) => alarm.state === "normal", 1_000);
    const whole = await waitFor(
      "the whole story in the store",
      async () => {
        const alarm = await system.api.alarm(raised.id);
        return alarm.state === "normal" && alarm;
      },
      { deadlineMs: 2_000 },
    );
    expect(whole.transitions.map(({ from, to, cause, actor }) => [from, to, cause, actor])).toEqual([
      ["normal", "unack-active", "sample", null],
      ["unack-active", "ack-active", "command", "admin"],
      ["ack-active", "normal", "sample", null],
    ]);
    await device.end();
    await Promise.all([first.close(), other.close()]);
  });

  it("MQTT over WebSocket is the same door", async () => {
    const device = await connectDevice(system.addresses.mqttWs, neighbour, { ws: true });
    await device.send({ w01018: 17.5 });
    await waitFor(
      "the newest value",
      async () => (await system.api.latest("HB-130200-002"))["w01018"]?.value === 17.5,
      second,
    );
    expect((await system.api.metrics()).value("plumeline_broker_frames_acknowledged_total", { door: "mqtt-ws" })).toBe(
      1,
    );
    await device.end();
  });

  it("a device sees its own retained status, and its will when the line breaks", async () => {
    const watcher = await connectDevice(system.addresses.mqtt, neighbour);
    const said: string[] = [];
    watcher.client.on("message", (_topic, payload) => said.push(payload.toString()));
    const will = { topic: "v1/HB-130200-002/status", payload: Buffer.from("offline"), qos: 1 as const, retain: true };
    const device = await connectDevice(system.addresses.mqtt, neighbour, { will });
    await device.sendRaw("online", { topic: "v1/HB-130200-002/status", retain: true });
    await watcher.client.subscribeAsync("v1/HB-130200-002/status", { qos: 1 });
    await waitFor("the retained status", () => said.includes("online"), { deadlineMs: 2_000 });
    device.client.stream.destroy();
    await waitFor("the will", () => said.includes("offline"), { deadlineMs: 2_000 });
    await watcher.end();
    const ledger = await system.api.settledLedger("site=HB-130200-002", 3);
    expect(ledger.frames).toMatchObject({ stored: 3, quarantined: 0, duplicate: 0 });
  });

  it("readings by HTTP are accepted with 202 once they are on disk, from a device's own credentials too", async () => {
    const time = Date.now();
    const path = "/api/v1/sites/HB-130200-002/readings";
    const reply = await system.api.call("POST", path, { time, values: { w01001: 7.2 } });
    expect(reply.status).toBe(202);
    const basic = Buffer.from(`${neighbour.username}:${neighbour.password}`).toString("base64");
    const own = await system.api.call(
      "POST",
      path,
      { time: time + 1, values: { w01001: 7.3 } },
      { authorization: `Basic ${basic}` },
    );
    expect(own.status).toBe(202);
    expect(Number(own.body["seq"])).toBeGreaterThan(Number(reply.body["seq"]));
    await waitFor(
      "the newest value",
      async () => (await system.api.latest("HB-130200-002"))["w01001"]?.value === 7.3,
      second,
    );
    expect((await system.api.call("POST", path, "{not json")).status).toBe(400);
    expect((await system.api.call("POST", path, { time, values: {} }, { authorization: "Bearer nobody" })).status).toBe(
      401,
    );
    const foreign = "/api/v1/sites/HB-130200-001/readings";
    expect(
      (await system.api.call("POST", foreign, { time, values: { w01001: 1 } }, { authorization: `Basic ${basic}` }))
        .status,
    ).toBe(403);
  });

  it("history comes as CSV with a header and one line per reading", async () => {
    const query = new URLSearchParams({ site: "HB-130200-002", factor: "w01001", interval: "raw", format: "csv" });
    const lines = await waitFor(
      "both readings in history",
      async () => {
        const reply = await system.api.call("GET", `/api/v1/history?${query.toString()}`);
        expect(reply.headers.get("content-type")).toMatch(/^text\/csv/);
        const lines = reply.text.trim().split(/\r?\n/);
        return lines.length === 3 && lines;
      },
      { deadlineMs: 3_000 },
    );
    expect(lines[0]).toMatch(/site/i);
    expect(lines.slice(1).every((line) => line.includes("HB-130200-002") && line.includes("w01001"))).toBe(true);
  });

  it("without signing in neither REST nor /live says anything", async () => {
    for (const path of [
      "/api/v1/sites",
      "/api/v1/alarms",
      "/api/v1/ledger",
      "/api/v1/latest",
      "/api/v1/history?site=HB-130200-001",
    ]) {
      const reply = await system.api.call("GET", path, undefined, { authorization: "Bearer wrong" });
      expect([path, reply.status, reply.body["code"]]).toEqual([path, 401, "not-signed-in"]);
    }
    await expect(openLive(system.addresses.http, { token: "wrong" })).rejects.toThrow("401");
  });

  it("Ctrl-C ends it in time, and the next start knows everything", async () => {
    const before = await system.api.settledLedger("", 10);
    const latest = await system.api.latest("HB-130200-001");
    await system.stop();
    await system.start();
    const { ageSeconds: _, stale: __, ...value } = (await system.api.latest("HB-130200-001"))["w01018"] ?? {};
    expect(latest["w01018"]).toMatchObject(value);
    expect(await system.api.settledLedger()).toEqual(before);
    expect(await system.api.alarms()).toHaveLength(1);
  });
});
