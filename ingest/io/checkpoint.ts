// The pipeline's memory on disk: a snapshot and the sequence number it belongs to. A start reads it and goes on from there;
// without it, or when it does not fit, the journal is read from the beginning.
//
//   version line │ chunk │ chunk │ … │ empty chunk │ SHA-256 of everything before        chunk = length (4 bytes) + v8 bytes
//
// It is written piece by piece straight from the pipeline's columns: with 400,000 sites it is a gigabyte, which must not be
// in memory twice. Writing is synchronous, so that no entry comes between two pieces; making it durable is not.

import { createHash, type Hash } from "node:crypto";
import { closeSync, fsync, fsyncSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { deserialize, serialize } from "node:v8";
import { emptyAgenda } from "../judge/agenda.ts";
import { noHints } from "../judge/hints.ts";
import type { SavedPipeline } from "../pipeline.ts";
import { fillInHeard, readOlderAlarms } from "../alarm/older.ts";
import type { SavedSites } from "../registry.ts";

/** Change it when the shape of the snapshot or the meaning of the pipeline changes. */
const version = "plumeline checkpoint 9\n";
/** Those before, which this program goes on from as well: what they lack is filled in below. */
const versionsBefore: ReadonlySet<string> = new Set([
  "plumeline checkpoint 8\n",
  "plumeline checkpoint 7\n",
  "plumeline checkpoint 6\n",
]);
const versionBytes = Buffer.byteLength(version);
const hashBytes = 32;
const rowsPerChunk = 2_000;

export interface Snapshot {
  /** Makes it durable, and puts it in the place of the older one; the file is whole at any time. */
  commit(): Promise<void>;
  /** The same, while everything else waits. */
  commitSync(): void;
  discard(): void;
}

/** Writes the memory as it is at this moment beside `path`; it takes its place with `commit`. */
export function writeSnapshot(path: string, saved: SavedPipeline): Snapshot {
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(`${path}.new`, "w", 0o640);
  const hash = createHash("sha256");
  const put = (bytes: Uint8Array): void => {
    hash.update(bytes);
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
  };
  const putChunk = (value: unknown): void => {
    const bytes = serialize(value);
    put(lengthOf(bytes.length));
    put(bytes);
  };
  try {
    put(Buffer.from(version, "latin1"));
    for (const part of partsOf(saved)) putChunk(part);
    put(lengthOf(0));
    writeSync(fd, hash.digest());
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  let isOpen = true;
  const takePlace = (): void => {
    isOpen = false;
    closeSync(fd);
    renameSync(`${path}.new`, path);
  };
  return {
    async commit() {
      await promisify(fsync)(fd);
      takePlace();
    },
    commitSync() {
      fsyncSync(fd);
      takePlace();
    },
    discard() {
      if (!isOpen) return;
      isOpen = false;
      closeSync(fd);
      rmSync(`${path}.new`, { force: true });
    },
  };
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes);
  return length;
}

type Rest = Omit<SavedPipeline, "registry" | "windows" | "edgeNodes">;
type Part =
  | { readonly part: "rest"; readonly rest: Rest }
  | { readonly part: "windows"; readonly windows: Omit<SavedPipeline["windows"], "slots"> }
  | { readonly part: "slots" | "series"; readonly name: string; readonly column: unknown }
  | { readonly part: "watches"; readonly rows: SavedPipeline["registry"]["watches"] }
  | { readonly part: "edgeNodes"; readonly rows: SavedPipeline["edgeNodes"] }
  | { readonly part: "sites"; readonly rows: SavedSites };

function* partsOf({ registry, windows, edgeNodes, ...rest }: SavedPipeline): Generator<Part> {
  const { slots, ...windowsRest } = windows;
  yield { part: "rest", rest };
  yield { part: "windows", windows: windowsRest };
  for (const [name, column] of Object.entries(slots)) yield { part: "slots", name, column };
  for (const [name, column] of Object.entries(registry.series)) yield { part: "series", name, column };
  for (const rows of inChunks(registry.watches)) yield { part: "watches", rows };
  for (const rows of inChunks(edgeNodes)) yield { part: "edgeNodes", rows };
  for (const rows of registry.sites) yield { part: "sites", rows };
}

function* inChunks<T>(rows: Iterable<T>): Generator<T[]> {
  let chunk: T[] = [];
  for (const row of rows) {
    chunk.push(row);
    if (chunk.length < rowsPerChunk) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** Null when there is none, or when it is damaged or of another version. */
export function loadCheckpoint(path: string): SavedPipeline | null {
  const fd = openIfThere(path);
  if (fd === null) return null;
  try {
    return readSnapshot(fd);
  } finally {
    closeSync(fd);
  }
}

/** What stands at the beginning of a checkpoint, without proof that the rest is whole; null when there is none. */
export function peekCheckpoint(path: string): { readonly version: string; readonly seq: number | null } | null {
  const fd = openIfThere(path);
  if (fd === null) return null;
  try {
    const head = readFully(fd, versionBytes)?.toString("latin1") ?? "";
    const length = isReadable(head) ? (readFully(fd, 4)?.readUInt32LE() ?? 0) : 0;
    const bytes = length === 0 ? null : readFully(fd, length);
    const part = bytes === null ? null : parsePart(bytes);
    return { version: head.trim(), seq: part?.part === "rest" ? part.rest.seq : null };
  } finally {
    closeSync(fd);
  }
}

export const checkpointVersion = version.trim();

function openIfThere(path: string): number | null {
  try {
    return openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function readSnapshot(fd: number): SavedPipeline | null {
  const hash = createHash("sha256");
  const head = readHashed(fd, versionBytes, hash);
  if (head === null || !isReadable(head.toString("latin1"))) return null;
  const parts: Part[] = [];
  for (;;) {
    const length = readHashed(fd, 4, hash)?.readUInt32LE() ?? null;
    if (length === null) return null;
    if (length === 0) break;
    const bytes = readHashed(fd, length, hash);
    if (bytes === null) return null;
    const part = parsePart(bytes);
    if (part === null) return null;
    parts.push(part);
  }
  const digest = readFully(fd, hashBytes);
  return digest !== null && hash.digest().equals(digest) ? join(parts) : null;
}

/** Bytes that the disk has changed need not be what v8 writes. */
function parsePart(bytes: Buffer): Part | null {
  try {
    return deserialize(bytes) as Part;
  } catch {
    return null;
  }
}

function isReadable(head: string): boolean {
  return head === version || versionsBefore.has(head);
}

/**
 * Version 6 knew no requests to devices, no loggers, and not where a round of closing windows begins; version 7 judged nothing,
 * and had neither marks nor proposed limits; version 8 had no notices, cases and shifts, whose parts may be missing,
 * and alarms were kept with what judged a series.
 */
function fillIn({ closing, ...rest }: Rest): Rest {
  const { requests = [], marks = [], limitChanges = [], agenda = emptyAgenda, hints = noHints }: Partial<Rest> = rest;
  const rounds = closing.rounds.map(({ from = Number.NEGATIVE_INFINITY, ...round }) => ({ ...round, from }));
  return { ...rest, requests, marks, limitChanges, agenda, hints, closing: { ...closing, rounds } };
}

function join(parts: readonly Part[]): SavedPipeline | null {
  const of = <P extends Part["part"]>(name: P): Extract<Part, { part: P }>[] =>
    parts.filter((part): part is Extract<Part, { part: P }> => part.part === name);
  const columnsOf = (name: "slots" | "series"): unknown =>
    Object.fromEntries(of(name).map(({ name: column, column: values }) => [column, values]));
  const [rest] = of("rest");
  const [windows] = of("windows");
  if (rest === undefined || windows === undefined) return null;
  const slots = columnsOf("slots") as SavedPipeline["windows"]["slots"];
  const series = columnsOf("series") as SavedPipeline["registry"]["series"];
  const watches = of("watches").flatMap(({ rows }) => [...rows]);
  const edgeNodes = of("edgeNodes").flatMap(({ rows }) => [...rows]);
  const sites = of("sites").map(({ rows }) => rows);
  return {
    ...fillIn(rest.rest),
    alarms: rest.rest.alarms ?? readOlderAlarms(rest.rest, watches),
    edgeNodes,
    windows: { ...windows.windows, slots },
    registry: { series: fillInHeard(series, rest.rest.now), watches, sites },
  };
}

function readHashed(fd: number, length: number, hash: Hash): Buffer | null {
  const bytes = readFully(fd, length);
  if (bytes !== null) hash.update(bytes);
  return bytes;
}

/** A length that the disk has changed can be anything: what is not there is not allocated for nothing. */
function readFully(fd: number, length: number): Buffer | null {
  const pieces: Buffer[] = [];
  for (let left = length; left > 0;) {
    const piece = Buffer.allocUnsafeSlow(Math.min(left, 8 * 1024 * 1024));
    const read = readSync(fd, piece);
    if (read === 0) return null;
    pieces.push(piece.subarray(0, read));
    left -= read;
  }
  return pieces.length === 1 ? (pieces[0] ?? null) : Buffer.concat(pieces);
}
