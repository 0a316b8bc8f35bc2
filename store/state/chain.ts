// The hash chain over alarm transitions: every row's hash covers its JSON and the hash before it, so that a row changed,
// removed or slipped in later is found by walking the chain.

import { createHash } from "node:crypto";
import type { ChainedRow } from "./chained-row.ts";

/** What the first row is chained to. */
export const chainStart = "0".repeat(64);

/** SHA-256 of the previous hash and the row's JSON, hex. */
export function chainHash(previous: string, body: string): string {
  return createHash("sha256").update(previous).update("\n").update(body).digest("hex");
}

/** The place of the first row that does not fit to the one before it, or null when all fit. */
export function findChainBreak(rows: Iterable<ChainedRow>): number | null {
  let previous = chainStart;
  let place = 0;
  for (const row of rows) {
    place += 1;
    if (row.place !== place || row.hash !== chainHash(previous, row.body)) return place;
    previous = row.hash;
  }
  return null;
}
