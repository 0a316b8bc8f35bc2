// The data folder as a watchman sees it: what the journal has and may have, how much room the disk still has, and in how many
// days it is full when things go on like this. The growth is measured, never guessed: until it was watched for a while there
// is none. And a few small texts of the api's own that should outlive it.

import { mkdirSync, readdirSync, readFileSync, renameSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dayMs, minuteMs } from "#domain/time.ts";
import { readConsumed } from "#store/journal/consumed.ts";
import { segmentBytesBehind } from "#store/journal/segments.ts";
import type { FolderFacts } from "../parts.ts";

export interface DataFolder {
  start(): void;
  /** Throws when the folder cannot be read. */
  look(): FolderFacts;
  /** A text that was kept under this name; null when there is none. */
  readNote(name: string): string | null;
  /** A reader meets the old text or the new one, never half of one. */
  keepNote(name: string, text: string): void;
  stop(): void;
}

/** Walking a folder with years of segments is not free: what was found is good for so long. */
const keptMs = 10_000;
const sampleEveryMs = 5 * minuteMs;
/** Files grow in steps of tens of megabytes: over less than this a step would look like a flood. */
const watchedMsMin = 15 * minuteMs;
const watchedMsMax = dayMs;

interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/** Files come and go while they are looked at: what is gone is tried again, and after that counts as nothing. */
function readMoving(read: () => number): number {
  for (let attempt = 0; ; attempt++) {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
      if (attempt === 2) return 0;
    }
  }
}

/** Bytes of all files below `dir`. */
function folderBytes(dir: string): number {
  let sum = 0;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) sum += readMoving(() => folderBytes(path));
    else if (entry.isFile()) sum += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return sum;
}

/** The oldest sample that still counts, against now. */
export function measureGrowth(samples: readonly Sample[], now: Sample): { watchedMs: number; perDay: number | null } {
  const oldest = samples.find((sample) => now.at - sample.at <= watchedMsMax) ?? now;
  const watchedMs = now.at - oldest.at;
  const perDay = watchedMs < watchedMsMin ? null : ((now.bytes - oldest.bytes) / watchedMs) * dayMs;
  return { watchedMs, perDay };
}

export interface DataFolderParts {
  readonly dataDir: string;
  readonly journalBytesMax: number | null;
  readonly now: () => number;
}

export function createDataFolder({ dataDir, journalBytesMax, now }: DataFolderParts): DataFolder {
  const journalDir = join(dataDir, "journal");
  const noteFile = (name: string): string => join(dataDir, "api", `${name}.json`);
  let samples: Sample[] = [];
  let timer: NodeJS.Timeout | null = null;
  let kept: { readonly at: number; readonly facts: FolderFacts } | null = null;

  function sample(): void {
    const at = now();
    samples = [...samples.filter((each) => at - each.at <= watchedMsMax), { at, bytes: folderBytes(dataDir) }];
  }

  function lookNow(at: number): FolderFacts {
    const dataBytes = folderBytes(dataDir);
    const disk = statfsSync(dataDir);
    const { watchedMs, perDay } = measureGrowth(samples, { at, bytes: dataBytes });
    return {
      journalBytes: readMoving(() => folderBytes(journalDir)),
      waitingBytes: readMoving(() => segmentBytesBehind(journalDir, readConsumed(dataDir))),
      waitingBytesMax: journalBytesMax,
      dataBytes,
      diskBytes: disk.blocks * disk.bsize,
      diskFreeBytes: disk.bavail * disk.bsize,
      growthBytesPerDay: perDay,
      watchedMs,
    };
  }

  return {
    start() {
      sample();
      timer = setInterval(sample, sampleEveryMs);
      timer.unref();
    },
    look() {
      const at = now();
      if (kept === null || Math.abs(at - kept.at) >= keptMs) kept = { at, facts: lookNow(at) };
      return kept.facts;
    },
    readNote(name) {
      try {
        return readFileSync(noteFile(name), "utf8");
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
        throw error;
      }
    },
    keepNote(name, text) {
      const file = noteFile(name);
      mkdirSync(join(dataDir, "api"), { recursive: true });
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
    },
    stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
    },
  };
}
