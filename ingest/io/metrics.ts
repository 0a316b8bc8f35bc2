// What ingest counts, as Prometheus metrics.

import { Counter, Gauge, Registry } from "prom-client";

export interface IngestMetrics {
  readonly frames: Counter;
  readonly readings: Counter;
  readonly refusals: Counter;
  readonly damaged: Counter;
  readonly reopened: Counter;
  text(): Promise<string>;
}

export interface IngestGauges {
  readonly cursor: () => number;
  readonly backlog: () => number;
  readonly lagSeconds: () => number;
  readonly historyOk: () => boolean;
  readonly stateOk: () => boolean;
  readonly alarmsActive: () => number;
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
  gauge("plumeline_ingest_alarms_open", "Alarm occurrences that are not back to normal", gauges.alarmsActive);
  const counter = (name: string, help: string, labelNames: string[] = []): Counter =>
    new Counter({ name, help, labelNames, registers });
  return {
    frames: counter("plumeline_ingest_frames_total", "Frames by what became of them", ["outcome"]),
    readings: counter("plumeline_ingest_readings_total", "Readings by what became of them", ["outcome"]),
    refusals: counter("plumeline_ingest_refusals_total", "Refused frames and readings by reason", ["reason"]),
    damaged: counter("plumeline_ingest_damaged_entries_total", "Journal entries that could not be read"),
    reopened: counter(
      "plumeline_ingest_windows_reopened_total",
      "Closed windows that were formed again after late data",
    ),
    text: () => registry.metrics(),
  };
}
