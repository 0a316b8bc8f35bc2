// The door of the agenda for orders of people: what they changed that earlier judgements rest on. Whoever keeps the agenda
// decides when it is judged again.

import type { JudgedBasis } from "#domain/judged.ts";

/** Spans are [from, to) in event time, epoch ms, and never reach beyond the order's own receive time. */
export interface AgendaDoor {
  /** Other data count than before: windows of all factors are formed again. */
  mark(site: string, from: number, to: number): void;
  /** Another limit is in force; `reforms`: also another reference oxygen, so that the means that count change with it. */
  limit(site: string, factor: string, basis: JudgedBasis, from: number, to: number, reforms: boolean): void;
}
