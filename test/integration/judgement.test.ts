// From a minute to a judgement, through the real program on a real InfluxDB, in which the test looks for itself: devices send two
// hours of the past over MQTT, the hours that count are in history, exceedances in the table; then one late minute, a mark, and
// another limit each change exactly what they touch.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dayMs, dayStart, hourMs, minuteMs } from "#domain/time.ts";
import { createInflux1History } from "#store/history/influx1.ts";
import type { History } from "#store/history/history.ts";
import type { Credentials, Json } from "#test/harness/api-client.ts";
import { connectDevice, type Device } from "#test/harness/device.ts";
import { startInfluxd, type TestInfluxd } from "#test/harness/influxd.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

const yesterday = dayStart(Date.now()) - dayMs;
const begin = yesterday + 9 * hourMs;
const patience = { deadlineMs: 20_000, everyMs: 50 };
const gas = "G-1";
const water = "W-1";

interface ExceedanceJson extends Json {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly window: readonly [string, string];
  readonly mean: number;
  readonly valid: number;
  readonly cause: string;
}

let influxd: TestInfluxd;
let stored: History;
let system: RunningSystem;
let devices: readonly Device[] = [];

async function sendHour(device: Device, hour: number, values: (minute: number) => Json, count = 60): Promise<void> {
  for (let minute = 0; minute < count; minute++)
    await device.send(values(minute), { time: begin + hour * hourMs + minute * minuteMs });
}

/** [start, mean, min, max, count, valid] */
async function lawful(site: string, code: string, tier: "1h" | "1d" = "1h"): Promise<number[][]> {
  const query = { site, factors: [code], tier, from: yesterday, to: yesterday + dayMs, limit: 100 };
  const [series] = await stored.readMeans(query);
  const { start = [], mean = [], min = [], max = [], count = [], valid = [] } = series ?? {};
  return start.map((at, i) => [at, mean[i], min[i], max[i], count[i], valid[i]].map((value) => value ?? Number.NaN));
}

async function exceedances(query: string): Promise<readonly ExceedanceJson[]> {
  const reply = await system.api.call("GET", `/api/v1/exceedances?${query}`);
  expect(reply.status).toBe(200);
  return reply.body["items"] as readonly ExceedanceJson[];
}

async function versionsOf(id: string): Promise<readonly ExceedanceJson[]> {
  const reply = await system.api.call("GET", `/api/v1/exceedances/${encodeURIComponent(id)}`);
  return (reply.body["versions"] ?? []) as readonly ExceedanceJson[];
}

async function judgedAll(): Promise<void> {
  await waitFor(
    "everything to be judged",
    async () => {
      const { text } = await system.api.metrics();
      return /^plumeline_ingest_judging_hours 0$/m.test(text) && /^plumeline_ingest_judging_windows 0$/m.test(text);
    },
    patience,
  );
}

const startOf = (hour: number): string => new Date(begin + hour * hourMs).toISOString();
const idOf = (site: string, factor: string, hour: number): string => `${site}:${factor}:hour:${begin + hour * hourMs}`;

