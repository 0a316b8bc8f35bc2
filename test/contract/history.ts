// What every history store must do, whatever it is made of. Each implementation's test calls `describeHistory` with a way
// to open a fresh store and to open the same store again.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { History, MeanSeries, RawQuery } from "#store/history/history.ts";
import { buildBatch, buildLoad, defaultSite } from "./history-batches.ts";
import { describeMeans } from "./history-means.ts";

export interface HistoryHarness {
  /** A started store with nothing in it. */
  openFresh(): Promise<History>;
  /** The same store, started again: the earlier one is stopped by then. */
  reopen(): Promise<History>;
  /** Ends what openFresh began. */
  close(): Promise<void>;
}

const t0 = Date.parse("2026-11-22T00:00:00Z");
const all = { from: t0 - 86_400_000, to: t0 + 86_400_000, limit: 1_000_000 };

function rawQuery(query: Partial<RawQuery> & { factors: readonly string[] }): RawQuery {
  return { site: defaultSite, kind: "realtime", ...all, ...query };
}

export function describeHistory(name: string, createHarness: () => HistoryHarness): void {
  describe(`history in ${name}`, () => {
    let harness: HistoryHarness;
    let history: History;

    beforeEach(async () => {
      harness = createHarness();
      history = await harness.openFresh();
    });
    afterEach(async () => {
      await history.stop();
      await harness.close();
    });

    async function reopen(): Promise<void> {
      await history.stop();
      history = await harness.reopen();
    }

    describeReadings(() => history);
    describeMeans(() => history);
    describeCursor(() => history, reopen);
  });
}

