// Broker, ingest and api as three processes: the same path, and each of them can be stopped and started alone while the
// devices go on sending.

import { randomBytes } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { ApiClient } from "#test/harness/api-client.ts";
import { connectDevice, type Device } from "#test/harness/device.ts";
import { startInfluxd, type TestInfluxd } from "#test/harness/influxd.ts";
import { openLive } from "#test/harness/live-client.ts";
import { type SplitSystem, startSplit } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

let influxd: TestInfluxd | null = null;
let system: SplitSystem | null = null;
afterEach(async () => {
  await system?.close();
  await influxd?.stop();
  system = influxd = null;
});

/** Sends numbered values, 1 ms apart, until told to stop. */
function sendOn(device: Device, from: number): { stop(): Promise<number> } {
  let count = 0;
  let going = true;
  const done = (async () => {
    while (going) {
      await device.send({ w01018: count / 4 }, { time: from + count });
      count++;
    }
  })();
  return {
    async stop() {
      going = false;
      await done;
      return count;
    },
  };
}

async function expectAll(api: ApiClient, site: string, from: number, count: number): Promise<void> {
  const points = await waitFor(
    `${count} readings in history`,
    async () => {
      const all = await api.history(site, "w01018", { from, to: from + count, interval: "raw" }).catch(() => []);
      return all.length >= count && all;
    },
    { deadlineMs: 15_000, everyMs: 100 },
  );
  expect(points.map(([time, value]) => [time - from, value])).toEqual(
    Array.from({ length: count }, (_, i) => [i, i / 4]),
  );
  const ledger = await api.settledLedger(`site=${site}`, count);
  expect(ledger.frames).toMatchObject({ acknowledged: count, stored: count, duplicate: 0, quarantined: 0 });
  expect(ledger.balanced).toBe(true);
}

describe.each(["InfluxDB", "DuckDB"])("three processes, history in %s", (store) => {
  async function start(): Promise<SplitSystem> {
    if (store === "InfluxDB") influxd = await startInfluxd();
    system = await startSplit(influxd === null ? {} : { env: { INFLUX_URL: influxd.url } });
    return system;
  }

  it("ingest is stopped while devices go on and are acknowledged; when it is back nothing is missing and nothing is there twice", async () => {
    const { api, addresses, ...rest } = await start();
    const device = await connectDevice(addresses.mqtt, await api.createSite("M-1"));
    await api.putLimit("M-1", "w01018", 1e6);
    const live = await openLive(addresses.http, { token: api.token });
    const from = Date.now() - 200_000;
    const sending = sendOn(device, from);
    await waitFor("the first values", () => (live.value("M-1", "w01018") ?? 0) > 1, { deadlineMs: 5_000 });
    await rest.stopRole("ingest");
    const before = (await api.metrics()).value("plumeline_broker_frames_acknowledged_total", { door: "mqtt" });
    await waitFor(
      "more acknowledgements without ingest",
      async () =>
        (await api.metrics()).value("plumeline_broker_frames_acknowledged_total", { door: "mqtt" }) > before + 50,
      { deadlineMs: 5_000 },
    );
    expect((await api.call("GET", "/readyz")).status).toBe(503);
    expect(
      (await api.call("POST", "/api/v1/sites/M-1/readings", { time: from - 1, values: { w01018: 5 } })).status,
    ).toBe(202);
    await rest.startRole("ingest");
    await waitFor("readiness", async () => (await api.call("GET", "/readyz")).status === 200, { deadlineMs: 10_000 });
    const count = await sending.stop();
    const last = (count - 1) / 4;
    await waitFor("the last value on the same screen", () => live.value("M-1", "w01018") === last, {
      deadlineMs: 5_000,
    });
    // Screens are told at once, history gathers for half a second.
    const sentByHttp = () => api.history("M-1", "w01018", { from: from - 1, to: from, interval: "raw" });
    await waitFor("what came by HTTP", async () => (await sentByHttp()).length === 1, { deadlineMs: 5_000 });
    await waitFor("one more in the ledger", async () => (await api.ledger("site=M-1")).frames.stored === count + 1, {
      deadlineMs: 5_000,
    });
    expect((await api.ledger("site=M-1")).frames.acknowledged).toBe(count + 1);
    await live.close();
    await device.end();
  });

  it("the api restarted alone knows everything, and its screens come back", async () => {
    const running = await start();
    const device = await connectDevice(running.addresses.mqtt, await running.api.createSite("M-2"));
    await running.api.putLimit("M-2", "w01018", 10);
    const from = Date.now() - 100_000;
    const sending = sendOn(device, from);
    await waitFor("an alarm", async () => (await running.api.alarms("site=M-2")).length > 0, { deadlineMs: 5_000 });
    await running.stopRole("api");
    await running.startRole("api");
    // Sessions are kept: the same token goes on.
    const { api } = running;
    const live = await openLive(running.addresses.http, { token: api.token });
    await live.waitForAlarm("the alarm from before", (alarm) => alarm.site === "M-2");
    const count = await sending.stop();
    await expectAll(api, "M-2", from, count);
    const alarm = (await api.alarms("site=M-2"))[0];
    expect(alarm === undefined ? 0 : (await api.acknowledge(alarm)).status).toBe(200);
    await live.close();
    await device.end();
  });

  it("the broker restarted alone goes on where it was; a device that sends again what was not acknowledged loses nothing", async () => {
    const running = await start();
    const { api } = running;
    const credentials = await api.createSite("M-3");
    const from = Date.now() - 100_000;
    let device = await connectDevice(running.addresses.mqtt, credentials);
    for (let i = 0; i < 100; i++) await device.send({ w01018: i / 4 }, { time: from + i });
    await running.stopRole("broker");
    await waitFor("the device to notice", () => device.closed, { deadlineMs: 2_000 });
    await running.startRole("broker");
    device = await connectDevice(running.addresses.mqtt, credentials);
    for (let i = 100; i < 200; i++) await device.send({ w01018: i / 4 }, { time: from + i });
    await expectAll(api, "M-3", from, 200);
    await waitFor("the api to reach the broker again", async () => (await api.call("GET", "/readyz")).status === 200, {
      deadlineMs: 5_000,
    });
    expect(
      (await api.call("POST", "/api/v1/sites/M-3/readings", { time: from + 200, values: { w01018: 50 } })).status,
    ).toBe(202);
    await expectAll(api, "M-3", from, 201);
    await device.end();
  });
});

