// The limits of one factor and basis as a yardstick: for a time the limit in force, how long it stays so, and which values are
// surely within it without a closer look. Nearly every window is.

import type { JudgedBasis } from "../judged.ts";
import { type Limit, limitInForce } from "../limit.ts";
import { findComparison, type JudgedLimit } from "../rules/exceedance.ts";
import { compareWithBound, decimalsOf } from "../rules/rounding.ts";
import { limitsOfBasis } from "./facts.ts";
import type { JudgedFactor, JudgedMedium } from "./shapes.ts";

export interface Yardstick {
  /** From (inclusive) to (exclusive), epoch ms: no other limit comes into force meanwhile. */
  readonly from: number;
  readonly to: number;
  readonly limit: JudgedLimit | null;
  /** Values from `min` to `max`, both inclusive, are within it; others need a closer look. */
  readonly min: number;
  readonly max: number;
}

export interface Yardsticks {
  at(timeMs: number): Yardstick;
}

/** A limit as it is judged by: in the unit that its factor is kept in at the site. */
export function judgedLimitOf(limit: Limit, unit: string): JudgedLimit {
  return { ...limit, unit, decimals: limit.decimals ?? null, refO2: limit.refO2 ?? null };
}

/** Rounding keeps order, so what is not above a bound stays so, unless the bound itself is written with too few decimals. */
function isPlainBound(bound: number, method: "rounded" | "full", decimals: number | null): boolean {
  return compareWithBound(bound, bound, method, decimals ?? decimalsOf(bound)).side === "equal";
}

export function createYardsticks(factor: JudgedFactor, medium: JudgedMedium, basis: JudgedBasis): Yardsticks {
  const limits = limitsOfBasis(factor, basis);
  const { method } = findComparison(factor.code, medium);
  let last: Yardstick = make(Number.NEGATIVE_INFINITY);

  function make(timeMs: number): Yardstick {
    let [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (const each of limits) {
      for (const change of [each.from, each.to ?? Number.POSITIVE_INFINITY]) {
        if (change <= timeMs) from = Math.max(from, change);
        else to = Math.min(to, change);
      }
    }
    const found = limitInForce(limits, timeMs);
    const limit = found === null ? null : judgedLimitOf(found, factor.unit);
    return { from, to, limit, ...sureRange(limit) };
  }

  function sureRange(limit: JudgedLimit | null): Pick<Yardstick, "min" | "max"> {
    const bounds = [limit?.min, limit?.max].filter((bound): bound is number => typeof bound === "number");
    if (limit === null || bounds.length === 0 || !bounds.every((each) => isPlainBound(each, method, limit.decimals)))
      return { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
    return { min: limit.min ?? Number.NEGATIVE_INFINITY, max: limit.max ?? Number.POSITIVE_INFINITY };
  }

  return {
    at(timeMs) {
      if (timeMs < last.from || timeMs >= last.to) last = make(timeMs);
      return last;
    },
  };
}
