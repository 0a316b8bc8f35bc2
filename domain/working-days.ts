// Working days (UTC+8) by the table of public holidays (tables/holidays.json): free days, and the weekend days that are worked
// for them. Of a year that is not in the table only weekends and the holidays of fixed date are known to be free: a time that is
// counted there may be too early, never too late, and whoever asks can say so.

import table from "./tables/holidays.json" with { type: "json" };
import { dayMs, dayStart, formatDay, parseDay, zoneOffsetMs } from "./time.ts";

export interface HolidayTable {
  readonly source: string;
  readonly sureness: string;
  /** Free in each year that is not in the table; month and day. */
  readonly otherYears: {
    readonly source: string;
    readonly sureness: string;
    readonly off: readonly (readonly string[])[];
  };
  readonly years: readonly {
    readonly year: number;
    /** First and last free day. */
    readonly off: readonly (readonly string[])[];
    readonly work: readonly string[];
  }[];
}

export interface WorkingDays {
  isWorkingDay(timeMs: number): boolean;
  /**
   * The end of the n-th working day after the day of `timeMs`, as the first moment that is too late. With 0 it is `timeMs`
   * itself: due at once.
   */
  add(timeMs: number, workingDays: number): number;
  /** Is the year of this time in the table? Otherwise only weekends and holidays of fixed date count as free. */
  isYearKnown(timeMs: number): boolean;
}

function listDays(first: string, last: string): string[] {
  const [from, to] = [parseDay(first), parseDay(last)];
  if (from === null || to === null || to < from) throw new Error(`holidays: ${first} to ${last} are no days`);
  const days: string[] = [];
  for (let day = from; day <= to; day += dayMs) days.push(formatDay(day));
  return days;
}

export function createWorkingDays(holidays: HolidayTable): WorkingDays {
  const off = new Set<string>();
  const work = new Set<string>();
  const years = new Set(holidays.years.map(({ year }) => year));
  for (const year of holidays.years) {
    for (const [first = "", last = ""] of year.off) for (const day of listDays(first, last)) off.add(day);
    for (const day of year.work) work.add(day);
  }
  // Of a leap year, so that each day of any year is found.
  const each = holidays.otherYears.off.flatMap(([first = "", last = ""]) => listDays(`2024-${first}`, `2024-${last}`));
  const offEachYear = new Set(each.map((day) => day.slice(5)));

  function isWorkingDay(timeMs: number): boolean {
    const day = formatDay(timeMs);
    if (work.has(day)) return true;
    if (off.has(day)) return false;
    if (!years.has(Number(day.slice(0, 4))) && offEachYear.has(day.slice(5))) return false;
    const weekday = new Date(dayStart(timeMs) + zoneOffsetMs).getUTCDay();
    return weekday !== 0 && weekday !== 6;
  }

  return {
    isWorkingDay,
    add(timeMs, workingDays) {
      if (workingDays === 0) return timeMs;
      let day = dayStart(timeMs);
      for (let left = workingDays; left > 0;) {
        day += dayMs;
        if (isWorkingDay(day)) left -= 1;
      }
      return day + dayMs;
    },
    isYearKnown: (timeMs) => years.has(Number(formatDay(timeMs).slice(0, 4))),
  };
}

export const holidayTable: HolidayTable = table;
export const workingDays: WorkingDays = createWorkingDays(table);
