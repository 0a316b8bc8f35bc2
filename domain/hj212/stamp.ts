// Times of HJ 212: digits in local time, UTC+8. YYYYMMDDhhmmss in the data area, with three digits of milliseconds more in QN.
// Turns them into epoch milliseconds and back; days that no calendar has are none.

import { zoneOffsetMs } from "../time.ts";

const stampPattern = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{0,3})$/;

/** Loggers come back from an empty battery in 1970 or 2000; the standard itself is of 2005. */
const yearMin = 2010;

export type StampFault = "not a time" | "no such day or hour" | "before 2010";

/**
 * 14 digits, or up to 17 as some loggers write them. Of a DataTime the first 14 count (`millis` false), of a QN all 17.
 * Gives epoch milliseconds, or what is wrong.
 */
export function parseStamp(text: string, millis = false): number | StampFault {
  const found = stampPattern.exec(text);
  if (found === null) return "not a time";
  const [, year, month, day, hour, minute, second, fraction = ""] = found;
  const utc = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    millis ? Number(fraction.padEnd(3, "0")) : 0,
  );
  // 31 February and 25:00 roll over in Date.UTC; they are no times. The second line asks what it made of them.
  if (formatUtc(utc).slice(0, 14) !== text.slice(0, 14)) return "no such day or hour";
  return Number(year) < yearMin ? "before 2010" : utc - zoneOffsetMs;
}

function formatUtc(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString().replaceAll(/[-:.TZ]/g, "") : "";
}

/** Epoch milliseconds → 14 digits of UTC+8, as in DataTime and SystemTime. */
export function formatStamp(ms: number): string {
  return formatUtc(ms + zoneOffsetMs).slice(0, 14);
}

/** Epoch milliseconds → 17 digits of UTC+8, as in QN. */
export function formatQn(ms: number): string {
  return formatUtc(ms + zoneOffsetMs).slice(0, 17);
}
