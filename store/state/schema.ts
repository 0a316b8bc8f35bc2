// The tables of the state store as kysely sees them. Times are epoch ms; rows that people look at as a whole keep their
// shape as JSON in `body`, beside the columns they are searched by.

import type { CaseStage } from "#domain/case.ts";
import type { RequestState } from "#domain/device-request.ts";
import type { FieldMeanBasis, FindingStatus } from "#domain/field-mean.ts";
import type { HintStatus } from "#domain/hint.ts";
import type { Exceedance, JudgedBasis } from "#domain/judged.ts";
import type { LimitChangeStatus } from "#domain/limit-change.ts";
import type { IntervalKind } from "#domain/logger-card.ts";
import type { MarkStatus } from "#domain/mark.ts";
import type { NoticeState } from "#domain/notice.ts";
import type { QuarantineState } from "#domain/quarantine.ts";
import type { Flag, ReadingKind } from "#domain/reading.ts";

export interface StateTables {
  meta: { key: string; value: number };
  sites: { id: string; city: string; kind: string; name: string; enterprise: string | null; body: string };
  limits: { id: string; site: string; factor: string; from_ms: number; body: string };
  alarms: { id: string; site: string; priority: number; state: string; onset: number; body: string };
  ledger: {
    day: string;
    site: string;
    frames_stored: number;
    frames_quarantined: number;
    frames_duplicate: number;
    frames_unpromised: number;
    readings_received: number;
    readings_stored: number;
    readings_quarantined: number;
    readings_duplicate: number;
    reasons: string;
  };
  latest: {
    site: string;
    factor: string;
    time: number;
    value: number;
    flag: Flag;
    quality: number;
    received_at: number;
  };
  /** `place` is the order of the hash chain. */
  transitions: { place: number; alarm_id: string; version: number; body: string; hash: string };
  quarantine: {
    seq: number;
    part: number;
    day: string;
    site: string;
    reason: string;
    body: string;
    state: QuarantineState;
    received_at: number;
  };
  audit: { seq: number; object: string; at: number; body: string };
  loggers: { site: string; heard_at: number | null; body: string };
  logger_days: { day: string; site: string; body: string };
  /** `part` is the place among the changes that one entry brought. */
  logger_changes: { seq: number; part: number; site: string; at: number; body: string };
  logger_gaps: { site: string; kind: IntervalKind; body: string };
  findings: {
    kind: "field-mean";
    site: string;
    factor: string;
    basis: FieldMeanBasis;
    start: number;
    status: FindingStatus;
    body: string;
  };
  exceedances: {
    site: string;
    factor: string;
    basis: JudgedBasis;
    start: number;
    version: number;
    status: Exceedance["status"];
    at: number;
    superseded_at: number | null;
    body: string;
  };
  judged_days: { day: string; site: string; factor: string; body: string };
  marks: { id: string; site: string; from_ms: number; to_ms: number; status: MarkStatus; body: string };
  limit_versions: { id: string; seq: number; site: string; factor: string; at: number; body: string };
  limit_changes: { id: string; status: LimitChangeStatus; at: number; body: string };
  hints: {
    id: string;
    site: string;
    rule: string;
    day: string;
    from_ms: number;
    status: HintStatus;
    score: number;
    body: string;
  };
  alarm_definitions: { id: string; version: number; seq: number; at: number; body: string };
  out_of_service: { id: string; from_ms: number; ended_at: number | null; body: string };
  notices: {
    id: string;
    state: NoticeState;
    contact: string;
    site: string;
    created_at: number;
    due_at: number;
    body: string;
  };
  notice_policies: { id: string; body: string };
  on_call_calendars: { id: string; body: string };
  cases: {
    id: string;
    number: string;
    site: string;
    city: string;
    enterprise: string | null;
    stage: CaseStage;
    opened_at: number;
    due_at: number | null;
    body: string;
  };
  /** `place` is the order of the hash chain. */
  case_events: { place: number; case_id: string; version: number; at: number; body: string; hash: string };
  shifts: { id: string; desk: string; started_at: number; body: string };
  device_requests: { id: string; site: string; state: RequestState; created_at: number; body: string };
  /** `part` is the place among the revisions that one entry brought. */
  revisions: {
    seq: number;
    part: number;
    site: string;
    factor: string;
    kind: ReadingKind;
    time: number;
    value: number;
    flag: Flag;
    received_at: number;
    before: number | null;
    before_flag: Flag | null;
  };
}
