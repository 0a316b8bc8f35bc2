// Statistics of a stretch and the stretches with flagged data.

import { expect, test } from "vitest";
import type { MeanPoint } from "./series.ts";
import { findFlagged, summarizePoints } from "./statistics.ts";

const points: MeanPoint[] = [
  [0, 10, 8, 12, 6, 6],
  [60, 40, 30, 50, 6, 2],
  [120, null, null, null, 6, 0],
  [180, 20, 20, 20, 6, 6],
];

test("a mean over a stretch weighs every window by its valid readings", () => {
  expect(summarizePoints(points, { from: 0, to: 180 })).toEqual({ min: 8, max: 50, mean: 17.5, valid: 8, count: 18 });
});

test("a stretch without one valid reading has no mean, but says how many readings there were", () => {
  expect(summarizePoints(points, { from: 120, to: 180 })).toEqual({
    min: null,
    max: null,
    mean: null,
    valid: 0,
    count: 6,
  });
});

test("windows with readings that do not count are joined into stretches", () => {
  expect(findFlagged(points, 60)).toEqual([{ from: 60, to: 180 }]);
});
