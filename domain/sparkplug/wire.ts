// Writes the wire form of Protocol Buffers: keys, varints, little-endian numbers, and parts with their length in front. Only
// what Sparkplug B needs, and only writing: what comes from outside is read by a library.

import { encodeText } from "../hj212/text.ts";

const wireTypes = { varint: 0, eight: 1, sized: 2, four: 5 } as const;

export interface WireWriter {
  /** Unsigned; negative numbers are written as their two's complement of 64 bits. */
  writeWhole(field: number, value: number | bigint): void;
  writeBoolean(field: number, value: boolean): void;
  writeFloat(field: number, value: number): void;
  writeDouble(field: number, value: number): void;
  writeBytes(field: number, value: Uint8Array): void;
  writeText(field: number, value: string): void;
  /** Everything written so far. */
  finish(): Uint8Array;
}

export function createWireWriter(): WireWriter {
  let bytes = new Uint8Array(256);
  let view = new DataView(bytes.buffer);
  let length = 0;

  function reserve(size: number): void {
    if (length + size <= bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * bytes.length, length + size));
    larger.set(bytes.subarray(0, length));
    bytes = larger;
    view = new DataView(bytes.buffer);
  }

  function putVarint(value: number | bigint): void {
    reserve(10);
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 0x7fn) {
      bytes[length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    bytes[length++] = Number(rest);
  }

  function putKey(field: number, type: number): void {
    putVarint(field * 8 + type);
  }

  function writeBytes(field: number, value: Uint8Array): void {
    putKey(field, wireTypes.sized);
    putVarint(value.length);
    reserve(value.length);
    bytes.set(value, length);
    length += value.length;
  }

  return {
    writeWhole(field, value) {
      putKey(field, wireTypes.varint);
      putVarint(value);
    },
    writeBoolean(field, value) {
      putKey(field, wireTypes.varint);
      putVarint(value ? 1 : 0);
    },
    writeFloat(field, value) {
      putKey(field, wireTypes.four);
      reserve(4);
      view.setFloat32(length, value, true);
      length += 4;
    },
    writeDouble(field, value) {
      putKey(field, wireTypes.eight);
      reserve(8);
      view.setFloat64(length, value, true);
      length += 8;
    },
    writeBytes,
    writeText: (field, value) => writeBytes(field, encodeText(value)),
    finish: () => bytes.slice(0, length),
  };
}
