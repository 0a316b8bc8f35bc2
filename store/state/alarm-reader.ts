// What may be asked about alarms, their journal, their definitions and what is out of service. Words only.

import type { Alarm, AlarmState, AlarmTransition, Priority, SuppressionKind, TransitionCause } from "#domain/alarm.ts";
import type { AlarmDefinitionVersion, OutOfService } from "#domain/alarm-definition.ts";
import type { ChainedRow } from "./chained-row.ts";
import type { Page } from "./state.ts";

export interface AlarmFilter {
  readonly states?: readonly AlarmState[];
  readonly acked?: boolean;
  readonly priorities?: readonly Priority[];
  readonly site?: string;
  readonly city?: string;
  readonly enterprise?: string;
  readonly factor?: string;
  /** Name of a class. */
  readonly class?: string;
  /** Name of what can happen, e.g. "limit:w01018:hour", or id of the record. */
  readonly definition?: string;
  readonly suppressed?: SuppressionKind | "any" | "none";
  readonly assignee?: string;
  /** Who acknowledged it. */
  readonly acker?: string;
  /** Part of its id, site, name of the site, enterprise, definition, factor or of a comment. */
  readonly q?: string;
  /** Onset from (inclusive) to (exclusive), ms. */
  readonly from?: number;
  readonly to?: number;
  /** The total is not asked for: it is 0. Spares whoever reads all pages a count for each. */
  readonly uncounted?: boolean;
  readonly limit: number;
  readonly cursor?: string;
}

export interface AlarmJournalFilter {
  /** Received from (inclusive) to (exclusive), ms. */
  readonly from?: number;
  readonly to?: number;
  readonly site?: string;
  readonly city?: string;
  readonly actor?: string;
  readonly causes?: readonly TransitionCause[];
  readonly definition?: string;
  readonly alarm?: string;
  /** As of AlarmFilter. */
  readonly uncounted?: boolean;
  readonly limit: number;
  readonly cursor?: string;
}

/** One row of the journal of alarms, with its place in the chain and what it is about. */
export interface AlarmJournalRow {
  readonly place: number;
  readonly hash: string;
  readonly site: string;
  readonly factor: string | null;
  readonly unit: string;
  readonly transition: AlarmTransition;
}

/** A transition that called operators, and what it needs to be counted. */
export interface AlarmCallRow {
  readonly place: number;
  readonly site: string;
  /** Null: of no registered site. */
  readonly city: string | null;
  readonly factor: string | null;
  readonly class: string;
  readonly priority: Priority;
  readonly definition: string;
  /** The case that it belongs to now. */
  readonly case: string | null;
  readonly transition: AlarmTransition;
}

export interface AlarmCallFilter {
  /** Received from (inclusive) to (exclusive), ms. */
  readonly from: number;
  readonly to: number;
  readonly city?: string;
  /** Behind this row; null = from the first. */
  readonly after: { readonly receivedAt: number; readonly place: number } | null;
  readonly limit: number;
}

export interface OutOfServiceFilter {
  /** Begun, and neither ended nor run out, at this time (ms). */
  readonly activeAt?: number;
  /** All others. */
  readonly inactiveAt?: number;
  readonly limit: number;
  readonly cursor?: string;
}

export interface AlarmBookReader {
  /** Newest onset first. */
  alarms(filter: AlarmFilter): Promise<Page<Alarm>>;
  alarm(id: string): Promise<Alarm | null>;
  /** Newest first. */
  alarmJournal(filter: AlarmJournalFilter): Promise<Page<AlarmJournalRow>>;
  /** Rows as they were written, to walk the chain of their hashes; behind this place. */
  alarmChain(after: number, limit: number): Promise<ChainedRow[]>;
  /** Transitions in the order in which they were received. */
  alarmCalls(filter: AlarmCallFilter): Promise<AlarmCallRow[]>;
  /** The newest version of each record that somebody put, by id. */
  alarmDefinitions(): Promise<AlarmDefinitionVersion[]>;
  /** Newest version first. */
  alarmDefinitionVersions(id: string): Promise<AlarmDefinitionVersion[]>;
  /** The one that began last first. */
  outOfService(filter: OutOfServiceFilter): Promise<Page<OutOfService>>;
  outOfServiceOf(id: string): Promise<OutOfService | null>;
}