beforeAll(async () => {
  influxd = await startInfluxd();
  system = await startSystem({ env: { INFLUX_URL: influxd.url, INFLUX_DATABASE: "judged" } });
  stored = createInflux1History({ url: influxd.url, database: "judged", log: createSilentLog() });
  await stored.start();
  const { api } = system;
  const made: Credentials[] = [];
  const factors = ["a21026", "a19001", "a00000"];
  made.push(await api.createSite(gas, { kind: "gas-outfall", factors, intervalSeconds: 60 }));
  made.push(await api.createSite(water, { kind: "water-outfall", factors: ["w01018", "w00000"], intervalSeconds: 60 }));
  const limit = { site: gas, factor: "a21026", max: 50, basis: "hour", from: new Date(yesterday).toISOString() };
  expect((await api.call("POST", "/api/v1/limits", { ...limit, refO2: 16, reason: "sinter" })).status).toBe(201);
  await api.putLimit(water, "w01018", 40, "hour", yesterday);
  devices = await Promise.all(made.map((credentials) => connectDevice(system.addresses.mqtt, credentials)));
  const [stack, outlet] = devices;
  if (stack === undefined || outlet === undefined) throw new Error("two devices");
  // 33 mg/m³ at 18 % oxygen are 55 at 16 %; in the second hour 27 are 45.
  await sendHour(stack, 0, () => ({ a21026: 33, a19001: 18, a00000: 360_000 }));
  await sendHour(stack, 1, () => ({ a21026: 27, a19001: 18, a00000: 360_000 }));
  await sendHour(outlet, 0, () => ({ w01018: 30, w00000: 10 }), 59);
  await sendHour(outlet, 1, () => ({ w01018: 39.9, w00000: 20 }), 59);
}, 60_000);

afterAll(async () => {
  await Promise.all(devices.map((device) => device.end()));
  await stored?.stop();
  await system?.close();
  await influxd?.stop();
});

describe("two hours of a stack and of an outlet", () => {
  it("are in history as the means that count, dry and corrected, with their loads", async () => {
    const points = await waitFor(
      "both lawful hours of the stack",
      async () => {
        const found = await lawful(gas, "a21026-law");
        return found.length === 2 && found.every(([, , , , count]) => count === 60) && found;
      },
      patience,
    );
    expect(points).toEqual([
      [begin, 55, 55, 55, 60, 60],
      [begin + hourMs, 45, 45, 45, 60, 60],
    ]);
    // 33 mg/m³ × 360,000 m³ are 11.88 kg: the load is of what was measured, not of what it is corrected to.
    const loads = await lawful(gas, "a21026-kg");
    expect(loads.map(([, kg]) => kg)).toEqual([11.88, 9.72]);
    await judgedAll();
    const outlet = await waitFor(
      "both lawful hours of the outlet",
      async () => {
        const found = await lawful(water, "w01018-law");
        return found.length === 2 && found.every(([, , , , count]) => count === 59) && found;
      },
      patience,
    );
    expect(outlet.map(([, mean]) => mean)).toEqual([30, 39.9]);
  });

  it("are answered as series of history beside the plain means, with their units, and of hours and days only", async () => {
    const ask = (interval: string) =>
      system.api.call(
        "GET",
        `/api/v1/history?site=${gas}&factor=a21026&interval=${interval}&mean=plain,lawful,load&from=${begin}&to=${begin + hourMs}`,
      );
    const series = (await ask("1h")).body["series"] as { factor: string; unit: string; points: number[][] }[];
    expect(series.map(({ factor, unit, points }) => [factor, unit, points[0]?.[1]])).toEqual([
      ["a21026", "mg/m3", 33],
      ["a21026-law", "mg/m3", 55],
      ["a21026-kg", "kg", 11.88],
    ]);
    expect((await ask("1m")).status).toBe(400);
  });

  it("are judged: the one above its limit is an exceedance, and nothing else is", async () => {
    await judgedAll();
    const found = await exceedances(`from=${yesterday}&to=${yesterday + dayMs}`);
    expect(found).toHaveLength(1);
    const window = [startOf(0), startOf(1)];
    const series = { id: idOf(gas, "a21026", 0), site: gas, factor: "a21026", basis: "hour", window };
    const parts = { valid: 60, due: 60, correctedTo: 16, status: "confirmed" };
    expect(found[0]).toMatchObject({ ...series, ...parts, mean: 55, limit: 50, unit: "mg/m3", side: "max" });
  });

  it("make a day of the outlet that is weighted by its flow, and is no valid day with two hours", async () => {
    // (30 × 10 + 39.9 × 20) / 30
    expect((await lawful(water, "w01018-law", "1d")).map(([, mean, , , count, valid]) => [mean, count, valid])).toEqual(
      [[36.6, 2, 2]],
    );
    expect((await exceedances(`site=${water}`)).length).toBe(0);
  });
});

