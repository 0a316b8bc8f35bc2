// What a chart is given: gaps as gaps, limits as they were in force, labels in UTC+8.

import { describe, expect, test } from "vitest";
import { formatTicks } from "./axis.ts";
import { buildColumns, findIsolated, rangeY, type ChartInput, type MeanPoint } from "./series.ts";

const minute = 60_000;
const base: ChartInput = {
  points: [],
  stepMs: minute,
  intervalMs: minute,
  limits: [],
  from: 0,
  to: 20 * minute,
  tail: null,
};
const point = (n: number, mean: number | null, valid = 1): MeanPoint => [n * minute, mean, mean, mean, 1, valid];

/** [minute, mean] of every x at which the mean is a number or a gap. */
function means(input: ChartInput): [number, number | null][] {
  const [x, mean] = buildColumns(input);
  return x.flatMap((seconds, i): [number, number | null][] => {
    const value = mean[i];
    return value === undefined ? [] : [[seconds / 60, value]];
  });
}

describe("the chart's data", () => {
  test("missing minutes are a gap, not a line across it", () => {
    expect(means({ ...base, points: [point(0, 1), point(1, 2), point(5, 3)] })).toEqual([
      [0.5, 1],
      [1.5, 2],
      [2, null],
      [5.5, 3],
    ]);
  });

  test("a site that sends every five minutes has no gap between its minutes", () => {
    expect(means({ ...base, intervalMs: 5 * minute, points: [point(0, 1), point(5, 2)] })).toEqual([
      [0.5, 1],
      [5.5, 2],
    ]);
  });

  test("a window without a valid reading is a gap", () => {
    expect(means({ ...base, points: [point(0, 1), point(1, 9, 0), point(2, 3)] })[1]).toEqual([1.5, null]);
  });

  test("the newest reading goes on behind the last mean, but not across a silence", () => {
    expect(means({ ...base, points: [point(0, 1)], tail: { time: 1.4 * minute, value: 7 } }).at(-1)).toEqual([1.4, 7]);
    expect(
      means({ ...base, points: [point(0, 1)], tail: { time: 9 * minute, value: 7 } }).map((entry) => entry[1]),
    ).toEqual([1, null, 7]);
    expect(means({ ...base, points: [point(3, 1)], tail: { time: minute, value: 7 } })).toHaveLength(1);
  });

  test("a limit is drawn as it was in force at each moment", () => {
    const [x, , , , max] = buildColumns({
      ...base,
      limits: [
        { max: 60, min: null, from: 0, to: 10 * minute },
        { max: 50, min: null, from: 10 * minute, to: null },
      ],
    });
    expect(x).toEqual([0, 599.999, 600, 1200]);
    expect(max).toEqual([60, 60, 50, 50]);
  });

  test("no limit is drawn where none was in force", () => {
    const [, , , , max] = buildColumns({ ...base, limits: [{ max: 60, min: null, from: 10 * minute, to: null }] });
    expect(max).toEqual([null, null, 60, 60]);
  });
});

test("a value between two gaps is found, so that it can be drawn as a point", () => {
  expect(findIsolated([undefined, 1, null, 2, undefined, 3, null, 4, undefined, null, 5])).toEqual([1, 7, 10]);
  expect(findIsolated([])).toEqual([]);
});

test("the axis starts at zero when the data is near it", () => {
  expect(rangeY(2, 100)[0]).toBe(0);
  expect(rangeY(90, 100)[0]).toBeCloseTo(89.2);
  expect(rangeY(null, null)).toEqual([0, 1]);
});

test("labels of the axis are in UTC+8 and name the day where it begins", () => {
  const at = (iso: string): number => Date.parse(iso);
  expect(
    formatTicks([at("2026-11-21T15:30:00Z"), at("2026-11-21T16:00:00Z"), at("2026-11-21T16:30:00Z")], 30 * minute),
  ).toEqual(["23:30\n11-21", "00:00\n11-22", "00:30"]);
  expect(formatTicks([at("2026-11-21T16:00:00Z")], 86_400_000)).toEqual(["11-22"]);
});
