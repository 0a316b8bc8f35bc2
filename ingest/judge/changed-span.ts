// Limits of a series before and after an order → the span in which another one is in force than before. Pure.

import { type Limit, limitInForce } from "#domain/limit.ts";

export interface ChangedSpan {
  /** [from, to), event time, epoch ms. */
  readonly from: number;
  readonly to: number;
}

/**
 * From the first to the last moment before `now` that falls under another limit, or under other numbers of it; null: under
 * every moment lies what lay there. Another wording or another end is no other limit.
 */
export function findChangedSpan(before: readonly Limit[], after: readonly Limit[], now: number): ChangedSpan | null {
  const moments = [...before, ...after].flatMap(({ from, to }) => (to === null ? [from] : [from, to]));
  const starts = [...new Set(moments)].filter((moment) => moment < now).sort((a, b) => a - b);
  const changed = starts
    .map((from, i) => ({
      from,
      to: starts[i + 1] ?? now,
      was: limitInForce(before, from),
      is: limitInForce(after, from),
    }))
    .filter(({ was, is }) => !isSame(was, is));
  const [first, last] = [changed[0], changed.at(-1)];
  if (first === undefined || last === undefined) return null;
  return { from: first.from, to: last.to };
}

function isSame(one: Limit | null, other: Limit | null): boolean {
  if (one === null || other === null) return one === other;
  return (
    one.id === other.id &&
    one.max === other.max &&
    one.min === other.min &&
    (one.refO2 ?? null) === (other.refO2 ?? null) &&
    (one.decimals ?? null) === (other.decimals ?? null)
  );
}