function describeReadings(history: () => History): void {
  it("an empty store answers empty series and the cursor 0", async () => {
    expect(await history().cursor()).toBe(0);
    expect(await history().readRaw(rawQuery({ factors: ["w01018", "w01001"] }))).toEqual([
      { factor: "w01018", time: [], value: [], flag: [] },
      { factor: "w01001", time: [], value: [], flag: [] },
    ]);
    const means = await history().readMeans({ site: defaultSite, factors: ["w01018"], tier: "1h", ...all });
    expect(means).toEqual([emptyMeans("w01018")]);
  });

  it("series come back in the order they were asked for, each ordered by time", async () => {
    await history().write(
      buildBatch(3, [
        { time: t0 + 2000, seq: 1, values: { w01018: 45, w01001: 7.31 } },
        { time: t0 + 1000, seq: 2, values: { w01018: 44.5, w01001: 7.3 } },
        { time: t0 + 3000, seq: 3, values: { w01018: 46.25 } },
      ]),
    );
    expect(await history().readRaw(rawQuery({ factors: ["w01001", "w99999", "w01018"] }))).toEqual([
      { factor: "w01001", time: [t0 + 1000, t0 + 2000], value: [7.3, 7.31], flag: ["N", "N"] },
      { factor: "w99999", time: [], value: [], flag: [] },
      { factor: "w01018", time: [t0 + 1000, t0 + 2000, t0 + 3000], value: [44.5, 45, 46.25], flag: ["N", "N", "N"] },
    ]);
  });

  it("what a device sent beside a value is a series of its own, and its newest version counts too", async () => {
    await history().write(
      buildBatch(2, [
        { time: t0, seq: 1, kind: "hour", values: { w01018: 45, "w01018:max": 60.5, "w01018:total": 2.98 } },
        { time: t0, seq: 2, kind: "hour", values: { w01018: 46, "w01018:max": 61.5 } },
      ]),
    );
    expect(
      await history().readRaw(rawQuery({ kind: "hour", factors: ["w01018", "w01018:max", "w01018:total"] })),
    ).toEqual([
      { factor: "w01018", time: [t0], value: [46], flag: ["N"] },
      { factor: "w01018:max", time: [t0], value: [61.5], flag: ["N"] },
      { factor: "w01018:total", time: [t0], value: [2.98], flag: ["N"] },
    ]);
  });

  it("no query for factors answers no series", async () => {
    expect(await history().readRaw(rawQuery({ factors: [] }))).toEqual([]);
  });

  it("a flag is read with its value, and a value without remarks is normal", async () => {
    await history().write(
      buildBatch(2, [
        { time: t0, seq: 1, values: { w01018: [45.2, "D"], w01001: 7 } },
        { time: t0 + 1, seq: 2, values: { w01018: 45.3, w01001: [7.1, "C"] } },
      ]),
    );
    const [cod, ph] = await history().readRaw(rawQuery({ factors: ["w01018", "w01001"] }));
    expect(cod?.flag).toEqual(["D", "N"]);
    expect(ph?.flag).toEqual(["N", "C"]);
  });

  it("values keep every digit, sign and size", async () => {
    const values = [0, -0.125, 45, 1e-9, 123_456_789.125, -5e15, 1.25e300, 0.1 + 0.2];
    await history().write(
      buildBatch(
        values.length,
        values.map((value, index) => ({ time: t0 + index, seq: index + 1, values: { w01018: value } })),
      ),
    );
    const [series] = await history().readRaw(rawQuery({ factors: ["w01018"] }));
    expect(series?.value).toEqual(values);
  });

  it("a device's own minute, hour and day values are kept apart from its realtime values", async () => {
    const kinds = ["realtime", "minute", "hour", "day"] as const;
    await history().write(
      buildBatch(
        4,
        kinds.map((kind, index) => ({ kind, time: t0, seq: index + 1, values: { w01018: index + 10 } })),
      ),
    );
    for (const [index, kind] of kinds.entries()) {
      const [series] = await history().readRaw(rawQuery({ kind, factors: ["w01018"] }));
      expect(series?.value).toEqual([index + 10]);
    }
  });

  it("the same batch written twice is read once", async () => {
    const batch = buildBatch(2, [
      { time: t0, seq: 1, values: { w01018: 45, w01001: [7, "M"] } },
      { time: t0 + 1000, seq: 2, values: { w01018: 46, w01001: 7.5 } },
    ]);
    await history().write(batch);
    await history().write(batch);
    const [cod, ph] = await history().readRaw(rawQuery({ factors: ["w01018", "w01001"] }));
    expect(cod).toEqual({ factor: "w01018", time: [t0, t0 + 1000], value: [45, 46], flag: ["N", "N"] });
    expect(ph).toEqual({ factor: "w01001", time: [t0, t0 + 1000], value: [7, 7.5], flag: ["M", "N"] });
    expect(await history().cursor()).toBe(2);
  });

  it("of two values for the same time the one received last is read, with its own flag", async () => {
    await history().write(buildBatch(1, [{ time: t0, seq: 1, values: { w01018: [45, "D"], w01001: 7 } }]));
    await history().write(buildBatch(2, [{ time: t0, seq: 2, values: { w01018: 47 } }]));
    const [cod, ph] = await history().readRaw(rawQuery({ factors: ["w01018", "w01001"] }));
    expect(cod).toEqual({ factor: "w01018", time: [t0], value: [47], flag: ["N"] });
    expect(ph?.value).toEqual([7]);
  });

  it("of two values for the same time within one batch the later one is read", async () => {
    await history().write(
      buildBatch(2, [
        { time: t0, seq: 1, values: { w01018: 45 } },
        { time: t0, seq: 2, values: { w01018: [46, "S"] } },
        { time: t0, seq: 2, values: { w01018: 47 } },
      ]),
    );
    const [cod] = await history().readRaw(rawQuery({ factors: ["w01018"] }));
    expect(cod).toEqual({ factor: "w01018", time: [t0], value: [47], flag: ["N"] });
  });

  it("a replay of old batches in their order ends with the newest value", async () => {
    const older = buildBatch(1, [{ time: t0, seq: 1, values: { w01018: [45, "D"] } }]);
    const newer = buildBatch(2, [{ time: t0, seq: 2, values: { w01018: 47 } }]);
    for (const batch of [older, newer, older, newer]) await history().write(batch);
    const [cod] = await history().readRaw(rawQuery({ factors: ["w01018"] }));
    expect(cod).toEqual({ factor: "w01018", time: [t0], value: [47], flag: ["N"] });
  });

  it("a range includes its beginning and excludes its end, and a limit takes the oldest of each factor", async () => {
    const points = [0, 1, 2, 3, 4].map((n) => ({ time: t0 + n, seq: n + 1, values: { w01018: n, w01001: n } }));
    await history().write(buildBatch(5, points));
    const [range] = await history().readRaw(rawQuery({ factors: ["w01018"], from: t0 + 1, to: t0 + 4 }));
    expect(range?.time).toEqual([t0 + 1, t0 + 2, t0 + 3]);
    const limited = await history().readRaw(rawQuery({ factors: ["w01018", "w01001"], limit: 2 }));
    expect(limited.map((series) => series.value)).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it("a limit counts moments, however many versions they have", async () => {
    const points = [0, 1, 2, 3].map((n) => ({ time: t0 + n, seq: n + 1, values: { w01018: n } }));
    const corrections = [1, 2, 3, 4].flatMap((n) => [
      { time: t0, seq: 10 * n, values: { w01018: 100 + n } },
      { time: t0 + 2, seq: 10 * n + 1, values: { w01018: 200 + n } },
    ]);
    await history().write(buildBatch(50, [...points, ...corrections]));
    for (const limit of [1, 2, 3, 4, 5]) {
      const [series] = await history().readRaw(rawQuery({ factors: ["w01018"], limit }));
      expect(series?.value).toEqual([104, 1, 204, 3].slice(0, limit));
    }
  });

  it("a limit counts the points of each factor by itself, however sparse the other one is", async () => {
    const points = [0, 1, 2, 3, 4, 5].map((n) => ({
      time: t0 + n,
      seq: n + 1,
      values: n % 3 === 2 ? { w01018: n, w01001: n } : { w01018: n },
    }));
    await history().write(buildBatch(6, points));
    const [dense, sparse] = await history().readRaw(rawQuery({ factors: ["w01018", "w01001"], limit: 2 }));
    expect(dense?.value).toEqual([0, 1]);
    expect(sparse?.value).toEqual([2, 5]);
  });

  it("factor codes with dots and site ids with dots, dashes and underscores are themselves", async () => {
    const sites = ["a.b-c_d", "a.b-c", "A.b-c_d", "0"];
    await history().write(
      buildBatch(
        4,
        sites.map((site, index) => ({
          site,
          time: t0,
          seq: index + 1,
          values: { "bfg.use": index, "w01018-Avg": index + 0.5, bfg: [index + 100, "M"] as const },
        })),
      ),
    );
    for (const [index, site] of sites.entries()) {
      const series = await history().readRaw(rawQuery({ site, factors: ["bfg.use", "w01018-Avg", "bfg"] }));
      expect(series.map((one) => [one.value, one.flag])).toEqual([
        [[index], ["N"]],
        [[index + 0.5], ["N"]],
        [[index + 100], ["M"]],
      ]);
    }
  });

  it("tells which frames brought the readings of a span, with every version of a moment", async () => {
    await history().write(
      buildBatch(3, [
        { time: t0, seq: 1, values: { w01018: 45, w01001: 7 } },
        { time: t0 + 1000, seq: 2, values: { w01018: 46 } },
        { time: t0 + 2000, seq: 3, values: { w01018: 47 } },
        { time: t0, seq: 3, kind: "minute", values: { w01018: 45 } },
        { time: t0, seq: 2, site: "HB-130200-9", values: { w01018: 1 } },
      ]),
    );
    await history().write(buildBatch(9, [{ time: t0 + 1000, seq: 9, values: { w01018: 50 } }]));
    const span = { site: defaultSite, kind: "realtime", from: t0, to: t0 + 2000, limit: 100 } as const;
    expect(await history().readFrames?.(span)).toEqual({
      time: [t0, t0 + 1000, t0 + 1000],
      receivedAt: [t0 + 15, t0 + 1015, t0 + 1015],
      seq: [1, 2, 9],
    });
    expect((await history().readFrames?.({ ...span, limit: 2 }))?.seq).toEqual([1, 2]);
    expect((await history().readFrames?.({ ...span, kind: "minute" }))?.seq).toEqual([3]);
    expect(await history().readFrames?.({ ...span, site: "nobody" })).toEqual({ time: [], receivedAt: [], seq: [] });
  });

  it("a frame that was written twice, or fills more than a row, is told once", async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`w02${String(n).padStart(3, "0")}`, n]));
    const batch = buildBatch(2, [
      { time: t0, seq: 1, values: many },
      { time: t0 + 1000, seq: 2, values: { w01018: 46 } },
    ]);
    await history().write(batch);
    await history().write(batch);
    const span = { site: defaultSite, kind: "realtime", from: t0, to: t0 + 2000, limit: 2 } as const;
    expect((await history().readFrames?.(span))?.seq).toEqual([1, 2]);
  });

  it("fifty thousand values go in as one batch and come out again", async () => {
    const batch = buildLoad({ points: 5000, sites: 10, seqFrom: 1, timeFrom: t0 });
    await history().write(batch);
    const [series] = await history().readRaw(rawQuery({ site: "HB-130200-3", factors: ["w01012"] }));
    expect(series?.time).toHaveLength(500);
    const sent = batch.readings.value.filter(
      (_, index) => Math.floor(index / 10) % 10 === 3 && batch.readings.factor[index] === "w01012",
    );
    expect(series?.value).toEqual(sent);
  });
}

