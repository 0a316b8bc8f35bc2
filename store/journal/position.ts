// Where ingest is in the journal right now, told by a file of 16 bytes that ingest writes ten times a second. The broker reads
// it to see how far ingest is behind, whichever processes the two live in. It promises nothing and is never synced.

import { closeSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";

export interface Position {
  readonly seq: number;
  /** Wall clock of whoever wrote it, epoch ms. */
  readonly at: number;
}

const bytes = 16;

function positionPath(dataDir: string): string {
  return join(dataDir, "ingest", "position");
}

export interface PositionWriter {
  write(seq: number, at: number): void;
  close(): void;
}

export function openPositionWriter(dataDir: string): PositionWriter {
  mkdirSync(join(dataDir, "ingest"), { recursive: true });
  const fd = openSync(positionPath(dataDir), "w", 0o640);
  const buffer = Buffer.alloc(bytes);
  return {
    write(seq, at) {
      buffer.writeDoubleLE(seq, 0);
      buffer.writeDoubleLE(at, 8);
      writeSync(fd, buffer, 0, bytes, 0);
    },
    close: () => closeSync(fd),
  };
}

/** Null when ingest never ran on this folder, or has just begun. */
export function readPosition(dataDir: string): Position | null {
  let fd: number;
  try {
    fd = openSync(positionPath(dataDir), "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    const buffer = Buffer.alloc(bytes);
    if (readSync(fd, buffer, 0, bytes, 0) < bytes) return null;
    return { seq: buffer.readDoubleLE(0), at: buffer.readDoubleLE(8) };
  } finally {
    closeSync(fd);
  }
}
