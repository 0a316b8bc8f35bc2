// How far the journal was consumed: ingest says up to which entry it will never read again, and the journal counts only what
// lies behind that against its bound. A small file, because both may be processes of their own.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

function consumedPath(dataDir: string): string {
  return join(dataDir, "ingest", "consumed");
}

export function writeConsumed(dataDir: string, seq: number): void {
  const path = consumedPath(dataDir);
  mkdirSync(dirname(path), { recursive: true });
  // Not synced: an older number only makes the journal keep more.
  writeFileSync(`${path}.new`, `${seq}\n`);
  renameSync(`${path}.new`, path);
}

/** 0 when nothing is known: then everything counts. */
export function readConsumed(dataDir: string): number {
  try {
    const seq = Number(readFileSync(consumedPath(dataDir), "utf8"));
    return Number.isSafeInteger(seq) && seq > 0 ? seq : 0;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return 0;
    throw error;
  }
}
