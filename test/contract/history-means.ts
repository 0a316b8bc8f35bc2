// The part of the history contract that is about means: tiers, windows without valid readings, late data, many sites.

import { expect, it } from "vitest";
import type { History, MeanSeries } from "#store/history/history.ts";
import { readMeanBlock, splitMeanBlock } from "#store/history/mean-block.ts";
import { buildBatch, defaultSite } from "./history-batches.ts";

const t0 = Date.parse("2026-11-22T00:00:00Z");
const all = { from: t0 - 86_400_000, to: t0 + 86_400_000, limit: 1_000_000 };

export function describeMeans(history: () => History): void {
  it("means are read per tier, and a window without valid readings has no mean", async () => {
    await history().write(
      buildBatch(
        9,
        [],
        [
          {
            tier: "1h",
            start: t0 + 3_600_000,
            seq: 9,
            values: { w01018: [NaN, NaN, NaN, 3, 0], "bfg.use": [1, 1, 1, 1, 1] },
          },
          { tier: "1h", start: t0, seq: 8, values: { w01018: [45.5, 40, 50, 60, 58] } },
          { tier: "1m", start: t0, seq: 7, values: { w01018: [45, 45, 45, 1, 1] } },
          { tier: "1d", start: t0 - 28_800_000, seq: 9, values: { w01018: [44, 1, 99, 1440, 1400] } },
        ],
      ),
    );
    const query = { site: defaultSite, factors: ["w01018", "bfg.use"], ...all };
    expect(await history().readMeans({ ...query, tier: "1h" })).toEqual([
      {
        factor: "w01018",
        start: [t0, t0 + 3_600_000],
        mean: [45.5, NaN],
        min: [40, NaN],
        max: [50, NaN],
        count: [60, 3],
        valid: [58, 0],
      },
      { factor: "bfg.use", start: [t0 + 3_600_000], mean: [1], min: [1], max: [1], count: [1], valid: [1] },
    ]);
    const [minute] = await history().readMeans({ ...query, tier: "1m" });
    expect(minute?.mean).toEqual([45]);
    const [day] = await history().readMeans({ ...query, tier: "1d" });
    expect(day?.start).toEqual([t0 - 28_800_000]);
  });

  it("a window that was opened again by late data is read as it was closed last", async () => {
    await history().write(
      buildBatch(5, [], [{ start: t0, seq: 5, values: { w01018: [10, 9, 11, 2, 2], w01001: [7, 7, 7, 1, 1] } }]),
    );
    await history().write(buildBatch(6, [], [{ start: t0, seq: 6, values: { w01018: [12, 9, 18, 3, 3] } }]));
    await history().write(buildBatch(7, [], [{ start: t0, seq: 7, values: { w01001: [NaN, NaN, NaN, 2, 0] } }]));
    const series = await history().readMeans({ site: defaultSite, factors: ["w01018", "w01001"], tier: "1m", ...all });
    expect(series).toEqual([
      { factor: "w01018", start: [t0], mean: [12], min: [9], max: [18], count: [3], valid: [3] },
      { factor: "w01001", start: [t0], mean: [NaN], min: [NaN], max: [NaN], count: [2], valid: [0] },
    ]);
  });

  it("means of many sites at once are those of each site by itself, in the order asked", async () => {
    const rows = ["S.1", "S-2", "S_3"].flatMap((site, nth) =>
      [0, 1, 2, 3].map((n) => ({
        site,
        tier: "1h" as const,
        start: t0 + n * 3_600_000,
        seq: n + 1,
        values: {
          w01018: [n + nth, n - 1, n + 9.25, 60, n === 2 ? 0 : 60 - n] as const,
          ...(n === 1 ? {} : { w01001: [7, 7, 7, 1, 1] as const }),
        },
      })),
    );
    await history().write(buildBatch(4, [], rows));
    // Written again with another value by late data.
    const late = { start: t0, seq: 9, values: { w01018: [100.5, 100, 101, 61, 61] as const } };
    await history().write(buildBatch(9, [], [{ ...late, site: "S-2", tier: "1h" }]));
    const sites = [
      { site: "S_3", factors: ["w01001", "w01018"] },
      { site: "nobody", factors: ["w01018"] },
      { site: "S.1", factors: ["w01018", "w99999"] },
      { site: "S-2", factors: ["w01018"] },
    ];
    const range = { tier: "1h" as const, from: t0, to: t0 + 3 * 3_600_000 };
    for (const limit of [2, 1e9]) {
      const block = await readMeanBlock(history(), { ...range, sites, limit });
      const found = splitMeanBlock(
        block,
        sites.flatMap((one) => one.factors),
      );
      const single: MeanSeries[] = [];
      for (const { site, factors } of sites)
        single.push(...(await history().readMeans({ ...range, site, factors, limit })));
      expect(found).toEqual(single);
      expect(found.map((series) => series.start.length)).toEqual(limit === 2 ? [2, 2, 0, 2, 0, 2] : [2, 3, 0, 3, 0, 3]);
      expect(found[5]?.mean[0]).toBe(100.5);
    }
  });

  it("ranges and limits hold for means as for readings", async () => {
    const rows = [0, 1, 2, 3].map((n) => ({
      start: t0 + n * 60_000,
      seq: n + 1,
      values: { w01018: [n, n, n, 1, 1] as const },
    }));
    await history().write(buildBatch(4, [], rows));
    const query = { site: defaultSite, factors: ["w01018"], tier: "1m" as const, ...all };
    const [range] = await history().readMeans({ ...query, from: t0 + 60_000, to: t0 + 180_000 });
    expect(range?.mean).toEqual([1, 2]);
    const [limited] = await history().readMeans({ ...query, limit: 3 });
    expect(limited?.mean).toEqual([0, 1, 2]);
  });
}
