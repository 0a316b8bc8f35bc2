// Proves what the history explorer draws and says: series of the address, gaps, spikes, flags, comparison, statistics.

import { describe, expect, it } from "vitest";
import { hourMs, minuteMs } from "#domain/time.ts";
import { buildPicture, pointAt, summarize, tabulate, type Drawn, type Point } from "./points.ts";
import { formatSeries, groupBySite, readSeries, seriesMax, toggleSeries } from "./series-list.ts";

const series = (points: readonly Point[], more: Partial<Drawn> = {}): Drawn => ({
  interval: "1m",
  readingMs: 10_000,
  statistic: "mean",
  shiftMs: 0,
  points,
  ...more,
});
const point = (minute: number, mean: number | null, min = mean, max = mean, count = 6, valid = mean === null ? 0 : 6) =>
  [minute * minuteMs, mean, min, max, count, valid] as const;

describe("the series in the address", () => {
  it("are read back as they were written, with sites whose ids hold dots", () => {
    const refs = [
      { site: "HB.1.2", factor: "w01018", statistic: "mean" },
      { site: "S-2", factor: "w00000", statistic: "max" },
    ] as const;
    expect(formatSeries(refs)).toBe("HB.1.2.w01018.mean,S-2.w00000.max");
    expect(readSeries(formatSeries(refs))).toEqual({ refs, wrong: [] });
  });

  it("name what is no series, and what is one too many, instead of dropping it in silence", () => {
    expect(readSeries("S1.w01018,S1.w01018.median,../x.y.mean").wrong).toHaveLength(3);
    const many = Array.from({ length: seriesMax + 2 }, (_, i) => `S${i}.w01018.mean`).join(",");
    expect(readSeries(many).refs).toHaveLength(seriesMax);
    expect(readSeries(many).wrong).toEqual(["S12.w01018.mean", "S13.w01018.mean"]);
  });

  it("are there once each, are added at the end and taken away again", () => {
    expect(readSeries("S1.a.mean,S2.a.mean,S1.a.max").refs.map((ref) => ref.statistic)).toEqual(["max", "mean"]);
    const one = toggleSeries([], { site: "S1", factor: "a" });
    expect(formatSeries(toggleSeries(one, { site: "S2", factor: "a" }))).toBe("S1.a.mean,S2.a.mean");
    expect(toggleSeries(one, { site: "S1", factor: "a" })).toEqual([]);
  });

  it("are exported site by site", () => {
    expect(groupBySite(readSeries("S1.a.mean,S2.a.mean,S1.b.max").refs)).toEqual([
      { site: "S1", factors: ["a", "b"] },
      { site: "S2", factors: ["a"] },
    ]);
  });
});

describe("the picture", () => {
  it("keeps a spike in the envelope although the mean hides it", () => {
    const { x, traces } = buildPicture([series([point(0, 10, 9, 500)])]);
    expect(x).toEqual([30]);
    expect([traces[0]?.line, traces[0]?.min, traces[0]?.max]).toEqual([[10], [9], [500]]);
  });

  it("breaks the line across a silence, and not where the site sends seldom", () => {
    const points = [point(0, 1), point(1, 2), point(5, 3)];
    expect(buildPicture([series(points)]).traces[0]?.line).toEqual([1, 2, null, 3]);
    expect(buildPicture([series(points, { readingMs: 5 * minuteMs })]).traces[0]?.line).toEqual([1, 2, 3]);
  });

  it("breaks the line of raw readings when a value would count as stale, not sooner", () => {
    const raw = [0, 10, 34, 60].map((at): Point => [at * 1000, 1, 1, 1, 1, 1, "N"]);
    expect(buildPicture([series(raw, { interval: "raw" })]).traces[0]?.line).toEqual([1, 1, 1, null, 1]);
  });

  it("says nothing where only another series speaks, and a gap where a window has no valid reading", () => {
    const { x, traces } = buildPicture([
      series([point(0, 1), point(1, null)]),
      series([[45_000, 7, 7, 7, 1, 1]], { interval: "raw" }),
    ]);
    expect(x).toEqual([30, 45, 90]);
    expect(traces.map((trace) => trace.line)).toEqual([
      [1, undefined, null],
      [undefined, 7, undefined],
    ]);
  });

  it("draws raw readings that carry a flag, and marks them", () => {
    const raw = series(
      [
        [0, 5, 5, 5, 1, 1, "N"],
        [10_000, 6, 6, 6, 1, 0, "C"],
      ],
      { interval: "raw" },
    );
    const [trace] = buildPicture([raw]).traces;
    expect(trace?.line).toEqual([5, 6]);
    expect(trace?.flagged).toEqual([1]);
  });

  it("lays a window of the past over the present", () => {
    const now = series([point(60, 2)]);
    const before = series([point(0, 1)], { shiftMs: hourMs });
    const { x, traces } = buildPicture([now, before]);
    expect(x).toEqual([3630]);
    expect(traces.map((trace) => trace.line)).toEqual([[2], [1]]);
  });

  it("draws the largest of each window without an envelope when that was asked for", () => {
    const [trace] = buildPicture([series([point(0, 10, 9, 500)], { statistic: "max" })]).traces;
    expect([trace?.line, trace?.max]).toEqual([[500], [undefined]]);
  });
});

describe("the statistics", () => {
  it("weigh means by the readings that count, and say how many do", () => {
    const points = [point(0, 10, 5, 20, 6, 6), point(1, 40, 30, 90, 6, 2), point(2, null, null, null, 6, 0)];
    expect(summarize(points)).toEqual({ min: 5, max: 90, mean: 17.5, valid: 8, count: 18, points: 3 });
    expect(summarize([])).toEqual({ min: null, max: null, mean: null, valid: 0, count: 0, points: 0 });
  });

  it("tell the value under the pointer only while its window holds", () => {
    const one = series([point(0, 1), point(1, 2)]);
    expect(pointAt(one, 1.5 * minuteMs)?.[1]).toBe(2);
    expect(pointAt(one, 2.5 * minuteMs)).toBeNull();
    expect(pointAt(one, -1)).toBeNull();
  });
});

describe("the table", () => {
  it("has a row for every time of every series, the newest first", () => {
    const rows = tabulate([series([point(0, 1), point(1, 2)]), series([point(1, 7)])]);
    expect(rows.map((row) => [row.time / minuteMs, ...row.points.map((cell) => cell?.[1] ?? null)])).toEqual([
      [1, 2, 7],
      [0, 1, null],
    ]);
  });
});
