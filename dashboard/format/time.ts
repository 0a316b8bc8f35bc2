// Times as people here read them: UTC+8, 24 hours, whatever zone the browser believes in. Nothing here asks for the time.

import { dayStart, formatLocal, hourMs, minuteMs } from "#domain/time.ts";

/** "08:43:40" in UTC+8. */
export function formatClock(timeMs: number): string {
  return formatLocal(timeMs).slice(11);
}

/** "08:43:40" today, "11-21 23:10:02" in the same year, else with the year. */
export function formatMoment(timeMs: number, nowMs: number): string {
  const text = formatLocal(timeMs);
  if (dayStart(timeMs) === dayStart(nowMs)) return text.slice(11);
  return text.slice(0, 4) === formatLocal(nowMs).slice(0, 4) ? text.slice(5) : text;
}

/** The words a duration is made of; the catalogues supply them. */
export interface DurationWords {
  readonly seconds: string;
  readonly minutes: string;
  readonly hours: string;
  readonly days: string;
}

/** Age in one or two units: "12 s", "3 min 05 s", "2 h 14 min", "3 d 4 h". Negative counts as zero. */
export function formatAge(ageMs: number, words: DurationWords): string {
  const seconds = Math.max(0, Math.floor(ageMs / 1000));
  if (seconds < 60) return `${seconds} ${words.seconds}`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return `${minutes} ${words.minutes} ${pad(seconds % 60)} ${words.seconds}`;
  if (minutes < 60) return `${minutes} ${words.minutes}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} ${words.hours} ${pad(minutes % 60)} ${words.minutes}`;
  return `${Math.floor(hours / 24)} ${words.days} ${hours % 24} ${words.hours}`;
}

/** How long an alarm has lasted, narrow enough for a column: "02:05" (min:s), "3:12:40" (h:min:s), "2d 04h". */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  const seconds = Math.floor(ms / 1000) % 60;
  const minutes = Math.floor(ms / minuteMs) % 60;
  const hours = Math.floor(ms / hourMs);
  if (hours === 0) return `${pad(minutes)}:${pad(seconds)}`;
  if (hours < 24) return `${hours}:${pad(minutes)}:${pad(seconds)}`;
  return `${Math.floor(hours / 24)}d ${pad(hours % 24)}h`;
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}
