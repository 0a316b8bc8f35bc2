// How ingest divides its work: what changes how soon something is done, and never what comes of it. Tests turn these.

import { bounds } from "#domain/bounds.ts";

export interface Tuning {
  /** Entries between two chances for other work on this thread. */
  readonly entriesPerTurn: number;
  readonly checkpointMs: number;
  readonly reopenMs: number;
  /** What waits so long, or is so much, is written. */
  readonly stateDueMs: number;
  readonly historyDueMs: number;
  readonly historyDueValues: number;
  /** Values that may wait for history, before it is let go. */
  readonly historyValuesMax: number;
}

export const usualTuning: Tuning = {
  entriesPerTurn: 2_000,
  checkpointMs: 30_000,
  reopenMs: 2_000,
  stateDueMs: 200,
  historyDueMs: 500,
  historyDueValues: 20_000,
  historyValuesMax: bounds.historyValuesMax,
};
