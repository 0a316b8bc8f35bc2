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
  /** As the standard names it; tells rows of one factor apart, e.g. "TP river" and "TP lake/reservoir". */
  readonly pollutant: string;
  readonly min: number | null;
  readonly max: number | null;
  readonly unit: string;
  /** Decimals as written, where the number does not show them, e.g. 1 for "1.0"; missing: those of the number. */
  readonly decimals?: number | null | undefined;
  readonly basis: string;
  /** UTC+8 day; null = not known. */
  readonly from: string | null;
  readonly to: string | null;
  readonly refO2: number | null;
  readonly notes: string;
  readonly confidence: string;
}

export const standardLimits: readonly StandardLimit[] = limitTable;

function keyText(standard: string, industry: string, unit: string): string {
  return [standard, industry, unit].join("\n");
}

const rowsByKey: ReadonlyMap<string, readonly StandardLimit[]> = Map.groupBy(
  standardLimits,
  ({ standard, industry, sourceUnit }) => keyText(standard, industry, sourceUnit),
);

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

const lakePattern = /\blake\b/;

/**
 * A factor may have two rows in one class: phosphorus of rivers and of lakes, hydrogen chloride of pickling and of acid
 * regeneration. Nothing on record says which a site is: stations stand at rivers, so lakes are left out, and of the others the
 * stricter row counts.
 */
function isOtherColumn(row: StandardLimit, rows: readonly StandardLimit[]): boolean {
  if (lakePattern.test(row.pollutant)) return true;
  return rows.some(
    (other) =>
      other !== row &&
      other.factor === row.factor &&
      other.basis === row.basis &&
      other.unit === row.unit &&
      other.from === row.from &&
      !lakePattern.test(other.pollutant) &&
      (other.max ?? Number.POSITIVE_INFINITY) < (row.max ?? Number.POSITIVE_INFINITY),
  );
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
  const rows = rowsByKey.get(keyText(key.standard, key.industry, key.unit)) ?? [];
  for (const row of rows) {
    if (isOtherColumn(row, rows)) continue;
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
      refO2: row.refO2,
      // Another unit moves the point.
      decimals: unit === row.unit ? (row.decimals ?? null) : null,
    });
  }
  return limits;
}
