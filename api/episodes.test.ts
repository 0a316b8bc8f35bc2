// Episodes: windows in a row, and where a row ends.

import { expect, it } from "vitest";
import { dayMs, hourMs } from "#domain/time.ts";
import { findEpisode } from "./episodes.ts";

const t0 = Date.parse("2026-11-22T00:00:00Z");
const hours = [0, 1, 2, 5, 6].map((hour) => t0 + hour * hourMs);

it("windows right after each other are one episode, whichever of them is asked about", () => {
  for (const start of hours.slice(0, 3)) {
    expect(findEpisode(hours, start, "hour")).toEqual({ from: t0, to: t0 + 3 * hourMs, windows: 3 });
  }
  expect(findEpisode(hours, t0 + 6 * hourMs, "hour")).toMatchObject({ from: t0 + 5 * hourMs, windows: 2 });
});

it("days in a row are counted in days", () => {
  expect(findEpisode([t0, t0 + dayMs], t0 + dayMs, "day")).toEqual({ from: t0, to: t0 + 2 * dayMs, windows: 2 });
});

it("a window that does not stand any more is an episode of its own", () => {
  expect(findEpisode(hours, t0 + 3 * hourMs, "hour")).toMatchObject({ from: t0 + 3 * hourMs, windows: 1 });
});
