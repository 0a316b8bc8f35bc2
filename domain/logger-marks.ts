// The card of a logger measured: one number per line of it, and a mark by the thresholds of tables/logger-thresholds.json,
// each with its source. A line that nothing was seen for has no number and no mark. Pure.

import type { RemarkName } from "./hj212/refusal.ts";
import { driftWithin, type LoggerDay, intervalKinds } from "./logger-card.ts";
import thresholdTable from "./tables/logger-thresholds.json" with { type: "json" };

export interface CardThreshold {
  readonly line: string;
  readonly unit: string;
  /** Which way it gets better: "low" or "high". */
  readonly better: string;
  /** At this or better it is good, at that or better fair, else poor. */
  readonly good: number;
  readonly fair: number;
  readonly says: string;
  readonly source: string;
}

export const cardThresholds: readonly CardThreshold[] = thresholdTable;

export const marks = ["good", "fair", "poor"] as const;
export type Mark = (typeof marks)[number];

export interface CardMark extends CardThreshold {
  readonly value: number | null;
  readonly mark: Mark | null;
}

/** The time a card speaks of: how long, and over how many loggers. */
export interface CardSpan {
  readonly ms: number;
  readonly days: number;
  readonly loggers: number;
}

const flagRemarks: readonly RemarkName[] = ["flag-unreadable", "version-unknown", "split-without-numbers"];

function sumOf(counts: Readonly<Record<string, number | undefined>>): number {
  return Object.values(counts).reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

function ratio(part: number, of: number): number | null {
  return of > 0 ? part / of : null;
}

/** Hints say why a checksum does not fit: the piece itself is counted already. */
export function faultCount({ faults }: Pick<LoggerDay, "faults">): number {
  return sumOf({ ...faults, modbus: 0, encrypted: 0 });
}

export function connectedShare({ connectedMs }: Pick<LoggerDay, "connectedMs">, span: CardSpan): number | null {
  return connectedMs === 0 ? null : Math.min(1, connectedMs / (span.ms * span.loggers));
}

function measure(card: LoggerDay, span: CardSpan): Readonly<Record<string, number | null>> {
  const { kinds, packets, frames, remarks } = card;
  const all = intervalKinds.map((kind) => kinds[kind]);
  const sum = (of: (kind: (typeof all)[number]) => number): number => all.reduce((total, kind) => total + of(kind), 0);
  const [live, late] = [sum((kind) => kind.live), sum((kind) => kind.backfilled)];
  const drift = driftWithin(card.drift, 0.95);
  const faults = faultCount(card);
  return {
    drift: drift === null ? null : drift / 1000,
    "received-minute": ratio(kinds.minute.received, kinds.minute.due),
    "received-hour": ratio(kinds.hour.received, kinds.hour.due),
    "received-day": ratio(kinds.day.received, kinds.day.due),
    punctual: ratio(
      sum((kind) => kind.withinMinute),
      live,
    ),
    backfilled: ratio(late, live + late),
    faults: ratio(1000 * faults, frames + faults),
    repeats: ratio(card.repeats, frames),
    deviations: ratio(sumOf(remarks), packets),
    "wrong-flag": ratio(
      flagRemarks.reduce((count, name) => count + (remarks[name] ?? 0), 0),
      packets,
    ),
    refused: ratio(sumOf(card.refused), packets),
    connected: connectedShare(card, span),
    "field-means": ratio(card.meansOff, card.meansCompared),
    boots: ratio(card.boots, packets === 0 ? 0 : span.days * span.loggers),
  };
}

export function markOf(value: number, { better, good, fair }: CardThreshold): Mark {
  const isAtLeast = (edge: number): boolean => (better === "low" ? value <= edge : value >= edge);
  return isAtLeast(good) ? "good" : isAtLeast(fair) ? "fair" : "poor";
}

/** Every line of the card, in the order of the table. */
export function markCard(card: LoggerDay, span: CardSpan): CardMark[] {
  const measured = measure(card, span);
  return cardThresholds.map((threshold) => {
    const value = measured[threshold.line] ?? null;
    return { ...threshold, value, mark: value === null ? null : markOf(value, threshold) };
  });
}
