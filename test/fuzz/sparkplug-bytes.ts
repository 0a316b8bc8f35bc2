// Protocol Buffers by hand, for tests of Sparkplug B: a second writer that shares no line with the product's and none with its
// library, so that neither is its own witness. A field is a list of bytes; a message is its fields one after the other.

export type Bytes = readonly number[];

export function varint(value: bigint | number): Bytes {
  const bits = BigInt.asUintN(64, BigInt(value)).toString(2);
  const groups: number[] = [];
  for (let end = bits.length; end > 0; end -= 7) groups.push(Number.parseInt(bits.slice(Math.max(0, end - 7), end), 2));
  return groups.map((group, at) => (at < groups.length - 1 ? group + 128 : group));
}

export function whole(field: number, value: bigint | number): Bytes {
  return [...varint(field << 3), ...varint(value)];
}

export function sized(field: number, content: Bytes): Bytes {
  return [...varint((field << 3) | 2), ...varint(content.length), ...content];
}

export function text(field: number, value: string): Bytes {
  return sized(field, [...Buffer.from(value, "utf8")]);
}

export function float(field: number, value: number): Bytes {
  const buffer = Buffer.alloc(4);
  buffer.writeFloatLE(value);
  return [...varint((field << 3) | 5), ...buffer];
}

export function double(field: number, value: number): Bytes {
  const buffer = Buffer.alloc(8);
  buffer.writeDoubleLE(value);
  return [...varint((field << 3) | 1), ...buffer];
}

export function message(...fields: readonly Bytes[]): Uint8Array {
  return Uint8Array.from(fields.flat());
}

/** Fields of a payload. */
export const payloadFields = {
  timestamp: (ms: number | bigint): Bytes => whole(1, ms),
  metric: (...fields: readonly Bytes[]): Bytes => sized(2, fields.flat()),
  seq: (seq: number): Bytes => whole(3, seq),
} as const;

/** Fields of a metric. */
export const metricFields = {
  name: (name: string): Bytes => text(1, name),
  alias: (alias: number | bigint): Bytes => whole(2, alias),
  timestamp: (ms: number | bigint): Bytes => whole(3, ms),
  type: (code: number): Bytes => whole(4, code),
  historical: whole(5, 1),
  transient: whole(6, 1),
  null: whole(7, 1),
  quality: (value: number): Bytes =>
    sized(9, [...text(1, "Quality"), ...sized(2, [...whole(1, 3), ...whole(3, value)])]),
  int: (value: number | bigint): Bytes => whole(10, value),
  long: (value: number | bigint): Bytes => whole(11, value),
  float: (value: number): Bytes => float(12, value),
  double: (value: number): Bytes => double(13, value),
  boolean: (value: boolean): Bytes => whole(14, value ? 1 : 0),
  text: (value: string): Bytes => text(15, value),
  bytes: (value: Bytes): Bytes => sized(16, value),
  dataset: (value: Bytes): Bytes => sized(17, value),
  template: (value: Bytes): Bytes => sized(18, value),
  extension: (value: Bytes): Bytes => sized(19, value),
} as const;
