// The history contract's reading half across a link, and the choice of a store by settings.

import { join } from "node:path";
import { MessageChannel } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { Failure } from "#domain/failure.ts";
import type { History } from "#store/history/history.ts";
import { readMeanBlock } from "#store/history/mean-block.ts";
import { openHistory, type HistorySettings } from "#store/history/open.ts";
import { createRemoteHistoryReader, serveHistoryReader } from "#store/history/remote.ts";
import { createPortLink } from "#store/link/port.ts";
import { createRpc } from "#store/link/rpc.ts";
import { startAnnotatedCsvServer } from "#test/harness/annotated-csv-server.ts";
import { startInfluxd } from "#test/harness/influxd.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { createTempDir, type TempDir } from "#test/harness/temp-dir.ts";
import { buildBatch, defaultSite } from "./history-batches.ts";

const t0 = Date.parse("2026-11-22T00:00:00Z");
const range = { site: defaultSite, factors: ["w01018", "none"], from: t0, to: t0 + 1000, limit: 10 };
const batch = buildBatch(
  1,
  [{ time: t0, seq: 1, values: { w01018: [45, "D"] } }],
  [{ start: t0, seq: 1, values: { w01018: [NaN, NaN, NaN, 1, 0] } }],
);

let dir: TempDir;
beforeEach(async () => {
  dir = await createTempDir("history");
});
afterEach(() => dir.remove());

function settings(change: Partial<HistorySettings>): HistorySettings {
  const influx = {
    influxUrl: null,
    influxVersion: 1 as const,
    influxDatabase: "plumeline",
    influxUsername: "",
    influxPassword: "",
  };
  return {
    ...influx,
    influxOrg: "org",
    influxBucket: "",
    influxToken: "t",
    duckdbFile: join(dir.path, "h.duckdb"),
    ...change,
  };
}

async function roundTrip(history: History): Promise<void> {
  await history.start();
  await history.write(batch);
  const [raw] = await history.readRaw({ ...range, kind: "realtime" });
  expect(raw).toEqual({ factor: "w01018", time: [t0], value: [45], flag: ["D"] });
  await history.stop();
}

describe("a history reader across a link", () => {
  it("answers as the store itself, NaN and flags included", async () => {
    const history = openHistory(settings({}), createSilentLog());
    await history.start();
    await history.write(batch);
    const { port1, port2 } = new MessageChannel();
    const [asking, answering] = [createRpc("history"), createRpc("history")];
    asking.attach(createPortLink(port1));
    answering.attach(createPortLink(port2));
    serveHistoryReader(answering, history);
    const reader = createRemoteHistoryReader(asking);
    expect(await reader.readRaw({ ...range, kind: "realtime" })).toEqual(
      await history.readRaw({ ...range, kind: "realtime" }),
    );
    const means = await reader.readMeans({ ...range, tier: "1m" });
    expect(means).toEqual(await history.readMeans({ ...range, tier: "1m" }));
    expect(means[0]?.mean).toEqual([NaN]);
    const frames = { site: defaultSite, kind: "realtime", from: t0, to: t0 + 1, limit: 10 } as const;
    expect(await reader.readFrames?.(frames)).toEqual({ time: [t0], receivedAt: [t0 + 15], seq: [1] });
    await expect(asking.call("history.readFrames", { ...frames, kind: "week" })).rejects.toBeInstanceOf(Failure);
    const block = {
      sites: [range, { ...range, site: "nobody" }],
      tier: "1m" as const,
      from: t0,
      to: t0 + 1000,
      limit: 10,
    };
    expect(await readMeanBlock(reader, block)).toEqual(await readMeanBlock(history, block));
    expect([...(await readMeanBlock(reader, block)).from]).toEqual([0, 1, 1, 1, 1]);
    await expect(asking.call("history.readRaw", { site: 1 })).rejects.toBeInstanceOf(Failure);
    await expect(asking.call("history.readMeanBlock", { ...block, tier: "2m" })).rejects.toBeInstanceOf(Failure);
    asking.close();
    answering.close();
    await history.stop();
  });
});

describe("the settings choose", () => {
  it("the embedded store when there is no URL", () => roundTrip(openHistory(settings({}), createSilentLog())));

  it("InfluxDB 1.x with a URL", async () => {
    const server = await startInfluxd();
    onTestFinished(() => server.stop());
    await roundTrip(openHistory(settings({ influxUrl: server.url }), createSilentLog()));
  }, 40_000);

  it("InfluxDB 2.x by its version, where the database's name serves as bucket", async () => {
    const server = await startAnnotatedCsvServer();
    await roundTrip(openHistory(settings({ influxUrl: server.url, influxVersion: 2 }), createSilentLog()));
    expect(server.requests.some((request) => request.path.includes("bucket=plumeline"))).toBe(true);
    await server.stop();
  });

  it("InfluxDB 3 by its version, which is asked in InfluxQL", async () => {
    const server = await startAnnotatedCsvServer();
    const history = openHistory(settings({ influxUrl: server.url, influxVersion: 3 }), createSilentLog());
    await expect(history.start()).rejects.toBeInstanceOf(Failure);
    expect(server.requests[0]?.path).toMatch(/^\/query\?db=plumeline/);
    await history.stop();
    await server.stop();
  });
});
