// What a rule of validity says about itself, as a note that goes along with an evaluation.

import { findValidityRule } from "../rules/validity.ts";
import type { RuleNote } from "./shapes.ts";

/** Of the rules in force at that time, e.g. ("air", ["hour", "day"]). */
export function validityNotes(medium: string, windows: readonly string[], timeMs: number): RuleNote[] {
  return windows.flatMap((window) => {
    const found = findValidityRule(medium, window, timeMs);
    if (found === undefined) return [];
    return [{ rule: found.rule, clause: found.clause, source: found.source, sureness: found.sureness }];
  });
}
