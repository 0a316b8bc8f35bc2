// Appends truth lines to a file. Without a file name it writes nowhere. A file that cannot be written is a Failure: a score
// against half a truth would be worse than none.

import { appendFileSync } from "node:fs";
import { Failure } from "#domain/failure.ts";
import type { TruthRecord } from "../device.ts";
import { formatTruth } from "../truth.ts";

export function createTruthFile(path: string | null): (record: TruthRecord) => void {
  if (path === null) return () => undefined;
  const append = (text: string): void => {
    try {
      appendFileSync(path, text);
    } catch (cause) {
      throw new Failure("simulator-truth-file", `cannot write ${path}`, {
        cause,
        hint: "check the path given with --truth",
      });
    }
  };
  // Touching it now finds a bad path before the fleet is up.
  append("");
  return (record) => append(formatTruth(record));
}
