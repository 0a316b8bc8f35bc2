// What a mean needs to count before the law: so many of its parts due, received and valid. Turns counts into "valid" or into
// why not, and names the rule. A part is valid with flag N and no valid mark; the flags that exclude are counted one by one.

import type { Flag } from "../reading.ts";
import validityTable from "../tables/validity.json" with { type: "json" };
import { monthNumber } from "./calendar.ts";
import { type Dated, findDated, readSureness, type Sureness } from "./sureness.ts";

export interface ValidityRule extends Dated {
  readonly rule: string;
  readonly medium: string;
  readonly window: string;
  /** What is counted. */
  readonly of: string;
  /** Parts due when the caller names none; null: it must. */
  readonly due: number | null;
  /** A fixed least number … */
  readonly least: number | null;
  readonly leastFebruary: number | null;
  /** … or a share of those due. */
  readonly percent: number | null;
  readonly clause: string;
  readonly source: string;
  readonly sureness: Sureness;
}

/** "validity.flue-gas.hour" */
function ruleName(medium: string, window: string): string {
  return `validity.${medium}.${window.replaceAll(" ", "-")}`;
}

export const validityRules: readonly ValidityRule[] = validityTable.map((row) => ({
  ...row,
  rule: ruleName(row.medium, row.window),
  sureness: readSureness(row.sureness),
}));

// Not by Map.groupBy: the dashboard's oldest browser lacks it, and its types come along with those of this file.
const rulesByName = new Map<string, ValidityRule[]>();
for (const row of validityRules) rulesByName.set(row.rule, [...(rulesByName.get(row.rule) ?? []), row]);

export function findValidityRule(medium: string, window: string, timeMs: number): ValidityRule | undefined {
  return findDated(rulesByName.get(ruleName(medium, window)) ?? [], timeMs);
}

/**
 * Why a part that was received does not count: its flag; nothing but a bad flag is known of it; the oxygen that it should be
 * corrected with; as an hour of a day: too few of its own parts, nothing flowed, no flow known to weigh it by, or another
 * reference oxygen.
 */
export const partExclusions = [
  "F",
  "M",
  "S",
  "D",
  "C",
  "T",
  "B",
  "flag-unknown",
  "oxygen-missing",
  "off-air",
  "sensor-fault",
  "reference-impossible",
  "too-few-parts",
  "no-flow",
  "flow-unknown",
  "reference-changed",
] as const;
export type PartExclusion = (typeof partExclusions)[number];

/** due + surplus = received + missing; received = valid + marked + all excluded. */
export interface PartCounts {
  readonly due: number;
  readonly received: number;
  readonly valid: number;
  /** Flag N, but marked invalid by rule or by a person. */
  readonly marked: number;
  /** By reason; a part has one. */
  readonly excluded: Readonly<Partial<Record<PartExclusion, number>>>;
  readonly missing: number;
  /** More than were due. */
  readonly surplus: number;
}

export interface ReceivedPart {
  readonly flag: Flag;
  readonly marked: boolean;
}

/** Effective validity of one part: flag N and no valid mark. */
export function isValidPart({ flag, marked }: ReceivedPart): boolean {
  return flag === "N" && !marked;
}

export function countParts(due: number, parts: Iterable<ReceivedPart>): PartCounts {
  const excluded: Partial<Record<PartExclusion, number>> = {};
  let [received, valid, marked] = [0, 0, 0];
  for (const part of parts) {
    received += 1;
    if (part.flag !== "N") excluded[part.flag] = (excluded[part.flag] ?? 0) + 1;
    else if (isValidPart(part)) valid += 1;
    else marked += 1;
  }
  return finishCounts({ due, received, valid, marked, excluded });
}

/** What is missing, and what was too much. */
export function finishCounts(counts: Omit<PartCounts, "missing" | "surplus">): PartCounts {
  return {
    ...counts,
    missing: Math.max(0, counts.due - counts.received),
    surplus: Math.max(0, counts.received - counts.due),
  };
}

/** Counts of two windows as one, e.g. days into a month. Missing ones of one are not made good by a surplus of the other. */
export function addCounts(a: PartCounts, b: PartCounts): PartCounts {
  const excluded: Partial<Record<PartExclusion, number>> = {};
  for (const why of partExclusions) {
    const count = (a.excluded[why] ?? 0) + (b.excluded[why] ?? 0);
    if (count > 0) excluded[why] = count;
  }
  return {
    due: a.due + b.due,
    received: a.received + b.received,
    valid: a.valid + b.valid,
    marked: a.marked + b.marked,
    excluded,
    missing: a.missing + b.missing,
    surplus: a.surplus + b.surplus,
  };
}

export const noParts: PartCounts = { due: 0, received: 0, valid: 0, marked: 0, excluded: {}, missing: 0, surplus: 0 };

/** no-rule: no table row is in force; nothing-due: e.g. stopped all day; too-few-valid: the rest is in the counts. */
export const invalidities = ["no-rule", "nothing-due", "nothing-received", "too-few-valid"] as const;
export type Invalidity = (typeof invalidities)[number];

export interface Validity {
  readonly valid: boolean;
  /** Null when valid. */
  readonly why: Invalidity | null;
  readonly rule: string | null;
  readonly sureness: Sureness | null;
  /** The least number of valid parts; null where no rule says. */
  readonly needed: number | null;
  readonly counts: PartCounts;
}

/**
 * How many valid parts a window needs that starts at `startMs`. `possible`: what can come at most, where a device reports more
 * slowly than the rule thinks (12 minutes of an hour, not 60): then the same share of them is needed. Stops change nothing.
 */
export function partsNeeded(rule: ValidityRule, due: number, startMs: number, possible: number | null = null): number {
  if (rule.percent !== null) return Math.ceil((rule.percent * due) / 100);
  const least = rule.leastFebruary !== null && monthNumber(startMs) === 2 ? rule.leastFebruary : rule.least;
  if (least === null) throw new Error(`validity.json: ${rule.rule} asks for nothing`);
  return possible === null || rule.due === null || possible >= rule.due
    ? least
    : Math.ceil((least * possible) / rule.due);
}

/** Is the mean of this window valid? `startMs` chooses the rule in force, and February. */
export function judgeValidity(
  medium: string,
  window: string,
  startMs: number,
  counts: PartCounts,
  possible: number | null = null,
): Validity {
  const rule = findValidityRule(medium, window, startMs);
  if (rule === undefined) return { valid: false, why: "no-rule", rule: null, sureness: null, needed: null, counts };
  const needed = partsNeeded(rule, counts.due, startMs, possible);
  const why: Invalidity | null =
    counts.due === 0
      ? "nothing-due"
      : counts.received === 0
        ? "nothing-received"
        : counts.valid < needed
          ? "too-few-valid"
          : null;
  return { valid: why === null, why, rule: rule.rule, sureness: rule.sureness, needed, counts };
}

/** Hours of a quarter at a stack; stopped = flag F, invalid = neither N nor F, or missing. */
export interface CaptureHours {
  readonly hours: number;
  readonly invalid: number;
  readonly stopped: number;
}

/** 有效数据捕集率: (hours − invalid − stopped) / (hours − stopped), in per cent; null when the plant stood all the time. */
export function capturePercent({ hours, invalid, stopped }: CaptureHours): number | null {
  const running = hours - stopped;
  return running > 0 ? (100 * (running - invalid)) / running : null;
}
