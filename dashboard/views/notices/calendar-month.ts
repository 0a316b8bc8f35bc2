// A month of a calendar as a grid: for each day who is on call from the beginning of its turn on, in parts when it changes within
// the day. And what a swap by days means in time.

import { onCallAt } from "#domain/on-call.ts";
import type { OnCallCalendar } from "#domain/notice.ts";
import { dayMs, dayStart, formatDay, zoneOffsetMs } from "#domain/time.ts";

export interface DayPart {
  readonly from: number;
  /** Null: nobody. */
  readonly contact: string | null;
  readonly isSwap: boolean;
}

export interface CalendarDay {
  /** Begin of the day, UTC+8. */
  readonly start: number;
  /** 1 … 31. */
  readonly day: number;
  readonly isInMonth: boolean;
  readonly parts: readonly DayPart[];
}

/** Beyond this a day is not cut: turns of minutes are no duty. */
const partsMost = 12;

/** From midnight to the begin of a turn. */
export function turnOffset({ from }: Pick<OnCallCalendar, "from">): number {
  return from - dayStart(from);
}

function partsOf(calendar: OnCallCalendar, from: number, to: number): DayPart[] {
  const parts: DayPart[] = [];
  let at = from;
  while (at < to && parts.length < partsMost) {
    const found = onCallAt(calendar, at);
    const last = parts.at(-1);
    const contact = found?.contact ?? null;
    const isSwap = found !== null && found.swap !== null;
    if (last === undefined || last.contact !== contact || last.isSwap !== isSwap)
      parts.push({ from: at, contact, isSwap });
    // Nobody is on call until the calendar begins, or a swap does.
    const next = Math.min(
      ...calendar.swaps.map((swap) => swap.from).filter((begin) => begin > at),
      calendar.from > at ? calendar.from : to,
      to,
    );
    at = found === null ? next : Math.min(found.until, to);
  }
  return parts;
}

/** "2026-11" → its weeks from Monday on, filled up with days of the months beside it. */
export function monthGrid(calendar: OnCallCalendar, year: number, month: number): readonly (readonly CalendarDay[])[] {
  const first = Date.UTC(year, month - 1, 1) - zoneOffsetMs;
  const last = Date.UTC(year, month, 1) - zoneOffsetMs;
  const weekday = (new Date(first + zoneOffsetMs).getUTCDay() + 6) % 7;
  const offset = turnOffset(calendar);
  const weeks: CalendarDay[][] = [];
  for (let start = first - weekday * dayMs; start < last;) {
    const week: CalendarDay[] = [];
    for (let i = 0; i < 7; i += 1, start += dayMs) {
      week.push({
        start,
        day: Number(formatDay(start).slice(8)),
        isInMonth: start >= first && start < last,
        parts: partsOf(calendar, start + offset, start + offset + dayMs),
      });
    }
    weeks.push(week);
  }
  return weeks;
}

/** Two days in any order → the time of the turns that begin on them. */
export function swapSpan(
  calendar: OnCallCalendar,
  a: number,
  b: number,
): { readonly from: number; readonly to: number } {
  const offset = turnOffset(calendar);
  return { from: Math.min(a, b) + offset, to: Math.max(a, b) + dayMs + offset };
}

export function monthOf(timeMs: number): { readonly year: number; readonly month: number } {
  const day = formatDay(timeMs);
  return { year: Number(day.slice(0, 4)), month: Number(day.slice(5, 7)) };
}

export function stepMonth(
  { year, month }: { readonly year: number; readonly month: number },
  step: number,
): { readonly year: number; readonly month: number } {
  const at = year * 12 + (month - 1) + step;
  return { year: Math.floor(at / 12), month: (at % 12) + 1 };
}
