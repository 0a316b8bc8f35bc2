// A device's own mean of an hour or a day beside ours, which is formed from its finer readings: how far they may be apart, and
// what is said when they are further. Pure.

import type { Factor } from "./factor.ts";
import toleranceTable from "./tables/field-tolerances.json" with { type: "json" };
import { type Tier, tierMs } from "./window.ts";

export const fieldMeanBases = ["hour", "day"] as const;
export type FieldMeanBasis = (typeof fieldMeanBases)[number];

export const tierOfBasis: Readonly<Record<FieldMeanBasis, Tier>> = { hour: "1h", day: "1d" };

export const findingStatuses = ["open", "superseded"] as const;
export type FindingStatus = (typeof findingStatuses)[number];

/** One per site, factor, basis and window. */
export interface FieldMeanFinding {
  readonly kind: "field-mean";
  readonly site: string;
  readonly factor: string;
  readonly basis: FieldMeanBasis;
  /** Start of the window, epoch ms. */
  readonly start: number;
  /** Null: there is none any more; so is the difference. */
  readonly ours: number | null;
  readonly theirs: number;
  /** Theirs minus ours. */
  readonly difference: number | null;
  readonly tolerance: number;
  readonly unit: string;
  /** Class of the tolerance table. */
  readonly class: string;
  /** Readings that our mean is formed of. */
  readonly valid: number;
  /** Superseded: formed again from later data, one of the two means is within the tolerance of the other, or counts no more. */
  readonly status: FindingStatus;
  /** Grows when one of the two is formed again. */
  readonly version: number;
  /** The entry that led to it, and when it was received. */
  readonly seq: number;
  readonly at: number;
}

export interface Tolerance {
  readonly class: string;
  readonly relative: number;
  readonly absolute: number;
  readonly source: string;
}

/** Null = not compared: meters that only grow, levels in decibels, directions. */
export function fieldTolerance(factor: Factor, unit: string): Tolerance | null {
  if (factor.counter) return null;
  const byCode = toleranceTable.find((row) => (row.codes as readonly string[]).includes(factor.code));
  return byCode ?? toleranceTable.find((row) => (row.units as readonly string[]).includes(unit)) ?? null;
}

/** How far the two may be apart; never less than one step of the last digit that the device writes. */
export function toleranceFor({ relative, absolute }: Tolerance, theirs: number, decimals: number): number {
  return Math.max(absolute, relative * Math.abs(theirs), 10 ** -decimals);
}

/** Less than this share of the readings that are due: our mean says too little to compare. Assumed, as for 45 of 60 minutes. */
const coverageLeast = 0.75;

export function isComparable(basis: FieldMeanBasis, valid: number, intervalSeconds: number): boolean {
  return valid >= Math.max(3, (coverageLeast * tierMs[tierOfBasis[basis]]) / (intervalSeconds * 1000));
}
