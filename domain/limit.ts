// Limit: what a value is compared with, for which basis, from when to when, and why it applies.

export const limitBases = ["realtime", "hour", "day"] as const;
export type LimitBasis = (typeof limitBases)[number];

export interface Limit {
  readonly id: string;
  readonly version: number;
  readonly site: string;
  readonly factor: string;
  readonly max: number | null;
  readonly min: number | null;
  readonly basis: LimitBasis;
  /** In force from (ms, inclusive) … */
  readonly from: number;
  /** … to (ms, exclusive); null = open. */
  readonly to: number | null;
  readonly reason: string;
  readonly by: string;
  /** Where the number comes from: a standard, or "site" for a site-specific permit limit. */
  readonly source: string;
  /** Reference oxygen that values are corrected to before they are compared, per cent; missing or null: they are not. */
  readonly refO2?: number | null | undefined;
  /** Decimals as written, e.g. 1 for "1.0"; missing or null: those of the number itself. */
  readonly decimals?: number | null | undefined;
}

/** Is `value` beyond the limit? Equal to the limit is within it. */
export function exceeds(limit: Pick<Limit, "max" | "min">, value: number): boolean {
  return (limit.max !== null && value > limit.max) || (limit.min !== null && value < limit.min);
}

/** The bound that `value` broke, or the nearer one when it broke none. */
export function limitBound(limit: Pick<Limit, "max" | "min">, value: number): number {
  if (limit.min !== null && (limit.max === null || value < limit.min)) return limit.min;
  return limit.max ?? 0;
}

/** Is the limit in force at `timeMs`? */
export function isInForce(limit: Pick<Limit, "from" | "to">, timeMs: number): boolean {
  return limit.from <= timeMs && (limit.to === null || timeMs < limit.to);
}

/** The limit in force at `timeMs`: a site's own before a standard's, then the one that came into force last. */
export function limitInForce(limits: readonly Limit[], timeMs: number): Limit | null {
  let best: Limit | null = null;
  for (const limit of limits) {
    if (!isInForce(limit, timeMs)) continue;
    if (best === null || precedes(limit, best)) best = limit;
  }
  return best;
}

function precedes(limit: Limit, other: Limit): boolean {
  const own = limit.source === "site";
  if (own !== (other.source === "site")) return own;
  return limit.from > other.from || (limit.from === other.from && limit.version >= other.version);
}
