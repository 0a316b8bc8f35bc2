// Days of loggers → what is shown of them: shares, means and marks. Pure.

import {
  addLoggerDay,
  createLoggerDay,
  driftWithin,
  type IntervalKind,
  intervalKinds,
  type LoggerDay,
} from "#domain/logger-card.ts";
import { cutSpan, intervalsIn, type LoggerGaps, missingSpans } from "#domain/logger-gaps.ts";
import { maskPasswords } from "#domain/logger.ts";
import { type CardSpan, connectedShare, faultCount, markCard } from "#domain/logger-marks.ts";
import { dayMs, formatDay, parseDay } from "#domain/time.ts";

export function startOfDay(day: string): number {
  return parseDay(day) ?? 0;
}

/** Days from `from` (inclusive) to `to` (exclusive). */
export function listDays(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = startOfDay(from); at < startOfDay(to); at += dayMs) days.push(formatDay(at));
  return days;
}

/** How much of these days has passed at `now`. */
/** What has passed of these days since `firstAt`: before its first word nobody could expect anything of a logger. */
export function elapsedMs(from: string, to: string, now: number, firstAt = 0): number {
  return Math.max(1, Math.min(startOfDay(to), now) - Math.max(startOfDay(from), firstAt));
}

/** Intervals that have been due since the newest one that came are on no card yet: they are added to the days they end on. */
export function addSilence(
  rows: readonly LoggerDay[],
  gaps: readonly LoggerGaps[],
  site: string,
  days: readonly string[],
  now: number,
): LoggerDay[] {
  const byDay = new Map(rows.map((row) => [row.day, row]));
  for (const each of gaps) {
    const silence = missingSpans({ ...each, spans: [] }, now);
    for (const span of silence) {
      for (const day of days) {
        const part = cutSpan(span, startOfDay(day), startOfDay(day) + dayMs);
        if (part === null) continue;
        const row = byDay.get(day) ?? createLoggerDay(day, site);
        byDay.set(day, row);
        row.kinds[each.kind].due += intervalsIn(part);
      }
    }
  }
  return days.flatMap((day) => byDay.get(day) ?? []);
}

export function sumDays(rows: readonly LoggerDay[], site: string): LoggerDay {
  const sum = createLoggerDay("", site);
  for (const row of rows) addLoggerDay(sum, row);
  return sum;
}

function ratio(part: number, of: number): number | null {
  return of > 0 ? part / of : null;
}

function formatKind({ kinds }: LoggerDay, kind: IntervalKind) {
  const { due, received, live, withinMinute, delaySumMs, delayGreatestMs, backfilled } = kinds[kind];
  return {
    due,
    received,
    receivedShare: ratio(received, due),
    live,
    withinMinuteShare: ratio(withinMinute, live),
    meanDelayMs: ratio(delaySumMs, live),
    greatestDelayMs: live === 0 ? null : delayGreatestMs,
    backfilled,
  };
}

export function formatCard(card: LoggerDay, span: CardSpan) {
  const { frames, packets, commands, editions, answersWanted, drift, remarks, refused, faults, excerpt } = card;
  const { lineEnds, repeats, connections, boots, changes, meansCompared = 0, meansOff = 0 } = card;
  return {
    frames,
    packets,
    commands: { ...commands },
    editions: { ...editions },
    answersWanted,
    drift: {
      count: drift.count,
      leastMs: drift.leastMs,
      meanMs: ratio(drift.sumMs, drift.count),
      greatestMs: drift.greatestMs,
      within95Ms: driftWithin(drift, 0.95),
    },
    remarks: { ...remarks },
    refused: { ...refused },
    faults: { ...faults },
    faultsTotal: faultCount(card),
    lineEnds,
    repeats,
    connections,
    connectedShare: connectedShare(card, span),
    excerpt: maskPasswords(excerpt),
    kinds: {
      minute: formatKind(card, "minute"),
      hour: formatKind(card, "hour"),
      day: formatKind(card, "day"),
    },
    meansCompared,
    meansOff,
    boots,
    changes,
  };
}

export function formatMarks(card: LoggerDay, span: CardSpan) {
  return markCard(card, span).map(({ line, value, unit, mark, better, good, fair, says, source }) => ({
    line,
    value,
    unit,
    mark,
    threshold: { better: better === "high" ? ("high" as const) : ("low" as const), good, fair },
    says,
    source,
  }));
}

export const cardColumns = [
  "frames",
  "packets",
  "editions",
  "answers wanted",
  "drift least (ms)",
  "drift mean (ms)",
  "drift greatest (ms)",
  "drift 95 % within (ms)",
  "deviations",
  "refused",
  "faults",
  "line ends",
  "repeats",
  "connections",
  "connected share",
  ...intervalKinds.flatMap((kind) => [
    `${kind} due`,
    `${kind} received`,
    `${kind} within 60 s share`,
    `${kind} mean delay (ms)`,
    `${kind} greatest delay (ms)`,
    `${kind} back-filled`,
  ]),
  "means compared",
  "means too far apart",
  "boots",
  "changes",
] as const;

function cell(value: number | null): string {
  return value === null ? "" : String(Math.round(value * 10_000) / 10_000);
}

function counts(table: Readonly<Record<string, number>>): string {
  return Object.entries(table)
    .map(([name, count]) => `${name}=${count}`)
    .join(" ");
}

/** The cells of one line of CSV, in the order of `cardColumns`. */
export function formatCardCells(card: LoggerDay, span: CardSpan): string[] {
  const shown = formatCard(card, span);
  const { drift, kinds } = shown;
  return [
    cell(shown.frames),
    cell(shown.packets),
    counts(shown.editions),
    cell(shown.answersWanted),
    ...[drift.leastMs, drift.meanMs, drift.greatestMs, drift.within95Ms].map(cell),
    counts(shown.remarks),
    counts(shown.refused),
    counts(shown.faults),
    ...[shown.lineEnds, shown.repeats, shown.connections, shown.connectedShare].map(cell),
    ...intervalKinds.flatMap((name) => {
      const kind = kinds[name];
      const { due, received, withinMinuteShare, meanDelayMs, greatestDelayMs, backfilled } = kind;
      return [due, received, withinMinuteShare, meanDelayMs, greatestDelayMs, backfilled].map(cell);
    }),
    cell(shown.meansCompared),
    cell(shown.meansOff),
    cell(shown.boots),
    cell(shown.changes),
  ];
}
