// The history contract on a real InfluxDB 1.x, and what a server adds: limits, foreign fields, outages, passwords.

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createInflux1History } from "#store/history/influx1.ts";
import type { History } from "#store/history/history.ts";
import { startInfluxd, type TestInfluxd } from "#test/harness/influxd.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { buildBatch, buildLoad, defaultSite } from "./history-batches.ts";
import { describeHistory, type HistoryHarness } from "./history.ts";

let server: TestInfluxd;
beforeAll(async () => {
  server = await startInfluxd();
}, 40_000);
afterAll(() => server.stop());

let databases = 0;

async function open(database: string, url = server.url): Promise<History> {
  const history = createInflux1History({ url, database, log: createSilentLog() });
  await history.start();
  return history;
}

function createHarness(): HistoryHarness {
  const database = `plumeline test-${++databases} "quoted"`;
  return { openFresh: () => open(database), reopen: () => open(database), close: async () => undefined };
}

describeHistory("InfluxDB 1.x", createHarness);

const t0 = Date.parse("2026-11-22T00:00:00Z");
const query = { site: defaultSite, factors: ["w01018"], kind: "realtime" as const, from: 0, to: 1e15, limit: 1000 };

async function writeLine(database: string, line: string): Promise<void> {
  const response = await fetch(`${server.url}/write?db=${encodeURIComponent(database)}&precision=ms`, {
    method: "POST",
    body: line,
  });
  expect(response.status).toBe(204);
}

