// Working days against the arrangements of public holidays, and where the table ends.

import { describe, expect, it } from "vitest";
import { formatDay } from "./time.ts";
import { createWorkingDays, holidayTable, workingDays } from "./working-days.ts";

const at = (text: string): number => Date.parse(`${text}+08:00`);
const dueDay = (from: string, days: number): string => formatDay(workingDays.add(at(from), days) - 1);

describe("working days", () => {
  it("leave out weekends and public holidays, and count the weekend days that are worked for them", () => {
    expect(workingDays.isWorkingDay(at("2026-11-20T12:00"))).toBe(true); // a Friday
    expect(workingDays.isWorkingDay(at("2026-11-21T00:00"))).toBe(false);
    expect(workingDays.isWorkingDay(at("2026-11-22T23:59"))).toBe(false);
    expect(workingDays.isWorkingDay(at("2026-10-07T12:00"))).toBe(false); // a Wednesday of the National Day week
    expect(workingDays.isWorkingDay(at("2026-10-10T12:00"))).toBe(true); // a Saturday that is worked
  });

  it("are counted from the day after, to the end of the last one", () => {
    expect(workingDays.add(at("2026-11-19T23:59"), 1)).toBe(at("2026-11-21T00:00"));
    expect(dueDay("2026-11-20T08:00", 1)).toBe("2026-11-23");
    expect(dueDay("2026-11-21T08:00", 2)).toBe("2026-11-24");
    expect(dueDay("2026-09-30T08:00", 3)).toBe("2026-10-10");
    expect(dueDay("2026-02-13T17:00", 2)).toBe("2026-02-24");
  });

  it("of nought are due at once", () => {
    expect(workingDays.add(at("2026-11-20T08:00"), 0)).toBe(at("2026-11-20T08:00"));
  });

  it("of a year that is not in the table know weekends and holidays of fixed date only, and say that", () => {
    expect(workingDays.isYearKnown(at("2026-12-31T23:59"))).toBe(true);
    expect(workingDays.isYearKnown(at("2027-01-01T00:00"))).toBe(false);
    expect(workingDays.isWorkingDay(at("2027-10-01T12:00"))).toBe(false); // a Friday
    expect(workingDays.isWorkingDay(at("2027-10-04T12:00"))).toBe(true); // a Monday, free by an arrangement yet to come
    expect(workingDays.isWorkingDay(at("2029-05-02T12:00"))).toBe(false); // a Wednesday
    expect(dueDay("2026-12-31T08:00", 1)).toBe("2027-01-04");
    // The arrangement of a year in the table is all there is of it.
    expect(workingDays.isWorkingDay(at("2025-01-02T12:00"))).toBe(true);
  });

  it("name their source and how sure it is", () => {
    expect(holidayTable.sureness).toBe("from memory");
    expect(holidayTable.source).not.toBe("");
    expect(holidayTable.otherYears.sureness).toBe("from memory");
  });

  it("that are worked lie on weekends, and free spans lie in their own year", () => {
    for (const { year, off, work } of holidayTable.years) {
      const otherYears = { ...holidayTable.otherYears, off: [] };
      const plain = createWorkingDays({ ...holidayTable, otherYears, years: [] });
      for (const day of work) expect([day, plain.isWorkingDay(at(`${day}T12:00`))]).toEqual([day, false]);
      for (const day of [...off.flat(), ...work]) expect(day.startsWith(`${year}-`)).toBe(true);
    }
  });

  it("refuse a table whose spans are no days", () => {
    const wrong = { year: 2026, off: [["2026-02-31", "2026-03-01"]], work: [] };
    expect(() => createWorkingDays({ ...holidayTable, years: [wrong] })).toThrow("no days");
  });
});
