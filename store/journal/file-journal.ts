// The journal in segment files of our own: every group commit is one write that returns when the bytes are on disk.
//
//   append ──copy──▶ filling ──swap──▶ writing ──write (O_DSYNC)──▶ disk ──▶ durable mark ──▶ done(seq) for each entry
//                       ▲                 │
//                       └── what arrives while a write is under way forms the next commit ──┘
//
// Never acknowledges what is not on disk; never overwrites to make room: at the bound, or when the disk is full, commits
// wait and `why` says so.

import { constants, existsSync, writeSync } from "node:fs";
import { mkdir, open, rename, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { bounds } from "#domain/bounds.ts";
import { Failure } from "#domain/failure.ts";
import { entryKinds } from "#domain/frame.ts";
import { takeLock, type Lock } from "../lock/lock.ts";
import {
  batchHeaderBytes,
  batchOverheadBytes,
  encodeEntry,
  encodeMark,
  encodeSegmentHeader,
  entryBytesMax,
  genesisHash,
  markBytes,
  sealBatch,
  segmentHeaderBytes,
} from "./format.ts";
import type { AppendDone, Journal } from "./journal.ts";
import { type RecoveredEnd, recoverJournal } from "./recover.ts";
import {
  listSegments,
  markName,
  preallocate,
  removeOldSegments,
  sealSegment,
  segmentBytesBehind,
  segmentPath,
  spareName,
  syncFolder,
} from "./segments.ts";

export const segmentBytesDefault = 32 * 1024 * 1024;
const retryMs = 500;

interface Commit {
  readonly bytes: Buffer;
  used: number;
  entries: number;
  frames: number;
  readonly done: AppendDone[];
}

type Waiting = readonly [...Parameters<Journal["append"]>];

export interface FileJournalOptions {
  readonly dir: string;
  readonly segmentBytes?: number;
  /** Bound of what is not consumed yet; null = the disk is the bound. */
  readonly bytesMax?: number | null;
  /** Up to here ingest will never read again; what is consumed is the archive and does not count against the bound. */
  readonly consumedSeq?: () => number;
  /** Sealed segments older than this are removed; null = kept for ever. */
  readonly archiveMsMax?: number | null;
  readonly now: () => number;
  readonly log: { warn(object: object, message: string): void };
}

export function createFileJournal(options: FileJournalOptions): Journal {
  const { dir, now, log } = options;
  const segmentBytes = options.segmentBytes ?? segmentBytesDefault;
  const commitBytes = Math.min(bounds.commitBytesMax + batchOverheadBytes, segmentBytes - segmentHeaderBytes);

  let lock: Lock | null = null;
  let segment: FileHandle | null = null;
  let segmentOffset = 0;
  let spare: Promise<void> | null = null;
  let sealing: Promise<void> = Promise.resolve();
  let markFile: FileHandle | null = null;
  const markBuffer = Buffer.alloc(markBytes);
  let nextSeq = 1;
  let framesBefore = 0;
  let hashBefore = genesisHash;
  let head = { seq: 0, frames: 0 };
  let filling = createCommit();
  let idle = createCommit();
  let committing: Promise<void> | null = null;
  let scheduled = false;
  let stopping = false;
  let why: string | null = null;
  const overflow: Waiting[] = [];
  let overflowBytes = 0;

  function createCommit(): Commit {
    return { bytes: Buffer.allocUnsafe(commitBytes), used: batchHeaderBytes, entries: 0, frames: 0, done: [] };
  }

  function put(entry: Waiting): boolean {
    const [kind, door, channel, promised, receivedAt, source, payload, done] = entry;
    const room = filling.bytes.length - 32 - filling.used;
    if (entryBytesMax(source, payload.length) > room) return false;
    filling.used = encodeEntry(filling.bytes, filling.used, kind, door, channel, promised, receivedAt, source, payload);
    filling.entries++;
    if (kind === entryKinds.frame) filling.frames++;
    filling.done.push(done);
    return true;
  }

  function schedule(): void {
    if (scheduled || committing !== null) return;
    scheduled = true;
    // Everything that this turn of the loop brings goes into one commit.
    setImmediate(() => {
      scheduled = false;
      if (committing === null && filling.entries > 0) committing = commitAll();
    });
  }

  async function commitAll(): Promise<void> {
    while (filling.entries > 0) {
      const commit = filling;
      filling = idle;
      while (overflow[0] !== undefined && put(overflow[0])) {
        overflowBytes -= overflow[0][6].length;
        overflow.shift();
      }
      await writeCommit(commit);
      idle = commit;
    }
    committing = null;
  }

  async function writeCommit(commit: Commit): Promise<void> {
    const firstSeq = nextSeq;
    const bodyBytes = commit.used - batchHeaderBytes;
    const sealed = await untilWritten(async () => {
      if (segment === null || segmentOffset + batchOverheadBytes + bodyBytes > segmentBytes) await roll();
      // Sealed behind the roll, because a batch never changes once it is written.
      const batch = sealBatch(
        commit.bytes,
        { bodyBytes, entryCount: commit.entries, firstSeq, framesBefore },
        hashBefore,
      );
      await segment?.write(commit.bytes, 0, batch.bytes, segmentOffset);
      return batch;
    });
    const done = commit.done.splice(0);
    const { entries, frames } = commit;
    commit.used = batchHeaderBytes;
    commit.entries = 0;
    commit.frames = 0;
    if (sealed === null) {
      for (const each of done)
        each(new Failure("journal-stopped", "the journal stopped before this was on disk", { retryable: true }), 0);
      return;
    }
    segmentOffset += sealed.bytes;
    nextSeq += entries;
    framesBefore += frames;
    hashBefore = sealed.hash;
    head = { seq: nextSeq - 1, frames: framesBefore };
    await writeMark();
    for (let i = 0; i < done.length; i++) done[i]?.(null, firstSeq + i);
  }

  /** Repeats `attempt` until the disk takes it; null when the journal is stopped meanwhile. */
  async function untilWritten<T>(attempt: () => Promise<T>): Promise<T | null> {
    for (;;) {
      try {
        const result = await attempt();
        why = null;
        return result;
      } catch (error) {
        const says = error instanceof Error ? error.message : String(error);
        if (why !== says)
          log.warn({ err: error, dir }, "the journal cannot be written; nothing is acknowledged until it can");
        why = says;
        if (stopping) return null;
        await new Promise((wake) => setTimeout(wake, retryMs));
      }
    }
  }

  async function roll(): Promise<void> {
    if (
      options.bytesMax !== undefined &&
      options.bytesMax !== null &&
      segmentBytesBehind(dir, options.consumedSeq?.() ?? 0) + segmentBytes > options.bytesMax
    ) {
      throw new Failure("journal-full", `the journal has reached its bound of ${options.bytesMax} bytes`, {
        retryable: true,
        hint: "Raise JOURNAL_BYTES_MAX.",
      });
    }
    spare ??= preallocate(join(dir, spareName), segmentBytes);
    try {
      await spare;
    } finally {
      spare = null;
    }
    const next = await open(join(dir, spareName), constants.O_RDWR | constants.O_DSYNC);
    await next.write(encodeSegmentHeader(nextSeq, now(), framesBefore, hashBefore), 0, segmentHeaderBytes, 0);
    await rename(join(dir, spareName), segmentPath(dir, nextSeq));
    syncFolder(dir);
    await segment?.close();
    segment = next;
    segmentOffset = segmentHeaderBytes;
    sealFull(nextSeq);
    // The next one is made ready while this one fills; a failure shows when it is needed.
    spare = preallocate(join(dir, spareName), segmentBytes);
    spare.catch((error: unknown) => log.warn({ err: error, dir }, "the next journal segment could not be prepared"));
  }

  /** Compresses what is full, beside the commits. What fails is tried again with the next segment. */
  function sealFull(openFirstSeq: number): void {
    sealing = sealing.then(async () => {
      for (const firstSeq of listSegments(dir)) {
        if (firstSeq >= openFirstSeq || stopping || !existsSync(segmentPath(dir, firstSeq))) continue;
        try {
          await sealSegment(dir, firstSeq);
        } catch (error) {
          log.warn({ err: error, segment: firstSeq }, "a full journal segment could not be compressed");
          return;
        }
      }
      await removeOld();
    });
  }

  async function removeOld(): Promise<void> {
    const keepMs = options.archiveMsMax ?? null;
    if (keepMs === null || stopping) return;
    try {
      const removed = await removeOldSegments(dir, now() - keepMs, options.consumedSeq?.() ?? 0);
      if (removed > 0) log.warn({ segments: removed }, "journal segments past their retention were removed");
    } catch (error) {
      log.warn({ err: error }, "journal segments past their retention could not be removed");
    }
  }

  async function writeMark(): Promise<void> {
    encodeMark(markBuffer, { seq: head.seq, frames: head.frames, hash: hashBefore });
    const fd = markFile?.fd;
    // Some bytes into the page cache, over those that were there: handing it to another thread costs ten times as much.
    if (fd !== undefined) await untilWritten(async () => writeSync(fd, markBuffer, 0, markBytes, 0));
  }

  return {
    async start() {
      await mkdir(dir, { recursive: true });
      lock = takeLock(join(dir, "lock"), "journal-locked", `another process appends to the journal in ${dir}`);
      let end: RecoveredEnd;
      try {
        end = recoverJournal(dir, commitBytes);
      } catch (error) {
        lock.release();
        throw error;
      }
      nextSeq = end.nextSeq;
      framesBefore = end.frames;
      hashBefore = Buffer.from(end.hash);
      head = { seq: nextSeq - 1, frames: framesBefore };
      markFile = await open(join(dir, markName), constants.O_RDWR | constants.O_CREAT, 0o640);
      if (end.segment !== null) {
        segment = await open(segmentPath(dir, end.segment.firstSeq), constants.O_RDWR | constants.O_DSYNC);
        segmentOffset = end.segment.offset;
      }
      await writeMark();
      return { damages: end.damages, tornBytes: end.tornBytes };
    },

    async stop() {
      stopping = true;
      if (committing === null && filling.entries > 0) committing = commitAll();
      await committing;
      for (const entry of overflow.splice(0))
        entry[7](new Failure("journal-stopped", "the journal stopped", { retryable: true }), 0);
      // Its failure was logged where it was begun; there is nothing left to write.
      await spare?.catch(() => null);
      await sealing;
      await segment?.close();
      await markFile?.close();
      lock?.release();
    },

    append(...entry) {
      if (overflow.length > 0 || !put(entry)) {
        if (overflowBytes > bounds.appendQueueBytesMax || entry[6].length > bounds.frameBytesMax * 4) {
          entry[7](new Failure("journal-busy", "more waits for the disk than may wait", { retryable: true }), 0);
          return;
        }
        // The payload belongs to the caller; what must wait is copied.
        overflow.push([entry[0], entry[1], entry[2], entry[3], entry[4], entry[5], Buffer.from(entry[6]), entry[7]]);
        overflowBytes += entry[6].length;
      }
      schedule();
    },

    head: () => head,
    get queuedBytes() {
      return filling.used - batchHeaderBytes + overflowBytes;
    },
    get writable() {
      return why === null;
    },
    get why() {
      return why;
    },
  };
}
