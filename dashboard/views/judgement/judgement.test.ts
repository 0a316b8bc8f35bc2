// What the screens of judgement compute themselves: sums, orders, filters of the address, sums of inputs, spans and drafts.

import { describe, expect, it } from "vitest";
import type { Limit } from "#domain/limit.ts";
import { dayMs, parseDay } from "#domain/time.ts";
import { readSpan } from "../marks/mark-data.ts";
import { groupLimits, inForceOn, type LimitText, readDraft } from "../rules/rule-data.ts";
import { formatBounds, formatRange, layLanes } from "../rules/timeline.tsx";
import {
  type ExceedanceRow,
  listUnreadable,
  readExceedanceFilter,
  readOrder,
  sortExceedances,
  sumBy,
  toQuery,
} from "./exceedance-data.ts";
import { formatJudgedWindow, formatMultiple } from "./exceedance-parts.tsx";
import { gatherFrames, type SheetInput, sumInputs } from "./sheet-data.ts";

const row = (more: Partial<ExceedanceRow>): ExceedanceRow => ({
  id: "A:w01018:hour:0",
  site: "A",
  siteName: "Outfall A",
  city: "130200",
  enterprise: null,
  factor: "w01018",
  basis: "hour",
  window: ["2026-11-20T16:00:00.000Z", "2026-11-20T17:00:00.000Z"],
  mean: 51,
  compared: 51,
  limit: 50,
  side: "max",
  unit: "mg/L",
  multiple: 0.02,
  valid: 60,
  due: 60,
  correctedTo: null,
  limitId: "A:w01018:hour:site:0",
  limitVersion: "1",
  source: "site",
  rule: "comparison.rounded",
  sureness: "from memory",
  status: "confirmed",
  version: 1,
  cause: "closed",
  at: "2026-11-20T17:01:00.000Z",
  supersededAt: null,
  ...more,
});

describe("the list of exceedances", () => {
  it("counts what stands, not what was marked out or withdrawn", () => {
    const rows = [
      row({}),
      row({ site: "B", multiple: 0.5 }),
      row({ city: "130100", multiple: null }),
      row({ status: "marked" }),
      row({ status: "withdrawn" }),
    ];
    expect(sumBy(rows, ({ city }) => city ?? "")).toEqual([
      { key: "130200", windows: 2, sites: 2, most: 0.5 },
      { key: "130100", windows: 1, sites: 1, most: null },
    ]);
  });

  it("is sorted by a column, what is equal newest first", () => {
    const [old, young] = [row({ id: "old" }), row({ id: "young", window: ["2026-11-21T16:00:00.000Z", ""] })];
    const high = row({ id: "high", multiple: 2 });
    const ids = (order: string): string[] => sortExceedances([old, high, young], readOrder(order)).map(({ id }) => id);
    expect(ids("-multiple")).toEqual(["high", "young", "old"]);
    expect(ids("multiple")).toEqual(["young", "old", "high"]);
    expect(readOrder("nonsense")).toEqual({ column: "window", descending: true });
  });

  it("takes its filter from the address, and says what of it means nothing", () => {
    const query = new URLSearchParams("basis=day&status=guilty&asOf=20261122080000&city=130200");
    const filter = readExceedanceFilter(query);
    expect(filter).toMatchObject({ basis: "day", status: null, city: "130200" });
    expect(listUnreadable(query)).toEqual(["status"]);
    const asked = new URLSearchParams(toQuery(filter, { from: 0, to: dayMs }));
    expect(asked.get("asOf")).toBe("2026-11-22T00:00:00.000Z");
    expect(asked.get("to")).toBe("1970-01-02T00:00:00.000Z");
  });

  it("writes windows in UTC+8, the last hour of a day until 24:00, and multiples that are never rounded to nothing", () => {
    expect(formatJudgedWindow(["2026-11-20T15:00:00.000Z", "2026-11-20T16:00:00.000Z"], "hour")).toBe(
      "2026-11-20 23:00–24:00",
    );
    expect(formatJudgedWindow(["2026-11-20T16:00:00.000Z", "2026-11-21T16:00:00.000Z"], "day")).toBe("2026-11-21");
    expect([0.0004, 0.0425, 1.234, 12].map(formatMultiple)).toEqual(["0.0004", "0.043", "1.23", "12"]);
  });
});

