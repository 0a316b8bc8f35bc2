// Gamma dose rate: no law says from where on it is too much, so a station is held against its own last thirty days, and rain,
// which washes radon out of the air, is told apart. Steps and numbers are ours and come from a table.

import radiationTable from "../tables/radiation.json" with { type: "json" };
import { meanExactly, sumExactly } from "./exact-sum.ts";

/** Absorbed dose in air, and ambient dose equivalent. A series has one of them and keeps it. */
export const doseUnits = ["nGy/h", "nSv/h", "uSv/h"] as const;
export type DoseUnit = (typeof doseUnits)[number];

const nanoSvPerUnit: Readonly<Record<Exclude<DoseUnit, "nGy/h">, number>> = { "nSv/h": 1, "uSv/h": 1000 };

/** → nGy/h, to hold it against the table; 1 Gy is taken as 1 Sv, which is rough. */
export function toNanoGray(value: number, unit: DoseUnit): number {
  return unit === "nGy/h" ? value : (value * nanoSvPerUnit[unit]) / radiationTable.svPerGy;
}

export interface Baseline {
  /** nGy/h. */
  readonly mean: number;
  readonly sigma: number;
  readonly count: number;
}

/** Of the values of the last thirty days, nGy/h; null while fewer are there than the table asks for. */
export function findBaseline(values: readonly number[], due: number): Baseline | null {
  const mean = meanExactly(values);
  if (mean === null || values.length < 2 || values.length * 100 < radiationTable.baselinePercentLeast * due)
    return null;
  const squares = sumExactly(values.map((value) => (value - mean) ** 2));
  return { mean, sigma: Math.sqrt(squares / (values.length - 1)), count: values.length };
}

export interface DoseMean {
  /** nGy/h. */
  readonly value: number;
  readonly minutes: number;
  /** Rain of the two hours before, mm; null: not measured. */
  readonly rainMm: number | null;
}

export interface DoseStep {
  readonly rule: string;
  readonly step: string;
  /** nGy/h. */
  readonly threshold: number;
}

/** What each step begins above; those of the station's own baseline are missing while it has none. */
export function doseSteps(baseline: Baseline | null): DoseStep[] {
  return radiationTable.steps.flatMap(({ rule, step, sigmas, aboveMean, fixed }) => {
    if (fixed !== null) return [{ rule, step, threshold: fixed }];
    if (baseline === null) return [];
    return [{ rule, step, threshold: baseline.mean + (sigmas ?? 0) * baseline.sigma + (aboveMean ?? 0) }];
  });
}

export function isRainy(rainMm: number | null): boolean {
  return rainMm !== null && rainMm > radiationTable.rainMmLeast;
}

/** The gravest step that the newest means have reached, or null. `means`: oldest first, without gaps. */
export function judgeDose(means: readonly DoseMean[], baseline: Baseline | null): DoseStep | null {
  let reached: DoseStep | null = null;
  for (const found of doseSteps(baseline)) {
    const row = radiationTable.steps.find(({ rule }) => rule === found.rule);
    if (row === undefined) continue;
    let minutes = 0;
    for (let i = means.length - 1; i >= 0; i -= 1) {
      const mean = means[i];
      if (mean === undefined || mean.value <= found.threshold || (row.notInRain && isRainy(mean.rainMm))) break;
      minutes += mean.minutes;
    }
    if (minutes > 0 && minutes >= row.minutes) reached = found;
  }
  return reached;
}

/** What so many mSv in a year above the background are in nSv/h, spread over it evenly; by default the public limit: 114. */
export function evenDoseRate(mSvPerYear: number = radiationTable.publicLimit.mSvPerYear): number {
  return (mSvPerYear * 1e6) / (365 * 24);
}
