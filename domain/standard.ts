// The limits library: published limit values, effective-dated, each with its source and how sure it is.

import { factorUnit, findFactor } from "./factor.ts";
import { limitBases, type Limit, type LimitBasis } from "./limit.ts";
import type { Site, StandardKey } from "./site.ts";
import limitTable from "./tables/limits.json" with { type: "json" };
import { dayMs, parseDay } from "./time.ts";

export interface StandardLimit {
  readonly standard: string;
  readonly industry: string;
  readonly sourceUnit: string;
  readonly medium: string;
  readonly factor: string;
  readonly min: number | null;
  readonly max: number | null;
  readonly unit: string;
  readonly basis: string;
  /** UTC+8 day; null = not known. */
  readonly from: string | null;
  readonly to: string | null;
  readonly refO2: number | null;
  readonly notes: string;
  readonly confidence: string;
}

export const standardLimits: readonly StandardLimit[] = limitTable;

function isLimitBasis(text: string): text is LimitBasis {
  return (limitBases as readonly string[]).includes(text);
}

/** mg ↔ µg per the same volume; null when the units do not fit. */
function convert(value: number, from: string, to: string): number | null {
  if (from === to) return value;
  if (from === "mg/L" && to === "ug/L") return value * 1000;
  if (from === "mg/m3" && to === "ug/m3") return value * 1000;
  if (from === "ug/m3" && to === "mg/m3") return value / 1000;
  return null;
}

/** The table names the last day on which a row counts. */
function endOf(lastDay: string | null): number | null {
  const day = lastDay === null ? null : parseDay(lastDay);
  return day === null ? null : day + dayMs;
}

/**
 * The limits a published standard sets for this site, in the units the site's factors are kept in. Rows with another
 * basis than realtime, hour or day, and rows whose unit does not fit, are left out.
 */
export function limitsOfStandard(
  site: Pick<Site, "id" | "kind" | "factors">,
  key: StandardKey,
): Omit<Limit, "version">[] {
  const limits: Omit<Limit, "version">[] = [];
  for (const row of standardLimits) {
    if (row.standard !== key.standard || row.industry !== key.industry || row.sourceUnit !== key.unit) continue;
    const factor = findFactor(row.factor);
    if (factor === undefined || !site.factors.includes(row.factor) || !isLimitBasis(row.basis)) continue;
    const unit = factorUnit(factor, site.kind);
    const max = row.max === null ? null : convert(row.max, row.unit, unit);
    const min = row.min === null ? null : convert(row.min, row.unit, unit);
    if (max === null && min === null) continue;
    limits.push({
      id: `${site.id}:${row.factor}:${row.basis}:standard`,
      site: site.id,
      factor: row.factor,
      max,
      min,
      basis: row.basis,
      from: (row.from === null ? null : parseDay(row.from)) ?? 0,
      to: endOf(row.to),
      reason: `${row.standard}, ${row.industry}, ${row.sourceUnit}`,
      by: "limits library",
      source: row.confidence.startsWith("verified") ? row.standard : `${row.standard} (from memory)`,
    });
  }
  return limits;
}
