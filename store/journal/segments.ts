// Segment files: their names, their room, their order. A segment is named after its first sequence number. One that is full
// is sealed: compressed with zstd, without the zeros behind its last batch. Sealed segments are the raw-frame archive.

import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from "node:fs";
import { open, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "#domain/failure.ts";
import { decodeSegmentHeader, findOtherFormat, segmentFormat, segmentHeaderBytes } from "./format.ts";
import { packPiece, pieceBytes, unpackPieces } from "./sealed.ts";

export const segmentSuffix = ".plj";
export const sealedSuffix = ".plj.zst";
export const spareName = "spare";
export const markName = "durable";
const beginName = "archive-begins";

export function segmentName(firstSeq: number): string {
  return `${String(firstSeq).padStart(16, "0")}${segmentSuffix}`;
}

/** First sequence numbers of the segments in `dir`, open and sealed, ascending. */
export function listSegments(dir: string): number[] {
  const found = new Set<number>();
  for (const name of readdirSync(dir)) if (/^\d{16}\.plj(\.zst)?$/.test(name)) found.add(Number(name.slice(0, 16)));
  return [...found].sort((a, b) => a - b);
}

export function segmentPath(dir: string, firstSeq: number): string {
  return join(dir, segmentName(firstSeq));
}

/** Bytes of the segments that hold entries behind `consumedSeq`. */
export function segmentBytesBehind(dir: string, consumedSeq: number): number {
  const segments = listSegments(dir);
  let total = 0;
  segments.forEach((firstSeq, i) => {
    const lastSeq = (segments[i + 1] ?? Number.POSITIVE_INFINITY) - 1;
    if (lastSeq > consumedSeq) total += statSync(existingPath(dir, firstSeq)).size;
  });
  return total;
}

/** The file a segment is in now, open or sealed. */
function existingPath(dir: string, firstSeq: number): string {
  const path = segmentPath(dir, firstSeq);
  return existsSync(path) ? path : sealedPath(dir, firstSeq);
}

function sealedPath(dir: string, firstSeq: number): string {
  return join(dir, `${String(firstSeq).padStart(16, "0")}${sealedSuffix}`);
}

export interface SegmentFile {
  /** Bytes read into `target` from `position` of the segment; fewer at its end. */
  read(target: Buffer, length: number, position: number): number;
  size(): number;
  close(): void;
}

/** Opens a segment for reading, sealed or not. */
export function openSegmentFile(dir: string, firstSeq: number): SegmentFile {
  const path = segmentPath(dir, firstSeq);
  // Between the sealing and the removal of the original both are there, and they say the same.
  if (!existsSync(path)) return openSealed(sealedPath(dir, firstSeq));
  const fd = openSync(path, "r");
  return {
    read: (target, length, position) => readSync(fd, target, 0, length, position),
    size: () => fstatSync(fd).size,
    close: () => closeSync(fd),
  };
}

/** Throws Failure "data-format" when the segment was written by a program of another format. */
export function refuseOtherFormat(file: Pick<SegmentFile, "read">, firstSeq: number): void {
  const head = Buffer.alloc(segmentHeaderBytes + 4);
  const bytes = file.read(head, head.length, 0);
  const found = findOtherFormat(head.subarray(0, bytes));
  if (found === null) return;
  throw new Failure(
    "data-format",
    `the journal segment ${segmentName(firstSeq)} is in format ${found}; this program knows ${segmentFormat}`,
    { hint: "Start the program that wrote it, or give this one another DATA_DIR." },
  );
}

function openSealed(path: string): SegmentFile {
  const bytes = unpackPieces(readFileSync(path));
  return {
    read: (target, length, position) => bytes.copy(target, 0, position, position + length),
    size: () => bytes.length,
    close: () => undefined,
  };
}

/** Seals a full segment: the compressed file is on disk under its name before the original goes. */
export async function sealSegment(dir: string, firstSeq: number): Promise<void> {
  const path = segmentPath(dir, firstSeq);
  const bytes = await readFile(path);
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  // The hash at the end of the last batch may itself end in zeros: a few more bytes cost nothing.
  end = Math.min(bytes.length, end + 64);
  const target = sealedPath(dir, firstSeq);
  const file = await open(`${target}.new`, "w", 0o440);
  try {
    for (let at = 0; at < end; at += pieceBytes) {
      await file.write(packPiece(at / pieceBytes, bytes.subarray(at, Math.min(end, at + pieceBytes))));
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${target}.new`, target);
  syncFolder(dir);
  await unlink(path);
}

/**
 * Fills `path` with `bytes` zeros on disk. The blocks exist before the first commit, so that a commit writes data and no
 * metadata, and a full disk shows here and not in the middle of a commit.
 */
export async function preallocate(path: string, bytes: number): Promise<void> {
  const file = await open(path, "w", 0o640);
  try {
    const zeros = Buffer.alloc(Math.min(bytes, 1024 * 1024));
    for (let at = 0; at < bytes; at += zeros.length) {
      await file.write(zeros, 0, Math.min(zeros.length, bytes - at), at);
    }
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Makes a rename in `dir` durable. */
export function syncFolder(dir: string): void {
  const fd = openSync(dir, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** First sequence number that retention has left; 1 while nothing was removed. */
export function archiveBegin(dir: string): number {
  const path = join(dir, beginName);
  const seq = existsSync(path) ? Number(readFileSync(path, "utf8")) : 1;
  return Number.isSafeInteger(seq) && seq > 0 ? seq : 1;
}

/** When the segment was begun, epoch ms. */
function createdAt(dir: string, firstSeq: number): number {
  const head = Buffer.alloc(segmentHeaderBytes);
  const file = openSegmentFile(dir, firstSeq);
  file.read(head, segmentHeaderBytes, 0);
  file.close();
  return decodeSegmentHeader(head)?.createdAt ?? Number.POSITIVE_INFINITY;
}

/**
 * Removes the oldest sealed segments whose last entry is before `beforeMs` and that nobody needs any more. What is removed is
 * written down first, so that a reader tells retention from damage. Returns how many went.
 */
export async function removeOldSegments(dir: string, beforeMs: number, consumedSeq: number): Promise<number> {
  const segments = listSegments(dir);
  let removed = 0;
  for (const [i, firstSeq] of segments.entries()) {
    const next = segments[i + 1];
    // The newest entry of a segment is older than the beginning of the next one.
    if (next === undefined || next - 1 > consumedSeq || existsSync(segmentPath(dir, firstSeq))) break;
    if (createdAt(dir, next) >= beforeMs) break;
    await writeFile(join(dir, beginName), `${next}\n`, { flush: true });
    await unlink(sealedPath(dir, firstSeq));
    removed++;
  }
  return removed;
}
