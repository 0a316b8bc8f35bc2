// A deadline in words: how many working days are left, or since how many it is over. The first moment that is too late is what
// the server gives; people are told the last one that is in time.

import { dayMs, dayStart, formatDay, formatLocal } from "#domain/time.ts";
import { workingDays } from "#domain/working-days.ts";
import type { StageWords } from "./case-data.ts";

/** Beyond this nobody counts. */
const daysMost = 400;

/** Working days that begin after the day of `from`, up to and with the day of `to`. */
export function countWorkingDays(from: number, to: number): number {
  let days = 0;
  let day = dayStart(from) + dayMs;
  for (let i = 0; day <= dayStart(to) && i < daysMost; i += 1, day += dayMs)
    if (workingDays.isWorkingDay(day)) days += 1;
  return days;
}

/** "2026-11-23" when it is the end of a day, else with the time. */
export function formatDeadline(due: number): string {
  return dayStart(due) === due ? formatDay(due - 1) : formatLocal(due).slice(0, 16);
}

/** What stands in a row: words, and whether it is over. */
export function sayDue(
  words: StageWords,
  dueAt: string | null,
  now: number,
): { readonly text: string; readonly isOver: boolean } {
  if (dueAt === null) return { text: words.due.none, isOver: false };
  const due = Date.parse(dueAt);
  const at = formatDeadline(due);
  if (due <= now) return { text: words.due.over(at, countWorkingDays(due - 1, now)), isOver: true };
  if (dayStart(due - 1) === dayStart(now)) return { text: words.due.today(at), isOver: false };
  return { text: words.due.left(at, countWorkingDays(now, due - 1)), isOver: false };
}
