// The data-quality board: months, shares against a target, the order of its rows, how long a day can be repaired.

import { describe, expect, it } from "vitest";
import { dayMs } from "#domain/time.ts";
import {
  daysOfMonth,
  formatShare,
  levelOf,
  parseMonth,
  type QualityRow,
  readQualityOrder,
  repairDays,
  repairLeft,
  sortQuality,
  stepMonth,
} from "./quality-data.ts";

const row = (key: string, effective: number | null): QualityRow => ({
  key,
  name: key,
  title: key,
  city: null,
  due: 100,
  received: 100,
  valid: effective === null ? 0 : effective * 100,
  stopped: 0,
  marked: 0,
  transmission: 1,
  validity: effective,
  effective,
  days: [],
});

describe("a month", () => {
  it("is read strictly, and steps over the turn of a year", () => {
    expect(["2026-11", "2026-13", "2026-1", "november"].map((text) => parseMonth(text) !== null)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect([stepMonth("2026-01", -1), stepMonth("2026-12", 1), stepMonth("2026-11", -23)]).toEqual([
      "2025-12",
      "2027-01",
      "2024-12",
    ]);
  });

  it("has as many days as the calendar gives it", () => {
    expect(daysOfMonth("2028-02")).toHaveLength(29);
    expect(daysOfMonth("2026-11").at(-1)).toBe("2026-11-30");
  });
});

describe("a rate", () => {
  it("is never written as more than it is: just below the target is not the target", () => {
    expect(formatShare(0.8996)).toBe("89.9%");
    expect(formatShare(0.9)).toBe("90.0%");
    expect(formatShare(0.57)).toBe("57.0%");
    expect(formatShare(1)).toBe("100.0%");
    expect(formatShare(null)).toBe("—");
  });

  it("meets the target when it is equal to it, and is the darker the further it is below", () => {
    expect([0.9, 0.8999, 0.79, 0.49, 0, null].map((share) => levelOf(share, 0.9))).toEqual([
      "reached",
      "near",
      "low",
      "poor",
      "none",
      "free",
    ]);
    expect(levelOf(0.76, 0.75)).toBe("reached");
  });
});

describe("the rows of the board", () => {
  const rows = [row("B", 0.95), row("A", 0.4), row("D", null), row("C", 0.7)];

  it("begin with whoever is worst; what has no rate stands last, whichever way round", () => {
    expect(sortQuality(rows, readQualityOrder(null)).map(({ key }) => key)).toEqual(["A", "C", "B", "D"]);
    expect(sortQuality(rows, readQualityOrder("-effective")).map(({ key }) => key)).toEqual(["B", "C", "A", "D"]);
  });

  it("go by name when they are asked to, and by the usual order when nobody knows what was asked", () => {
    expect(sortQuality(rows, readQualityOrder("name")).map(({ key }) => key)).toEqual(["A", "B", "C", "D"]);
    expect(sortQuality(rows, readQualityOrder("-name")).map(({ key }) => key)).toEqual(["D", "C", "B", "A"]);
    expect(readQualityOrder("colour")).toEqual({ column: "effective", descending: false });
  });
});

describe("the time to repair", () => {
  it("is that of the table, from the end of what is missing", () => {
    const end = Date.UTC(2026, 10, 10);
    expect(repairLeft(end, repairDays, end)).toBe(repairDays * dayMs);
    expect(repairLeft(end, repairDays, end + (repairDays + 1) * dayMs)).toBe(-dayMs);
  });
});
