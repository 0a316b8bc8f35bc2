// Hint (线索): data that look as if somebody or something had falsified them, by a rule with parameters, with the evidence
// window. A lead for a person, never a violation.

export const hintStatuses = ["open", "dismissed", "confirmed", "gone"] as const;
export type HintStatus = (typeof hintStatuses)[number];

/** What a rule found, before anybody looked at it. */
export interface HintFinding {
  /** "R1" … as in the table of rules (domain/tables/hints.json). */
  readonly rule: string;
  readonly factors: readonly string[];
  /** The evidence: event time, epoch ms. */
  readonly from: number;
  readonly to: number;
  /** 0 … 1. */
  readonly score: number;
  /** Numbers that the sentence names, e.g. { share: 0.23, limit: 50 }. */
  readonly facts: Readonly<Record<string, number | string>>;
}

/** Id: site:rule:factors joined by +:day. One per day: found again, it is replaced. */
export interface Hint extends HintFinding {
  readonly id: string;
  readonly version: number;
  readonly site: string;
  /** UTC+8 day on which the evidence begins. */
  readonly day: string;
  /** Gone: later data or a mark took its ground away. */
  readonly status: HintStatus;
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  readonly decision: string | null;
  readonly seq: number;
  readonly at: number;
}
