// What the law makes of windows: the mean that counts, whether it is an exceedance, and what a day comes to. Written by ingest,
// read by everybody. The arithmetic is in domain/rules/.

import type { LimitBasis } from "./limit.ts";
import type { ComparisonMethod } from "./rules/rounding.ts";
import type { Sureness } from "./rules/sureness.ts";
import type { PartCounts } from "./rules/validity.ts";

export const judgedBases = ["hour", "day"] as const satisfies readonly LimitBasis[];
export type JudgedBasis = (typeof judgedBases)[number];

/**
 * The mean that counts before the law is kept in history beside the plain one, as a factor of its own: dry and corrected to the
 * reference oxygen where the limit names one, weighted by flow where the rule says so; `count` = parts received, `valid` =
 * parts that count. The load is the mass discharged in the window, in kg.
 */
export const lawfulSuffix = "-law";
export const loadSuffix = "-kg";

export function lawfulCode(factor: string): string {
  return `${factor}${lawfulSuffix}`;
}

export function loadCode(factor: string): string {
  return `${factor}${loadSuffix}`;
}

/** Confirmed: it stands. Marked: a mark took it out. Withdrawn: other data or another limit did. Superseded: an older version. */
export const exceedanceStatuses = ["confirmed", "marked", "withdrawn", "superseded"] as const;
export type ExceedanceStatus = (typeof exceedanceStatuses)[number];

/** Why a window was judged: it closed, data came late or were corrected, a mark, a limit, or somebody wanted everything anew. */
export const verdictCauses = ["closed", "late", "mark", "limit", "recompute"] as const;
export type VerdictCause = (typeof verdictCauses)[number];

/** One window that is beyond its limit, with all that is needed to say why. */
export interface ExceedingWindow {
  /** Epoch ms. */
  readonly start: number;
  readonly end: number;
  /** The full value, and the one that was compared. */
  readonly value: number;
  readonly compared: number;
  readonly bound: number;
  readonly side: "max" | "min";
  readonly unit: string;
  readonly multiple: number | null;
  readonly method: ComparisonMethod;
  /** Parts that count, and that were due. */
  readonly valid: number;
  readonly due: number;
  /** Reference oxygen that it was corrected to, per cent; null: not corrected. */
  readonly correctedTo: number | null;
  readonly limitId: string;
  readonly limitVersion: number;
  readonly source: string;
  /** Rule of the comparison and how sure it is. */
  readonly rule: string;
  readonly sureness: Sureness;
}

/**
 * All windows of one series from `from` (inclusive) to `to` (exclusive) were judged: these exceed, no other does. A store turns
 * it into versions: what exceeded before and is not among them is marked or withdrawn.
 */
export interface VerdictRange {
  readonly site: string;
  readonly factor: string;
  readonly basis: JudgedBasis;
  readonly from: number;
  readonly to: number;
  readonly cause: VerdictCause;
  /** The entry up to which data, limits and marks were known, and its receive time. */
  readonly seq: number;
  readonly at: number;
  readonly exceeding: readonly ExceedingWindow[];
  /** Starts of windows that do not count because of marks. */
  readonly marked: readonly number[];
}

/** A version of an exceedance, as the state store keeps it. Id: site:factor:basis:start. */
export interface Exceedance extends ExceedingWindow {
  readonly id: string;
  readonly version: number;
  readonly site: string;
  readonly factor: string;
  readonly basis: JudgedBasis;
  readonly status: Exclude<ExceedanceStatus, "superseded">;
  readonly cause: VerdictCause;
  readonly seq: number;
  /** Known from (receive time) … */
  readonly at: number;
  /** … to; null = it still stands. */
  readonly supersededAt: number | null;
}

/** Hours of one day and factor. due = received + missing; hours that stood or in which no water flowed are not due; received = valid + invalid. */
export interface JudgedHours {
  readonly due: number;
  readonly received: number;
  readonly valid: number;
  readonly stopped: number;
  /** Received, and not valid only because of marks. */
  readonly marked: number;
}

/** Windows of one basis by what was found. */
export interface VerdictCounts {
  readonly within: number;
  readonly exceeding: number;
  readonly unknown: number;
}

/** What a day (UTC+8) of one factor at one site came to. Replaced whenever one of its hours is formed again. */
export interface JudgedDay {
  readonly site: string;
  readonly day: string;
  readonly factor: string;
  readonly hours: JudgedHours;
  /** Minutes, or what else the hours are formed of, with the flags that were left out. */
  readonly parts: PartCounts;
  readonly hourVerdicts: VerdictCounts;
  readonly dayVerdicts: VerdictCounts;
  /** The mean that counts; null while the day is not over or nothing was received. */
  readonly value: number | null;
  readonly isValid: boolean;
  /** Why not, as validity.ts names it. */
  readonly why: string | null;
  readonly rule: string | null;
  readonly unit: string;
  /** Mass discharged in the hours that are valid; null where no flow is measured. */
  readonly kg: number | null;
  readonly seq: number;
  readonly at: number;
}
