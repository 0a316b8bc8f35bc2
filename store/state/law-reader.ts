// The part of the state store's contract about what judgements rest on: marks, limits in two times (in force then, known then),
// and proposals that wait for a second person.

import type { Limit } from "#domain/limit.ts";
import type { LimitChange, LimitChangeStatus, LimitVersion } from "#domain/limit-change.ts";
import type { Mark, MarkStatus } from "#domain/mark.ts";
import type { LimitFilter, Page } from "./state.ts";

export interface MarkFilter {
  readonly site?: string;
  readonly statuses?: readonly MarkStatus[];
  /** Marks that touch [from, to), event time, ms. */
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
  readonly cursor?: string;
}

export interface LimitTimesFilter extends LimitFilter {
  /** Only the one in force then, of each series and basis. */
  readonly asOf?: number;
  /** As the limits were known then. */
  readonly knownAt?: number;
}

export interface LimitVersionFilter {
  readonly id?: string;
  readonly site?: string;
  readonly factor?: string;
}

export interface LimitChangeFilter {
  readonly status?: LimitChangeStatus;
  readonly limit: number;
  readonly cursor?: string;
}

export interface LawReader {
  /** By site, factor and begin. */
  limitsAt(filter: LimitTimesFilter): Promise<Page<Limit>>;
  /** By limit, oldest first. */
  limitVersions(filter: LimitVersionFilter): Promise<LimitVersion[]>;
  /** Newest first. */
  limitChanges(filter: LimitChangeFilter): Promise<Page<LimitChange>>;
  limitChange(id: string): Promise<LimitChange | null>;
  /** Newest span first. */
  marks(filter: MarkFilter): Promise<Page<Mark>>;
  mark(id: string): Promise<Mark | null>;
  /** Of any status, that touch [from, to) of this site; by begin. */
  marksIn(site: string, from: number, to: number): Promise<Mark[]>;
}
