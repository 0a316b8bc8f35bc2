// Payload and metric of Sparkplug B as they stand on the wire: what was sent, not yet what it means. A value is what the wire
// has, e.g. 4294967295 for an Int8 of -1; the data type, which may be known from the birth only, says how to read it.

/** Where the value of a metric stands. "several": more than one is given, which a right sender cannot do. */
export type ValueField =
  | "int"
  | "long"
  | "float"
  | "double"
  | "boolean"
  | "string"
  | "bytes"
  | "dataset"
  | "template"
  | "extension"
  | "several";

/** A number for a metric name, unsigned with 64 bits; in decimal digits where a number would lose some. */
export type Alias = number | string;

export interface Metric {
  readonly name: string | null;
  readonly alias: Alias | null;
  /** When the value was captured, epoch ms. */
  readonly timestamp: number | null;
  readonly datatype: number | null;
  /** Sent later than it was captured, e.g. after an outage. */
  readonly isHistorical: boolean;
  /** Not meant to be kept. */
  readonly isTransient: boolean;
  readonly isNull: boolean;
  /** The property "Quality": 192 good, 0 bad, 500 stale. Null = none is given; "unreadable" = it is no whole number. */
  readonly quality: number | "unreadable" | null;
  /** Null = no value is given. */
  readonly field: ValueField | null;
  /** Whole numbers unsigned, as bigint where a number would lose digits; raw bytes of what is kept raw. */
  readonly value: number | bigint | boolean | string | Uint8Array | null;
}

export interface Payload {
  /** When it was sent, epoch ms. */
  readonly timestamp: number | null;
  /** 0 to 255 when the sender is right. */
  readonly seq: number | null;
  /** Names a form of `body` that stands in the place of everything else, e.g. compressed. */
  readonly uuid: string | null;
  readonly hasBody: boolean;
  readonly metrics: readonly Metric[];
}

/** The property that says how good a value is, and what it says. */
export const qualityProperty = "Quality";
export const qualities = { bad: 0, good: 192, stale: 500 } as const;

/** Metrics with a meaning of their own. */
export const bdSeqMetric = "bdSeq";
export const rebirthMetric = "Node Control/Rebirth";

/** Orders to an edge node or device, and its life count, are metrics in form only. */
export function isControlMetric(name: string): boolean {
  return name === bdSeqMetric || name.startsWith("Node Control/") || name.startsWith("Device Control/");
}
