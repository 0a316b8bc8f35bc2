// Noise: is what a station says plausible? Remarks on one hour; no level is changed or left out by them.

import stationTable from "../tables/stations.json" with { type: "json" };
import { readSureness } from "../rules/sureness.ts";
import type { NoiseHour, Peaks } from "./noise.ts";
import type { Remark, RemarkCode, Severity } from "./shapes.ts";

const { checks, level, greatest, least } = stationTable.noise;
const sureness = readSureness(checks.sureness);

function remark(
  code: RemarkCode,
  factor: string,
  value: number | null,
  bound: number | null,
  severity: Severity = "doubt",
): Remark {
  return { code, severity, factors: [factor], value, bound, unit: "dB(A)", sureness };
}

/** The level of a calibrator that was left on the microphone, for so many readings in a row; null: none. */
function findCalibrator(levels: readonly number[]): number | null {
  for (const tone of checks.calibratorDb) {
    let run = 0;
    for (const db of levels) {
      run = Math.abs(db - tone) <= checks.calibratorWithin ? run + 1 : 0;
      if (run >= checks.calibratorSamples) return tone;
    }
  }
  return null;
}

export function doubtNoiseHour(hour: NoiseHour, peaks: Peaks): Remark[] {
  const found: Remark[] = [];
  const { levels } = hour;
  const lowest = peaks.least ?? levels.reduce((most, db) => Math.min(most, db), Number.POSITIVE_INFINITY);
  if (Number.isFinite(lowest) && (lowest < checks.dbLeast || lowest > checks.dbMost)) {
    const bound = lowest < checks.dbLeast ? checks.dbLeast : checks.dbMost;
    found.push(remark("level-implausible", least, lowest, bound));
  }
  if (peaks.greatest !== null && hour.leq !== null && peaks.greatest - hour.leq > checks.peakAboveLeqMost) {
    found.push(remark("peak-implausible", greatest, peaks.greatest, hour.leq + checks.peakAboveLeqMost));
  }
  const [first] = levels;
  if (first !== undefined && levels.length >= checks.flatSamples && levels.every((db) => db === first)) {
    found.push(remark("flat", level, first, null));
  }
  const tone = findCalibrator(levels);
  if (tone !== null) found.push(remark("calibrator", level, tone, tone));
  if (hour.weatherMinutes > 0) {
    found.push({ ...remark("weather-excluded", level, hour.weatherMinutes, null, "info"), unit: "min" });
  }
  return found;
}
