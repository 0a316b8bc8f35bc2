// The pipeline's output → the batches that stores and screens take. Pure.

import type { LatestRow, LiveBatch } from "#domain/live.ts";
import type { StateBatch } from "#store/state/state.ts";
import type { LiveOutput, StateOutput } from "../output.ts";
import type { Registry, Series } from "../registry.ts";

export function latestRow(series: Series, site: string): LatestRow {
  return [
    site,
    series.factor.code,
    series.latestTime,
    series.latestValue,
    series.latestFlag,
    series.latestQuality,
    series.latestReceivedAt,
  ];
}

/** Every newest value there is. */
export function allLatest(registry: Registry): LatestRow[] {
  const rows: LatestRow[] = [];
  for (const [id, state] of registry.sites) {
    for (const series of state.series.values()) {
      if (series.latestTime !== Number.NEGATIVE_INFINITY) rows.push(latestRow(series, id));
    }
  }
  return rows;
}

function latestRows(latest: ReadonlyMap<Series, string>): LatestRow[] {
  const rows: LatestRow[] = [];
  for (const [series, site] of latest) rows.push(latestRow(series, site));
  return rows;
}

export function toStateBatch(state: StateOutput, cursor: number): StateBatch {
  return {
    cursor,
    sites: [...state.sites.values()],
    limits: [...state.limits.values()],
    alarms: [...state.alarms.values()],
    // The pipeline goes on counting in the same rows while the batch is being written.
    ledger: [...state.ledger.values()].map((row) => ({ ...row, reasons: { ...row.reasons } })),
    latest: latestRows(state.latest),
    ledgerChanges: state.ledgerChanges,
    transitions: state.transitions,
    quarantine: state.quarantine,
    quarantineChanges: state.quarantineChanges,
    audit: state.audit,
  };
}

export function toLiveBatch(live: LiveOutput, seq: number): LiveBatch {
  return {
    seq,
    latest: latestRows(live.latest),
    alarms: live.alarms,
    sites: [...live.sites.values()],
    limits: [...live.limits.values()],
    outcomes: [],
  };
}