describe("the sheet", () => {
  const input = (more: Partial<SheetInput>): SheetInput => ({ start: "", value: 10, counts: true, why: null, ...more });

  it("adds up the inputs that count: corrected where they are, weighted where the rule says so", () => {
    const minutes = [input({ corrected: 20 }), input({ corrected: 30 }), input({ corrected: 99, counts: false })];
    expect(sumInputs(minutes, false)).toEqual({ parts: 2, sum: 50, weight: null, mean: 25 });
    const hours = [input({ volumeM3: 100 }), input({ value: 40, volumeM3: 200 }), input({ volumeM3: null })];
    expect(sumInputs(hours, true)).toEqual({ parts: 2, sum: 9000, weight: 300, mean: 30 });
    expect(sumInputs([], false).mean).toBeNull();
  });

  it("has one line for a frame that brought many minutes", () => {
    const part = (seq: number, time: string) => ({ seq, time, receivedAt: "r", excerpt: "e" });
    expect(gatherFrames([part(1, "a"), part(1, "b"), part(2, "b")]).map(({ seq, times }) => [seq, times])).toEqual([
      [1, ["a", "b"]],
      [2, ["b"]],
    ]);
  });
});

describe("limits along the years", () => {
  const day = (text: string): number => parseDay(text) ?? 0;
  const limit = (more: Partial<Limit>): Limit => ({
    id: "x",
    version: 1,
    site: "A",
    factor: "w01018",
    max: 50,
    min: null,
    basis: "day",
    from: 0,
    to: null,
    reason: "",
    by: "",
    source: "GB 1",
    ...more,
  });

  it("lie in lanes, so that no overlap is hidden, those of the site above those of standards", () => {
    const standard = limit({ id: "standard" });
    const own = limit({ id: "own", source: "site", from: day("2026-01-01") });
    const summer = limit({ id: "summer", source: "site", from: day("2026-06-01"), to: day("2026-09-01") });
    const before = limit({ id: "before", source: "site", from: day("2025-01-01"), to: day("2026-01-01") });
    const lanes = layLanes([standard, own, summer, before]);
    expect([before, own, summer, standard].map((each) => lanes.get(each))).toEqual([0, 0, 1, 2]);
    const [series] = groupLimits([standard, own, summer, before]);
    const on = (text: string) => (series === undefined ? null : inForceOn(series, day(text))?.id);
    expect(["2024-05-01", "2026-05-31", "2026-06-01", "2026-09-01"].map(on)).toEqual([
      "standard",
      "own",
      "summer",
      "own",
    ]);
  });

  it("say both bounds and both days within", () => {
    expect(formatBounds({ max: 9, min: 6 })).toBe("6 – 9");
    expect(formatBounds({ max: null, min: 6 })).toBe("≥ 6");
    expect(formatRange({ from: day("2026-06-01"), to: day("2026-09-01") })).toBe("2026-06-01 – 2026-08-31");
    expect(formatRange({ from: 0, to: null })).toBe("← – →");
  });

  it("become a draft whose last day is within, or say what is wrong", () => {
    const text: LimitText = {
      site: "A",
      factor: "w01018",
      basis: "day",
      max: "50",
      min: "",
      from: "2026-06-01",
      to: "2026-06-30",
      reason: " permit ",
      refO2: "",
      decimals: "1",
    };
    expect(readDraft(text)).toMatchObject({
      max: 50,
      min: null,
      from: "2026-05-31T16:00:00.000Z",
      to: "2026-06-30T16:00:00.000Z",
      reason: "permit",
      decimals: 1,
      refO2: null,
    });
    expect(readDraft({ ...text, max: "" })).toBe("needNumber");
    expect(readDraft({ ...text, max: "5o" })).toBe("needNumber");
    expect(readDraft({ ...text, min: "50" })).toBe("orderNumber");
    expect(readDraft({ ...text, to: "2026-05-31" })).toBe("orderDay");
    expect(readDraft({ ...text, from: "" })).toBeNull();
  });
});

describe("the span of a mark", () => {
  it("is whole minutes, ends after it begins, and is a year at most", () => {
    expect(readSpan("20261121080000", "20261121090000")).toEqual({
      from: Date.parse("2026-11-21T00:00:00Z"),
      to: Date.parse("2026-11-21T01:00:00Z"),
    });
    expect(readSpan("20261121080030", "20261121090000")).toBe("minutes");
    expect(readSpan("20261121080000", "20261121080000")).toBe("order");
    expect(readSpan("20241121080000", "20261121080000")).toBe("long");
    expect(readSpan("", "20261121080000")).toBeNull();
  });
});
