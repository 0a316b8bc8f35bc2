// What stands in for data that are missing or invalid when TOTALS are formed; never for a judgement, and never in place of a
// concentration. Turns the state of the plant, the capture of the quarter and the valid hours before into a value and the rule
// it comes from, or into why there is none. What it makes is kept beside the data, not instead of them.

import substitutionTable from "../tables/substitution.json" with { type: "json" };
import { dayMs } from "../time.ts";
import { meanExactly } from "./exact-sum.ts";
import { isDatedInForce, readSureness, type Sureness } from "./sureness.ts";

const { flueGas, wasteWater2007, wasteWater2019 } = substitutionTable;

export const invalidStates = [
  "fault",
  "repair",
  "overdue-calibration",
  "out-of-control",
  "maintenance",
  "calibration",
  "other",
] as const;
export type InvalidState = (typeof invalidStates)[number];
export type StateGroup = "out-of-order" | "planned";

/** The first four have a doubtful past: their look-back ends at the last good calibration. */
export function groupOfState(state: InvalidState): StateGroup {
  const row = flueGas.states.find((group) => (group.states as readonly string[]).includes(state));
  return row?.group === "out-of-order" ? "out-of-order" : "planned";
}

export const substitutionObstacles = ["not-in-force", "capture-unknown", "capture-too-low", "no-valid-data"] as const;
export type SubstitutionObstacle = (typeof substitutionObstacles)[number];

export type Substitution =
  | {
      readonly value: number;
      readonly rule: string;
      readonly sureness: Sureness;
      /** Values the rule asks for, and those that were there: fewer are taken, and it shows. */
      readonly asked: number;
      readonly found: number;
    }
  | { readonly value: null; readonly why: SubstitutionObstacle; readonly rule: string | null };

export interface EmissionHour {
  /** Start of a valid hour. */
  readonly timeMs: number;
  readonly kgPerHour: number;
}

export interface InvalidHour {
  readonly timeMs: number;
  readonly state: InvalidState;
  /** Of the quarter; null when the plant stood. */
  readonly capturePercent: number | null;
  /** Consecutive invalid hours up to this one, itself among them. */
  readonly invalidHours: number;
  /** Where the look-back ends: end of the last good calibration, and start of the failure. */
  readonly lastGoodCalibrationMs: number;
  readonly failureMs: number;
}

/** Flue gas: the hourly emission of an invalid hour, kg/h. `validHours` in any order. [HJ 75-2017 12] */
export function substituteEmission(hour: InvalidHour, validHours: readonly EmissionHour[]): Substitution {
  if (!isDatedInForce(flueGas, hour.timeMs)) return { value: null, why: "not-in-force", rule: null };
  const { capturePercent, invalidHours } = hour;
  if (capturePercent === null) return { value: null, why: "capture-unknown", rule: null };
  const row = flueGas.rows.find(
    (each) =>
      capturePercent >= each.capturePercentFrom &&
      (each.capturePercentBelow === null || capturePercent < each.capturePercentBelow) &&
      invalidHours > each.invalidHoursAbove &&
      (each.invalidHoursTo === null || invalidHours <= each.invalidHoursTo),
  );
  if (row === undefined) return { value: null, why: "capture-too-low", rule: null };
  const until = groupOfState(hour.state) === "out-of-order" ? hour.lastGoodCalibrationMs : hour.failureMs;
  const before = validHours
    .filter(({ timeMs }) => timeMs < until)
    .sort((a, b) => b.timeMs - a.timeMs)
    .slice(0, row.hours);
  if (before.length === 0) return { value: null, why: "no-valid-data", rule: row.rule };
  return {
    value: before.reduce((most, { kgPerHour }) => Math.max(most, kgPerHour), Number.NEGATIVE_INFINITY),
    rule: row.rule,
    sureness: readSureness(flueGas.sureness),
    asked: row.hours,
    found: before.length,
  };
}

/** Invalid hours in a row at the end of `valid` (oldest first), looking back no further than the rule needs to. */
export function countInvalidRun(valid: readonly boolean[]): number {
  const lookedAt = valid.slice(-flueGas.lookBackHours);
  const lastValid = lookedAt.lastIndexOf(true);
  return lookedAt.length - 1 - lastValid;
}

export function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

/**
 * The older rule for waste water, still found in platforms: a run of k missing hours becomes the mean of k valid hours before
 * and k after, for pH their median. `before` and `after` are valid values, the nearest first. [HJ/T 356-2007]
 */
export function substituteRun2007(
  timeMs: number,
  run: number,
  before: readonly number[],
  after: readonly number[],
  factor: string,
): Substitution {
  const { rule } = wasteWater2007;
  if (!isDatedInForce(wasteWater2007, timeMs)) return { value: null, why: "not-in-force", rule };
  const around = [...before.slice(0, run), ...after.slice(0, run)];
  const value = factor === "w01001" ? medianOf(around) : meanExactly(around);
  if (value === null) return { value: null, why: "no-valid-data", rule };
  return { value, rule, sureness: readSureness(wasteWater2007.sureness), asked: 2 * run, found: around.length };
}

export interface DailyLoad {
  /** Start of a day with a valid mean. */
  readonly dayMs: number;
  readonly kg: number;
}

/** Waste water: the load of a day without a valid mean is the mean of the valid daily loads before. [HJ 356-2019 8] */
export function substituteLoad(dayStartMs: number, validDays: readonly DailyLoad[]): Substitution {
  const { rule, days } = wasteWater2019;
  if (!isDatedInForce(wasteWater2019, dayStartMs)) return { value: null, why: "not-in-force", rule };
  const before = validDays
    .filter((day) => day.dayMs + dayMs <= dayStartMs)
    .sort((a, b) => b.dayMs - a.dayMs)
    .slice(0, days);
  const value = meanExactly(before.map(({ kg }) => kg));
  if (value === null) return { value: null, why: "no-valid-data", rule };
  return { value, rule, sureness: readSureness(wasteWater2019.sureness), asked: days, found: before.length };
}
