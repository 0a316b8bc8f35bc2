// Days, months and quarters of UTC+8.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatIso, formatLocal, parseDay } from "../time.ts";
import {
  countDays,
  countHours,
  dayOf,
  formatMonth,
  formatQuarter,
  listDays,
  monthNumber,
  monthOf,
  parseMonth,
  parseQuarter,
  quarterOf,
  yearOf,
} from "./calendar.ts";

const at = (iso: string): number => Date.parse(iso);
const anyTime = fc.integer({ min: at("2000-01-01T00:00:00Z"), max: at("2100-01-01T00:00:00Z") });

describe("the calendar", () => {
  it("begins a month at midnight of UTC+8, eight hours before UTC does", () => {
    expect(formatIso(monthOf(at("2026-10-31T16:00:00Z")).from)).toBe("2026-10-31T16:00:00.000Z");
    expect(formatIso(monthOf(at("2026-10-31T15:59:59Z")).from)).toBe("2026-09-30T16:00:00.000Z");
    expect(formatMonth(at("2026-10-31T16:00:00Z"))).toBe("2026-11");
  });

  it.each([
    ["2026-02", 28, 672],
    ["2028-02", 29, 696],
    ["2026-11", 30, 720],
    ["2026-12", 31, 744],
  ])("has in %s %d days and %d hours", (month, days, hours) => {
    const period = parseMonth(month);
    expect(period === null ? null : [countDays(period), countHours(period)]).toEqual([days, hours]);
  });

  it("has in the first quarter of 2026 90 days and 2160 hours", () => {
    const quarter = parseQuarter("2026Q1");
    expect(quarter === null ? null : [countDays(quarter), countHours(quarter)]).toEqual([90, 2160]);
    expect(quarter === null ? null : formatLocal(quarter.to)).toBe("2026-04-01 00:00:00");
  });

  it("counts a leap year of 366 days", () => {
    expect([yearOf(at("2026-06-01T00:00:00Z")), yearOf(at("2028-06-01T00:00:00Z"))].map(countDays)).toEqual([365, 366]);
  });

  it("reads no month and no quarter where there is none", () => {
    expect(["2026-13", "2026-00", "2026-1", "26-01", ""].map(parseMonth)).toEqual([null, null, null, null, null]);
    expect(["2026Q0", "2026Q5", "2026-Q1"].map(parseQuarter)).toEqual([null, null, null]);
  });

  it("puts every moment into one day, one month and one quarter, each within the next", () => {
    fc.assert(
      fc.property(anyTime, (timeMs) => {
        const [day, month, quarter, year] = [dayOf, monthOf, quarterOf, yearOf].map((of) => of(timeMs));
        for (const period of [day, month, quarter, year]) {
          expect(period !== undefined && period.from <= timeMs && timeMs < period.to).toBe(true);
        }
        expect(month?.from).toBeLessThanOrEqual(day?.from ?? 0);
        expect(quarter?.to).toBeGreaterThanOrEqual(month?.to ?? 0);
        expect(year?.from).toBeLessThanOrEqual(quarter?.from ?? 0);
      }),
    );
  });

  it("reads what it writes", () => {
    fc.assert(
      fc.property(anyTime, (timeMs) => {
        expect(parseMonth(formatMonth(timeMs))).toEqual(monthOf(timeMs));
        expect(parseQuarter(formatQuarter(timeMs))).toEqual(quarterOf(timeMs));
        expect(Number(formatMonth(timeMs).slice(5))).toBe(monthNumber(timeMs));
      }),
    );
  });

  it("lists the days of a month one after the other", () => {
    const february = parseMonth("2026-02");
    const days = february === null ? [] : listDays(february);
    expect(days).toHaveLength(28);
    expect([days[0], days[27]]).toEqual([parseDay("2026-02-01"), parseDay("2026-02-28")]);
  });
});