function segmentBytes(dir: string): number {
  const names = readdirSync(dir).filter((name) => /^\d{16}\./.test(name));
  return names.reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
}

describe("the bound of the journal", () => {
  it("counts what ingest has not come to: at it nothing more is acknowledged, and it goes on once ingest is back", async () => {
    // Room for two segments; the third would cross the bound.
    const bytesMax = 80 * 1024 * 1024;
    const running = await startSplit({ env: { JOURNAL_BYTES_MAX: String(bytesMax) } });
    system = running;
    const { api } = running;
    const device = await connectDevice(running.addresses.mqtt, await api.createSite("FULL"));
    await running.stopRole("ingest");
    // Sealed segments are compressed: what fills the journal must not be.
    const padding = randomBytes(180 * 1024).toString("base64");
    let [sent, acknowledged] = [0, 0];
    const send = async (): Promise<void> => {
      const time = Date.now() - 60_000 + sent++;
      await device.sendRaw(JSON.stringify({ time, values: { w01018: 1 }, padding }));
      acknowledged++;
    };
    const isWritable = async () => (await api.metrics()).value("plumeline_journal_writable") === 1;
    const sending: Promise<void>[] = [];
    await waitFor(
      "the journal to be full",
      async () => {
        while (sent - acknowledged < 40) sending.push(send());
        return !(await isWritable());
      },
      { deadlineMs: 20_000 },
    );
    expect(acknowledged).toBeLessThan(sent);
    // While a segment is being sealed it is there twice for a moment.
    const isWithin = () => segmentBytes(join(running.dataDir, "journal")) <= bytesMax;
    await waitFor("the segments to be within the bound", isWithin, { deadlineMs: 5_000 });
    const refused = await api.call("POST", "/api/v1/sites/FULL/readings", { time: Date.now(), values: { w01018: 2 } });
    expect(refused.status).toBe(503);
    await running.startRole("ingest");
    await Promise.all(sending);
    expect(await isWritable()).toBe(true);
    const ledger = await api.settledLedger("site=FULL", sent);
    expect(ledger.frames).toMatchObject({ acknowledged: sent, stored: sent });
    await device.end();
    // What is consumed is known at ingest's next checkpoint, half a minute later at most.
  }, 120_000);
});
