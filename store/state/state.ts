// The contract of the state store: what is true now (registry, limits, alarms, latest values, ledger, quarantine, audit).
// One writer (ingest) commits batches together with its journal cursor in one transaction; any number of readers.
// Secrets are not here: see store/state/accounts.ts.

import type { Alarm, AlarmState, AlarmTransition, Priority } from "#domain/alarm.ts";
import type { AlarmDefinitionVersion, OutOfService } from "#domain/alarm-definition.ts";
import type { Case, CaseEvent } from "#domain/case.ts";
import type { DeviceRequest, RequestOrigin, RequestState } from "#domain/device-request.ts";
import type { FieldMeanBasis, FieldMeanFinding, FindingStatus } from "#domain/field-mean.ts";
import type { LedgerRow, QuarantineRow } from "#domain/ledger.ts";
import type { LatestRow } from "#domain/live.ts";
import type { Hint } from "#domain/hint.ts";
import type { Exceedance, ExceedanceStatus, JudgedBasis, JudgedDay, VerdictRange } from "#domain/judged.ts";
import type { LimitChange, LimitVersion } from "#domain/limit-change.ts";
import type { IntervalKind, LoggerChange, LoggerDay, LoggerFacts } from "#domain/logger-card.ts";
import type { LoggerGaps } from "#domain/logger-gaps.ts";
import type { Limit } from "#domain/limit.ts";
import type { Mark } from "#domain/mark.ts";
import type { Notice, NoticePolicy, OnCallCalendar } from "#domain/notice.ts";
import type { QuarantineChange, QuarantineState } from "#domain/quarantine.ts";
import type { RevisionRow } from "#domain/revision.ts";
import type { Shift } from "#domain/shift.ts";
import type { Site, SiteKind } from "#domain/site.ts";
import type { AlarmBookReader } from "./alarm-reader.ts";
import type { CaseReader } from "./case-reader.ts";
import type { HintReader } from "./hint-reader.ts";
import type { LawReader } from "./law-reader.ts";
import type { NoticeReader } from "./notice-reader.ts";
import type { ShiftReader } from "./shift-reader.ts";

export interface AuditRow {
  readonly seq: number;
  readonly at: number;
  readonly actor: string;
  /** Command type, e.g. "alarm.ack". */
  readonly action: string;
  /** Site, limit or alarm id. */
  readonly object: string;
  /** "ok" or the code of the refusal. */
  readonly outcome: string;
  readonly detail: string;
}

export interface StateBatch {
  /** Journal sequence up to which everything is contained in this or an earlier batch. */
  readonly cursor: number;
  /** Rows with the same key replace the older row: site id, limit id, alarm id, ledger (day, site). */
  readonly sites: readonly Site[];
  readonly limits: readonly Limit[];
  readonly alarms: readonly Alarm[];
  readonly ledger: readonly LedgerRow[];
  /** Added to the row of that day and site, after `ledger`: days that the writer does not keep any more. */
  readonly ledgerChanges?: readonly LedgerRow[];
  /** Newest value per (site, factor); replaces. */
  readonly latest: readonly LatestRow[];
  /** Append-only; a row that is there already (replay) is left as it is. Keys: (alarmId, version), (seq, part), (seq, object). */
  readonly transitions: readonly AlarmTransition[];
  readonly quarantine: readonly QuarantineRow[];
  /** Decisions about frames, in order; applied after `quarantine`. */
  readonly quarantineChanges?: readonly QuarantineChange[];
  readonly audit: readonly AuditRow[];
  /** Append-only, in the order in which they were received; all revisions of one entry are in one batch. */
  readonly revisions?: readonly RevisionRow[];
  /** Requests to devices; replaces by id. */
  readonly requests?: readonly DeviceRequest[];
  /** Added to the card of that day and logger. */
  readonly loggerDays?: readonly LoggerDay[];
  /** Replace by site, and by site and kind. */
  readonly loggers?: readonly LoggerFacts[];
  readonly loggerGaps?: readonly LoggerGaps[];
  /** Append-only: (seq, part). */
  readonly loggerChanges?: readonly LoggerChange[];
  /** Replace by kind, site, factor, basis and start. */
  readonly findings?: readonly FieldMeanFinding[];
  /** Turned into versions of exceedances, in order. */
  readonly verdicts?: readonly VerdictRange[];
  /** Replace by day, site and factor. */
  readonly judgedDays?: readonly JudgedDay[];
  /** Replace by id. */
  readonly marks?: readonly Mark[];
  readonly limitChanges?: readonly LimitChange[];
  readonly hints?: readonly Hint[];
  /** Append-only: (limit id, seq). */
  readonly limitVersions?: readonly LimitVersion[];
  /** Append-only: (definition id, version). */
  readonly alarmDefinitions?: readonly AlarmDefinitionVersion[];
  /** Replace by id. */
  readonly outOfService?: readonly OutOfService[];
  readonly notices?: readonly Notice[];
  readonly calendars?: readonly OnCallCalendar[];
  /** Replace by id; without a body it is removed. */
  readonly noticePolicies?: readonly (readonly [id: string, policy: NoticePolicy | null])[];
  readonly cases?: readonly Case[];
  /** Append-only, chained: (case, version). */
  readonly caseEvents?: readonly CaseEvent[];
  /** Replace by id. */
  readonly shifts?: readonly Shift[];
}

