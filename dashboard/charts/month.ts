// The hours of a month, each judged by its mean: within the limit, beyond it, not enough valid readings, nothing at all. Days are
// those of UTC+8. Pure; times in ms.

import { exceeds, isInForce, limitBases, type LimitBasis } from "#domain/limit.ts";
import { dayMs, hourMs, zoneOffsetMs } from "#domain/time.ts";
import type { LimitSpan, MeanPoint } from "./series.ts";

/** none: not due, because it lies ahead, before the first reading ever, or the site sends more rarely than once an hour. */
export const hourStates = ["ok", "exceeded", "invalid", "missing", "none"] as const;
export type HourState = (typeof hourStates)[number];

export interface MonthHour {
  readonly start: number;
  readonly state: HourState;
  readonly mean: number | null;
  readonly limit: LimitSpan | null;
  readonly valid: number;
  readonly count: number;
}

export interface MonthDay {
  readonly start: number;
  /** 24 of them. */
  readonly hours: readonly MonthHour[];
}

export interface MonthInput {
  /** Hourly means. */
  readonly points: readonly MeanPoint[];
  /** Of one basis. */
  readonly limits: readonly LimitSpan[];
  readonly intervalSeconds: number;
  /** Begin and end of the month. */
  readonly from: number;
  readonly to: number;
  readonly now: number;
  /** When the first reading ever was: what lies before it is missed by nobody. */
  readonly begun: number;
}

/** An hour counts when at least this share of the readings that were due is valid. */
export const validShareMin = 0.75;

/** Begin and end of the UTC+8 calendar month that holds the time; `step` months further. */
export function monthAround(timeMs: number, step = 0): { readonly from: number; readonly to: number } {
  const local = new Date(timeMs + zoneOffsetMs);
  const begin = (months: number): number =>
    Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + step + months, 1) - zoneOffsetMs;
  return { from: begin(0), to: begin(1) };
}

interface Limited {
  readonly basis: LimitBasis;
}

/** An hourly mean meets the limit for hours; where there is none, the next best, and the reader is told which. */
export function pickBasis(limits: readonly Limited[]): LimitBasis | null {
  const order: readonly LimitBasis[] = ["hour", ...limitBases.filter((basis) => basis !== "hour")];
  return order.find((basis) => limits.some((limit) => limit.basis === basis)) ?? null;
}

function judgeHour(start: number, point: MeanPoint | undefined, input: MonthInput): MonthHour {
  const [, mean = null, , , count = 0, valid = 0] = point ?? [];
  const limit = input.limits.find((entry) => isInForce(entry, start)) ?? null;
  const hour = { start, mean: valid === 0 ? null : mean, limit, valid, count };
  if (start >= input.now || start + hourMs <= input.begun) return { ...hour, state: "none" };
  // Of the hour that is not over only what could have come by now.
  const passedMs = Math.min(hourMs, input.now - start);
  const due = Math.floor(passedMs / (input.intervalSeconds * 1000));
  if (count === 0) return { ...hour, state: due === 0 ? "none" : "missing" };
  if (hour.mean === null || valid < validShareMin * due) return { ...hour, state: "invalid" };
  return { ...hour, state: limit !== null && exceeds(limit, hour.mean) ? "exceeded" : "ok" };
}

export function judgeMonth(input: MonthInput): MonthDay[] {
  const points = new Map(input.points.map((point) => [point[0], point]));
  const days: MonthDay[] = [];
  for (let day = input.from; day < input.to; day += dayMs) {
    const hours = Array.from({ length: 24 }, (_, hour) => {
      const start = day + hour * hourMs;
      return judgeHour(start, points.get(start), input);
    });
    days.push({ start: day, hours });
  }
  return days;
}

export function countHours(days: readonly MonthDay[]): Record<HourState, number> {
  const counts = { ok: 0, exceeded: 0, invalid: 0, missing: 0, none: 0 };
  for (const { hours } of days) for (const { state } of hours) counts[state] += 1;
  return counts;
}

/** The hours of a day that are in a state, neighbours joined: "00–02, 13". */
export function listHours({ hours }: MonthDay, state: HourState): string {
  const spans: { from: number; to: number }[] = [];
  hours.forEach((hour, i) => {
    if (hour.state !== state) return;
    const last = spans.at(-1);
    if (last?.to === i - 1) last.to = i;
    else spans.push({ from: i, to: i });
  });
  const write = (hour: number): string => String(hour).padStart(2, "0");
  return spans.map(({ from, to }) => (from === to ? write(from) : `${write(from)}–${write(to)}`)).join(", ");
}
