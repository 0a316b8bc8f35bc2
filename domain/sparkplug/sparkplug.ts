// Sparkplug B, the part that three rooms speak: the broker admits topics and sends the order to give birth again, ingest reads
// what was said, the simulator writes what edge nodes send. Pure, and without any package: bytes from outside are read in
// ingest/decode/sparkplug, by a library; docs/sparkplug.md says what is taken and what is refused.
//
//   topic + payload ──packMessage──▶ journal ──unpackMessage──▶ ingest/decode/sparkplug ──▶ points, refusals, orders

export {
  buildNodeBirth,
  buildNodeDeath,
  buildPayload,
  buildRebirth,
  type MetricToSend,
  type PayloadToSend,
} from "./build.ts";
export { dataTypeOf, dataTypes, type DataType, type DataTypeName, findDataType } from "./data-types.ts";
export {
  createEdgeNodeSender,
  type EdgeNodeSender,
  type MetricRest,
  type MetricValues,
  type Moment,
} from "./edge-node.ts";
export { packMessage, type SparkplugMessage, unpackMessage } from "./frame.ts";
export { formatHostState, type HostState, parseHostState } from "./host-state.ts";
export { formatRebirthOrder, type RebirthCause, type RebirthOrder, type WantedBirth } from "./order.ts";
export {
  type EdgeNodeName,
  type EdgeNodeSettings,
  hostName,
  hostTopic,
  isSparkplugTopic,
  mayHearAs,
  mayPublishAs,
  maySubscribeAs,
  type MetricRow,
  usualEdgeNode,
  usualGroup,
} from "./own-topics.ts";
export {
  type Alias,
  bdSeqMetric,
  isControlMetric,
  type Metric,
  type Payload,
  qualities,
  qualityProperty,
  rebirthMetric,
  type ValueField,
} from "./payload.ts";
export { sparkplugRefusals, type SparkplugReason } from "./refusal.ts";
export { sizes } from "./sizes.ts";
export {
  formatSparkplugTopic,
  type MessageType,
  parseSparkplugTopic,
  type DeviceTopic,
  type NodeTopic,
  type SparkplugTopic,
} from "./topic.ts";
