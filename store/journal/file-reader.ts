// Reads the segment files that file-journal.ts writes, from any thread or process, up to the durable mark and not beyond.
// Checks every batch (CRC, hash, chain) and reports what cannot be read as damage.

import { bounds } from "#domain/bounds.ts";
import {
  batchHeaderBytes,
  batchOverheadBytes,
  type BatchCheck,
  checkBatch,
  decodeEntries,
  type Mark,
  segmentHeaderBytes,
} from "./format.ts";
import type { JournalHead, JournalPart, JournalReader } from "./journal.ts";
import { createMarkReader, findNextBatch } from "./recover.ts";
import {
  archiveBegin,
  listSegments,
  openSegmentFile,
  refuseOtherFormat,
  type SegmentFile,
  segmentName,
} from "./segments.ts";

const readBytes = 1024 * 1024;

export interface FileReaderOptions {
  readonly dir: string;
  /** The last sequence number that is already known; reading begins behind it. */
  readonly afterSeq: number;
}

export function createFileJournalReader(options: FileReaderOptions): JournalReader {
  const { dir } = options;
  const marks = createMarkReader(dir);
  const bodyBytesMax = bounds.commitBytesMax + batchOverheadBytes;
  let mark: Mark | null = null;
  // What retention has removed is gone by intent; it is not damage.
  let lastSeq = Math.max(options.afterSeq, archiveBegin(dir) - 1);
  let lastHash: Buffer | null = null;
  let file: SegmentFile | null = null;
  let segmentFirstSeq = 0;
  /** Where in the segment `window` begins, and what it holds. */
  let windowOffset = 0;
  let windowLength = 0;
  let window = Buffer.allocUnsafe(readBytes);
  let at = 0;

  function openSegment(firstSeq: number): void {
    file?.close();
    file = openSegmentFile(dir, firstSeq);
    refuseOtherFormat(file, firstSeq);
    segmentFirstSeq = firstSeq;
    windowOffset = segmentHeaderBytes;
    windowLength = 0;
    at = 0;
  }

  /** Opens the segment that holds `lastSeq + 1`, or the next one that exists. False when there is none yet. */
  function findSegment(): boolean {
    const segments = listSegments(dir);
    const holding = segments.findLast((first) => first <= lastSeq + 1) ?? segments[0];
    if (holding === undefined) return false;
    openSegment(holding);
    return true;
  }

  /** Brings at least `neededBytes` behind `at` into the window; false when the file ends before. */
  function fill(neededBytes: number): boolean {
    if (windowLength - at >= neededBytes) return true;
    if (file === null) return false;
    const size = Math.max(readBytes, neededBytes);
    if (window.length < size) window = Buffer.allocUnsafe(size);
    windowOffset += at;
    at = 0;
    windowLength = file.read(window, size, windowOffset);
    return windowLength >= neededBytes;
  }

  /** Reads again from the file: what was blank when the window was filled may be written now. */
  function refill(): void {
    windowOffset += at;
    at = 0;
    windowLength = 0;
  }

  /** What lies at `at`? A window that was filled too early is read again before it is believed. */
  function look(): BatchCheck {
    for (const again of [false, true]) {
      if (again) refill();
      if (!fill(batchHeaderBytes)) continue;
      let check = checkBatch(window.subarray(0, windowLength), at, bodyBytesMax);
      if (check.type === "longer" && fill(check.neededBytes)) {
        check = checkBatch(window.subarray(0, windowLength), at, bodyBytesMax);
      }
      if (check.type === "batch") return check;
      if (again) return check;
    }
    return { type: "blank" };
  }

  function nextPart(durableSeq: number): JournalPart | null {
    for (;;) {
      const check = look();
      if (check.type !== "batch") return endOfSegment(durableSeq);
      const { header } = check;
      if (header.firstSeq > lastSeq + 1) return damageUpTo(header.firstSeq - 1);
      const chained = lastHash === null || lastHash.equals(check.hashBefore);
      lastHash = Buffer.from(check.hash);
      const batchAt = at;
      at += check.bytes;
      const batchLastSeq = header.firstSeq + header.entryCount - 1;
      if (batchLastSeq <= lastSeq) continue;
      // Whole, but it does not follow the batch before it: something was exchanged.
      if (!chained) return damageUpTo(batchLastSeq);
      const entries = decodeEntries(window, batchAt, header).filter((entry) => entry.seq > lastSeq);
      lastSeq = batchLastSeq;
      return { type: "entries", entries };
    }
  }

  /** Nothing whole lies at `at`: the segment is full, or not written here yet, or damaged. */
  function endOfSegment(durableSeq: number): JournalPart | null {
    const next = listSegments(dir).find((first) => first > segmentFirstSeq);
    // What the mark or a later segment vouches for must be readable; a blank or broken place before that is damage.
    const expectedEnd = next === undefined ? durableSeq : next - 1;
    if (lastSeq < expectedEnd) {
      const later = laterBatch();
      if (later === null) {
        const part = damageUpTo(expectedEnd);
        lastHash = null;
        if (next !== undefined) openSegment(next);
        return part;
      }
      windowOffset = later;
      at = 0;
      windowLength = 0;
      lastHash = null;
      return nextPart(durableSeq);
    }
    if (next === undefined) return null;
    openSegment(next);
    return nextPart(durableSeq);
  }

  function damageUpTo(toSeq: number): JournalPart {
    const damage = { fromSeq: lastSeq + 1, toSeq, segment: segmentName(segmentFirstSeq), offset: windowOffset + at };
    lastSeq = toSeq;
    return { type: "damage", damage };
  }

  /** Offset of the next whole batch behind a broken one in this segment, or null. */
  function laterBatch(): number | null {
    if (file === null) return null;
    const from = windowOffset + at;
    const rest = Buffer.alloc(Math.max(0, file.size() - from));
    file.read(rest, rest.length, from);
    const found = findNextBatch(rest, 1, bodyBytesMax);
    return found === null ? null : from + found;
  }

  return {
    read() {
      mark = marks.read() ?? mark;
      const durableSeq = mark?.seq ?? 0;
      if (durableSeq <= lastSeq) return null;
      if (file === null && !findSegment()) return null;
      return nextPart(durableSeq);
    },
    get beginsAt() {
      return archiveBegin(dir);
    },
    head(): JournalHead {
      mark = marks.read() ?? mark;
      return { seq: mark?.seq ?? 0, frames: mark?.frames ?? 0 };
    },
    stop() {
      marks.stop();
      file?.close();
      file = null;
    },
  };
}
