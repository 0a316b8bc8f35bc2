// Flue gas as measured → flue gas at standard conditions (273 K, 101.325 kPa), dry, in mg/m³, NOx as NO2; and from there to
// kilograms per hour. [HJ 212-2017 annex D.2] Units are those of the factor table: kPa, °C, per cent. A state that no gas can
// have gives null, never a number.

import gases from "../tables/gases.json" with { type: "json" };

/** The gas in the duct. */
export interface FlueState {
  readonly temperatureC: number;
  /** Static pressure against the atmosphere; below it in most ducts. */
  readonly staticPressureKPa: number;
  readonly atmosphereKPa: number;
  readonly moisturePercent: number;
}

export type MeasuredGas = keyof typeof gases.molarMassGPerMol;

/** How much larger a volume is in the duct than at standard conditions; null for impossible states. */
function volumeRatio({
  temperatureC,
  staticPressureKPa,
  atmosphereKPa,
}: Omit<FlueState, "moisturePercent">): number | null {
  const kelvin = gases.standardTemperatureK + temperatureC;
  const pressureKPa = atmosphereKPa + staticPressureKPa;
  if (!(kelvin > 0 && pressureKPa > 0)) return null;
  return (gases.standardPressureKPa / pressureKPa) * (kelvin / gases.standardTemperatureK);
}

function dryShare(moisturePercent: number): number | null {
  return moisturePercent >= 0 && moisturePercent < 100 ? 1 - moisturePercent / 100 : null;
}

/** Actual → standard conditions, mg/m³: C × 101.325 / (Ba + Ps) × (273 + t) / 273. */
export function toStandardState(actualMgM3: number, state: Omit<FlueState, "moisturePercent">): number | null {
  const ratio = volumeRatio(state);
  return ratio === null ? null : actualMgM3 * ratio;
}

/** Wet → dry: C / (1 − moisture). */
export function toDry(wet: number, moisturePercent: number): number | null {
  const share = dryShare(moisturePercent);
  return share === null ? null : wet / share;
}

/** Volume parts per million → mg/m³ at standard conditions: C × M / 22.4. */
export function ppmToMgM3(ppm: number, gas: MeasuredGas): number {
  return (ppm * gases.molarMassGPerMol[gas]) / gases.molarVolumeLPerMol;
}

/** NOx as NO2, mg/m³: NO × 46.01 / 30.01 + NO2. */
export function noxAsNo2(noMgM3: number, no2MgM3: number): number {
  const { NO, NO2 } = gases.molarMassGPerMol;
  return (noMgM3 * NO2) / NO + no2MgM3;
}

/** 3600 × F × V: wet flow in the duct, m³/h. */
export function wetActualFlow(areaM2: number, velocityMPerS: number): number {
  return 3600 * areaM2 * velocityMPerS;
}

/** Wet flow in the duct → dry flow at standard conditions, both m³/h. */
export function dryStandardFlow(wetActualM3PerHour: number, state: FlueState): number | null {
  const ratio = volumeRatio(state);
  const share = dryShare(state.moisturePercent);
  return ratio === null || share === null ? null : (wetActualM3PerHour / ratio) * share;
}

/** Concentration × flow of the same state → kg/h: C × Q × 10⁻⁶. The law takes the dry one at standard conditions, uncorrected. */
export function emissionKgPerHour(dryMgM3: number, dryStandardM3PerHour: number): number {
  return (dryMgM3 * dryStandardM3PerHour) / 1e6;
}
