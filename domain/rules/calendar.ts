// The calendar that the law counts in: days, months and quarters of UTC+8, as [from, to) in epoch ms. Hours of the clock are
// whole hours of UTC too, so only days and what is longer are shifted.

import { dayMs, dayStart, hourMs, zoneOffsetMs } from "../time.ts";

/** [from, to): `to` is excluded. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** Start of the month that is `months` after January of `year`; months beyond a year roll over. */
function monthStartOf(year: number, months: number): number {
  return Date.UTC(year, months, 1) - zoneOffsetMs;
}

function localYearAndMonth(timeMs: number): { readonly year: number; readonly month: number } {
  const local = new Date(timeMs + zoneOffsetMs);
  return { year: local.getUTCFullYear(), month: local.getUTCMonth() };
}

export function dayOf(timeMs: number): Period {
  const from = dayStart(timeMs);
  return { from, to: from + dayMs };
}

export function monthOf(timeMs: number): Period {
  const { year, month } = localYearAndMonth(timeMs);
  return { from: monthStartOf(year, month), to: monthStartOf(year, month + 1) };
}

export function quarterOf(timeMs: number): Period {
  const { year, month } = localYearAndMonth(timeMs);
  const first = month - (month % 3);
  return { from: monthStartOf(year, first), to: monthStartOf(year, first + 3) };
}

export function yearOf(timeMs: number): Period {
  const { year } = localYearAndMonth(timeMs);
  return { from: monthStartOf(year, 0), to: monthStartOf(year + 1, 0) };
}

/** "2026-02" → that month, or null when the text is no month. */
export function parseMonth(text: string): Period | null {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text) ?? [];
  return year === undefined ? null : monthOf(monthStartOf(Number(year), Number(month) - 1));
}

/** "2026Q1" → that quarter, or null. */
export function parseQuarter(text: string): Period | null {
  const [, year, quarter] = /^(\d{4})Q([1-4])$/.exec(text) ?? [];
  return year === undefined ? null : quarterOf(monthStartOf(Number(year), (Number(quarter) - 1) * 3));
}

export function formatMonth(timeMs: number): string {
  return new Date(timeMs + zoneOffsetMs).toISOString().slice(0, 7);
}

export function formatQuarter(timeMs: number): string {
  const { year, month } = localYearAndMonth(timeMs);
  return `${String(year).padStart(4, "0")}Q${Math.floor(month / 3) + 1}`;
}

/** Month of the year, 1 to 12. */
export function monthNumber(timeMs: number): number {
  return localYearAndMonth(timeMs).month + 1;
}

export function countDays({ from, to }: Period): number {
  return (to - from) / dayMs;
}

/** Hours of the clock in a period: 720 in a month of 30 days. */
export function countHours({ from, to }: Period): number {
  return (to - from) / hourMs;
}

/** Starts of the days of a period that begins with one. */
export function listDays({ from, to }: Period): number[] {
  return Array.from({ length: Math.max(0, Math.ceil((to - from) / dayMs)) }, (_, i) => from + i * dayMs);
}
