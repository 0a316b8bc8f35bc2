// Waste water: concentrations and volumes → flow-weighted means and loads. Ten minutes make hours and hours make days by the
// same formula, C = Σ(C·Q) / ΣQ, because a mean weighted twice is the mean weighted once. Values without flow do not count; pH
// is never weighted. Does not depend on the order of the hours.

import { meanExactly, sumExactly } from "./exact-sum.ts";

/** One hour (or ten minutes): its mean, and the water that went by. */
export interface FlowPart {
  /** mg/L; null when there is none. */
  readonly concentration: number | null;
  /** m³ in this part; null when the flow meter said nothing. */
  readonly volumeM3: number | null;
  readonly valid: boolean;
}

export interface FlowMean {
  /** mg/L; null when nothing counted. */
  readonly mean: number | null;
  /** Σ C·Q / 1000 of what counted. */
  readonly loadKg: number;
  /** Water of what counted. */
  readonly volumeM3: number;
  /** counted + invalid + withoutFlow + flowUnknown = parts given. */
  readonly counted: number;
  readonly invalid: number;
  /** The zero-flow rule: what was measured while nothing flowed says nothing about the discharge. [HJ 356-2019] */
  readonly withoutFlow: number;
  readonly flowUnknown: number;
}

export function weighByFlow(parts: readonly FlowPart[]): FlowMean {
  const products: number[] = [];
  const volumes: number[] = [];
  let [invalid, withoutFlow, flowUnknown] = [0, 0, 0];
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const { concentration, volumeM3, valid } of parts) {
    if (!valid || concentration === null) invalid += 1;
    else if (volumeM3 === null || !Number.isFinite(volumeM3)) flowUnknown += 1;
    else if (volumeM3 <= 0) withoutFlow += 1;
    else {
      products.push(concentration * volumeM3);
      volumes.push(volumeM3);
      least = Math.min(least, concentration);
      most = Math.max(most, concentration);
    }
  }
  const mass = sumExactly(products);
  const volumeM3 = sumExactly(volumes);
  return {
    // A mean lies between its values; the last bit of a quotient does not know that.
    mean: volumes.length === 0 ? null : Math.min(most, Math.max(least, mass / volumeM3)),
    loadKg: mass / 1000,
    volumeM3,
    counted: volumes.length,
    invalid,
    withoutFlow,
    flowUnknown,
  };
}

/** Q in L/s over so many seconds → m³. [HJ 212-2017 D.1] */
export function volumeOfFlow(flowLPerS: number, seconds: number): number {
  return (flowLPerS * seconds) / 1000;
}

/** m³ in so many seconds → mean flow in L/s: 3600 for an hour, 86,400 for a day. */
export function meanFlow(volumeM3: number, seconds: number): number | null {
  return seconds > 0 ? (volumeM3 * 1000) / seconds : null;
}

/** mg/L × m³ → kg. */
export function loadKg(concentrationMgL: number, volumeM3: number): number {
  return (concentrationMgL * volumeM3) / 1000;
}

/** arithmetic: as practice has it; hydrogen: of the acid itself, which one sour hour moves much further. */
export type PhMethod = "arithmetic" | "hydrogen";

/** pH is not weighted by flow. [HJ 212-2017 D.1] Null for no values. */
export function meanPh(values: readonly number[], method: PhMethod = "arithmetic"): number | null {
  if (method === "arithmetic") return meanExactly(values);
  const hydrogen = meanExactly(values.map((value) => 10 ** -value));
  return hydrogen === null ? null : -Math.log10(hydrogen);
}
