// Standard coal (标准煤) of an amount: coefficients are rows with days, sources and sureness, in sets that are never mixed. 1 kgce is
// 29.3076 MJ. Pure.

import { type Dated, findDated, readSureness, type Sureness } from "../rules/sureness.ts";
import table from "../tables/energy-coefficients.json" with { type: "json" };

export const coefficientSets = table.sets;

export interface Coefficient extends Dated {
  readonly set: string;
  readonly medium: string;
  /** kgce for one unit of the medium (energy-media.json). */
  readonly kgcePerUnit: number;
  readonly sureness: Sureness;
  readonly source: string;
}

export const coefficients: readonly Coefficient[] = table.rows.map((row) => ({
  ...row,
  sureness: readSureness(row.sureness),
}));

const byMedium = Map.groupBy(coefficients, ({ set, medium }) => `${set} ${medium}`);

/**
 * What holds for a medium on the day of `timeMs`. A set that says nothing of a medium falls back on its heat content, and the
 * row says from which set it is; null when nobody knows the medium.
 */
export function coefficientOn(set: string, medium: string, timeMs: number): Coefficient | null {
  const of = (name: string): Coefficient | undefined => findDated(byMedium.get(`${name} ${medium}`) ?? [], timeMs);
  return of(set) ?? of("equivalent") ?? null;
}
