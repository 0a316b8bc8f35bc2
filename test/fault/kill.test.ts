// kill -9 of the whole program under load, again and again on the same folder. What was acknowledged is compared with what
// is there afterwards: nothing lost, nothing doubled, alarms and newest values as the readings say.

import { afterEach, describe, expect, it } from "vitest";
import type { AlarmJson, ApiClient } from "#test/harness/api-client.ts";
import { connectDevice } from "#test/harness/device.ts";
import { startInfluxd, type TestInfluxd } from "#test/harness/influxd.ts";
import { openLive } from "#test/harness/live-client.ts";
import { type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";
import { createLoadDevice, createRandom, type LoadDevice, loadLimit, valueAt } from "./load.ts";

const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
const deviceCount = 24;

let influxd: TestInfluxd | null = null;
let system: RunningSystem | null = null;
afterEach(async () => {
  await system?.close();
  await influxd?.stop();
  system = influxd = null;
});

/** Alarms that stand while the load runs; one is acknowledged before every kill. */
async function raiseStandingAlarms({ api, addresses }: RunningSystem, count: number): Promise<AlarmJson[]> {
  for (let i = 0; i < count; i++) {
    const site = `K-${i}`;
    const device = await connectDevice(addresses.mqtt, await api.createSite(site));
    await api.putLimit(site, "w01018", 10);
    await device.send({ w01018: 20 + i });
    await device.end();
  }
  const isKept = ({ site }: AlarmJson) => site.startsWith("K-");
  return waitFor(
    "the standing alarms",
    async () => {
      const alarms = (await api.alarms()).filter(isKept);
      return alarms.length === count && alarms.toSorted((a, b) => a.site.localeCompare(b.site));
    },
    { deadlineMs: 5_000 },
  );
}

interface Sum {
  acknowledged: number;
  stored: number;
}

/** Every acknowledged reading is in history with its value, nothing else is; newest value and alarm say the same. */
async function checkDevice(api: ApiClient, device: LoadDevice, alarms: readonly AlarmJson[], sum: Sum): Promise<void> {
  const { index, sent, site } = device;
  const times = [...sent.keys()];
  const range = { from: times[0] ?? 0, to: (times.at(-1) ?? 0) + 1, interval: "raw" } as const;
  const points = await api.history(site, "w01018", range);
  const stored = new Map(points.map(([time, value]) => [time, value]));
  expect(stored.size).toBe(points.length);
  for (const [time, state] of sent) {
    if (state === "acknowledged" && !stored.has(time)) throw new Error(`${site} ${time}: acknowledged and lost`);
  }
  for (const [time, value] of stored) {
    if (!sent.has(time) || value !== valueAt(index, time)) throw new Error(`${site} ${time}: ${value} was never sent`);
  }
  const last = points.at(-1)?.[0] ?? 0;
  const latest = (await api.latest(site))["w01018"];
  expect([latest?.time, latest?.value]).toEqual([new Date(last).toISOString(), valueAt(index, last)]);
  expect(latest?.ageSeconds).toBeLessThanOrEqual(Math.ceil((Date.now() - last) / 1000) + 1);
  const first = points.find(([, value]) => Number(value) > loadLimit);
  const mine = alarms.filter((alarm) => alarm.site === site);
  expect(mine.map(({ onset, state }) => [onset, state])).toEqual(
    first === undefined
      ? []
      : [[new Date(first[0]).toISOString(), valueAt(index, last) > loadLimit ? "unack-active" : "rtn-unack"]],
  );
  sum.acknowledged += [...sent.values()].filter((state) => state === "acknowledged").length;
  sum.stored += stored.size;
}

/** `others`: frames of one reading each that were sent beside the load. */
async function checkAll(running: RunningSystem, devices: readonly LoadDevice[], others: number): Promise<void> {
  const { api } = running;
  const sum: Sum = { acknowledged: 0, stored: 0 };
  await sendMarker(api);
  const alarms = await api.alarms();
  for (const device of devices) await checkDevice(api, device, alarms, sum);
  expect(sum.stored).toBeGreaterThanOrEqual(sum.acknowledged);
  // A frame of the load is two readings.
  const frames = sum.stored + others + 1;
  const ledger = await api.settledLedger("", frames);
  expect(ledger.frames).toMatchObject({ stored: frames, quarantined: 0 });
  expect(ledger.readings).toMatchObject({ stored: 2 * sum.stored + others + 1, quarantined: 0 });
  expect(ledger.balanced).toBe(true);
}

/** A reading behind all others: once it is in history, they are there too. */
async function sendMarker(api: ApiClient): Promise<void> {
  const time = Date.now();
  const reply = await api.call("POST", "/api/v1/sites/K-0/readings", { time, kind: "minute", values: { w01001: 7 } });
  expect(reply.status).toBe(202);
  const range = { from: String(time), to: String(time + 1), interval: "raw", kind: "minute" };
  const query = new URLSearchParams({ site: "K-0", factor: "w01001", ...range });
  const arrived = async () =>
    (await api.call("GET", `/api/v1/history?${query.toString()}`)).text.includes(`[${time},7,`);
  await waitFor("the marker in history", arrived, { deadlineMs: 10_000, everyMs: 50 });
}

async function expectAlarm(running: RunningSystem, expected: AlarmJson): Promise<void> {
  const { id, version, state, ackedBy } = expected;
  const live = await openLive(running.addresses.http, { token: running.api.token });
  // From the first frame on: a screen must never show an older state than it has shown before.
  expect(live.frames[0]?.alarms.find((alarm) => alarm.id === id)).toMatchObject({ version, state, ackedBy });
  await live.close();
  const stored = await running.api.alarm(id);
  expect(stored).toMatchObject({ version, state, ackedBy });
  expect(stored.transitions.map((row) => row["version"])).toEqual(Array.from({ length: version }, (_, i) => i + 1));
}

describe.each([
  { store: "DuckDB", rounds: 4 },
  { store: "InfluxDB", rounds: 3 },
])("kill -9 under load, history in $store", ({ store, rounds }) => {
  it(`nothing that was acknowledged is lost or doubled, and no alarm forgets what happened to it (seed ${seed})`, async () => {
    const random = createRandom(seed);
    if (store === "InfluxDB") influxd = await startInfluxd();
    const running = await startSystem(influxd === null ? {} : { env: { INFLUX_URL: influxd.url } });
    system = running;
    const standing = await raiseStandingAlarms(running, rounds + 1);
    const from = Date.now() - 5_000;
    const devices: LoadDevice[] = [];
    for (let i = 0; i < deviceCount; i++) {
      const credentials = await running.api.createSite(`LOAD-${i}`);
      await running.api.putLimit(credentials.username, "w01018", loadLimit);
      devices.push(createLoadDevice(i, credentials, from + i));
    }
    const acked: AlarmJson[] = [];
    for (let round = 0; round < rounds; round++) {
      await Promise.all(devices.map((device) => device.connect(running.addresses.mqtt)));
      await Promise.all(devices.map((device) => device.repeatUnknown()));
      const runs = devices.map((device) => device.run());
      const goal = countAcknowledged(devices) + 1_000 + Math.floor(random() * 3_000);
      await waitFor("enough acknowledgements", () => countAcknowledged(devices) >= goal, {
        deadlineMs: 20_000,
        everyMs: 1,
      });
      const reply = await running.api.acknowledge(
        standing[round] ?? ({ id: "", version: 0 } as AlarmJson),
        `round ${round}`,
      );
      expect(reply.status).toBe(200);
      acked.push(reply.body as AlarmJson);
      await running.kill();
      await Promise.all(runs);
      await running.start();
      if (round === 0) {
        // A clean stop leaves a checkpoint: the kills after it are repaired from its middle of the journal, not from the begin.
        await running.stop();
        await running.start();
      }
      for (const alarm of acked) await expectAlarm(running, alarm);
      await expectAlarm(running, standing[rounds] ?? ({ id: "none" } as AlarmJson));
    }
    await Promise.all(devices.map((device) => device.connect(running.addresses.mqtt)));
    await Promise.all(devices.map((device) => device.repeatUnknown()));
    expect(devices.every((device) => [...device.sent.values()].every((state) => state === "acknowledged"))).toBe(true);
    await checkAll(running, devices, standing.length);
    await Promise.all(devices.map((device) => device.stop()));
  });
});

function countAcknowledged(devices: readonly LoadDevice[]): number {
  let count = 0;
  for (const { sent } of devices) for (const state of sent.values()) if (state === "acknowledged") count++;
  return count;
}
