// Numbers of a report card as people read them, how far each is from its thresholds, and the days as columns of a chart. Pure.

import type { Mark } from "#domain/logger-marks.ts";
import { dayMs, parseDay } from "#domain/time.ts";
import type { ChartColumns } from "../../charts/series.ts";
import { type CardLine, judge, type ReportCard } from "./logger-data.ts";

/** Shares as per cent; others with as many digits as tell something. */
export function formatMeasure(value: number, unit: string, words: Readonly<Record<string, string>>): string {
  const sign = words[unit] ?? unit;
  if (unit === "share") return `${round(value * 100)}${sign}`;
  return `${round(value)} ${sign}`;
}

function round(value: number): string {
  const size = Math.abs(value);
  return String(Number(size >= 100 ? value.toFixed(0) : size >= 1 ? value.toFixed(1) : value.toPrecision(2)));
}

/** Where a value lies on a bar whose thirds are poor, fair and good, from the left: 0 to 1. */
export function placeOf({ value, threshold }: CardLine): number | null {
  if (value === null) return null;
  const { better, good, fair } = threshold;
  // Both ways the scale runs from bad on the left to good on the right.
  const [v, g, f] = better === "high" ? [value, good, fair] : [-value, -good, -fair];
  const best = better === "high" ? 1 : 0;
  if (v >= g) return 2 / 3 + (best === g ? 1 / 3 : ((v - g) / (best - g)) * (1 / 3));
  if (v >= f) return 1 / 3 + ((v - f) / (g - f || 1)) * (1 / 3);
  // A poor value three times further off than the fair one is at the end.
  const worst = better === "high" ? 0 : 3 * f - 0.001;
  return Math.max(0, ((v - worst) / (f - worst)) * (1 / 3));
}

export function countMarks(lines: readonly CardLine[]): Readonly<Record<Mark, number>> {
  const counts = { good: 0, fair: 0, poor: 0 };
  for (const { mark } of lines) if (mark !== null) counts[mark] += 1;
  return counts;
}

/** Days between two days, `to` not among them. */
export function daysBetween(from: string, to: string): number {
  return Math.round(((parseDay(to) ?? 0) - (parseDay(from) ?? 0)) / dayMs);
}

/** The clock in seconds, a point in the middle of each day; a day without packets is a gap. */
export function driftColumns({ days }: Pick<ReportCard, "days">, limitSeconds: number | null): ChartColumns {
  const columns: ChartColumns = [[], [], [], [], [], []];
  const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);
  for (const { day, card } of days) {
    const start = parseDay(day);
    if (start === null) continue;
    columns[0].push((start + dayMs / 2) / 1000);
    columns[1].push(seconds(card.drift.meanMs));
    columns[2].push(seconds(card.drift.leastMs));
    columns[3].push(seconds(card.drift.greatestMs));
    columns[4].push(limitSeconds);
    columns[5].push(limitSeconds === null ? null : -limitSeconds);
  }
  return columns;
}

type DayCard = ReportCard["days"][number]["card"];

/** The numbers of one day with their marks, in the order of the table. */
export function dayCells(card: DayCard): readonly {
  readonly name: string;
  readonly text: string;
  readonly mark: Mark | null;
}[] {
  const percent = (share: number | null): string => (share === null ? "" : `${round(share * 100)}%`);
  const kind = (name: "minute" | "hour" | "day") => {
    const { due, received, receivedShare } = card.kinds[name];
    return {
      name,
      text: due === 0 ? "" : `${received}/${due}`,
      mark: judge(`received-${name}`, receivedShare),
    };
  };
  const live = card.kinds.minute.live + card.kinds.hour.live + card.kinds.day.live;
  const shareOf = (name: "minute" | "hour" | "day"): number =>
    (card.kinds[name].withinMinuteShare ?? 0) * card.kinds[name].live;
  const punctual = live === 0 ? null : (shareOf("minute") + shareOf("hour") + shareOf("day")) / live;
  const within = card.drift.within95Ms;
  const deviations = Object.values(card.remarks).reduce((sum, count) => sum + count, 0);
  const pieces = card.frames + card.faultsTotal;
  return [
    { name: "packets", text: String(card.packets), mark: null },
    { name: "connected", text: percent(card.connectedShare), mark: judge("connected", card.connectedShare) },
    kind("minute"),
    kind("hour"),
    kind("day"),
    { name: "punctual", text: percent(punctual), mark: judge("punctual", punctual) },
    {
      name: "drift",
      text: within === null ? "" : round(within / 1000),
      mark: judge("drift", within === null ? null : within / 1000),
    },
    {
      name: "faults",
      text: String(card.faultsTotal),
      mark: judge("faults", pieces === 0 ? null : (1000 * card.faultsTotal) / pieces),
    },
    {
      name: "deviations",
      text: String(deviations),
      mark: judge("deviations", card.packets === 0 ? null : deviations / card.packets),
    },
  ];
}
