// Loggers: what the filters pass, what stands first, and the numbers of a report card.

import { describe, expect, it } from "vitest";
import { remarks } from "#domain/hj212/refusal.ts";
import { cardThresholds } from "#domain/logger-marks.ts";
import { loggersEn } from "../../i18n/loggers-en.ts";
import { loggersZh } from "../../i18n/loggers-zh.ts";
import { countMarks, daysBetween, formatMeasure, placeOf } from "./card-numbers.ts";
import { belongsTo, type CardLine, hasText, type LoggerRow, readLoggerOrder, sortLoggers } from "./logger-data.ts";

const now = Date.parse("2026-11-22T08:00:00+08:00");
const logger = (site: string, more: Partial<LoggerRow> = {}): LoggerRow => ({
  site,
  known: true,
  mn: `MN-${site}`,
  name: `Outfall ${site}`,
  city: "130200",
  enterprise: "Works",
  maintainer: null,
  edition: "2017",
  heardAt: new Date(now - 30_000).toISOString(),
  driftMs: 200,
  address: "10.0.0.1",
  packetsToday: 5,
  faultsToday: 0,
  faults: {},
  ...more,
});

describe("the list of loggers", () => {
  const list = [
    logger("B", { driftMs: 95_000 }),
    logger("A", { faultsToday: 3, heardAt: new Date(now - 7_200_000).toISOString() }),
    logger("hj212:X", { known: false, name: null, mn: "X" }),
    logger("C", { heardAt: null, driftMs: null }),
  ];
  const shown = (show: Parameters<typeof belongsTo>[1]): string[] =>
    list.filter((row) => belongsTo(row, show, now)).map(({ site }) => site);

  it("passes those of nobody, silent ones, wrong clocks and faults of today", () => {
    expect(shown("unknown")).toEqual(["hj212:X"]);
    expect(shown("silent")).toEqual(["A", "C"]);
    expect(shown("drift")).toEqual(["B"]);
    expect(shown("faults")).toEqual(["A"]);
    expect(shown("all")).toHaveLength(4);
  });

  it("has those of nobody first, whatever it is sorted by", () => {
    for (const order of ["name", "-drift", "faults", "nonsense"]) {
      const [first] = sortLoggers(list, readLoggerOrder(order));
      expect(first?.site).toBe("hj212:X");
    }
    expect(sortLoggers(list, readLoggerOrder("-drift")).map(({ site }) => site)).toEqual(["hj212:X", "B", "A", "C"]);
  });

  it("finds by part of the MN and of the enterprise", () => {
    expect(hasText(logger("B"), "mn-b")).toBe(true);
    expect(hasText(logger("B"), "works")).toBe(true);
    expect(hasText(logger("B"), "nobody")).toBe(false);
  });
});

const line = (better: "low" | "high", value: number | null, good: number, fair: number): CardLine => ({
  line: "x",
  value,
  unit: "share",
  mark: null,
  threshold: { better, good, fair },
  says: "",
  source: "",
});

describe("a report card", () => {
  it("has words in both languages for every line, unit and deviation there is", () => {
    for (const words of [loggersZh, loggersEn]) {
      for (const { line: name, unit } of cardThresholds) {
        expect(words.lines[name]?.name, name).toBeTruthy();
        expect(words.units[unit], unit).toBeTruthy();
      }
      expect(Object.keys(words.remarks)).toEqual(Object.keys(remarks));
    }
  });

  it("writes shares as per cent and other measures with their unit", () => {
    expect(formatMeasure(0.93824, "share", loggersZh.units)).toBe("93.8%");
    expect(formatMeasure(95.004, "s", loggersZh.units)).toBe("95 秒");
    expect(formatMeasure(0.0312, "per packet", loggersEn.units)).toBe("0.031 per packet");
  });

  it("puts what is good on the right third of the bar and what is poor on the left, whichever way is better", () => {
    for (const [better, good, fair, values] of [
      ["high", 0.9, 0.75, [0, 0.5, 0.8, 0.95, 1]],
      ["low", 60, 300, [5_000, 400, 100, 30, 0]],
      ["low", 0, 0.05, [1, 0.06, 0.02, 0, 0]],
    ] as const) {
      const places = values.map((value) => placeOf(line(better, value, good, fair)) ?? -1);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      expect(places[0]).toBeLessThan(1 / 3);
      expect(places[2]).toBeGreaterThanOrEqual(1 / 3);
      expect(places[2]).toBeLessThan(2 / 3);
      expect(places[3]).toBeGreaterThanOrEqual(2 / 3);
      expect(places[4]).toBeLessThanOrEqual(1);
    }
    expect(placeOf(line("low", null, 1, 2))).toBeNull();
  });

  it("counts its marks, and leaves out what was not seen", () => {
    const lines = (["good", "good", "poor", null] as const).map((mark) => ({ ...line("low", 1, 1, 2), mark }));
    expect(countMarks(lines)).toEqual({ good: 2, fair: 0, poor: 1 });
  });

  it("counts days from the first to before the last", () => {
    expect(daysBetween("2026-11-22", "2026-11-23")).toBe(1);
    expect(daysBetween("2026-02-27", "2026-03-02")).toBe(3);
  });
});
