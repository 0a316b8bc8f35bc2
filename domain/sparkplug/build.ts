// Metrics into payloads of Sparkplug B: births, data, deaths, and the order to give birth again. Whole numbers are written as
// the specification has them: up to 32 bits in int_value, 64 bits in long_value, negative ones as their two's complement.

import { dataTypeOf, type DataTypeName } from "./data-types.ts";
import { type Alias, bdSeqMetric, qualityProperty, rebirthMetric } from "./payload.ts";
import { createWireWriter, type WireWriter } from "./wire.ts";

export interface MetricToSend {
  readonly name?: string;
  readonly alias?: Alias;
  /** Epoch ms. */
  readonly timestamp?: number;
  readonly type: DataTypeName;
  /** Data may leave the type to the birth. */
  readonly withoutType?: boolean;
  /** Null is said as such. Numbers for numbers, bytes for DataSet, Template, Bytes, File and arrays. */
  readonly value: number | bigint | boolean | string | Uint8Array | null;
  readonly quality?: number;
  readonly isHistorical?: boolean;
  readonly isTransient?: boolean;
}

export interface PayloadToSend {
  readonly timestamp?: number;
  /** 0 to 255; a death of an edge node has none. */
  readonly seq?: number;
  readonly metrics?: readonly MetricToSend[];
}

const int32Type = 3;

export function buildPayload({ timestamp, seq, metrics = [] }: PayloadToSend): Uint8Array {
  const writer = createWireWriter();
  if (timestamp !== undefined) writer.writeWhole(1, timestamp);
  for (const metric of metrics) writer.writeBytes(2, buildMetric(metric));
  if (seq !== undefined) writer.writeWhole(3, seq);
  return writer.finish();
}

function buildMetric(metric: MetricToSend): Uint8Array {
  const writer = createWireWriter();
  const { name, alias, timestamp, type, value, quality } = metric;
  if (name !== undefined) writer.writeText(1, name);
  if (alias !== undefined) writer.writeWhole(2, BigInt(alias));
  if (timestamp !== undefined) writer.writeWhole(3, timestamp);
  if (metric.withoutType !== true) writer.writeWhole(4, dataTypeOf(type).code);
  if (metric.isHistorical === true) writer.writeBoolean(5, true);
  if (metric.isTransient === true) writer.writeBoolean(6, true);
  if (value === null) writer.writeBoolean(7, true);
  if (quality !== undefined) writer.writeBytes(9, buildQuality(quality));
  if (value !== null) writeValue(writer, type, value);
  return writer.finish();
}

/** A set of one property. */
function buildQuality(quality: number): Uint8Array {
  const property = createWireWriter();
  property.writeWhole(1, int32Type);
  property.writeWhole(3, quality);
  const set = createWireWriter();
  set.writeText(1, qualityProperty);
  set.writeBytes(2, property.finish());
  return set.finish();
}

function writeValue(writer: WireWriter, name: DataTypeName, value: NonNullable<MetricToSend["value"]>): void {
  const type = dataTypeOf(name);
  if (type.class === "text" && typeof value === "string") writer.writeText(15, value);
  else if (type.class === "boolean" && typeof value === "boolean") writer.writeBoolean(14, value);
  else if (type.class === "raw" && value instanceof Uint8Array) writer.writeBytes(rawField(name), value);
  else if (type.class === "float" && typeof value === "number") writer.writeFloat(12, value);
  else if (type.class === "double" && typeof value === "number") writer.writeDouble(13, value);
  else if (type.bits > 0 && (typeof value === "number" || typeof value === "bigint"))
    writer.writeWhole(type.bits === 64 ? 11 : 10, BigInt.asUintN(Math.max(32, type.bits), BigInt(value)));
  else throw new TypeError(`a metric of type ${name} with a value of type ${typeof value}`);
}

function rawField(name: DataTypeName): number {
  if (name === "DataSet") return 17;
  return name === "Template" ? 18 : 16;
}

export interface NodeBirth {
  readonly timestamp: number;
  /** 0 to 255, the same as in the death that was left with the broker. */
  readonly bdSeq: number;
  readonly metrics: readonly MetricToSend[];
}

/** The birth of an edge node always begins to count anew. */
export function buildNodeBirth({ timestamp, bdSeq, metrics }: NodeBirth): Uint8Array {
  const own: MetricToSend[] = [
    { name: bdSeqMetric, timestamp, type: "Int64", value: bdSeq },
    { name: rebirthMetric, timestamp, type: "Boolean", value: false },
  ];
  return buildPayload({ timestamp, seq: 0, metrics: [...own, ...metrics] });
}

/** Left with the broker before the birth, as what it says when the connection ends. */
export function buildNodeDeath({ timestamp, bdSeq }: Omit<NodeBirth, "metrics">): Uint8Array {
  return buildPayload({ timestamp, metrics: [{ name: bdSeqMetric, timestamp, type: "Int64", value: bdSeq }] });
}

/** The payload of an NCMD that asks an edge node for its births. */
export function buildRebirth(timestamp: number): Uint8Array {
  return buildPayload({ timestamp, metrics: [{ name: rebirthMetric, timestamp, type: "Boolean", value: true }] });
}
