// Bytes → payload of Sparkplug B, or why they are none. The wire form is read by protobufjs, from the descriptor of
// sparkplug.proto; here its answer becomes our words. Never throws, whatever the bytes are. A field that stands on the wire in
// another wire type than its own is skipped, as Protocol Buffers want it.

import protobuf from "protobufjs/light.js";
import { bounds } from "#domain/bounds.ts";
import type { RefusalReason } from "#domain/refusal.ts";
import { type Alias, type Metric, type Payload, qualityProperty, type ValueField } from "#domain/sparkplug/payload.ts";
import descriptor from "./sparkplug.json" with { type: "json" };

/** 64 bits in two halves, as the library gives them. */
interface Halves {
  readonly low: number;
  readonly high: number;
}

interface RawProperty {
  readonly isNull?: boolean;
  readonly intValue?: number;
  readonly longValue?: Halves;
}

interface RawMetric {
  readonly name?: string;
  readonly alias?: Halves;
  readonly timestamp?: Halves;
  readonly datatype?: number;
  readonly isHistorical?: boolean;
  readonly isTransient?: boolean;
  readonly isNull?: boolean;
  readonly properties?: { readonly keys?: readonly string[]; readonly values?: readonly RawProperty[] };
  readonly intValue?: number;
  readonly longValue?: Halves;
  readonly floatValue?: number;
  readonly doubleValue?: number;
  readonly booleanValue?: boolean;
  readonly stringValue?: string;
  readonly bytesValue?: Uint8Array;
  readonly datasetValue?: Uint8Array;
  readonly templateValue?: Uint8Array;
  readonly extensionValue?: Uint8Array;
}

interface RawPayload {
  readonly timestamp?: Halves;
  readonly metrics?: readonly RawMetric[];
  readonly seq?: Halves;
  readonly uuid?: string;
  readonly body?: Uint8Array;
}

const payloadType = protobuf.Root.fromJSON(descriptor).lookupType("Payload");

export interface PayloadRefusal {
  readonly reason: RefusalReason;
  readonly detail: string;
}

export type ParsedPayload =
  | { readonly payload: Payload; readonly refusal: null }
  | { readonly payload: null; readonly refusal: PayloadRefusal };

/** The metrics share no memory with `bytes` except for values that are kept raw. */
export function parsePayload(bytes: Uint8Array): ParsedPayload {
  let raw: RawPayload;
  try {
    raw = payloadType.decode(bytes) as RawPayload;
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    return refuse("invalid-protobuf", says.slice(0, bounds.textCharsMax));
  }
  const metrics = given(raw, "metrics") ?? [];
  if (metrics.length > bounds.frameValuesMax) return refuse("too-many-values", `${metrics.length} metrics`);
  const payload: Payload = {
    timestamp: toNumber(given(raw, "timestamp")),
    seq: toNumber(given(raw, "seq")),
    uuid: given(raw, "uuid") ?? null,
    hasBody: given(raw, "body") !== undefined,
    metrics: metrics.map(readMetric),
  };
  // A body stands in the place of everything else: metrics beside it are about the packing.
  if (payload.hasBody) return refuse("compressed-payload", `uuid: ${(payload.uuid ?? "none").slice(0, 64)}`);
  return { payload, refusal: null };
}

function refuse(reason: PayloadRefusal["reason"], detail: string): ParsedPayload {
  return { payload: null, refusal: { reason, detail } };
}

/** What the wire had; what it had not the library answers from the prototype, e.g. with 0. */
function given<T extends object, K extends keyof T>(message: T, key: K): T[K] | undefined {
  return Object.hasOwn(message, key) ? message[key] : undefined;
}

const twoTo32 = 2 ** 32;
/** Whole numbers below 2 ** 53 are exact in a number: that many bits of the high half. */
const exactHigh = 2 ** 21;

/** Times and counts: what is not exact any more is far outside of what either may be. */
function toNumber(halves: Halves | undefined): number | null {
  return halves === undefined ? null : (halves.high >>> 0) * twoTo32 + (halves.low >>> 0);
}

function toExact(halves: Halves): number | bigint {
  const high = halves.high >>> 0;
  if (high < exactHigh) return high * twoTo32 + (halves.low >>> 0);
  return (BigInt(high) << 32n) | BigInt(halves.low >>> 0);
}

function toAlias(halves: Halves | undefined): Alias | null {
  if (halves === undefined) return null;
  const exact = toExact(halves);
  return typeof exact === "number" ? exact : exact.toString();
}

const valueFields = {
  intValue: "int",
  longValue: "long",
  floatValue: "float",
  doubleValue: "double",
  booleanValue: "boolean",
  stringValue: "string",
  bytesValue: "bytes",
  datasetValue: "dataset",
  templateValue: "template",
  extensionValue: "extension",
} as const satisfies Partial<Record<keyof RawMetric, ValueField>>;

type ValueKey = keyof typeof valueFields;

/** Only what the wire had is looked at: asking for every field would cost more than reading the few that are there. */
function readMetric(raw: RawMetric): Metric {
  let field: ValueField | null = null;
  let value: Metric["value"] = null;
  let name: string | null = null;
  let alias: Alias | null = null;
  let timestamp: number | null = null;
  let datatype: number | null = null;
  let quality: Metric["quality"] = null;
  for (const key of Object.keys(raw) as (keyof RawMetric)[]) {
    if (key === "name") name = raw.name ?? null;
    else if (key === "alias") alias = toAlias(raw.alias);
    else if (key === "timestamp") timestamp = toNumber(raw.timestamp);
    else if (key === "datatype") datatype = raw.datatype ?? null;
    else if (key === "properties") quality = readQuality(raw.properties);
    else if (isValueKey(key)) {
      const found = raw[key] ?? null;
      value = field !== null || found === null ? null : isHalves(found) ? toExact(found) : found;
      field = field === null ? valueFields[key] : "several";
    }
  }
  const isHistorical = raw.isHistorical === true;
  const isTransient = raw.isTransient === true;
  const isNull = raw.isNull === true;
  return { name, alias, timestamp, datatype, isHistorical, isTransient, isNull, quality, field, value };
}

function isValueKey(key: keyof RawMetric): key is ValueKey {
  return key in valueFields;
}

function isHalves(value: NonNullable<RawMetric[ValueKey]>): value is Halves {
  return typeof value === "object" && !(value instanceof Uint8Array);
}

function readQuality(properties: RawMetric["properties"]): Metric["quality"] {
  if (properties === undefined) return null;
  const at = (given(properties, "keys") ?? []).indexOf(qualityProperty);
  if (at < 0) return null;
  const property = given(properties, "values")?.[at];
  if (property === undefined || property.isNull === true) return "unreadable";
  const whole = given(property, "intValue") ?? toNumber(given(property, "longValue"));
  return whole ?? "unreadable";
}
