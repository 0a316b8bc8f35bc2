// Factor (监测因子): what is measured, by code. The table comes from HJ 212-2017 annex B, HJ 524/525-2009 and the project's
// own codes for energy; every row says how sure it is.

import type { SiteKind } from "./site.ts";
import factorTable from "./tables/factors.json" with { type: "json" };
import physicalTable from "./tables/physical.json" with { type: "json" };

export interface Factor {
  readonly code: string;
  /** The unit this project keeps the factor in. */
  readonly unit: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly medium: string;
  readonly decimals: number;
  /** A meter reading that only grows, e.g. kWh. */
  readonly counter: boolean;
  readonly code2005: string | null;
  /** Usual measuring range of the instruments, null when none is known. */
  readonly rangeMin: number | null;
  readonly rangeMax: number | null;
  readonly confidence: string;
}

export const factors: readonly Factor[] = factorTable;

const byCode: ReadonlyMap<string, Factor> = new Map(factors.map((factor) => [factor.code, factor]));

/** The factor of this code, or undefined when no table has it. */
export function findFactor(code: string): Factor | undefined {
  return byCode.get(code);
}

/** Gases that air stations keep in µg/m³ while stacks keep them in mg/m³ (GB 3095-2026 against HJ 212-2017 annex B). */
const microgramAtAirStations: ReadonlySet<string> = new Set(["a21026", "a21004", "a21003", "a21002"]);

/** The unit a factor is kept in at a site of this kind. */
export function factorUnit(factor: Factor, kind: SiteKind): string {
  return kind === "air-station" && microgramAtAirStations.has(factor.code) ? "ug/m3" : factor.unit;
}

/** What is physically possible for values of this unit; outside it a reading is refused. */
export function physicalRange(unit: string): { readonly min: number; readonly max: number } {
  const row = physicalTable.find((entry) => entry.unit === unit) ?? physicalTable.find((entry) => entry.unit === "*");
  if (row === undefined) throw new Error("physical.json lacks its default row");
  return row;
}