function emptyMeans(factor: string): MeanSeries {
  return { factor, start: [], mean: [], min: [], max: [], count: [], valid: [] };
}

function describeCursor(history: () => History, reopen: () => Promise<void>): void {
  it("the cursor follows the batches, empty ones too, and never goes back", async () => {
    await history().write(buildBatch(5, [{ time: t0, seq: 5, values: { w01018: 1 } }]));
    expect(await history().cursor()).toBe(5);
    await history().write(buildBatch(9, []));
    expect(await history().cursor()).toBe(9);
    await history().write(buildBatch(7, [{ time: t0, seq: 7, values: { w01018: 2 } }]));
    expect(await history().cursor()).toBe(9);
  });

  it("rows and cursor are there after the store was closed and opened", async () => {
    await history().write(
      buildBatch(
        12,
        [{ time: t0, seq: 12, values: { w01018: [45, "T"] } }],
        [{ start: t0, seq: 12, values: { w01018: [45, 45, 45, 1, 1] } }],
      ),
    );
    await reopen();
    expect(await history().cursor()).toBe(12);
    const [raw] = await history().readRaw(rawQuery({ factors: ["w01018"] }));
    expect(raw).toEqual({ factor: "w01018", time: [t0], value: [45], flag: ["T"] });
    const [means] = await history().readMeans({ site: defaultSite, factors: ["w01018"], tier: "1m", ...all });
    expect(means?.mean).toEqual([45]);
  });

  it("reading goes on while batches are written", async () => {
    async function write(): Promise<void> {
      for (let n = 0; n < 10; n++) {
        await history().write(buildLoad({ points: 200, sites: 2, seqFrom: n * 200 + 1, timeFrom: t0 + n * 100_000 }));
      }
    }
    async function count(): Promise<number> {
      const [series] = await history().readRaw(rawQuery({ site: "HB-130200-1", factors: ["w01012"] }));
      return series?.time.length ?? -1;
    }
    async function read(): Promise<number[]> {
      const counts: number[] = [];
      for (let n = 0; n < 5; n++) counts.push(await count());
      return counts;
    }
    const [counts] = await Promise.all([read(), write()]);
    counts.push(await count());
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.every((one) => one % 100 === 0)).toBe(true);
    expect(counts.at(-1)).toBe(1000);
  });
}
