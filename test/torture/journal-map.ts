// The journal as it lies on disk, for the one who tortures it: which entries there are, where each batch lies in which
// file, and how to break it. Used while the system is down; it uses the product's own reading of the format, because what
// is checked here is not the format (test/contract does) but what became of the entries.

import { closeSync, existsSync, fsyncSync, openSync, readFileSync, readSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { entryKinds } from "#domain/frame.ts";
import { createFileJournalReader } from "#store/journal/file-reader.ts";
import { batchMagic, checkBatch, decodeEntries, markBytes, segmentHeaderBytes } from "#store/journal/format.ts";
import { findNextBatch } from "#store/journal/recover.ts";
import { listSegments, markName, openSegmentFile, segmentPath } from "#store/journal/segments.ts";
import { readFrameId } from "./frames.ts";
import type { Random } from "./random.ts";

export interface JournalFrame {
  readonly seq: number;
  /** Null: a frame that no device of ours sent. */
  readonly id: number | null;
  readonly source: string;
  readonly receivedAt: number;
  readonly promised: boolean;
}

export interface JournalView {
  readonly frames: readonly JournalFrame[];
  readonly damages: readonly { readonly fromSeq: number; readonly toSeq: number }[];
  readonly headSeq: number;
}

export function viewJournal(dir: string): JournalView {
  const reader = createFileJournalReader({ dir, afterSeq: 0 });
  const frames: JournalFrame[] = [];
  const damages: { fromSeq: number; toSeq: number }[] = [];
  for (let part = reader.read(); part !== null; part = reader.read()) {
    if (part.type === "damage") {
      damages.push(part.damage);
      continue;
    }
    for (const { kind, seq, source, receivedAt, promised, payload } of part.entries) {
      if (kind === entryKinds.frame) frames.push({ seq, id: readFrameId(payload), source, receivedAt, promised });
    }
  }
  const headSeq = reader.head().seq;
  reader.stop();
  return { frames, damages, headSeq };
}

export interface Batch {
  readonly segment: number;
  readonly sealed: boolean;
  readonly offset: number;
  readonly bytes: number;
  readonly fromSeq: number;
  readonly toSeq: number;
  /** Commands are the memory of what people decided: losing one changes the fate of frames that are whole. */
  readonly hasCommand: boolean;
}

export function listBatches(dir: string): Batch[] {
  const batches: Batch[] = [];
  for (const segment of listSegments(dir)) {
    const file = openSegmentFile(dir, segment);
    const bytes = Buffer.alloc(file.size());
    file.read(bytes, bytes.length, 0);
    file.close();
    const sealed = !existsSync(segmentPath(dir, segment));
    for (let offset = segmentHeaderBytes; ;) {
      const check = checkBatch(bytes, offset, bytes.length);
      if (check.type !== "batch") {
        // Behind what was broken before there is more.
        const next = findNextBatch(bytes, offset + 1, bytes.length);
        if (next === null) break;
        offset = next;
        continue;
      }
      const { firstSeq, entryCount } = check.header;
      const hasCommand = decodeEntries(bytes, offset, check.header).some(({ kind }) => kind === entryKinds.command);
      batches.push({
        segment,
        sealed,
        offset,
        bytes: check.bytes,
        fromSeq: firstSeq,
        toSeq: firstSeq + entryCount - 1,
        hasCommand,
      });
      offset += check.bytes;
    }
  }
  return batches;
}

/** What a power cut may leave behind the last batch: rubbish, zeros with rubbish, or the beginning of another batch. */
export function tearTail(dir: string, random: Random): string {
  const last = listBatches(dir).at(-1);
  if (last === undefined || last.sealed) return "nothing to tear";
  const fd = openSync(segmentPath(dir, last.segment), "r+");
  try {
    const at = last.offset + last.bytes;
    const room = statSync(segmentPath(dir, last.segment)).size - at;
    const kind = random.pick(["rubbish", "half a batch", "a hole and rubbish"] as const);
    const bytes = Buffer.alloc(Math.min(room, random.between(1, 20_000)));
    if (kind === "half a batch") {
      readSync(fd, bytes, 0, Math.min(bytes.length, last.bytes - 33), last.offset);
      if (bytes.length >= 4) bytes.writeUInt32LE(batchMagic, 0);
    } else {
      for (let i = kind === "rubbish" ? 0 : Math.min(4096, bytes.length >> 1); i < bytes.length; i++)
        bytes[i] = random.between(0, 255);
    }
    writeSync(fd, bytes, 0, bytes.length, at);
    fsyncSync(fd);
    return `${kind}, ${bytes.length} bytes`;
  } finally {
    closeSync(fd);
  }
}

export type Break = "bit" | "page" | "bytes";

/** Breaks the file of a batch somewhere inside the batch (open segment), or somewhere inside the file (sealed segment). */
export function breakBatch(dir: string, batch: Batch, how: Break, random: Random): string {
  const path = batch.sealed
    ? join(dir, `${String(batch.segment).padStart(16, "0")}.plj.zst`)
    : segmentPath(dir, batch.segment);
  const [from, to] = batch.sealed ? [0, readFileSync(path).length - 1] : [batch.offset, batch.offset + batch.bytes - 1];
  const at = random.between(from, to);
  const length =
    how === "bit" ? 1 : how === "bytes" ? Math.min(random.between(2, 64), to - at + 1) : Math.min(4096, to - at + 1);
  const fd = openSync(path, "r+");
  try {
    const bytes = Buffer.alloc(length);
    readSync(fd, bytes, 0, length, at);
    if (how === "page") bytes.fill(0);
    else
      for (let i = 0; i < length; i++)
        bytes[i] = (bytes[i] ?? 0) ^ (how === "bit" ? 1 << random.between(0, 7) : random.between(1, 255));
    writeSync(fd, bytes, 0, length, at);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return `${how} at ${at} of ${path.slice(path.lastIndexOf("/") + 1)} (entries ${batch.fromSeq}–${batch.toSeq})`;
}

/** Flips a bit where no entry lies: in the header of a segment, or in the durable mark. Nothing may be missing after it. */
export function breakFrame(dir: string, batches: readonly Batch[], random: Random): string {
  const open = batches.find((batch) => !batch.sealed);
  const [path, bytes] =
    open === undefined || random.chance(0.5)
      ? [join(dir, markName), markBytes]
      : [segmentPath(dir, open.segment), segmentHeaderBytes];
  const fd = openSync(path, "r+");
  try {
    const at = random.between(0, bytes - 1);
    const byte = Buffer.alloc(1);
    readSync(fd, byte, 0, 1, at);
    byte[0] = (byte[0] ?? 0) ^ (1 << random.between(0, 7));
    writeSync(fd, byte, 0, 1, at);
    return `bit at ${at} of ${path.slice(path.lastIndexOf("/") + 1)}, where no entry lies`;
  } finally {
    closeSync(fd);
  }
}
