// Where the numbers of ingest's metrics are read.

import type { Pipeline } from "../pipeline.ts";
import type { HistoryLine } from "./history-line.ts";
import type { Later } from "./later.ts";
import type { IngestGauges } from "./metrics.ts";
import type { Sink } from "./sink.ts";

export interface GaugeSources {
  /** The pipeline may be exchanged while this is read. */
  readonly pipeline: () => Pipeline;
  /** The newest durable entry. */
  readonly head: () => number;
  readonly lagMs: () => number;
  readonly line: Pick<HistoryLine, "status">;
  readonly sink: Pick<Sink, "ok">;
  readonly later: Pick<Later, "judging">;
}

export function gaugesOf({ pipeline, head, lagMs, line, sink, later }: GaugeSources): IngestGauges {
  return {
    cursor: () => pipeline().seq,
    backlog: () => Math.max(0, head() - pipeline().seq),
    lagSeconds: () => lagMs() / 1000,
    historyOk: () => line.status.ok && line.status.attached,
    stateOk: () => sink.ok,
    totals: () => pipeline().totals,
    alarmsOpen: () => pipeline().openAlarms().length,
    alarmRecords: () => pipeline().alarms.records.size,
    alarmInstances: () => pipeline().alarms.instances.size,
    edgeNodes: () => pipeline().edgeNodes.list(null),
    judging: () => later.judging,
    hints: () => pipeline().hints,
    notices: () => pipeline().notices,
  };
}
