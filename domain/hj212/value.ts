// A value and a data flag as they are written in a data area → a number or none, and a flag of the domain. Numbers are read
// strictly: what a logger writes when it has no number (--, NaN, -9999 …) must not become one.

import { type Flag, isFlag } from "../reading.ts";

const numberPattern = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Stand for "no value" in the field. */
const fillValues: ReadonlySet<number> = new Set([-9999, 9999, -99]);

export interface ReadValue {
  readonly value: number | null;
  /** Was a number, but one that stands for none. */
  readonly fill: boolean;
}

/** "32.6" → 32.6; blanks are stripped. Anything else, and the values that stand for none, → null. */
export function readValue(text: string): ReadValue {
  const bare = text.replaceAll(/\s/g, "");
  if (!numberPattern.test(bare)) return { value: null, fill: false };
  const value = Number(bare);
  if (!Number.isFinite(value)) return { value: null, fill: false };
  return fillValues.has(value) ? { value: null, fill: true } : { value, fill: false };
}

/**
 * Flags beside those of HJ 212-2017 table 8, from HJ/T 212-2005 and from memory: P = power fault; air stations wrote 0
 * calibration, 1 meteorological parameter, 2 abnormal, 3 normal.
 */
const olderFlags: Readonly<Record<string, Flag>> = { P: "D", "0": "C", "1": "N", "2": "D", "3": "N" };

/** A flag as sent → one of the domain; null when it is none that is known. Loggers that send no flag mean N. */
export function readFlagOf(text: string | undefined): Flag | null {
  if (text === undefined || text === "") return "N";
  const upper = text.toUpperCase();
  return isFlag(upper) ? upper : (olderFlags[upper] ?? null);
}
