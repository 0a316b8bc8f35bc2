// Ledger: for every site and UTC+8 day of receipt, what became of the frames that were acknowledged. Exactly one of
// stored, quarantined, duplicate; the rest is pending until ingest has come that far.

import type { QuarantineDecision, QuarantineState, RefusedFrame } from "./quarantine.ts";

export interface LedgerCounts {
  framesStored: number;
  framesQuarantined: number;
  framesDuplicate: number;
  /** Of all frames above, those that came with QoS 0: journaled, never promised. */
  framesUnpromised: number;
  readingsReceived: number;
  readingsStored: number;
  readingsQuarantined: number;
  readingsDuplicate: number;
  /** Refusal reason → how often (frames and readings together). */
  reasons: Record<string, number>;
}

export interface LedgerRow extends LedgerCounts {
  readonly day: string;
  readonly site: string;
}

export function createLedgerCounts(): LedgerCounts {
  return {
    framesStored: 0,
    framesQuarantined: 0,
    framesDuplicate: 0,
    framesUnpromised: 0,
    readingsReceived: 0,
    readingsStored: 0,
    readingsQuarantined: 0,
    readingsDuplicate: 0,
    reasons: {},
  };
}

/** Adds (or with -1 takes away) counts, in place. A reason that nothing is refused for any more is not named. */
export function addLedgerCounts(sum: LedgerCounts, more: Readonly<LedgerCounts>, sign: 1 | -1 = 1): void {
  sum.framesStored += sign * more.framesStored;
  sum.framesQuarantined += sign * more.framesQuarantined;
  sum.framesDuplicate += sign * more.framesDuplicate;
  sum.framesUnpromised += sign * more.framesUnpromised;
  sum.readingsReceived += sign * more.readingsReceived;
  sum.readingsStored += sign * more.readingsStored;
  sum.readingsQuarantined += sign * more.readingsQuarantined;
  sum.readingsDuplicate += sign * more.readingsDuplicate;
  for (const [reason, count] of Object.entries(more.reasons)) {
    const left = (sum.reasons[reason] ?? 0) + sign * count;
    if (left === 0) delete sum.reasons[reason];
    else sum.reasons[reason] = left;
  }
}

/** One refused frame or reading, with the way back to its bytes. */
export interface QuarantineRow {
  readonly seq: number;
  /** Place within the frame: several readings of one frame may be refused. */
  readonly part: number;
  readonly site: string;
  readonly receivedAt: number;
  readonly reason: string;
  readonly detail: string;
  readonly factor: string | null;
  /** The first bytes of the frame as received, for people to look at; the whole frame is in the journal at `seq`. */
  readonly excerpt: string;
  /** Which object of the frame; null = the frame as a whole. Absent in rows of an older version. */
  readonly point?: number | null;
  /** Absent = open. */
  readonly state?: QuarantineState;
  /** Who closed it, when and why. */
  readonly decision?: QuarantineDecision;
  /** Only beside the first refusal of a frame: what became of the frame as a whole. */
  readonly frame?: RefusedFrame;
}
