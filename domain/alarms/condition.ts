// Condition of an alarm: a value against the levels of its record. Three-valued: a level is reached, left, or not known; between
// reached and left lies the deadband, in which what is active stays and what is not active does not begin. Pure.
//
//   value ──▶   within ─────┬── deadband ──┬─ beyond ──▶        reach = 0, stay = 0     within, left for certain
//                   limit - deadband     limit                  reach = 0, stay = 1     in the deadband
//                                                               reach = 1, stay = 1     beyond

import type { AlarmDefinition, Deadband } from "../alarm-definition.ts";
import { alarmValidities, type AlarmValidity } from "../alarm.ts";
import type { Flag } from "../reading.ts";
import validityTable from "../tables/alarm-validity.json" with { type: "json" };
import type { LimitEnds } from "./shapes.ts";

/** One level as numbers. Beyond max or beyond min it is reached, equal is within; from the clear bounds on it is left. */
export interface LevelBounds {
  readonly max: number;
  readonly min: number;
  readonly clearMax: number;
  readonly clearMin: number;
}

/** The shortest interval that silence is counted in: a site of ten seconds is not silent after half a minute. */
export const silenceIntervalMsMin = 60_000;

const open: LevelBounds = {
  max: Number.POSITIVE_INFINITY,
  min: Number.NEGATIVE_INFINITY,
  clearMax: Number.POSITIVE_INFINITY,
  clearMin: Number.NEGATIVE_INFINITY,
};

/** The levels of a record as numbers, mildest first; empty = there is nothing to be beyond of. */
export function boundLevels(
  record: AlarmDefinition,
  limit: LimitEnds | null,
  intervalMs: number,
): readonly LevelBounds[] {
  if (record.subject === "limit" && (limit === null || (limit.max === null && limit.min === null))) return [];
  return record.levels.map(({ op, at }) => {
    if (record.subject === "silence") return withBand(at * Math.max(intervalMs, silenceIntervalMsMin), null, record);
    if (record.subject === "value") return op === "below" ? withBand(null, at, record) : withBand(at, null, record);
    if (record.subject !== "limit" || limit === null) return open;
    // A level of 2 × the limit lies further out at both ends, one of 0.9 × further in.
    const max = op === "below" || limit.max === null ? null : scale(limit.max, limit.max < 0 ? 1 / at : at);
    const min = op === "above" || limit.min === null ? null : scale(limit.min, limit.min < 0 ? at : 1 / at);
    return withBand(max, min, record);
  });
}

function scale(bound: number, by: number): number {
  return by === 1 ? bound : bound * by;
}

function withBand(max: number | null, min: number | null, { deadband }: AlarmDefinition): LevelBounds {
  // Between two ends there must be room left in which the alarm can end.
  const room = max === null || min === null ? Number.POSITIVE_INFINITY : Math.max(0, (max - min) / 4);
  const bandOf = (bound: number): number => Math.min(room, bandOfBound(deadband, bound));
  return {
    max: max ?? open.max,
    min: min ?? open.min,
    clearMax: max === null ? open.max : max - bandOf(max),
    clearMin: min === null ? open.min : min + bandOf(min),
  };
}

/** The widest deadband, in percent of the bound: with a wider one the alarm would hardly end. */
export const deadbandPercentMax = 50;

/** How far a value must come back. A number in the unit of the factor is cut to what is usual for the bound that it meets. */
export function bandOfBound({ kind, value }: Deadband, bound: number): number {
  const size = Math.abs(bound);
  if (kind === "percent") return (size * value) / 100;
  // Around 0, e.g. of a temperature, there is nothing to measure it by.
  return size === 0 ? value : Math.min(value, (size * deadbandPercentMax) / 100);
}

/** The highest level (from 1) that the value reaches; 0 = none. */
export function reachOf(levels: readonly LevelBounds[], value: number): number {
  for (let k = levels.length; k > 0; k--) {
    const level = levels[k - 1];
    if (level !== undefined && (value > level.max || value < level.min)) return k;
  }
  return 0;
}

/** The highest level (from 1) that the value has not left for certain; 0 = it is within all of them. */
export function stayOf(levels: readonly LevelBounds[], value: number): number {
  for (let k = levels.length; k > 0; k--) {
    const level = levels[k - 1];
    if (level !== undefined && (value > level.clearMax || value < level.clearMin)) return k;
  }
  return 0;
}

/** The bound of a level that the value broke, or the nearer one when it broke none; null = the level has no number. */
export function boundOf(level: LevelBounds | undefined, value: number | null): number | null {
  if (level === undefined) return null;
  const { max, min } = level;
  if (!Number.isFinite(max)) return Number.isFinite(min) ? min : null;
  if (!Number.isFinite(min) || value === null) return max;
  return value < min || Math.abs(value - min) < Math.abs(value - max) ? min : max;
}

/** How far beyond its nearer end; below 0 = within the level. */
export function excessOf({ max, min }: LevelBounds, value: number): number {
  return Math.max(value - max, min - value);
}

/** Each value is held against the end that it broke: 13.5 is worse than 5.5 between 6 and 9. */
export function isWorse(value: number, than: number | null, level: LevelBounds | undefined): boolean {
  if (than === null) return true;
  return level !== undefined && excessOf(level, value) > excessOf(level, than);
}

export type Side = "above" | "below";

/** At which end a value is beyond the level; null = at none. */
export function sideOf(level: LevelBounds | undefined, value: number | null): Side | null {
  if (level === undefined || value === null) return null;
  if (value > level.max) return "above";
  return value < level.min ? "below" : null;
}

/** Which end of the levels a bound is; null = none of them. */
export function sideOfBound(levels: readonly LevelBounds[], bound: number | null): Side | null {
  if (bound === null) return null;
  if (levels.some(({ max }) => max === bound)) return "above";
  return levels.some(({ min }) => min === bound) ? "below" : null;
}

/** Values in [min, max] reach no level of the record under this limit. */
export function quietRange(
  record: AlarmDefinition,
  limit: LimitEnds | null,
  intervalMs = silenceIntervalMsMin,
): { readonly min: number; readonly max: number } {
  let { min, max } = open;
  if (!record.enabled) return { min, max };
  for (const level of boundLevels(record, limit, intervalMs)) {
    min = Math.max(min, level.min);
    max = Math.min(max, level.max);
  }
  return { min, max };
}

interface FlagMeaning {
  readonly validity: AlarmValidity;
  /** Does the device call itself faulty? Null = that cannot be said while it lasts. */
  readonly faulty: boolean | null;
}

function readMeaning(flag: Flag): FlagMeaning {
  const row = validityTable.flags.find((each) => each.flag === flag);
  const validity = row?.validity;
  if (row === undefined || !isValidity(validity)) throw new Error(`alarm-validity.json: nothing valid for ${flag}`);
  return { validity, faulty: row.faulty };
}

function isValidity(text: string | undefined): text is AlarmValidity {
  return text !== undefined && (alarmValidities as readonly string[]).includes(text);
}

const meanings: Readonly<Record<Flag, FlagMeaning>> = {
  N: readMeaning("N"),
  F: readMeaning("F"),
  M: readMeaning("M"),
  S: readMeaning("S"),
  D: readMeaning("D"),
  C: readMeaning("C"),
  T: readMeaning("T"),
  B: readMeaning("B"),
};

/** What a device's flag says about the value and about the device. */
export function readFlag(flag: Flag): FlagMeaning {
  return meanings[flag];
}
