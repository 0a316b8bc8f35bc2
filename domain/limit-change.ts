// Limit change: what one person proposes and, where two are asked for, another one decides. Pure words; the order is in
// domain/command.ts, the decision in ingest.

import type { Limit } from "./limit.ts";

export const limitChangeStatuses = ["draft", "approved", "rejected", "withdrawn"] as const;
export type LimitChangeStatus = (typeof limitChangeStatuses)[number];

export interface LimitChange {
  readonly id: string;
  readonly status: LimitChangeStatus;
  readonly limits: readonly Omit<Limit, "version">[];
  readonly reason: string;
  readonly by: string;
  readonly at: number;
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  readonly decision: string | null;
  /** Journal number of the newest order about it. */
  readonly seq: number;
}

/** A limit as it was known from `at` on, until the next version of the same id. */
export interface LimitVersion {
  readonly limit: Limit;
  readonly seq: number;
  readonly at: number;
}
