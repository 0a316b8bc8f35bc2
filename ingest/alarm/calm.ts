// Which realtime values of a series reach no level of any record, and for how long that is true: then a reading needs one
// comparison and nothing else. Pure.

import type { AlarmDefinition } from "#domain/alarm-definition.ts";
import { quietRange } from "#domain/alarms/condition.ts";
import { type Limit, limitInForce } from "#domain/limit.ts";
import type { Calm } from "../registry.ts";

export interface CalmFacts {
  /** Realtime limits of any time. */
  readonly limits: readonly Limit[];
  /** The record that compares readings with them; null: none does. */
  readonly limitRecord: AlarmDefinition | null;
  /** Records with numbers of their own. */
  readonly values: readonly AlarmDefinition[];
  /** Of the records. */
  readonly edition: number;
}

export interface QuietRange {
  /** Both inclusive. */
  readonly min: number;
  readonly max: number;
}

/** The values that reach no level of the limit's record at a time; null: there is no limit then. */
export function quietOfLimit(limits: readonly Limit[], record: AlarmDefinition, timeMs: number): QuietRange | null {
  const limit = limitInForce(limits, timeMs);
  return limit === null ? null : quietRange(record, limit);
}

export function isBeyond(quiet: QuietRange | null, value: number): boolean {
  return quiet !== null && (value < quiet.min || value > quiet.max);
}

export function findCalm({ limits, limitRecord, values, edition }: CalmFacts, timeMs: number): Calm {
  const of = limitRecord === null ? null : quietOfLimit(limits, limitRecord, timeMs);
  let { min, max } = of ?? { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };
  for (const record of values) {
    const quiet = quietRange(record, null);
    min = Math.max(min, quiet.min);
    max = Math.min(max, quiet.max);
  }
  const [from, to] = sameLimit(limits, timeMs);
  return { from, to, min, max, edition };
}

/** How long before and after a time the same limit is in force. */
function sameLimit(limits: readonly Limit[], timeMs: number): readonly [from: number, to: number] {
  let from = Number.NEGATIVE_INFINITY;
  let to = Number.POSITIVE_INFINITY;
  for (const each of limits) {
    for (const change of [each.from, each.to ?? Number.POSITIVE_INFINITY]) {
      if (change <= timeMs) from = Math.max(from, change);
      else to = Math.min(to, change);
    }
  }
  return [from, to];
}
