// What meters count: of every counter of a metered site the amount that passed in an hour is kept in history beside its readings,
// as a factor of its own. The arithmetic is in domain/energy/.

import { findFactor } from "./factor.ts";
import type { SiteKind } from "./site.ts";

/**
 * Hours of history, tier 1h: `mean` and `max` = the amount in the unit of the counter, `min` = the part of it that lies between
 * readings without a gap, `count` = minutes of the hour, `valid` = minutes that readings cover.
 */
export const amountSuffix = "-sum";

export function amountCode(counter: string): string {
  return `${counter}${amountSuffix}`;
}

const meteredKinds: ReadonlySet<SiteKind> = new Set(["energy-centre", "process", "building", "water-meter"]);

export function isMeteredKind(kind: SiteKind): boolean {
  return meteredKinds.has(kind);
}

/** Codes of the counters among the factors of a site. */
export function countersOf(factors: readonly string[]): string[] {
  return factors.filter((code) => findFactor(code)?.counter === true);
}
