// Segment files: their names, their room, their order. A segment is named after its first sequence number.

import { closeSync, fsyncSync, openSync, readdirSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";

export const segmentSuffix = ".plj";
export const spareName = "spare";
export const markName = "durable";

export function segmentName(firstSeq: number): string {
  return `${String(firstSeq).padStart(16, "0")}${segmentSuffix}`;
}

/** First sequence numbers of the segments in `dir`, ascending. */
export function listSegments(dir: string): number[] {
  return readdirSync(dir)
    .filter((name) => /^\d{16}\.plj$/.test(name))
    .map((name) => Number(name.slice(0, 16)))
    .sort((a, b) => a - b);
}

export function segmentPath(dir: string, firstSeq: number): string {
  return join(dir, segmentName(firstSeq));
}

/** Bytes of all segments. */
export function segmentBytesTotal(dir: string): number {
  let total = 0;
  for (const firstSeq of listSegments(dir)) total += statSync(segmentPath(dir, firstSeq)).size;
  return total;
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
