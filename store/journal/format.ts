// The bytes of the journal. A segment file is a header and then batches, one per group commit; the rest is zeros.
//
//   segment header, 64 bytes                          batch
//   ┌──────────────────────────────────┐              ┌────────────────────────────────────────────┐
//   │ 0  "PLUMEJ1\n"                   │              │ 0  magic   4  body bytes   8  entry count  │
//   │ 8  first sequence number   u64   │              │ 12 CRC-32 of bytes 4–12, 16 … end of body  │
//   │ 16 created at, epoch ms    f64   │              │ 16 first sequence number              u64  │
//   │ 24 frames before           u64   │              │ 24 frames before this batch           u64  │
//   │ 32 hash before             32 B  │              │ 32 hash of the batch before           32 B │
//   └──────────────────────────────────┘              │ 64 body: entries                           │
//                                                     │ …  SHA-256 of all bytes above         32 B │
//   entry: 0 bytes u32 · 4 kind · 5 door · 6 channel  └────────────────────────────────────────────┘
//          7 promised · 8 received at f64 · 16 source bytes u16 · 18 zero · 20 source · payload
//
// All numbers are little endian. The hash of a batch covers the hash before it: a chain from the first batch to the last.
// Sequence numbers stay below 2^53. Pure: bytes in, bytes or values out.

import { hash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Channel, Door, Entry, EntryKind } from "#domain/frame.ts";

/** Raise it when a program of this format could not read or continue a segment, and the digit of the batches with it. */
export const segmentFormat = 1;
export const segmentMagic = Buffer.from(`PLUMEJ${segmentFormat}\n`, "latin1");
export const segmentHeaderBytes = 64;
/** "PLJ1" */
export const batchMagic = 0x314a4c50;
export const batchHeaderBytes = 64;
export const hashBytes = 32;
export const batchOverheadBytes = batchHeaderBytes + hashBytes;
export const entryHeaderBytes = 20;
/** The hash before the first batch of all. */
export const genesisHash: Buffer = Buffer.alloc(hashBytes);

export interface BatchHeader {
  readonly bodyBytes: number;
  readonly entryCount: number;
  readonly firstSeq: number;
  readonly framesBefore: number;
}

function writeU64(target: Buffer, value: number, offset: number): void {
  target.writeUInt32LE(value % 0x1_0000_0000, offset);
  target.writeUInt32LE(Math.floor(value / 0x1_0000_0000), offset + 4);
}

function readU64(source: Buffer, offset: number): number {
  return source.readUInt32LE(offset) + source.readUInt32LE(offset + 4) * 0x1_0000_0000;
}

export function encodeSegmentHeader(
  firstSeq: number,
  createdAt: number,
  framesBefore: number,
  hashBefore: Buffer,
): Buffer {
  const header = Buffer.alloc(segmentHeaderBytes);
  segmentMagic.copy(header, 0);
  writeU64(header, firstSeq, 8);
  header.writeDoubleLE(createdAt, 16);
  writeU64(header, framesBefore, 24);
  hashBefore.copy(header, 32);
  return header;
}

export interface SegmentHeader {
  readonly firstSeq: number;
  readonly createdAt: number;
  readonly framesBefore: number;
  readonly hashBefore: Buffer;
}

/** Null when these bytes do not begin a segment. */
export function decodeSegmentHeader(bytes: Buffer): SegmentHeader | null {
  if (bytes.length < segmentHeaderBytes || !bytes.subarray(0, 8).equals(segmentMagic)) return null;
  return {
    firstSeq: readU64(bytes, 8),
    createdAt: bytes.readDoubleLE(16),
    framesBefore: readU64(bytes, 24),
    hashBefore: Buffer.from(bytes.subarray(32, 64)),
  };
}

/**
 * The format of a segment that was written by another program, or null: `bytes` are its header and the first bytes of what
 * follows. Where a batch of this format follows, a bit of the header is broken, and that is no other format.
 */
export function findOtherFormat(bytes: Buffer): number | null {
  const found = /^PLUMEJ(\d)\n$/.exec(bytes.toString("latin1", 0, segmentMagic.length));
  if (found === null || Number(found[1]) === segmentFormat) return null;
  const isOurs = bytes.length >= segmentHeaderBytes + 4 && bytes.readUInt32LE(segmentHeaderBytes) === batchMagic;
  return isOurs ? null : Number(found[1]);
}

/** Writes one entry at `offset` and returns the offset behind it. The caller has made sure of the room. */
export function encodeEntry(
  target: Buffer,
  offset: number,
  kind: EntryKind,
  door: Door,
  channel: Channel,
  promised: boolean,
  receivedAt: number,
  source: string,
  payload: Uint8Array,
): number {
  const sourceBytes = target.write(source, offset + entryHeaderBytes, "utf8");
  const end = offset + entryHeaderBytes + sourceBytes + payload.length;
  target.writeUInt32LE(end - offset, offset);
  target[offset + 4] = kind;
  target[offset + 5] = door;
  target[offset + 6] = channel;
  target[offset + 7] = promised ? 1 : 0;
  target.writeDoubleLE(receivedAt, offset + 8);
  target.writeUInt16LE(sourceBytes, offset + 16);
  target.writeUInt16LE(0, offset + 18);
  target.set(payload, offset + entryHeaderBytes + sourceBytes);
  return end;
}

/** Upper bound of what an entry takes, without measuring the UTF-8 of its source. */
export function entryBytesMax(source: string, payloadBytes: number): number {
  return entryHeaderBytes + source.length * 3 + payloadBytes;
}

