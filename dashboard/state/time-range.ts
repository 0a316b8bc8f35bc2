// Which stretch of time is looked at, as people write it and as the address keeps it: `now-6h`, `now-1d/d`, epoch ms, or a
// date and time of UTC+8. Calendar steps (d w M Q y) are those of UTC+8; a week begins on Monday. Pure: the time comes as an
// argument.

import { dayMs, formatLocal, hourMs, minuteMs, parseDay, parseIsoTime, zoneOffsetMs } from "#domain/time.ts";

/** Two expressions. `to` = "now" means that the window moves with the clock. */
export interface TimeRange {
  readonly from: string;
  readonly to: string;
}

export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

const units = ["s", "m", "h", "d", "w", "M", "Q", "y"] as const;
type Unit = (typeof units)[number];

const fixedMs: Readonly<Record<"s" | "m" | "h" | "d" | "w", number>> = {
  s: 1000,
  m: minuteMs,
  h: hourMs,
  d: dayMs,
  w: 7 * dayMs,
};

function isUnit(text: string | undefined): text is Unit {
  return units.some((unit) => unit === text);
}

/** Moves by `n` months of the UTC+8 calendar; the 31st becomes the last day of a shorter month. */
export function shiftMonths(timeMs: number, n: number): number {
  const local = new Date(timeMs + zoneOffsetMs);
  const day = local.getUTCDate();
  const first = Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + n, 1);
  const lastDay = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + n + 1, 0)).getUTCDate();
  const inDay = (timeMs + zoneOffsetMs) % dayMs;
  return first + (Math.min(day, lastDay) - 1) * dayMs + inDay - zoneOffsetMs;
}

function addUnits(timeMs: number, n: number, unit: Unit): number {
  if (unit === "M") return shiftMonths(timeMs, n);
  if (unit === "Q") return shiftMonths(timeMs, 3 * n);
  if (unit === "y") return shiftMonths(timeMs, 12 * n);
  return timeMs + n * fixedMs[unit];
}

/** Start of the unit of the UTC+8 calendar that holds the time. */
function floorTo(timeMs: number, unit: Unit): number {
  const local = timeMs + zoneOffsetMs;
  const date = new Date(local);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  if (unit === "y") return Date.UTC(year, 0, 1) - zoneOffsetMs;
  if (unit === "Q") return Date.UTC(year, month - (month % 3), 1) - zoneOffsetMs;
  if (unit === "M") return Date.UTC(year, month, 1) - zoneOffsetMs;
  // 1970-01-05 was a Monday.
  if (unit === "w") return Math.floor((local - 4 * dayMs) / (7 * dayMs)) * 7 * dayMs + 4 * dayMs - zoneOffsetMs;
  return Math.floor(local / fixedMs[unit]) * fixedMs[unit] - zoneOffsetMs;
}

const relativePattern = /^now(?:([+-])(\d{1,5})([smhdwMQy]))?(?:\/([smhdwMQy]))?$/;
const localPattern = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2})?))?$/;

/** An expression → epoch ms, or null when it is none. `end` rounds `/d` and the like up to the end of the unit. */
export function resolveTime(text: string, nowMs: number, end: boolean): number | null {
  const trimmed = text.trim();
  const relative = relativePattern.exec(trimmed);
  if (relative !== null) {
    const [, sign, count, unit, round] = relative;
    const moved = isUnit(unit) ? addUnits(nowMs, (sign === "-" ? -1 : 1) * Number(count), unit) : nowMs;
    if (!isUnit(round)) return moved;
    const start = floorTo(moved, round);
    return end ? addUnits(start, 1, round) : start;
  }
  if (/^\d{9,16}$/.test(trimmed)) return Number(trimmed);
  const local = localPattern.exec(trimmed);
  if (local === null) return parseIsoTime(trimmed);
  const [, day = "", clock] = local;
  if (clock !== undefined) return parseIsoTime(`${day}T${clock}+08:00`);
  const start = parseDay(day);
  return start === null ? null : start + (end ? dayMs : 0);
}

/** Both ends in ms, or null when they are no times or in the wrong order. The end never lies behind `nowMs` when it moves. */
export function resolveRange(range: TimeRange, nowMs: number): TimeWindow | null {
  const from = resolveTime(range.from, nowMs, false);
  const to = resolveTime(range.to, nowMs, true);
  return from === null || to === null || from >= to ? null : { from, to };
}

/** Does the window move with the clock? */
export function isLiveRange(range: TimeRange): boolean {
  return range.to.trim() === "now";
}

/** The quick choices: expression of the beginning → range. Calendar ones that are over end with their unit. */
export const quickRanges: readonly TimeRange[] = [
  { from: "now-1h", to: "now" },
  { from: "now-6h", to: "now" },
  { from: "now-24h", to: "now" },
  { from: "now-7d", to: "now" },
  { from: "now-30d", to: "now" },
  { from: "now/d", to: "now" },
  { from: "now-1d/d", to: "now-1d/d" },
  { from: "now/w", to: "now" },
  { from: "now/M", to: "now" },
  { from: "now-1M/M", to: "now-1M/M" },
  { from: "now/Q", to: "now" },
  { from: "now/y", to: "now" },
];

export function freezeWindow({ from, to }: TimeWindow): TimeRange {
  return { from: String(Math.round(from)), to: String(Math.round(to)) };
}

function lastMs(lengthMs: number): TimeRange {
  const seconds = Math.max(1, Math.round(lengthMs / 1000));
  for (const [unit, size] of [
    ["d", 86_400],
    ["h", 3600],
    ["m", 60],
  ] as const) {
    if (seconds % size === 0) return { from: `now-${seconds / size}${unit}`, to: "now" };
  }
  return { from: `now-${seconds}s`, to: "now" };
}

/** One window back (−1) or forward (1). Forward beyond now comes to rest at the live window of the same length. */
export function stepRange(range: TimeRange, nowMs: number, direction: 1 | -1): TimeRange {
  const window = resolveRange(range, nowMs);
  if (window === null || (direction === 1 && isLiveRange(range))) return range;
  const length = window.to - window.from;
  const shift = direction * length;
  if (window.to + shift >= nowMs) return lastMs(length);
  return freezeWindow({ from: window.from + shift, to: window.to + shift });
}

/** Twice as wide around the middle; a live window stays live and reaches twice as far back. */
export function widenRange(range: TimeRange, nowMs: number): TimeRange {
  const window = resolveRange(range, nowMs);
  if (window === null) return range;
  const length = window.to - window.from;
  if (isLiveRange(range)) return lastMs(2 * length);
  const to = Math.min(nowMs, window.to + length / 2);
  return freezeWindow({ from: to - 2 * length, to });
}

/** "2026-11-22 08:00:00 – 2026-11-22 09:00:00" (UTC+8); the second date only when it is another day. */
export function formatWindow({ from, to }: TimeWindow): string {
  const [a, b] = [formatLocal(from), formatLocal(to)];
  return `${a} – ${a.slice(0, 10) === b.slice(0, 10) ? b.slice(11) : b}`;
}
