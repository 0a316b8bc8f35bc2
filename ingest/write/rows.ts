// The pipeline's output → the batches that stores and screens take. Pure.

import type { LatestRow, LiveBatch } from "#domain/live.ts";
import type { StateBatch } from "#store/state/state.ts";
import type { LiveOutput, StateOutput } from "../output.ts";
import type { Registry } from "../registry.ts";

function latestRows(latest: Iterable<number>, registry: Registry): LatestRow[] {
  const rows: LatestRow[] = [];
  for (const series of latest) rows.push(registry.latestRow(series));
  return rows;
}

/** The newest values of the site at this place of the registry; none of factors that never sent any. */
export function latestOfSite(registry: Registry, place: number): LatestRow[] {
  const { time } = registry.series.columns;
  const series = registry.order[place]?.series ?? [];
  return latestRows(
    series.filter((each) => time[each] !== Number.NEGATIVE_INFINITY),
    registry,
  );
}

/** `latest`: the series whose newest values go along. */
export function toStateBatch(
  state: StateOutput,
  cursor: number,
  registry: Registry,
  latest: readonly number[],
): StateBatch {
  return {
    cursor,
    sites: [...state.sites.values()],
    limits: [...state.limits.values()],
    alarms: [...state.alarms.values()],
    // The pipeline goes on counting in the same rows while the batch is being written.
    ledger: [...state.ledger.values()].map((row) => ({ ...row, reasons: { ...row.reasons } })),
    latest: latestRows(latest, registry),
    ledgerChanges: state.ledgerChanges,
    transitions: state.transitions,
    quarantine: state.quarantine,
    quarantineChanges: state.quarantineChanges,
    audit: state.audit,
    revisions: state.revisions,
    requests: [...state.requests.values()],
    loggerDays: [...state.loggerDays.values()],
    loggers: [...state.loggers.values()],
    loggerGaps: [...state.loggerGaps.values()],
    loggerChanges: state.loggerChanges,
    findings: [...state.findings.values()],
    verdicts: state.verdicts,
    judgedDays: [...state.judgedDays.values()],
    marks: [...state.marks.values()],
    limitChanges: [...state.limitChanges.values()],
    limitVersions: state.limitVersions,
    hints: [...state.hints.values()],
    alarmDefinitions: state.alarmDefinitions,
    outOfService: [...state.outOfService.values()],
    notices: [...state.notices.values()],
    noticePolicies: [...state.noticePolicies],
    calendars: [...state.calendars.values()],
    cases: [...state.cases.values()],
    caseEvents: state.caseEvents,
    shifts: [...state.shifts.values()],
  };
}

export function toLiveBatch(live: LiveOutput, seq: number, registry: Registry, latest: readonly number[]): LiveBatch {
  return {
    seq,
    latest: latestRows(latest, registry),
    alarms: live.alarms,
    sites: [...live.sites.values()],
    limits: [...live.limits.values()],
    outcomes: [],
  };
}
