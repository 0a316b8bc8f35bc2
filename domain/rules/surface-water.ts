// Surface water: values of a station → class I to V or worse, by the worst single item. [GB 3838-2002, 地表水环境质量评价办法]
// Limits come from the limits library. Values are compared as they are, not rounded to the limit's decimals.

import limitTable from "../tables/limits.json" with { type: "json" };
import waterTable from "../tables/surface-water.json" with { type: "json" };
import { compareWithBound } from "./rounding.ts";

export type WaterBody = "river" | "lake";

export interface WaterClass {
  /** 1 to 5; 6 is worse than V. */
  readonly class: number;
  readonly name: string;
  readonly qualityZh: string;
  readonly qualityEn: string;
}

export const waterClasses: readonly WaterClass[] = waterTable.classes;

export interface ClassLimit {
  readonly class: number;
  readonly min: number | null;
  readonly max: number | null;
}

const classRows = limitTable.filter((row) => row.standard === waterTable.standard);

/** Phosphorus has a column for rivers and one for lakes under the same code; the pollutant's name tells them apart. */
function findClassLimits(factor: string, body: WaterBody): ClassLimit[] {
  return waterTable.classes.flatMap(({ class: number, key }) =>
    classRows
      .filter(
        (row) =>
          row.factor === factor &&
          row.sourceUnit === key &&
          (factor !== waterTable.phosphorus || row.pollutant.includes(body)),
      )
      .map(({ min, max }) => ({ class: number, min, max })),
  );
}

/** The table is looked through once for each factor: every hour of every station asks. As many as there are factors. */
const foundLimits = new Map<string, readonly ClassLimit[]>();

/** Classes of a factor with their limits, the best first; none when the standard has none for it. */
export function listClassLimits(factor: string, body: WaterBody): readonly ClassLimit[] {
  const key = `${body} ${factor}`;
  const known = foundLimits.get(key);
  if (known !== undefined) return known;
  const found = findClassLimits(factor, body);
  foundLimits.set(key, found);
  return found;
}

/** Dissolved oxygen in fresh water at saturation, mg/L: 468 / (31.6 + T). */
export function oxygenSaturation(temperatureC: number): number {
  return 468 / (31.6 + temperatureC);
}

function isWithin(value: number, { min, max }: ClassLimit): boolean {
  if (min !== null && compareWithBound(value, min, "full").side === "below") return false;
  return max === null || compareWithBound(value, max, "full").side !== "above";
}

/** Class of one item, 6 when worse than V; null when the standard has no classes for it. */
export function classOfItem(
  factor: string,
  value: number,
  body: WaterBody,
  temperatureC: number | null = null,
): number | null {
  const limits = listClassLimits(factor, body);
  if (limits.length === 0) return null;
  const { oxygen } = waterTable;
  // In cold or thin air 7.5 mg/L cannot be reached; 90 % of saturation stands for it.
  if (factor === oxygen.factor && temperatureC !== null) {
    if ((100 * value) / oxygenSaturation(temperatureC) >= oxygen.saturationPercent) return oxygen.class;
  }
  return limits.find((limit) => isWithin(value, limit))?.class ?? 6;
}

export interface WaterItem {
  readonly factor: string;
  readonly value: number;
  readonly class: number;
}

export interface WaterRating {
  /** Null when no item was assessed. */
  readonly rating: WaterClass | null;
  readonly items: readonly WaterItem[];
  /** The items that made the class, in the order of the values given. */
  readonly deciding: readonly string[];
  /** Given, but not assessed for the class. */
  readonly notAssessed: readonly string[];
}

function findClass(number: number): WaterClass {
  const found = waterClasses.find((each) => each.class === number);
  if (found === undefined) throw new Error(`surface-water.json has no class ${number}`);
  return found;
}

/** `values` by factor code. Temperature, total nitrogen and coliforms make no class; nitrogen of lakes is looked at apart. */
export function rateSurfaceWater(
  values: Readonly<Record<string, number>>,
  body: WaterBody,
  temperatureC: number | null = null,
): WaterRating {
  const items: WaterItem[] = [];
  const notAssessed: string[] = [];
  for (const [factor, value] of Object.entries(values)) {
    const found = waterTable.notAssessed.includes(factor) ? null : classOfItem(factor, value, body, temperatureC);
    if (found === null) notAssessed.push(factor);
    else items.push({ factor, value, class: found });
  }
  const worst = items.reduce((most, item) => Math.max(most, item.class), 0);
  return {
    rating: worst === 0 ? null : findClass(worst),
    items,
    deciding: items.filter((item) => item.class === worst).map(({ factor }) => factor),
    notAssessed,
  };
}

/** How far beyond the target class: value / limit − 1. Null within it, and for pH and oxygen, which have no multiple. */
export function multipleOfClass(factor: string, value: number, body: WaterBody, target: number): number | null {
  if (waterTable.withoutMultiple.includes(factor)) return null;
  const max = listClassLimits(factor, body).find((limit) => limit.class === target)?.max ?? null;
  if (max === null || compareWithBound(value, max, "full").side !== "above") return null;
  return (value - max) / max;
}
