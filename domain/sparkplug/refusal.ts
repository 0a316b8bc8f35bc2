// Why frames and metrics of Sparkplug B are refused, beside the reasons that all dialects share. A closed list; it is a part of
// that of domain/refusal.ts.

export const sparkplugRefusals = {
  "invalid-protobuf": { scope: "frame", says: "the payload is no Sparkplug B message" },
  "invalid-topic": { scope: "frame", says: "the topic is none of Sparkplug B" },
  "compressed-payload": { scope: "frame", says: "the payload is packed into another form, which is not read" },
  "too-many-nodes": { scope: "frame", says: "no more edge nodes can be remembered" },
  "birth-too-large": { scope: "frame", says: "the birth announces more metrics or devices than can be remembered" },
  "no-birth": { scope: "reading", says: "the metric comes by its alias, and no birth in force says which one it is" },
  "invalid-metric": { scope: "reading", says: "the metric has no usable name or alias" },
  "invalid-datatype": { scope: "reading", says: "the data type is missing, unknown, or does not fit the value" },
  "no-value": { scope: "reading", says: "the metric carries no value" },
  "not-exact": { scope: "reading", says: "the whole number has more digits than a reading can hold" },
  "transient-value": { scope: "reading", says: "the sender asks not to keep the value" },
} as const;

export type SparkplugReason = keyof typeof sparkplugRefusals;
