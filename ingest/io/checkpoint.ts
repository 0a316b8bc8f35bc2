// The pipeline's memory on disk: a snapshot and the sequence number it belongs to. A start reads it and goes on from there;
// without it, or when it does not fit, the journal is read from the beginning.

import { hash } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { SavedPipeline } from "../pipeline.ts";

/** Change it when the shape of the snapshot or the meaning of the pipeline changes. */
const version = "plumeline checkpoint 2\n";
const headBytes = version.length + 32;

export function saveCheckpoint(path: string, saved: SavedPipeline): void {
  const body = serialize(saved);
  const head = Buffer.concat([Buffer.from(version, "latin1"), hash("sha256", body, "buffer")]);
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(`${path}.new`, "w", 0o640);
  try {
    writeSync(fd, head);
    writeSync(fd, body);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${path}.new`, path);
}

/** Null when there is none, or when it is damaged or of another version. */
export function loadCheckpoint(path: string): SavedPipeline | null {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  if (bytes.length < headBytes || bytes.toString("latin1", 0, version.length) !== version) return null;
  const body = bytes.subarray(headBytes);
  if (!hash("sha256", body, "buffer").equals(bytes.subarray(version.length, headBytes))) return null;
  return deserialize(body) as SavedPipeline;
}