describe("an InfluxDB 1.x server", () => {
  it("that does not answer is a failure to try again, with a hint", async () => {
    const history = createInflux1History({ url: "http://127.0.0.1:9", database: "x", log: createSilentLog() });
    await expect(history.start()).rejects.toMatchObject({ code: "history-unavailable", retryable: true });
    await history.stop();
  });

  it("with a field of another type refuses those points, takes the others, and does not wedge", async () => {
    const history = await open("conflict");
    await writeLine("conflict", `readings,site=${defaultSite} w01018="text" ${t0 - 1000}\n`);
    const batch = buildBatch(2, [
      { time: t0, seq: 1, values: { w01018: 45 } },
      { site: "other", time: t0, seq: 2, values: { w01001: 7 } },
    ]);
    await expect(history.write(batch)).rejects.toMatchObject({
      code: "history-refused",
      retryable: false,
      hint: expect.stringContaining("type") as string,
    });
    const [ph] = await history.readRaw({ ...query, site: "other", factors: ["w01001"] });
    expect(ph?.value).toEqual([7]);
    expect(await history.cursor()).toBe(0);
    await history.write(buildBatch(2, []));
    expect(await history.cursor()).toBe(2);
    await history.stop();
  });

  it("keeps whole numbers as floats, so that the next broken number fits", async () => {
    const history = await open("floats");
    await history.write(buildBatch(1, [{ time: t0, seq: 1, values: { w01018: 45 } }]));
    await history.write(buildBatch(2, [{ time: t0 + 1, seq: 2, values: { w01018: 45.5 } }]));
    const [series] = await history.readRaw(query);
    expect(series?.value).toEqual([45, 45.5]);
    await history.stop();
  });

  it("clears a flag when the corrected value arrives after a restart", async () => {
    const first = await open("flags");
    await first.write(buildBatch(1, [{ time: t0, seq: 1, values: { w01018: [45, "D"] } }]));
    await first.stop();
    const second = await open("flags");
    await second.write(buildBatch(2, [{ time: t0, seq: 2, values: { w01018: 44 } }]));
    const [series] = await second.readRaw(query);
    expect(series).toEqual({ factor: "w01018", time: [t0], value: [44], flag: ["N"] });
    await second.stop();
  });

  it("that carries an old request out behind a newer one still answers the newer values", async () => {
    // One who opened the empty store before the others and writes when everything is over: a request that was given up.
    const forgotten = await open("forgotten");
    await forgotten.cursor();
    const writer = await open("forgotten");
    const mean = (value: number, n: number) => ({ w01018: [value, value, value, n, n] as const });
    const first = buildBatch(
      1,
      [{ time: t0, seq: 1, values: { w01018: [45, "D"], w01001: 7 } }],
      [{ tier: "1h", start: t0, seq: 1, values: mean(45, 1) }],
    );
    await writer.write(first);
    const second = [{ time: t0, seq: 2, values: { w01018: 46 } }];
    await writer.write(buildBatch(2, second, [{ tier: "1h", start: t0, seq: 2, values: mean(46, 2) }]));
    const third = [{ time: t0, seq: 3, values: { w01018: 47 } }];
    await writer.write(buildBatch(3, third, [{ tier: "1h", start: t0, seq: 3, values: mean(47, 3) }]));
    await forgotten.write(first);
    const [cod, ph] = await writer.readRaw({ ...query, factors: ["w01018", "w01001"] });
    expect(cod).toEqual({ factor: "w01018", time: [t0], value: [47], flag: ["N"] });
    expect(ph?.value).toEqual([7]);
    const range = { tier: "1h" as const, from: t0, to: t0 + 3_600_000, limit: 1e9 };
    const [single] = await writer.readMeans({ ...query, ...range });
    expect(single).toMatchObject({ start: [t0], mean: [47], valid: [3] });
    const sites = [{ site: defaultSite, factors: ["w01018"] }];
    const block = await writer.readMeanBlock?.({ ...range, sites });
    expect([...(block?.mean ?? [])]).toEqual([47]);
    await forgotten.stop();
    await writer.stop();
  });

  it("that a later release has written to is refused at the start, with what to do", async () => {
    await writeLine("forgotten", `plumeline_cursor cursor=3i,format=99i ${t0}\n`);
    await expect(open("forgotten")).rejects.toMatchObject({
      code: "history-invalid",
      retryable: false,
      hint: expect.stringContaining("release") as string,
    });
  });

  it("that is full of series is a failure to try again, never a refusal", async () => {
    const limited = await startInfluxd({ maxValuesPerTag: 3 });
    onTestFinished(() => limited.stop());
    const log = createSilentLog();
    const history = createInflux1History({ url: limited.url, database: "plumeline", log });
    await history.start();
    expect(log.lines.filter((line) => line.level === "warn")).toHaveLength(1);
    await history.write(buildLoad({ points: 3, sites: 3, seqFrom: 1, timeFrom: t0 }));
    const load = buildLoad({ points: 10, sites: 5, seqFrom: 4, timeFrom: t0 });
    await expect(history.write(load)).rejects.toMatchObject({
      code: "history-unavailable",
      retryable: true,
      hint: expect.stringContaining("max-values-per-tag") as string,
    });
    expect(await history.cursor()).toBe(3);
    await history.stop();
  }, 40_000);

  it("that is killed loses nothing it has taken, and takes the rest when it is back", async () => {
    const own = await startInfluxd();
    onTestFinished(() => own.stop());
    const history = await open("plumeline", own.url);
    const batchOf = (n: number) =>
      buildLoad({ points: 500, sites: 1, seqFrom: n * 500 + 1, timeFrom: t0 + n * 500_000 });
    await history.write(batchOf(0));
    await own.kill();
    await expect(history.write(batchOf(1))).rejects.toMatchObject({ code: "history-unavailable", retryable: true });
    await expect(history.readRaw(query)).rejects.toMatchObject({ code: "history-unavailable", retryable: true });
    await own.restart();
    expect(await history.cursor()).toBe(500);
    await history.write(batchOf(1));
    expect(await history.cursor()).toBe(1000);
    const [series] = await history.readRaw({ ...query, site: "HB-130200-0", factors: ["w01010"], limit: 5000 });
    expect(series?.time).toHaveLength(1000);
    await history.stop();
  }, 40_000);

  it("that is killed under load has never a cursor ahead of its rows", async () => {
    const own = await startInfluxd();
    onTestFinished(() => own.stop());
    const history = await open("plumeline", own.url);
    let written = 0;
    const writing = (async () => {
      for (let n = 0; ; n++) {
        await history.write(buildLoad({ points: 500, sites: 1, seqFrom: n * 500 + 1, timeFrom: t0 + n * 500_000 }));
        if (++written === 8) process.kill(own.pid, "SIGKILL");
      }
    })();
    await expect(writing).rejects.toMatchObject({ code: "history-unavailable", retryable: true });
    await own.restart();
    const cursor = await history.cursor();
    expect(cursor).toBeGreaterThanOrEqual(written * 500);
    const [series] = await history.readRaw({ ...query, site: "HB-130200-0", factors: ["w01019"], limit: 1e6 });
    expect(series?.time.length).toBeGreaterThanOrEqual(cursor);
    await history.stop();
  }, 40_000);

  it("with a password lets Plumeline in with it, and without it says what to check", async () => {
    const admin = { username: "plume line", password: "s3:cret" };
    const guarded = await startInfluxd({ admin });
    onTestFinished(() => guarded.stop());
    const open = (password: string) =>
      createInflux1History({ url: guarded.url, database: "plumeline", ...admin, password, log: createSilentLog() });
    const stranger = open("wrong");
    await expect(stranger.start()).rejects.toMatchObject({
      code: "history-unavailable",
      hint: expect.stringContaining("INFLUX_PASSWORD") as string,
    });
    await stranger.stop();
    const history = open(admin.password);
    await history.start();
    await history.write(buildBatch(1, [{ time: t0, seq: 1, values: { w01018: 45 } }]));
    const [series] = await history.readRaw(query);
    expect(series?.value).toEqual([45]);
    await history.stop();
  }, 40_000);
});
