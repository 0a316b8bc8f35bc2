// What ingest counts, as Prometheus metrics.

import { Counter, Gauge, Registry } from "prom-client";
import type { LedgerCounts } from "#domain/ledger.ts";
import { type EdgeNodeRow, nodeStates } from "#domain/sparkplug/node-row.ts";

export interface IngestMetrics {
  readonly damaged: Counter;
  readonly reopened: Counter;
  readonly judged: Counter;
  text(): Promise<string>;
}

export interface IngestGauges {
  readonly cursor: () => number;
  readonly backlog: () => number;
  readonly lagSeconds: () => number;
  readonly historyOk: () => boolean;
  readonly stateOk: () => boolean;
  readonly alarmsOpen: () => number;
  readonly alarmRecords: () => number;
  readonly alarmInstances: () => number;
  readonly totals: () => Readonly<LedgerCounts>;
  readonly edgeNodes: () => readonly Pick<EdgeNodeRow, "state">[];
  readonly judging: () => { readonly waiting: number; readonly windows: number; readonly oldest: number | null };
  readonly hints: () => { readonly size: number; readonly forgotten: number };
  readonly notices: () => { readonly open: number; readonly chains: number; readonly dropped: number };
}

export function createIngestMetrics(gauges: IngestGauges): IngestMetrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number): Gauge =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge("plumeline_ingest_cursor_seq", "Sequence number of the newest entry that was processed", gauges.cursor);
  gauge("plumeline_ingest_backlog_entries", "Durable entries that are not processed yet", gauges.backlog);
  gauge("plumeline_ingest_lag_seconds", "Age of the newest processed entry", gauges.lagSeconds);
  gauge("plumeline_ingest_history_ok", "1 while the history store takes data", () => (gauges.historyOk() ? 1 : 0));
  gauge("plumeline_ingest_state_ok", "1 while the state store takes data", () => (gauges.stateOk() ? 1 : 0));
  gauge("plumeline_ingest_alarms_open", "Alarm occurrences that are not back to normal", gauges.alarmsOpen);
  gauge("plumeline_ingest_alarm_records", "Records of alarms, built-in ones included", gauges.alarmRecords);
  gauge(
    "plumeline_ingest_alarm_instances",
    "What may happen at a site and is remembered: open, pending or shelved",
    gauges.alarmInstances,
  );
  gauge("plumeline_ingest_judging_hours", "Hours of sites that wait to be judged", () => gauges.judging().waiting);
  gauge(
    "plumeline_ingest_judging_windows",
    "Stored means that wait to be held against another limit",
    () => gauges.judging().windows,
  );
  gauge(
    "plumeline_ingest_judging_since_seconds",
    "Receive time since when the oldest of it waits, as Unix time; 0 when nothing waits",
    () => (gauges.judging().oldest ?? 0) / 1000,
  );
  gauge("plumeline_ingest_hints", "Hints of falsification that later data can still change", () => gauges.hints().size);
  gauge(
    "plumeline_ingest_hints_forgotten",
    "Hints that later data can not change any more, because newer ones took their place",
    () => gauges.hints().forgotten,
  );
  gauge("plumeline_ingest_notices_open", "Notices that are not over", () => gauges.notices().open);
  gauge("plumeline_ingest_notice_chains", "Alarms of which people are being told", () => gauges.notices().chains);
  gauge(
    "plumeline_ingest_notices_dropped",
    "Calls that nobody could be told of, because too many notices or alarms were open; each is a failed notice as well",
    () => gauges.notices().dropped,
  );
  const edgeNodes = {
    name: "plumeline_ingest_edge_nodes",
    help: "Edge nodes of Sparkplug B by state: born, dead, or unborn (they sent something before any birth)",
  };
  registry.registerMetric(
    new Gauge({
      ...edgeNodes,
      labelNames: ["state"],
      registers: [],
      collect() {
        for (const state of nodeStates) this.set({ state }, 0);
        for (const { state } of gauges.edgeNodes()) this.inc({ state });
      },
    }),
  );
  // Counted by the pipeline, so that a replay after a crash counts nothing twice; read here when somebody asks.
  const totals = (
    name: string,
    help: string,
    label: string,
    read: (counts: Readonly<LedgerCounts>) => Record<string, number>,
  ): Counter =>
    new Counter({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        this.reset();
        for (const [key, value] of Object.entries(read(gauges.totals()))) this.inc({ [label]: key }, value);
      },
    });
  totals("plumeline_ingest_frames_total", "Frames by what became of them", "outcome", (counts) => ({
    stored: counts.framesStored,
    quarantined: counts.framesQuarantined,
    duplicate: counts.framesDuplicate,
  }));
  totals("plumeline_ingest_readings_total", "Readings by what became of them", "outcome", (counts) => ({
    stored: counts.readingsStored,
    quarantined: counts.readingsQuarantined,
    duplicate: counts.readingsDuplicate,
  }));
  totals(
    "plumeline_ingest_refusals_total",
    "Refused frames and readings by reason",
    "reason",
    (counts) => counts.reasons,
  );
  return {
    damaged: new Counter({
      name: "plumeline_ingest_damaged_entries_total",
      help: "Journal entries that could not be read",
      registers,
    }),
    reopened: new Counter({
      name: "plumeline_ingest_windows_reopened_total",
      help: "Closed windows that were formed again from history, because their own sums could not be told",
      registers,
    }),
    judged: new Counter({
      name: "plumeline_ingest_judged_hours_total",
      help: "Hours of sites of which the means that count were formed and judged, each time that it was done",
      registers,
    }),
    text: () => registry.metrics(),
  };
}
