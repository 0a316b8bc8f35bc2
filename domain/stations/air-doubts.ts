// Ambient air: is what a station says plausible? Remarks on single hours; no value is changed or left out by them.

import stationTable from "../tables/stations.json" with { type: "json" };
import { readSureness } from "../rules/sureness.ts";
import { hourMs } from "../time.ts";
import { airFactors, airUnit, validHour } from "./air.ts";
import type { StationHours } from "./hours.ts";
import type { Remark, RemarkCode } from "./shapes.ts";

const { doubts } = stationTable.air;
const sureness = readSureness(doubts.sureness);
const codes = { fine: "a34004", coarse: "a34002", no2: "a21004", no: "a21003", nox: "a21002" } as const;

function doubt(code: RemarkCode, factors: readonly string[], value: number, bound: number | null): Remark {
  return { code, severity: "doubt", factors, value, bound, unit: airUnit(factors[0] ?? ""), sureness };
}

function doubtMixture(hours: StationHours, start: number): Remark[] {
  const at = (factor: string): number | null => validHour(hours, factor, start);
  const [fine, coarse, no2, nox] = [at(codes.fine), at(codes.coarse), at(codes.no2), at(codes.nox)];
  const found: Remark[] = [];
  // 10 % is what two instruments of different principle may differ by.
  const most = coarse === null ? null : coarse * (1 + doubts.fineAboveCoarsePercent / 100);
  if (fine !== null && most !== null && fine > most) {
    found.push(doubt("fine-above-coarse", [codes.fine, codes.coarse], fine, coarse));
  }
  if (no2 !== null && nox !== null && no2 > nox) found.push(doubt("no2-above-nox", [codes.no2, codes.nox], no2, nox));
  return found;
}

/** So high above the hour before that one asks the neighbours: which did not rise, or are not there. */
function isLonelyJump(
  hours: StationHours,
  factor: string,
  start: number,
  neighbours: readonly StationHours[],
): boolean {
  const hasJumped = (of: StationHours): boolean => {
    const [now, before] = [validHour(of, factor, start), validHour(of, factor, start - hourMs)];
    return (
      now !== null && before !== null && now > doubts.jumpTimes * Math.max(0, before) && now - before > doubts.jumpBy
    );
  };
  return hasJumped(hours) && !neighbours.some(hasJumped);
}

/** What of the hour that starts at `start` is hard to believe; `neighbours`: other stations of the city. */
export function doubtAirHour(hours: StationHours, start: number, neighbours: readonly StationHours[]): Remark[] {
  const found = doubtMixture(hours, start);
  for (const factor of airFactors) {
    const value = validHour(hours, factor, start);
    if (value === null) continue;
    if (value < 0) {
      const isDrift = value >= doubts.driftDownTo;
      found.push({ ...doubt("below-zero", [factor], value, 0), severity: isDrift ? "info" : "doubt" });
    }
    const same = Array.from({ length: doubts.equalHours }, (_, i) => validHour(hours, factor, start - i * hourMs));
    if (same.every((each) => each === value)) found.push(doubt("equal-hours", [factor], value, doubts.equalHours));
    if (isLonelyJump(hours, factor, start, neighbours)) {
      found.push(doubt("lonely-jump", [factor], value, validHour(hours, factor, start - hourMs)));
    }
  }
  return found;
}
