// Time as the field counts it: epoch milliseconds inside, calendar days of UTC+8 (no daylight saving) for people and law.

export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;
/** China Standard Time is UTC+8 all year. */
export const zoneOffsetMs = 8 * hourMs;

/** Start (ms) of the UTC+8 calendar day that holds `timeMs`. */
export function dayStart(timeMs: number): number {
  return Math.floor((timeMs + zoneOffsetMs) / dayMs) * dayMs - zoneOffsetMs;
}

/** The UTC+8 calendar day as text, e.g. "2026-11-22". */
export function formatDay(timeMs: number): string {
  return new Date(timeMs + zoneOffsetMs).toISOString().slice(0, 10);
}

/** "2026-11-22" → start of that UTC+8 day in ms, or null when the text is no such day. */
export function parseDay(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const utc = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(utc) || new Date(utc).toISOString().slice(0, 10) !== text) return null;
  return utc - zoneOffsetMs;
}

const isoPattern = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|z|[+-]\d{2}:?\d{2})$/;

/**
 * ISO 8601 with an offset → epoch ms; null when it is anything else. A time without an offset is refused on purpose:
 * eight hours of doubt are worse than a refusal. Digits below the millisecond are cut.
 */
export function parseIsoTime(text: string): number | null {
  const m = isoPattern.exec(text);
  if (m === null) return null;
  const [, year, month, day, hour, minute, second, fraction, offset] = m;
  const utc = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second ?? 0),
    fraction === undefined ? 0 : Number(fraction.padEnd(3, "0").slice(0, 3)),
  );
  const check = new Date(utc);
  // 31 February, 25:00 and the like roll over in Date.UTC; they are no times.
  if (
    check.getUTCMonth() !== Number(month) - 1 ||
    check.getUTCDate() !== Number(day) ||
    check.getUTCHours() !== Number(hour) ||
    check.getUTCMinutes() !== Number(minute) ||
    Number(second ?? 0) > 59
  ) {
    return null;
  }
  if (offset === undefined) return null;
  if (offset === "Z" || offset === "z") return utc;
  const sign = offset.startsWith("-") ? -1 : 1;
  const offsetHours = Number(offset.slice(1, 3));
  const offsetMinutes = Number(offset.slice(-2));
  if (offsetHours > 14 || offsetMinutes > 59) return null;
  return utc - sign * (offsetHours * hourMs + offsetMinutes * minuteMs);
}

/** Epoch ms → "2026-11-22T00:43:40.000Z". */
export function formatIso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** Epoch ms → "2026-11-22 08:43:40" in UTC+8, for people. */
export function formatLocal(timeMs: number): string {
  return new Date(timeMs + zoneOffsetMs).toISOString().slice(0, 19).replace("T", " ");
}