export interface StateWriter {
  /** Opens or creates the store and brings its schema up to date. */
  start(): Promise<void>;
  cursor(): Promise<number>;
  commit(batch: StateBatch): Promise<void>;
  stop(): Promise<void>;
}

export interface Page<T> {
  readonly items: T[];
  readonly total: number;
  /** Pass it back to go on; null at the end. */
  readonly next: string | null;
}

export interface SiteFilter {
  readonly city?: string;
  readonly kind?: SiteKind;
  /** Part of id, name or enterprise. */
  readonly q?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export interface LimitFilter {
  readonly site?: string;
  readonly factor?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export type { AlarmFilter } from "./alarm-reader.ts";

export interface QuarantineFilter {
  readonly day?: string;
  /** Received from (inclusive) to (exclusive), ms. */
  readonly from?: number;
  readonly to?: number;
  readonly state?: QuarantineState;
  readonly site?: string;
  readonly reason?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export interface RevisionFilter {
  readonly site?: string;
  readonly factor?: string;
  /** Event time from (inclusive) to (exclusive), ms. */
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
  readonly cursor?: string;
}

export interface RequestFilter {
  readonly site?: string;
  readonly states?: readonly RequestState[];
  readonly origin?: RequestOrigin;
  /** Made from (inclusive) to (exclusive), ms. */
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
  readonly cursor?: string;
}

/** Days are UTC+8, `from` (inclusive) to `to` (exclusive). */
export interface LoggerDayFilter {
  readonly site?: string;
  readonly from: string;
  readonly to: string;
}

export interface LoggerGapFilter {
  readonly site?: string;
  readonly kind?: IntervalKind;
}

export interface LoggerChangeFilter {
  readonly site: string;
  /** Received from (inclusive) to (exclusive), ms. */
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

export interface FindingFilter {
  readonly site?: string;
  readonly factor?: string;
  readonly basis?: FieldMeanBasis;
  readonly status?: FindingStatus;
  /** Start of the window from (inclusive) to (exclusive), ms. */
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
  readonly cursor?: string;
}

export interface ExceedanceFilter {
  readonly site?: string;
  readonly city?: string;
  readonly enterprise?: string;
  readonly factor?: string;
  readonly basis?: JudgedBasis;
  /** Start of the window from (inclusive) to (exclusive), ms. */
  readonly from?: number;
  readonly to?: number;
  readonly statuses?: readonly ExceedanceStatus[];
  /** As it was known then, ms; left out: as it is known now. */
  readonly asOf?: number;
  readonly limit: number;
  readonly cursor?: string;
}

export interface ExceedanceKey {
  readonly site: string;
  readonly factor: string;
  readonly basis: JudgedBasis;
  /** Epoch ms. */
  readonly start: number;
}

/** Days are UTC+8, `from` (inclusive) to `to` (exclusive). */
export interface JudgedDayFilter {
  readonly site: string;
  readonly from: string;
  readonly to: string;
  readonly factors?: readonly string[];
}

export type JudgedHoursRow = Pick<JudgedDay, "site" | "factor" | "hours">;

/** One transition of an alarm, with what is needed to count it. */
export interface AlarmStep {
  /** Grows in the order in which they were written. */
  readonly place: number;
  readonly site: string;
  /** Null: of no registered site. */
  readonly city: string | null;
  readonly priority: Priority;
  readonly before: AlarmState;
  readonly to: AlarmState;
  readonly receivedAt: number;
}

export interface AlarmStepFilter {
  /** Behind this place; null = from the first that was received at `from` or later. */
  readonly after: number | null;
  readonly from: number;
  readonly limit: number;
}

export interface StateReader extends LawReader, HintReader, AlarmBookReader, ShiftReader, CaseReader, NoticeReader {
  start(): Promise<void>;
  stop(): Promise<void>;
  cursor(): Promise<number>;
  sites(filter: SiteFilter): Promise<Page<Site>>;
  /** Newest first. */
  requests(filter: RequestFilter): Promise<Page<DeviceRequest>>;
  request(id: string): Promise<DeviceRequest | null>;
  /** Those that are not over, oldest first. */
  openRequests(limit: number): Promise<DeviceRequest[]>;
  /** Newest window first. */
  findings(filter: FindingFilter): Promise<Page<FieldMeanFinding>>;
  /** By site; those of no site by their source. */
  loggers(): Promise<LoggerFacts[]>;
  logger(site: string): Promise<LoggerFacts | null>;
  /** By day and site. */
  loggerDays(filter: LoggerDayFilter): Promise<LoggerDay[]>;
  loggerGaps(filter: LoggerGapFilter): Promise<LoggerGaps[]>;
  /** Newest first. */
  loggerChanges(filter: LoggerChangeFilter): Promise<LoggerChange[]>;
  /** Newest window first. */
  exceedances(filter: ExceedanceFilter): Promise<Page<Exceedance>>;
  /** Oldest version first; empty when the window never exceeded. */
  exceedanceVersions(key: ExceedanceKey): Promise<Exceedance[]>;
  /** Windows from (inclusive) to (exclusive) that stand as exceedances, ascending. */
  exceedingStarts(
    series: Omit<ExceedanceKey, "start"> & { readonly from: number; readonly to: number; readonly asOf?: number },
  ): Promise<number[]>;
  /** By day and factor. */
  judgedDays(filter: JudgedDayFilter): Promise<JudgedDay[]>;
  /** Of all sites, in no order. */
  judgedHours(day: string, factors: readonly string[]): Promise<JudgedHoursRow[]>;
  /** The first judged day of each site that has one. */
  firstJudgedDays(site?: string): Promise<ReadonlyMap<string, string>>;
  allSites(): Promise<Site[]>;
  site(id: string): Promise<Site | null>;
  limits(filter: { site?: string; factor?: string }): Promise<Limit[]>;
  /** By site, factor and begin. */
  limitPage(filter: LimitFilter): Promise<Page<Limit>>;
  /** The next `limit` sites behind this id, in the order of their ids; null = from the first. */
  sitesAfter(id: string | null, limit: number): Promise<Site[]>;
  /** The next `limit` newest values behind this one, by site and factor. */
  latestAfter(row: LatestRow | null, limit: number): Promise<LatestRow[]>;
  /** Transitions of all alarms in the order they were written. */
  alarmSteps(filter: AlarmStepFilter): Promise<AlarmStep[]>;
  /** When the newest of them was received; null = there never was one. */
  lastAlarmChange(): Promise<number | null>;
  transitions(alarmId: string): Promise<AlarmTransition[]>;
  latest(site: string): Promise<LatestRow[]>;
  allLatest(): Promise<LatestRow[]>;
  ledger(day: string, site?: string): Promise<LedgerRow[]>;
  quarantine(filter: QuarantineFilter): Promise<Page<QuarantineRow>>;
  /** All rows of these frames, whatever their state. */
  quarantineOf(seqs: readonly number[]): Promise<QuarantineRow[]>;
  audit(filter: { object?: string; limit: number; cursor?: string }): Promise<Page<AuditRow>>;
  /** Newest event time first; of one reading the newest version first. */
  revisions(filter: RevisionFilter): Promise<Page<RevisionRow>>;
}
