// Labels of a time axis in UTC+8, whatever zone the browser is in. Pure.

import { dayMs, dayStart, formatLocal } from "#domain/time.ts";

/** "08:43", with the date in a second line at the first label and wherever the day changes; only dates for wide steps. */
export function formatTicks(splitsMs: readonly number[], stepMs: number): string[] {
  let day = Number.NaN;
  return splitsMs.map((time) => {
    const text = formatLocal(time);
    const date = text.slice(5, 10);
    if (stepMs >= dayMs) return date;
    const clock = stepMs < 60_000 ? text.slice(11) : text.slice(11, 16);
    const isNewDay = dayStart(time) !== day;
    day = dayStart(time);
    return isNewDay ? `${clock}\n${date}` : clock;
  });
}
