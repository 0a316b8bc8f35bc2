// The account of a run: what was acknowledged against what both books of the system hold. Pure.

import type { LoadResult } from "./load.ts";
import type { LedgerSums } from "./system.ts";

export const readingsPerMessage = 10;

/** Of the whole life of the system, warm-up included. */
export interface Account {
  readonly acked: number;
  readonly unacked: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly quarantined: number;
  /** Values that the history store itself has. */
  readonly found: number;
  /** Acknowledged, and neither in history nor told to be a duplicate or refused. */
  readonly lost: number;
}

export function formAccount(
  loads: readonly Pick<LoadResult, "sent" | "acked" | "readings">[],
  ackedBeside: number,
  ledger: Pick<LedgerSums, "stored" | "duplicate" | "quarantined">,
  found: number,
): Account {
  const acked = loads.reduce((sum, load) => sum + load.readings, ackedBeside);
  const unacked = loads.reduce((sum, load) => sum + (load.sent - load.acked) * readingsPerMessage, 0);
  const { stored, duplicate, quarantined } = ledger;
  // Both books: what ingest says it stored, and what is there. The worse one counts.
  const lost = Math.max(acked - (stored + duplicate + quarantined), acked - (found + duplicate + quarantined), 0);
  return { acked, unacked, stored, duplicate, quarantined, found, lost };
}
