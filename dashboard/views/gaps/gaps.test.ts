// The gap board: spans become days, hours and rows of loggers.

import { describe, expect, it } from "vitest";
import { type Gap, dayCells, groupGaps, hourCells, missingIn, requestFor } from "./gap-data.ts";

const at = (text: string): number => Date.parse(`${text}+08:00`);
const gap = (kind: Gap["kind"], from: string, to: string, more: Partial<Gap> = {}): Gap => {
  const seconds = { minute: 600, hour: 3_600, day: 86_400 }[kind];
  const span = { from: at(from), to: at(to) };
  const missing = (span.to - span.from) / (seconds * 1_000);
  return { site: "A", name: "Outfall A", kind, ...span, intervalSeconds: seconds, missing, request: null, ...more };
};

describe("a span of missing data", () => {
  it("is cut at midnight, and each day says what of how much is missing", () => {
    const [first, second, third] = dayCells(
      [gap("hour", "2026-11-20T22:00:00", "2026-11-21T03:00:00")],
      at("2026-11-20T00:00:00"),
      3,
    );
    expect(first?.parts).toEqual([{ kind: "hour", missing: 2, due: 24 }]);
    expect(second?.parts).toEqual([{ kind: "hour", missing: 3, due: 24 }]);
    expect([first?.level, second?.level, third?.level]).toEqual(["some", "part", "none"]);
  });

  it("of a whole day is all of it, by the kind of which most is missing", () => {
    const spans = [
      gap("minute", "2026-11-20T01:00:00", "2026-11-20T01:10:00"),
      gap("day", "2026-11-20T00:00:00", "2026-11-21T00:00:00"),
    ];
    const [day] = dayCells(spans, at("2026-11-20T00:00:00"), 1);
    expect(day?.level).toBe("all");
    expect(day?.parts.map(({ kind }) => kind)).toEqual(["minute", "day"]);
  });

  it("is shown by the hour without the data of days", () => {
    const spans = [
      gap("minute", "2026-11-20T01:20:00", "2026-11-20T02:00:00"),
      gap("day", "2026-11-20T00:00:00", "2026-11-21T00:00:00"),
    ];
    const hours = hourCells(spans, at("2026-11-20T00:00:00"));
    expect(hours.map(({ level }) => level).filter((level) => level !== "none")).toEqual(["most"]);
    expect(hours[1]?.parts).toEqual([{ kind: "minute", missing: 4, due: 6 }]);
  });

  it("is never said to be more than was due", () => {
    const twice = [
      gap("hour", "2026-11-20T00:00:00", "2026-11-21T00:00:00"),
      gap("hour", "2026-11-20T12:00:00", "2026-11-21T00:00:00"),
    ];
    expect(missingIn(twice, at("2026-11-20T00:00:00"), at("2026-11-21T00:00:00"))).toEqual([
      { kind: "hour", missing: 24, due: 24 },
    ]);
  });

  it("is asked for by the starts of its first and its last interval", () => {
    expect(requestFor(gap("minute", "2026-11-20T01:20:00", "2026-11-20T02:00:00"))).toEqual({
      command: "2051",
      settings: { BeginTime: "20261120012000", EndTime: "20261120015000" },
    });
    expect(requestFor(gap("day", "2026-11-20T00:00:00", "2026-11-21T00:00:00")).settings).toEqual({
      BeginTime: "20261120000000",
      EndTime: "20261120000000",
    });
  });
});

describe("the rows of the board", () => {
  it("are one for each logger, whoever misses most first, with the newest request", () => {
    const request = (id: string, changedAt: string) => ({ id, state: "done" as const, detail: "", changedAt });
    const rows = groupGaps([
      gap("hour", "2026-11-20T00:00:00", "2026-11-20T01:00:00", { request: request("old", "2026-11-20T02:00:00Z") }),
      gap("minute", "2026-11-21T00:00:00", "2026-11-21T00:10:00", { request: request("new", "2026-11-21T02:00:00Z") }),
      gap("day", "2026-11-19T00:00:00", "2026-11-21T00:00:00", { site: "B" }),
    ]);
    expect(rows.map(({ site }) => site)).toEqual(["B", "A"]);
    expect(rows[1]?.missing).toEqual({ minute: 1, hour: 1, day: 0 });
    expect(rows[1]?.request?.id).toBe("new");
    expect(rows[1]?.newest).toBe(at("2026-11-21T00:10:00"));
  });
});