/** Completes a batch whose body lies at 64 … 64 + bodyBytes of `batch`; returns its length and its hash. */
export function sealBatch(batch: Buffer, header: BatchHeader, hashBefore: Buffer): { bytes: number; hash: Buffer } {
  const bodyEnd = batchHeaderBytes + header.bodyBytes;
  batch.writeUInt32LE(batchMagic, 0);
  batch.writeUInt32LE(header.bodyBytes, 4);
  batch.writeUInt32LE(header.entryCount, 8);
  writeU64(batch, header.firstSeq, 16);
  writeU64(batch, header.framesBefore, 24);
  hashBefore.copy(batch, 32);
  batch.writeUInt32LE(batchCrc(batch, 0, bodyEnd), 12);
  const sum = hash("sha256", batch.subarray(0, bodyEnd), "buffer");
  sum.copy(batch, bodyEnd);
  return { bytes: bodyEnd + hashBytes, hash: sum };
}

function batchCrc(bytes: Buffer, start: number, bodyEnd: number): number {
  return crc32(bytes.subarray(start + 16, bodyEnd), crc32(bytes.subarray(start + 4, start + 12)));
}

export type BatchCheck =
  | {
      readonly type: "batch";
      readonly header: BatchHeader;
      readonly bytes: number;
      readonly hashBefore: Buffer;
      readonly hash: Buffer;
    }
  /** Nothing was written here yet. */
  | { readonly type: "blank" }
  /** It may be whole, but it reaches beyond `bytes`: read at least this many from its start. */
  | { readonly type: "longer"; readonly neededBytes: number }
  | { readonly type: "broken" };

/** What lies at `offset`? Checks lengths, CRC and the batch's own hash; the chain is for the caller to compare. */
export function checkBatch(bytes: Buffer, offset: number, bodyBytesMax: number): BatchCheck {
  if (bytes.length - offset < batchHeaderBytes) return { type: "longer", neededBytes: batchHeaderBytes };
  const magic = bytes.readUInt32LE(offset);
  if (magic !== batchMagic)
    return magic === 0 && isZero(bytes.subarray(offset, offset + batchHeaderBytes))
      ? { type: "blank" }
      : { type: "broken" };
  const bodyBytes = bytes.readUInt32LE(offset + 4);
  if (bodyBytes > bodyBytesMax) return { type: "broken" };
  const total = batchOverheadBytes + bodyBytes;
  if (bytes.length - offset < total) return { type: "longer", neededBytes: total };
  const bodyEnd = offset + batchHeaderBytes + bodyBytes;
  if (bytes.readUInt32LE(offset + 12) !== batchCrc(bytes, offset, bodyEnd)) return { type: "broken" };
  const sum = hash("sha256", bytes.subarray(offset, bodyEnd), "buffer");
  if (sum.compare(bytes, bodyEnd, bodyEnd + hashBytes) !== 0) return { type: "broken" };
  return {
    type: "batch",
    header: {
      bodyBytes,
      entryCount: bytes.readUInt32LE(offset + 8),
      firstSeq: readU64(bytes, offset + 16),
      framesBefore: readU64(bytes, offset + 24),
    },
    bytes: total,
    hashBefore: bytes.subarray(offset + 32, offset + 64),
    hash: sum,
  };
}

/** The entries of a checked batch at `offset`; payloads are views into `bytes`. */
export function decodeEntries(bytes: Buffer, offset: number, header: BatchHeader): Entry[] {
  const entries: Entry[] = [];
  let at = offset + batchHeaderBytes;
  for (let i = 0; i < header.entryCount; i++) {
    const entryBytes = bytes.readUInt32LE(at);
    const payloadAt = at + entryHeaderBytes + bytes.readUInt16LE(at + 16);
    entries.push({
      seq: header.firstSeq + i,
      // The CRC has vouched for these bytes, and only encodeEntry writes them.
      kind: bytes[at + 4] as EntryKind,
      door: bytes[at + 5] as Door,
      channel: bytes[at + 6] as Channel,
      promised: bytes[at + 7] === 1,
      receivedAt: bytes.readDoubleLE(at + 8),
      source: bytes.toString("utf8", at + entryHeaderBytes, payloadAt),
      payload: bytes.subarray(payloadAt, at + entryBytes),
    });
    at += entryBytes;
  }
  return entries;
}

export function isZero(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 0) return false;
  return true;
}

/** The durable mark: how far the appender has come. Readers never look beyond it. */
export interface Mark {
  readonly seq: number;
  readonly frames: number;
  readonly hash: Buffer;
}

export const markBytes = 56;

export function encodeMark(target: Buffer, mark: Mark): void {
  target.write("PLM1", 0, "latin1");
  writeU64(target, mark.seq, 8);
  writeU64(target, mark.frames, 16);
  mark.hash.copy(target, 24);
  target.writeUInt32LE(crc32(target.subarray(8, markBytes)), 4);
}

/** Null when the bytes are no mark (missing, or read in the middle of a write). */
export function decodeMark(bytes: Buffer): Mark | null {
  if (bytes.length < markBytes || bytes.toString("latin1", 0, 4) !== "PLM1") return null;
  if (bytes.readUInt32LE(4) !== crc32(bytes.subarray(8, markBytes))) return null;
  return { seq: readU64(bytes, 8), frames: readU64(bytes, 16), hash: Buffer.from(bytes.subarray(24, markBytes)) };
}
