// The audit of a day: the state of every hour, spans of missing ones, and how late frames came.

import { describe, expect, it } from "vitest";
import { formHours } from "#domain/judge/form.ts";
import type { JudgedSite, MinuteBlock } from "#domain/judge/shapes.ts";
import type { Mark } from "#domain/mark.ts";
import { dayMs, hourMs, minuteMs } from "#domain/time.ts";
import { auditHours, countDelays, joinHours } from "./quality-day.ts";

const t0 = Date.parse("2026-11-21T16:00:00Z");
const facts: JudgedSite = {
  site: "W",
  kind: "water-outfall",
  medium: "waste-water",
  intervalSeconds: 60,
  partsPerHour: 60,
  factors: [{ code: "w01018", unit: "mg/L", decimals: 1, isWeighted: true, hasLoad: true, limits: [] }],
  flow: null,
  oxygen: null,
};

/** Minutes of these hours: all valid, but those of `bad` hours. */
function makeBlock(hours: readonly number[], bad: readonly number[] = []): MinuteBlock {
  const minutes = hours.flatMap((hour) =>
    Array.from({ length: 60 }, (_, minute) => ({
      start: t0 + hour * hourMs + minute * minuteMs,
      valid: bad.includes(hour) ? 0 : 1,
    })),
  );
  return {
    minutes: [
      {
        factor: "w01018",
        start: minutes.map(({ start }) => start),
        mean: minutes.map(({ valid }) => (valid === 1 ? 30 : Number.NaN)),
        count: minutes.map(() => 1),
        valid: minutes.map(({ valid }) => valid),
      },
    ],
  };
}

function makeMark(label: Mark["label"], fromHour: number, toHour: number): Mark {
  const span = { from: t0 + fromHour * hourMs, to: t0 + toHour * hourMs };
  const decided = { decidedBy: null, decidedAt: null, decision: null };
  const rest = { reason: "", evidence: [], by: "plant", at: t0, seq: 1, version: 1, status: "entered" } as const;
  return { id: label, site: "W", factors: null, label, ...span, ...rest, ...decided };
}

describe("the hours of a day", () => {
  it("each is valid, invalid, marked out, missing or stopped, and the sums are theirs", () => {
    const block = makeBlock([0, 1, 2, 3, 4, 5, 10, 11], [4]);
    const marks = [makeMark("calibration", 5, 6), makeMark("stopped", 20, 24)];
    const [column] = formHours(facts, block, marks, t0, t0 + dayMs).columns;
    expect(column).toBeDefined();
    if (column === undefined) return;
    const audited = auditHours(column, 24);
    const states = audited.list.map(({ hourState }) => hourState);
    expect(states.slice(0, 6)).toEqual(["valid", "valid", "valid", "valid", "invalid", "marked"]);
    expect(states.slice(20)).toEqual(["stopped", "stopped", "stopped", "stopped"]);
    expect(audited.hours).toEqual({ due: 20, received: 8, valid: 6, stopped: 4, marked: 1 });
    expect(audited.missing).toEqual([
      { from: t0 + 6 * hourMs, to: t0 + 10 * hourMs, hours: 4 },
      { from: t0 + 12 * hourMs, to: t0 + 20 * hourMs, hours: 8 },
    ]);
    expect(audited.parts).toMatchObject({ received: 480, valid: 360, marked: 60, excluded: { "flag-unknown": 60 } });
  });

  it("of the running day only those that are over are told", () => {
    const [column] = formHours(facts, makeBlock([0, 1]), [], t0, t0 + dayMs).columns;
    if (column === undefined) throw new Error("no column");
    expect(auditHours(column, 3).hours).toEqual({ due: 3, received: 2, valid: 2, stopped: 0, marked: 0 });
  });

  it("hours that follow each other are one span", () => {
    expect(joinHours([])).toEqual([]);
    expect(joinHours([t0, t0 + hourMs, t0 + 3 * hourMs])).toEqual([
      { from: t0, to: t0 + 2 * hourMs, hours: 2 },
      { from: t0 + 3 * hourMs, to: t0 + 4 * hourMs, hours: 1 },
    ]);
  });
});

it("frames are counted by how late they came, and moments told of more than once", () => {
  const seconds = [1, 60, 61, 3_600, 3_601, -61, 5, 6, 7];
  const time = seconds.map((_, i) => t0 + Math.min(i, 6) * minuteMs);
  const receivedAt = seconds.map((delay, i) => (time[i] ?? 0) + delay * 1_000);
  expect(countDelays({ time, receivedAt, seq: seconds })).toEqual({
    frames: 9,
    ahead: 1,
    withinMinute: 5,
    withinQuarter: 1,
    withinHour: 1,
    later: 1,
    greatestSeconds: 3_601,
    repeated: 1,
  });
  expect(countDelays({ time: [], receivedAt: [], seq: [] }).greatestSeconds).toBeNull();
});
