// Verdicts of several days of a job: cut to the hours that were asked for, and joined to one.

import { describe, expect, it } from "vitest";
import type { ExceedingWindow, VerdictRange } from "#domain/judged.ts";
import { hourMs } from "#domain/time.ts";
import { cutRange, joinRanges } from "./judge-day.ts";

function windowAt(hour: number): ExceedingWindow {
  const start = hour * hourMs;
  const numbers = { value: 60, compared: 60, bound: 50, multiple: 0.2, valid: 60, due: 60 };
  const limit = { side: "max", limitId: "L", limitVersion: 1, source: "site", correctedTo: null } as const;
  const said = { unit: "mg/m3", method: "rounded", rule: "comparison.rounded", sureness: "from memory" } as const;
  return { start, end: start + hourMs, ...numbers, ...limit, ...said };
}

function rangeOf(from: number, to: number): VerdictRange {
  const series = { site: "S", factor: "a21026", basis: "hour", cause: "mark", seq: 1, at: 1 } as const;
  const hours = Array.from({ length: to - from }, (_, i) => from + i);
  const marked = hours.filter((hour) => hour % 5 === 0).map((hour) => hour * hourMs);
  return { ...series, from: from * hourMs, to: to * hourMs, exceeding: hours.map(windowAt), marked };
}

describe("verdicts of several days", () => {
  const days = [rangeOf(0, 24), rangeOf(24, 48), rangeOf(48, 60)];

  it("are one from the first to the last, in whatever order the days were read", () => {
    for (const order of [days, days.toReversed(), [days[1], days[2], days[0]].flatMap((day) => day ?? [])])
      expect(joinRanges(order)).toEqual(rangeOf(0, 60));
  });

  it("say nothing of hours that were not asked for", () => {
    expect(cutRange(rangeOf(0, 24), 5 * hourMs, 7 * hourMs)).toEqual(rangeOf(5, 7));
    expect(joinRanges(days.map((day) => cutRange(day, 20 * hourMs, 30 * hourMs)))).toEqual(rangeOf(20, 30));
    expect(joinRanges(days.map((day) => cutRange(day, 70 * hourMs, 80 * hourMs)))).toBeNull();
  });
});