describe("afterwards", () => {
  it("one late minute changes exactly the hour that holds it, and makes the exceedance it is", async () => {
    const before = await lawful(water, "w01018-law");
    await devices[1]?.send({ w01018: 90, w00000: 20 }, { time: begin + hourMs + 59 * minuteMs });
    const [found] = await waitFor(
      "the exceedance",
      async () => {
        const all = await exceedances(`site=${water}&basis=hour`);
        return all.length > 0 && all;
      },
      patience,
    );
    expect(found).toMatchObject({ id: idOf(water, "w01018", 1), version: 1, cause: "late", valid: 60, mean: 40.735 });
    await judgedAll();
    const after = await waitFor(
      "the mean in history",
      async () => {
        const all = await lawful(water, "w01018-law");
        return all[1]?.[1] === 40.735 && all;
      },
      patience,
    );
    expect(after[0]).toEqual(before[0]);
    const stack = await versionsOf(idOf(gas, "a21026", 0));
    expect(stack.filter(({ status }) => status !== "superseded")).toHaveLength(1);
  });

  it("a late minute of an hour that exceeds is a second version of it, and the first stays", async () => {
    await devices[1]?.send({ w01018: 95, w00000: 20 }, { time: begin + hourMs + 59 * minuteMs });
    const id = idOf(water, "w01018", 1);
    const versions = await waitFor(
      "the second version",
      async () => {
        const all = await versionsOf(id);
        return all.length === 2 && all;
      },
      patience,
    );
    expect(versions.map(({ version, mean, cause }) => [version, mean, cause])).toEqual([
      [1, 40.735, "late"],
      [2, 40.818333333, "late"],
    ]);
  });

  it("a mark over the hour takes the exceedance out, and a limit that changes in the past makes another one", async () => {
    const id = idOf(gas, "a21026", 0);
    const mark = { site: gas, label: "calibration", from: startOf(0), to: startOf(1), reason: "span gas" };
    const entered = await system.api.call("POST", "/api/v1/marks", mark);
    expect(entered.status, entered.text).toBe(201);
    const accept = async (): Promise<void> => {
      const { id: of, version, status } = entered.body as { id: string; version: number; status: string };
      if (status !== "late") return;
      const order = { expectedVersion: version, reason: "seen" };
      expect((await system.api.call("POST", `/api/v1/marks/${of}/accept`, order)).status).toBe(200);
    };
    await accept();
    await waitFor(
      "the mark to count",
      async () => (await exceedances(`site=${gas}`))[0]?.status === "marked",
      patience,
    );
    const limit = {
      site: gas,
      factor: "a21026",
      max: 44,
      basis: "hour",
      from: startOf(1),
      refO2: 16,
      reason: "permit",
    };
    expect((await system.api.call("POST", "/api/v1/limits", limit)).status).toBe(201);
    const found = await waitFor(
      "the exceedance under the new limit",
      async () => (await exceedances(`site=${gas}&status=confirmed`)).find(({ mean }) => mean === 45),
      patience,
    );
    expect(found).toMatchObject({ limit: 44, cause: "limit", window: [startOf(1), startOf(2)] });
    expect((await versionsOf(id)).at(-1)).toMatchObject({ status: "marked", mean: 55 });
  });

  it("everything judged again says the same: no version comes of it", async () => {
    await judgedAll();
    const all = async (): Promise<readonly Json[]> => exceedances("status=confirmed&status=marked&status=withdrawn");
    const before = await all();
    expect(before).toHaveLength(3);
    const order = { from: new Date(yesterday).toISOString(), to: startOf(4), reason: "to see that it is the same" };
    const reply = await system.api.call("POST", "/api/v1/judgement/recompute", order);
    expect(reply.status, reply.text).toBeLessThan(300);
    await judgedAll();
    expect(await all()).toEqual(before);
  });
});
