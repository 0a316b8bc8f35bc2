// The pipeline's memory on disk: a snapshot and the sequence number it belongs to. A start reads it and goes on from there;
// without it, or when it does not fit, the journal is read from the beginning.

import { hash } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { SavedPipeline } from "../pipeline.ts";

/** Change it when the shape of the snapshot or the meaning of the pipeline changes. */
const version = "plumeline checkpoint 5\n";
const headBytes = version.length + 32;

/** The bytes of a snapshot, as it is at this moment. */
export function encodeCheckpoint(saved: SavedPipeline): Buffer {
  const body = serialize(saved);
  return Buffer.concat([Buffer.from(version, "latin1"), hash("sha256", body, "buffer"), body]);
}

/** Puts the bytes in the place of the older ones; the file is whole at any time. */
export function writeCheckpoint(path: string, bytes: Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(`${path}.new`, "w", 0o640);
  try {
    writeSync(fd, bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${path}.new`, path);
}

/** Null when there is none, or when it is damaged or of another version. */
export function loadCheckpoint(path: string): SavedPipeline | null {
  try {
    return decodeCheckpoint(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Null when the bytes are damaged or of another version. */
export function decodeCheckpoint(bytes: Buffer): SavedPipeline | null {
  if (bytes.length < headBytes || bytes.toString("latin1", 0, version.length) !== version) return null;
  const body = bytes.subarray(headBytes);
  if (!hash("sha256", body, "buffer").equals(bytes.subarray(version.length, headBytes))) return null;
  return deserialize(body) as SavedPipeline;
}
