// What the pipeline produces between two flushes: rows for history, rows for state, changes for live screens. Filled by the
// pipeline, taken by the sinks. Pure.

import type { Alarm, AlarmTransition } from "#domain/alarm.ts";
import type { AlarmDefinitionVersion, OutOfService } from "#domain/alarm-definition.ts";
import type { Case, CaseEvent } from "#domain/case.ts";
import type { CommandOutcome } from "#domain/command.ts";
import type { DeviceRequest } from "#domain/device-request.ts";
import type { FieldMeanFinding } from "#domain/field-mean.ts";
import type { Hint } from "#domain/hint.ts";
import type { JudgedDay, VerdictRange } from "#domain/judged.ts";
import type { LedgerRow, QuarantineRow } from "#domain/ledger.ts";
import type { QuarantineChange } from "#domain/quarantine.ts";
import type { Limit } from "#domain/limit.ts";
import type { LimitChange, LimitVersion } from "#domain/limit-change.ts";
import type { Mark } from "#domain/mark.ts";
import type { LoggerChange, LoggerDay, LoggerFacts } from "#domain/logger-card.ts";
import type { LoggerGaps } from "#domain/logger-gaps.ts";
import type { Notice, NoticePolicy, OnCallCalendar } from "#domain/notice.ts";
import type { RevisionRow } from "#domain/revision.ts";
import type { Shift } from "#domain/shift.ts";
import type { Site } from "#domain/site.ts";
import type { WantedBirth } from "#domain/sparkplug/order.ts";
import {
  createMeanColumns,
  createReadingColumns,
  type MeanColumns,
  type ReadingColumns,
} from "#store/history/history.ts";
import type { AuditRow } from "#store/state/state.ts";
import { createSeriesSet, type SeriesSet } from "./series-set.ts";

export interface HistoryOutput {
  readings: ReadingColumns;
  means: MeanColumns;
}

export interface StateOutput {
  readonly sites: Map<string, Site>;
  readonly limits: Map<string, Limit>;
  readonly alarms: Map<string, Alarm>;
  readonly transitions: AlarmTransition[];
  /** Day and site → counts so far; the same object as the pipeline's, read when it is committed. */
  readonly ledger: Map<string, LedgerRow>;
  /** Differences to rows of days that the pipeline does not keep any more. */
  readonly ledgerChanges: LedgerRow[];
  readonly quarantine: QuarantineRow[];
  readonly quarantineChanges: QuarantineChange[];
  readonly audit: AuditRow[];
  /** Readings that got another value. */
  readonly revisions: RevisionRow[];
  /** Series with a newer value, by number. */
  readonly latest: SeriesSet;
  readonly outcomes: CommandOutcome[];
  readonly requests: Map<string, DeviceRequest>;
  /** Day and logger → what is added to its card. */
  readonly loggerDays: Map<string, LoggerDay>;
  readonly loggers: Map<string, LoggerFacts>;
  /** By logger and kind. */
  readonly loggerGaps: Map<string, LoggerGaps>;
  readonly loggerChanges: LoggerChange[];
  /** By site, factor, basis and window. */
  readonly findings: Map<string, FieldMeanFinding>;
  /** In the order in which they were judged. */
  readonly verdicts: VerdictRange[];
  /** By day, site and factor. */
  readonly judgedDays: Map<string, JudgedDay>;
  readonly marks: Map<string, Mark>;
  readonly limitChanges: Map<string, LimitChange>;
  readonly limitVersions: LimitVersion[];
  readonly hints: Map<string, Hint>;
  readonly alarmDefinitions: AlarmDefinitionVersion[];
  readonly outOfService: Map<string, OutOfService>;
  readonly notices: Map<string, Notice>;
  /** Null: it was removed. */
  readonly noticePolicies: Map<string, NoticePolicy | null>;
  readonly calendars: Map<string, OnCallCalendar>;
  readonly cases: Map<string, Case>;
  readonly caseEvents: CaseEvent[];
  readonly shifts: Map<string, Shift>;
}

export interface LiveOutput {
  /** Series with a newer value, by number. */
  readonly latest: SeriesSet;
  /** Every transition in order: a screen that is told of a return must have been told of the alarm. */
  readonly alarms: Alarm[];
  readonly sites: Map<string, Site>;
  readonly limits: Map<string, Limit>;
  /** Edge nodes to be asked for their births. For the broker; no screen is told. */
  readonly births: WantedBirth[];
}

export interface Output {
  history: HistoryOutput;
  state: StateOutput;
  live: LiveOutput;
}

export function createHistoryOutput(): HistoryOutput {
  return { readings: createReadingColumns(), means: createMeanColumns() };
}

/** `latest`: series whose newest value is not in the state store yet, also from before. */
export function createStateOutput(latest = createSeriesSet()): StateOutput {
  return {
    sites: new Map(),
    limits: new Map(),
    alarms: new Map(),
    transitions: [],
    ledger: new Map(),
    ledgerChanges: [],
    quarantine: [],
    quarantineChanges: [],
    audit: [],
    revisions: [],
    latest,
    outcomes: [],
    requests: new Map(),
    loggerDays: new Map(),
    loggers: new Map(),
    loggerGaps: new Map(),
    loggerChanges: [],
    findings: new Map(),
    verdicts: [],
    judgedDays: new Map(),
    marks: new Map(),
    limitChanges: new Map(),
    limitVersions: [],
    hints: new Map(),
    alarmDefinitions: [],
    outOfService: new Map(),
    notices: new Map(),
    noticePolicies: new Map(),
    calendars: new Map(),
    cases: new Map(),
    caseEvents: [],
    shifts: new Map(),
  };
}

/** `latest`: an empty set that is used again. */
export function createLiveOutput(latest = createSeriesSet()): LiveOutput {
  return { latest, alarms: [], sites: new Map(), limits: new Map(), births: [] };
}

export function createOutput(): Output {
  return { history: createHistoryOutput(), state: createStateOutput(), live: createLiveOutput() };
}

/** Newest values do not count: they may wait. */
export function isEmptyState(state: StateOutput): boolean {
  return (
    state.sites.size + state.limits.size + state.alarms.size + state.ledger.size + state.requests.size === 0 &&
    state.loggerDays.size + state.loggers.size + state.loggerGaps.size + state.loggerChanges.length === 0 &&
    state.findings.size + state.judgedDays.size + state.marks.size + state.limitChanges.size + state.hints.size === 0 &&
    state.verdicts.length + state.limitVersions.length === 0 &&
    state.alarmDefinitions.length + state.outOfService.size + state.notices.size + state.noticePolicies.size === 0 &&
    state.calendars.size + state.cases.size + state.caseEvents.length + state.shifts.size === 0 &&
    state.transitions.length + state.quarantine.length + state.audit.length + state.outcomes.length === 0 &&
    state.ledgerChanges.length + state.quarantineChanges.length + state.revisions.length === 0
  );
}

export function isEmptyHistory(history: HistoryOutput): boolean {
  return history.readings.site.length + history.means.site.length === 0;
}

export function isEmptyLive(live: LiveOutput): boolean {
  return live.latest.size + live.alarms.length + live.sites.size + live.limits.size === 0;
}
