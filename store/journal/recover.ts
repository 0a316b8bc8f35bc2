// Opening a journal after whatever happened: finds where it ends, cuts the torn tail that nobody was promised, and names
// every other damage. Reads the last segment only; older ones are checked by whoever reads them.
//
//   batch batch batch ▓▓▓▓ batch batch ▒▒▒ 0000000
//                     │                 └ torn tail: never acknowledged, cut
//                     └ damage: a later batch proves that it had been written and acknowledged

import { closeSync, fdatasyncSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Damage } from "./journal.ts";
import {
  batchMagic,
  checkBatch,
  decodeMark,
  decodeSegmentHeader,
  genesisHash,
  markBytes,
  type Mark,
  segmentHeaderBytes,
} from "./format.ts";
import { listSegments, markName, refuseOtherFormat, segmentName, segmentPath } from "./segments.ts";

export interface RecoveredEnd {
  /** First sequence number that is free. */
  readonly nextSeq: number;
  readonly frames: number;
  readonly hash: Buffer;
  /** The segment to go on in, and where; null when a new one must be begun. */
  readonly segment: { readonly firstSeq: number; readonly offset: number } | null;
  readonly damages: readonly Damage[];
  readonly tornBytes: number;
}

/** The durable mark of `dir`, or null when there is none that can be read. */
export function readMark(dir: string): Mark | null {
  try {
    return decodeMark(readFileSync(join(dir, markName)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Reads the mark again and again without opening the file each time. */
export function createMarkReader(dir: string): { read(): Mark | null; stop(): void } {
  const bytes = Buffer.alloc(markBytes);
  let fd: number | null = null;
  return {
    read() {
      if (fd === null) {
        try {
          fd = openSync(join(dir, markName), "r");
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
          throw error;
        }
      }
      return readSync(fd, bytes, 0, markBytes, 0) === markBytes ? decodeMark(bytes) : null;
    },
    stop() {
      if (fd !== null) closeSync(fd);
      fd = null;
    },
  };
}

/** The next whole batch behind `from`, or null: where reading can go on after damage. */
export function findNextBatch(bytes: Buffer, from: number, bodyBytesMax: number): number | null {
  const needle = Buffer.alloc(4);
  needle.writeUInt32LE(batchMagic);
  for (let at = bytes.indexOf(needle, from); at >= 0; at = bytes.indexOf(needle, at + 1)) {
    if (checkBatch(bytes, at, bodyBytesMax).type === "batch") return at;
  }
  return null;
}

interface Scan {
  nextSeq: number;
  frames: number;
  hash: Buffer;
  offset: number;
  readonly damages: Damage[];
}

function countFrames(bytes: Buffer, offset: number, entryCount: number): number {
  let frames = 0;
  let at = offset + 64;
  for (let i = 0; i < entryCount; i++) {
    if (bytes[at + 4] === 1) frames++;
    at += bytes.readUInt32LE(at);
  }
  return frames;
}

/** Walks the batches of one segment; stops at the first place behind which nothing whole follows. */
function scanSegment(bytes: Buffer, scan: Scan, segment: string, bodyBytesMax: number): void {
  for (;;) {
    const check = checkBatch(bytes, scan.offset, bodyBytesMax);
    if (check.type === "batch") {
      scan.nextSeq = check.header.firstSeq + check.header.entryCount;
      scan.frames = check.header.framesBefore + countFrames(bytes, scan.offset, check.header.entryCount);
      scan.hash = check.hash;
      scan.offset += check.bytes;
      continue;
    }
    const next = findNextBatch(bytes, scan.offset + 1, bodyBytesMax);
    if (next === null) return;
    const found = checkBatch(bytes, next, bodyBytesMax);
    if (found.type !== "batch") return;
    scan.damages.push({ fromSeq: scan.nextSeq, toSeq: found.header.firstSeq - 1, segment, offset: scan.offset });
    scan.offset = next;
  }
}

function cutTail(path: string, bytes: Buffer, offset: number): number {
  let end = bytes.length;
  while (end > offset && bytes[end - 1] === 0) end--;
  if (end === offset) return 0;
  const fd = openSync(path, "r+");
  try {
    writeSync(fd, Buffer.alloc(end - offset), 0, end - offset, offset);
    fdatasyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return end - offset;
}

/** Finds the end of the journal in `dir` and repairs its tail. */
export function recoverJournal(dir: string, bodyBytesMax: number): RecoveredEnd {
  const mark = readMark(dir);
  const lastSegment = listSegments(dir).at(-1);
  const scan: Scan = { nextSeq: 1, frames: 0, hash: genesisHash, offset: segmentHeaderBytes, damages: [] };
  let segment: RecoveredEnd["segment"] = null;
  let tornBytes = 0;
  if (lastSegment !== undefined) {
    const path = segmentPath(dir, lastSegment);
    const bytes = readFileSync(path);
    refuseOtherFormat(
      { read: (target, length, position) => bytes.copy(target, 0, position, position + length) },
      lastSegment,
    );
    const header = decodeSegmentHeader(bytes);
    scan.nextSeq = lastSegment;
    if (header !== null) {
      scan.frames = header.framesBefore;
      scan.hash = header.hashBefore;
    }
    scanSegment(bytes, scan, segmentName(lastSegment), bodyBytesMax);
    const promisedBeyond = mark !== null && mark.seq >= scan.nextSeq;
    if (promisedBeyond) {
      // The mark vouches for entries that are gone: damage, not a torn tail. Their numbers are never used again.
      scan.damages.push({
        fromSeq: scan.nextSeq,
        toSeq: mark.seq,
        segment: segmentName(lastSegment),
        offset: scan.offset,
      });
      scan.nextSeq = mark.seq + 1;
      scan.frames = mark.frames;
      scan.hash = mark.hash;
    } else {
      tornBytes = cutTail(path, bytes, scan.offset);
      segment = { firstSeq: lastSegment, offset: scan.offset };
    }
  } else if (mark !== null && mark.seq > 0) {
    scan.damages.push({ fromSeq: 1, toSeq: mark.seq, segment: segmentName(1), offset: 0 });
    scan.nextSeq = mark.seq + 1;
    scan.frames = mark.frames;
    scan.hash = mark.hash;
  }
  return { nextSeq: scan.nextSeq, frames: scan.frames, hash: scan.hash, segment, damages: scan.damages, tornBytes };
}
