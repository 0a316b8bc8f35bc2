// The history contract for InfluxDB 2.x. No such server is packaged here, so the two halves are proven apart: the suite runs
// on a stand-in that speaks the documented protocol, and the write path runs on a real VictoriaMetrics.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createInflux2History, Influx2Writer } from "#store/history/influx2.ts";
import type { History } from "#store/history/history.ts";
import { startAnnotatedCsvServer, type AnnotatedCsvServer } from "#test/harness/annotated-csv-server.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { startVictoria, type Victoria } from "#test/harness/victoria.ts";
import { buildBatch, buildLoad, defaultSite } from "./history-batches.ts";
import { describeHistory, type HistoryHarness } from "./history.ts";

const t0 = Date.parse("2026-11-22T00:00:00Z");
const query = { site: defaultSite, factors: ["w01018"], kind: "realtime" as const, from: 0, to: 1e15, limit: 1000 };

function create(url: string): History {
  return createInflux2History({
    url,
    org: "Hebei & co",
    bucket: 'plume "line"',
    token: "s3cret",
    log: createSilentLog(),
  });
}

function createHarness(): HistoryHarness {
  let server: AnnotatedCsvServer | undefined;
  async function open(): Promise<History> {
    const history = create(server?.url ?? "");
    await history.start();
    return history;
  }
  return {
    async openFresh() {
      server = await startAnnotatedCsvServer();
      return open();
    },
    reopen: open,
    close: async () => server?.stop(),
  };
}

describeHistory("InfluxDB 2.x (a stand-in)", createHarness);

describe("the client of InfluxDB 2.x", () => {
  let server: AnnotatedCsvServer;
  beforeAll(async () => {
    server = await startAnnotatedCsvServer();
  });
  afterAll(() => server.stop());

  it("names organisation, bucket, precision and token as they were given", async () => {
    const history = create(server.url);
    await history.write(buildBatch(1, [{ time: t0, seq: 1, values: { w01018: 45 } }]));
    const write = server.requests.find((request) => request.path.startsWith("/api/v2/write"));
    const parameters = new URL(write?.path ?? "", server.url).searchParams;
    expect(Object.fromEntries(parameters)).toEqual({ org: "Hebei & co", bucket: 'plume "line"', precision: "ns" });
    expect(write?.authorization).toBe("Token s3cret");
    await history.stop();
  });

  it("asks to try again after an overload, and gives up on what is refused, with a hint", async () => {
    const history = create(server.url);
    await history.start();
    const batch = buildBatch(2, [{ time: t0, seq: 2, values: { w01018: 45 } }]);
    for (const status of [429, 500, 503, 401, 404]) {
      server.failNext(status, '{"code":"x","message":"no"}');
      await expect(history.write(batch)).rejects.toMatchObject({ code: "history-unavailable", retryable: true });
    }
    server.failNext(422, '{"code":"unprocessable entity","message":"field type conflict"}');
    await expect(history.write(batch)).rejects.toMatchObject({
      code: "history-refused",
      retryable: false,
      hint: expect.stringContaining("type") as string,
    });
    server.failNext(500, "{}");
    await expect(history.readRaw(query)).rejects.toMatchObject({ code: "history-unavailable", retryable: true });
    await history.stop();
  });

  it("says that a server which is not there can be tried again", async () => {
    await expect(create("http://127.0.0.1:9").start()).rejects.toMatchObject({
      code: "history-unavailable",
      retryable: true,
    });
  });
});

describe("what is written to /api/v2/write of a real server", () => {
  let victoria: Victoria;
  beforeAll(async () => {
    victoria = await startVictoria();
  }, 30_000);
  afterAll(() => victoria.stop());

  /** VictoriaMetrics answers no Flux, so the writing half is told that the store is empty. */
  function createWriter(): Influx2Writer {
    const options = { url: victoria.url, org: "o", bucket: "b", token: "t", log: createSilentLog() };
    return new Influx2Writer(options, async () => ({ cursor: 0, newest: -Infinity, format: 0 }));
  }

  it("arrives there with its names, values and times", async () => {
    const writer = createWriter();
    await writer.start();
    await writer.write(
      buildBatch(
        7,
        [
          { site: "a.b-c_d", time: t0, seq: 6, values: { w01018: 45, "bfg.use": [0.25, "D"] } },
          { site: "a.b-c_d", time: t0 + 1000, seq: 7, values: { w01018: 45.5 } },
        ],
        [
          {
            site: "a.b-c_d",
            tier: "1h",
            start: t0,
            seq: 7,
            values: { w01018: [45.25, 45, 45.5, 2, 2], "bfg.use": [NaN, NaN, NaN, 1, 0] },
          },
        ],
      ),
    );
    const only = async (name: string) => {
      const [series, ...more] = await victoria.export(name);
      expect(more).toEqual([]);
      return { site: series?.metric["site"], values: series?.values, timestamps: series?.timestamps };
    };
    expect(await only("readings_w01018")).toEqual({ site: "a.b-c_d", values: [45, 45.5], timestamps: [t0, t0 + 1000] });
    expect(await only("readings_bfg.use")).toEqual({ site: "a.b-c_d", values: [0.25], timestamps: [t0] });
    expect(await only("readings_seq")).toMatchObject({ values: [6, 7] });
    expect(await only("means_1h_w01018")).toEqual({ site: "a.b-c_d", values: [45.25], timestamps: [t0] });
    expect(await only("means_1h_bfg.use_valid")).toMatchObject({ values: [0] });
    expect(await victoria.export("means_1h_bfg.use")).toEqual([]);
    expect(await only("plumeline_cursor_cursor")).toMatchObject({ values: [7] });
  });

  it("is fifty thousand values in one batch without a loss", async () => {
    const writer = createWriter();
    await writer.write(buildLoad({ points: 5000, sites: 10, seqFrom: 1, timeFrom: t0 }));
    const series = (await victoria.export("readings_w01012")).filter((one) => one.metric["site"]?.startsWith("HB-"));
    expect(series).toHaveLength(10);
    expect(series.map((one) => one.values.length)).toEqual(Array.from({ length: 10 }, () => 500));
  });
});
