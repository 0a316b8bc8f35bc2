// What may be asked about cases, and by the watch that opens them about what they rest on. Words only.

import type { Case, CaseEvent, CaseLink, CaseStage } from "#domain/case.ts";
import type { Hint } from "#domain/hint.ts";
import type { Exceedance } from "#domain/judged.ts";
import type { Site } from "#domain/site.ts";
import type { Page } from "./state.ts";

export interface CaseFilter {
  readonly stages?: readonly CaseStage[];
  readonly site?: string;
  readonly city?: string;
  readonly enterprise?: string;
  /** Only what the plant itself may see of them: a suspicion is not told before it is asked about. */
  readonly shownToPlant?: boolean;
  /** Due before this time and not over. */
  readonly overdueAt?: number;
  /** Part of number, title, site or enterprise. */
  readonly q?: string;
  /** Opened from (inclusive) to (exclusive), ms. */
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
  readonly cursor?: string;
}

/** A row of the chain with its place in it. */
export interface ChainedCaseEvent extends CaseEvent {
  readonly place: number;
  readonly hash: string;
}

export interface CaseCheck {
  readonly events: number;
  /** Place of the first event that does not fit to the one before it; null = all fit. */
  readonly brokenAt: number | null;
  readonly cases: number;
  /** Cases that are not as their newest event says, a few of them. */
  readonly differing: readonly string[];
}

/** The last exceedance version that was looked at. */
export interface ExceedancePlace {
  readonly at: number;
  readonly id: string;
  readonly version: number;
}

export interface CaseReader {
  /** Newest first. */
  cases(filter: CaseFilter): Promise<Page<Case>>;
  case(id: string): Promise<Case | null>;
  /** Oldest first. */
  caseEvents(id: string): Promise<ChainedCaseEvent[]>;
  checkCases(): Promise<CaseCheck>;
  /** Newest first: those of this site that a rule opened whose key begins like this. */
  casesByKey(site: string, keyBegin: string): Promise<Case[]>;
  /**
   * Those of this site, or of its enterprise, that point at it. Merged ones are left out: what they pointed at is in the case
   * they went into.
   */
  casesLinked(site: Pick<Site, "id" | "enterprise">, link: CaseLink): Promise<Case[]>;
  /** Versions that nothing has superseded, in the order in which they were known; behind the place, or known at or after a time. */
  exceedancesKnown(after: ExceedancePlace | number, limit: number): Promise<Exceedance[]>;
  /** Confirmed by a person, or open with at least this score; evidence that begins at `from` or later, newest first. */
  strongHints(from: number, scoreMin: number, limit: number): Promise<Hint[]>;
}
