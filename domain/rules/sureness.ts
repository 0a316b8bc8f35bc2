// How sure a rule or a number of the law is, and from which day to which it holds. Every row of the tables of the rules says it,
// so that a screen can label what it shows.

import { parseDay } from "../time.ts";

/** verified: read in a published text that the source names; from memory: to be confirmed; default: ours, where the law is silent. */
export const surenesses = ["verified", "from memory", "default"] as const;
export type Sureness = (typeof surenesses)[number];

export function isSureness(text: string): text is Sureness {
  return (surenesses as readonly string[]).includes(text);
}

/** A row of a table reads its sureness from a file; a row without a known one is a fault of the file. */
export function readSureness(text: string): Sureness {
  if (isSureness(text)) return text;
  throw new Error(`a table of rules has an unknown sureness: ${text}`);
}

/** Days of UTC+8; `from` is the first day in force, `until` the first day no more. Null: not known, or open. */
export interface Dated {
  readonly from: string | null;
  readonly until: string | null;
}

/** Days are read once: they come from tables, so they are few, and every judgement asks for them. */
const dayStarts = new Map<string, number>();

function startOf(day: string): number {
  const known = dayStarts.get(day);
  if (known !== undefined) return known;
  const start = parseDay(day);
  if (start === null) throw new Error(`a table of rules names a day that is none: ${day}`);
  dayStarts.set(day, start);
  return start;
}

export function isDatedInForce({ from, until }: Dated, timeMs: number): boolean {
  return (from === null || startOf(from) <= timeMs) && (until === null || timeMs < startOf(until));
}

/** The row in force at a time; of several the one that came last into force. */
export function findDated<Row extends Dated>(rows: readonly Row[], timeMs: number): Row | undefined {
  let found: Row | undefined;
  for (const row of rows) {
    if (isDatedInForce(row, timeMs) && (found === undefined || (row.from ?? "") > (found.from ?? ""))) found = row;
  }
  return found;
}
