// A mean and a limit → within, exceeding, or why nothing can be said. Pure comparison: the mean was formed, corrected and found
// valid or not before; which limit applies was chosen before. Equal to the limit is within it. Names how it compared, because
// the two methods of GB/T 8170 do not always agree.

import comparisonTable from "../tables/comparison.json" with { type: "json" };
import { isInForce } from "../limit.ts";
import { type ComparisonMethod, compareWithBound, decimalsOf } from "./rounding.ts";
import { readSureness, type Sureness } from "./sureness.ts";
import type { Validity } from "./validity.ts";

/** What a limit must say of itself to be judged by. The limits of `domain/limit.ts` fit, with these three more. */
export interface JudgedLimit {
  readonly id: string;
  readonly version: number;
  readonly factor: string;
  readonly max: number | null;
  readonly min: number | null;
  readonly basis: string;
  readonly from: number;
  readonly to: number | null;
  /** Where the number comes from. */
  readonly source: string;
  readonly unit: string;
  /** As written in the standard, e.g. 1 for "1.0"; null: those of the number itself. */
  readonly decimals: number | null;
  /** Reference oxygen of the limit, per cent; null: for uncorrected values. */
  readonly refO2: number | null;
}

export interface JudgedMean {
  readonly factor: string;
  readonly unit: string;
  readonly basis: string;
  readonly startMs: number;
  readonly value: number | null;
  readonly validity: Validity;
  /** Reference oxygen that it was corrected to; null: not corrected. */
  readonly correctedTo: number | null;
  /** As the validity table names it: surface water is compared in another way than waste water. */
  readonly medium: string;
}

export const unjudgedReasons = [
  "no-limit",
  "limit-empty",
  "limit-of-another-factor",
  "limit-not-in-force",
  "limit-of-another-basis",
  "limit-of-another-unit",
  "no-value",
  "mean-invalid",
  "not-corrected",
  "corrected-to-another-reference",
] as const;
export type UnjudgedReason = (typeof unjudgedReasons)[number];

export type Judgement =
  | { readonly status: "unknown"; readonly why: UnjudgedReason }
  | {
      readonly status: "within" | "exceeding";
      /** The bound that was broken; null within. */
      readonly side: "max" | "min" | null;
      readonly bound: number | null;
      /** The full value, and the one that was compared. */
      readonly value: number;
      readonly compared: number;
      readonly method: ComparisonMethod;
      /** value / bound − 1 of the full value, negative below a minimum; null within, and where it means nothing (pH). */
      readonly multiple: number | null;
      readonly limitId: string;
      readonly limitVersion: number;
      readonly source: string;
      /** How it was compared, as a rule of the list, and how sure that rule is. */
      readonly rule: string;
      readonly sureness: Sureness;
    };

export interface ComparisonRule {
  readonly rule: string;
  readonly method: ComparisonMethod;
  readonly sureness: Sureness;
}

/** How values of this factor at such a place are compared: the table's own row for it, or its general one. */
export function findComparison(factor: string, medium: string): ComparisonRule {
  const row =
    comparisonTable.rows.find((each) => each.factors?.includes(factor) === true) ??
    comparisonTable.rows.find((each) => each.media?.includes(medium) === true) ??
    comparisonTable.rows.find((each) => each.factors === null && each.media === null);
  if (row === undefined) throw new Error("comparison.json lacks its general row");
  return { rule: row.rule, method: row.method === "full" ? "full" : "rounded", sureness: readSureness(row.sureness) };
}

/** Why this mean and this limit cannot be held against each other; null = they can. */
export function findObstacle(mean: JudgedMean, limit: JudgedLimit | null): UnjudgedReason | null {
  if (limit === null) return "no-limit";
  if (limit.max === null && limit.min === null) return "limit-empty";
  if (limit.factor !== mean.factor) return "limit-of-another-factor";
  if (!isInForce(limit, mean.startMs)) return "limit-not-in-force";
  if (limit.basis !== mean.basis) return "limit-of-another-basis";
  if (limit.unit !== mean.unit) return "limit-of-another-unit";
  if (mean.value === null || !Number.isFinite(mean.value)) return "no-value";
  if (!mean.validity.valid) return "mean-invalid";
  if (limit.refO2 === mean.correctedTo) return null;
  return mean.correctedTo === null ? "not-corrected" : "corrected-to-another-reference";
}

function multipleOf(factor: string, value: number, bound: number): number | null {
  if (comparisonTable.withoutMultiple.factors.includes(factor) || bound <= 0) return null;
  return (value - bound) / bound;
}

/** `method` overrides the table's, where a standard demands another. */
export function judgeMean(mean: JudgedMean, limit: JudgedLimit | null, method?: ComparisonMethod): Judgement {
  const why = findObstacle(mean, limit);
  if (why !== null) return { status: "unknown", why };
  if (limit === null || mean.value === null) return { status: "unknown", why: "no-limit" };
  const { value } = mean;
  const comparison = findComparison(mean.factor, mean.medium);
  const used = method ?? comparison.method;
  const above = limit.max === null ? null : compareWithBound(value, limit.max, used, decimalsFor(limit, limit.max));
  const below = limit.min === null ? null : compareWithBound(value, limit.min, used, decimalsFor(limit, limit.min));
  const side = above?.side === "above" ? "max" : below?.side === "below" ? "min" : null;
  const bound = side === null ? null : limit[side];
  const compared = (side === "min" ? below : (above ?? below))?.compared ?? value;
  return {
    status: side === null ? "within" : "exceeding",
    side,
    bound,
    value,
    compared,
    method: used,
    multiple: bound === null ? null : multipleOf(mean.factor, value, bound),
    limitId: limit.id,
    limitVersion: limit.version,
    source: limit.source,
    rule: comparison.rule,
    sureness: comparison.sureness,
  };
}

function decimalsFor(limit: JudgedLimit, bound: number): number {
  return limit.decimals ?? decimalsOf(bound);
}

/** within + exceeding + unknown = judgements given. */
export interface Tally {
  readonly within: number;
  readonly exceeding: number;
  readonly unknown: number;
  readonly reasons: Readonly<Partial<Record<UnjudgedReason, number>>>;
}

export function tallyJudgements(judgements: Iterable<Judgement>): Tally {
  const reasons: Partial<Record<UnjudgedReason, number>> = {};
  let [within, exceeding, unknown] = [0, 0, 0];
  for (const judgement of judgements) {
    if (judgement.status === "unknown") {
      unknown += 1;
      reasons[judgement.why] = (reasons[judgement.why] ?? 0) + 1;
    } else if (judgement.status === "within") within += 1;
    else exceeding += 1;
  }
  return { within, exceeding, unknown, reasons };
}

/** Rules that ask for a share, e.g. "share.ultra-low": does it comply? Null when nothing was judged. */
export function passesShare(rule: string, { within, exceeding }: Pick<Tally, "within" | "exceeding">): boolean | null {
  const percent = comparisonTable.shares.find((row) => row.rule === rule)?.percent;
  if (percent === undefined) throw new Error(`comparison.json has no share ${rule}`);
  const judged = within + exceeding;
  return judged === 0 ? null : within * 100 >= percent * judged;
}
