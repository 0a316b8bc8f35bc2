// Sites, limits, marks and minutes for tests of judging, written in as few words as the test itself.

import { judgedSiteOf } from "#domain/judge/facts.ts";
import type { JudgedSite, MinuteBlock, MinuteColumns } from "#domain/judge/shapes.ts";
import type { Limit } from "#domain/limit.ts";
import type { Mark } from "#domain/mark.ts";
import { minuteMs } from "#domain/time.ts";

/** Midnight (UTC+8) of a day on which every rule of the tables is in force. */
export const midnight = Date.parse("2026-05-11T00:00:00+08:00");

export function limitOf(part: Partial<Limit> & Pick<Limit, "factor" | "basis">): Limit {
  const { factor, basis } = part;
  return {
    id: `S:${factor}:${basis}:standard`,
    version: 1,
    site: "S",
    max: null,
    min: null,
    from: 0,
    to: null,
    reason: "test",
    by: "test",
    source: "GB 0-2026",
    ...part,
  };
}

export function gasSite(limits: readonly Limit[], factors: readonly string[] = []): JudgedSite {
  return siteOf("gas-outfall", limits, ["a00000", "a19001", "a21002", ...factors]);
}

export function waterSite(limits: readonly Limit[], factors: readonly string[] = ["w00000"]): JudgedSite {
  return siteOf("water-outfall", limits, ["w01001", "w01018", ...factors]);
}

export function siteOf(
  kind: "gas-outfall" | "water-outfall",
  limits: readonly Limit[],
  factors: readonly string[],
  intervalSeconds = 60,
): JudgedSite {
  const facts = judgedSiteOf({ id: "S", kind, factors, intervalSeconds }, limits);
  if (facts === null) throw new Error(`${kind} is not judged`);
  return facts;
}

export function markOf(part: Partial<Mark> & Pick<Mark, "from" | "to">): Mark {
  return {
    id: "M",
    version: 1,
    site: "S",
    factors: null,
    label: "maintenance",
    reason: "test",
    evidence: [],
    status: "entered",
    by: "test",
    at: 0,
    decidedBy: null,
    decidedAt: null,
    decision: null,
    seq: 1,
    ...part,
  };
}

/** What a minute has: its mean; null: received, but nothing valid; undefined: nothing received. */
export type MinuteValue = number | null | undefined;

export function columnsOf(factor: string, from: number, values: readonly MinuteValue[]): MinuteColumns {
  const places = values.flatMap((value, i) => (value === undefined ? [] : [i]));
  return {
    factor,
    start: places.map((i) => from + i * minuteMs),
    mean: places.map((i) => values[i] ?? Number.NaN),
    count: places.map(() => 1),
    valid: places.map((i) => (typeof values[i] === "number" ? 1 : 0)),
  };
}

export function blockOf(from: number, values: Readonly<Record<string, readonly MinuteValue[]>>): MinuteBlock {
  return { minutes: Object.entries(values).map(([factor, each]) => columnsOf(factor, from, each)) };
}

/** `value` for so many minutes. */
export function minutes(value: MinuteValue, count = 60): MinuteValue[] {
  return Array.from({ length: count }, () => value);
}
