// Sparkplug B in ingest: messages of edge nodes → points of the pipeline. The words, and everything that is written, are in
// domain/sparkplug, which knows no package; bytes from outside are read here, by protobufjs.
//
//   topic, payload ─▶ parsePayload ─▶ edge nodes: whose, in which life? ─▶ takeMetrics ─▶ points, refusals, order

export { createSparkplugFrames, type DecodedSparkplug, type SparkplugFrames } from "./decode-frame.ts";
export {
  createEdgeNodes,
  type EdgeNodes,
  type Outcome,
  type ReceivedMessage,
  type SparkplugEvent,
} from "./edge-nodes.ts";
export { aside, createMetricTable, type MetricTable } from "./metric-table.ts";
export type { SavedEdgeNode } from "./node-store.ts";
export { parsePayload } from "./parse-payload.ts";
export type { TakenMetrics } from "./points.ts";
