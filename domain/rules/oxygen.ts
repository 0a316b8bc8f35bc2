// Oxygen correction (折算): a dry concentration → what it would be at the reference oxygen, so that thinning with air hides
// nothing. Corrects minute by minute and averages afterwards: the mean of the quotients is not the quotient of the means.
// Never corrects with oxygen that cannot be: what is not corrected says why.

import oxygenTable from "../tables/oxygen-references.json" with { type: "json" };
import { meanExactly } from "./exact-sum.ts";
import { type Dated, findDated, readSureness, type Sureness } from "./sureness.ts";

const edges = oxygenTable.edges;

/** Why a value that should be corrected is not. off-air: the plant stands, or the probe is in air. */
export const correctionObstacles = ["oxygen-missing", "off-air", "sensor-fault", "reference-impossible"] as const;
export type CorrectionObstacle = (typeof correctionObstacles)[number];

export type Correction =
  | { readonly kind: "corrected"; readonly value: number; readonly factor: number; readonly capped: boolean }
  /** The standard names no reference oxygen: the dry value itself is compared. */
  | { readonly kind: "not-needed"; readonly value: number }
  | { readonly kind: "not-possible"; readonly dry: number; readonly why: CorrectionObstacle };

/** What is wrong with this measured oxygen, in dry volume per cent; null = it can be corrected with. */
export function findOxygenFault(oxygenPercent: number | null): CorrectionObstacle | null {
  if (oxygenPercent === null || !Number.isFinite(oxygenPercent)) return "oxygen-missing";
  if (oxygenPercent < edges.faultBelowPercent || oxygenPercent > edges.faultAbovePercent) return "sensor-fault";
  return oxygenPercent >= edges.offAirPercent ? "off-air" : null;
}

/** C × (21 − reference) / (21 − O2). [HJ 212-2017 (28)] `factorMax`: the cap that some local low-load rules set. */
export function correctToReference(
  dry: number,
  oxygenPercent: number | null,
  referencePercent: number | null,
  factorMax: number | null = null,
): Correction {
  if (referencePercent === null) return { kind: "not-needed", value: dry };
  if (!(referencePercent >= 0 && referencePercent < edges.airPercent)) {
    return { kind: "not-possible", dry, why: "reference-impossible" };
  }
  const why = findOxygenFault(oxygenPercent);
  if (why !== null || oxygenPercent === null) return { kind: "not-possible", dry, why: why ?? "oxygen-missing" };
  const above = edges.airPercent - referencePercent;
  const below = edges.airPercent - oxygenPercent;
  const capped = factorMax !== null && above / below > factorMax;
  // Multiplied first, so that decimals stay decimals: 32.1 × 5 ÷ 1.5 is 107.
  return capped
    ? { kind: "corrected", value: dry * factorMax, factor: factorMax, capped }
    : { kind: "corrected", value: (dry * above) / below, factor: above / below, capped };
}

/** Excess air α = 21 / (21 − O2). [HJ 212-2017 (27)] Null where there is none. */
export function excessAirOfOxygen(oxygenPercent: number): number | null {
  return findOxygenFault(oxygenPercent) === null ? edges.airPercent / (edges.airPercent - oxygenPercent) : null;
}

/** The oxygen that a reference excess air stands for: 1.8 → 9.33 %. Null below 1, where there is less than no air left. */
export function oxygenOfExcessAir(excessAir: number): number | null {
  return excessAir >= 1 ? edges.airPercent - edges.airPercent / excessAir : null;
}

/** The same correction where the standard names an excess air: C × α / α reference. [HJ 212-2017 (26)] */
export function correctToExcessAir(dry: number, oxygenPercent: number | null, referenceExcessAir: number): Correction {
  const reference = oxygenOfExcessAir(referenceExcessAir);
  if (reference === null) return { kind: "not-possible", dry, why: "reference-impossible" };
  return correctToReference(dry, oxygenPercent, reference);
}

export interface FlueMinute {
  readonly dry: number;
  readonly oxygenPercent: number | null;
  /** Of the concentration: flag N and no mark. */
  readonly valid: boolean;
}

export interface CorrectedMean {
  readonly mean: number | null;
  /** Minutes in the mean; counted + invalid + all obstacles = minutes given. */
  readonly counted: number;
  readonly invalid: number;
  readonly obstacles: Readonly<Record<CorrectionObstacle, number>>;
}

/** Each minute corrected with its own oxygen, then the mean of them. */
export function meanCorrected(
  minutes: readonly FlueMinute[],
  referencePercent: number | null,
  factorMax: number | null = null,
): CorrectedMean {
  const values: number[] = [];
  const obstacles = { "oxygen-missing": 0, "off-air": 0, "sensor-fault": 0, "reference-impossible": 0 };
  let invalid = 0;
  for (const { dry, oxygenPercent, valid } of minutes) {
    if (!valid) {
      invalid += 1;
      continue;
    }
    const corrected = correctToReference(dry, oxygenPercent, referencePercent, factorMax);
    if (corrected.kind === "not-possible") obstacles[corrected.why] += 1;
    else values.push(corrected.value);
  }
  return { mean: meanExactly(values), counted: values.length, invalid, obstacles };
}

export interface OxygenReference extends Dated {
  readonly plant: string;
  readonly nameZh: string;
  /** Null: no correction. */
  readonly percent: number | null;
  readonly clause: string;
  readonly source: string;
  readonly sureness: Sureness;
}

export const oxygenReferences: readonly OxygenReference[] = oxygenTable.references.map((row) => ({
  ...row,
  sureness: readSureness(row.sureness),
}));

/** Where plants of this sort stand at that time. Undefined: the table does not know, which is not the same as "none". */
export function findOxygenReference(plant: string, timeMs: number): OxygenReference | undefined {
  return findDated(
    oxygenReferences.filter((row) => row.plant === plant),
    timeMs,
  );
}
