// Entries that ingest could not survive. A bug in a decoder must not stop ingest at the same entry for ever: the entry is
// named in a file, ingest begins again, and the pipeline quarantines it unread. The file is part of what ingest is a function
// of; the bytes of the entry stay in the journal.
//
//   throws          ─▶ the entry is named at once, and the role starts again
//   kills the process (out of memory, a crash in native code)
//                   ─▶ after several starts without progress ingest writes down each entry before it touches it;
//                      the one that is written down twice running when it dies is the one

import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

export interface Poison {
  /** Sequence numbers that are not to be read. */
  readonly seqs: ReadonlySet<number>;
  /** Names an entry for good. */
  add(seq: number, why: string): void;
  /** Called before an entry is processed; writes it down when the last starts came to nothing. */
  approach(seq: number): void;
  /** Ingest has come as far as the journal was when it began: the next start is a first one again. */
  survived(): void;
}

interface Named {
  readonly seq: number;
  readonly why: string;
}

/** Starts that did not come as far as the journal was, after which every entry is written down first. */
const carefulAfter = 5;

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    // A half-written file is as good as none: what it would have said happens again.
    if (missing || error instanceof SyntaxError) return null;
    throw error;
  }
}

function writeDurably(path: string, value: unknown): void {
  const fd = openSync(`${path}.new`, "w", 0o640);
  try {
    writeSync(fd, JSON.stringify(value));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${path}.new`, path);
}

function isNamed(value: unknown): value is Named {
  return typeof value === "object" && value !== null && "seq" in value && typeof value.seq === "number";
}

export function openPoison(dir: string): Poison {
  mkdirSync(dir, { recursive: true });
  const namedPath = join(dir, "poison.json");
  const attemptPath = join(dir, "attempt.json");
  const saved = readJson(namedPath);
  const named: Named[] = Array.isArray(saved) ? saved.filter(isNamed) : [];
  const seqs = new Set(named.map((each) => each.seq));
  const attempt = readJson(attemptPath);
  const before = typeof attempt === "object" && attempt !== null ? attempt : {};
  const starts = "starts" in before && typeof before.starts === "number" ? before.starts + 1 : 1;

  function add(seq: number, why: string): void {
    if (seqs.has(seq)) return;
    seqs.add(seq);
    named.push({ seq, why });
    writeDurably(namedPath, named);
  }

  // One death proves nothing: whoever kills the process from outside catches it at some entry or other.
  const diedAt = "at" in before && typeof before.at === "number" ? before.at : null;
  const suspect = diedAt ?? ("suspect" in before && typeof before.suspect === "number" ? before.suspect : null);
  if (diedAt !== null && "suspect" in before && before.suspect === diedAt) {
    add(diedAt, "ingest ended twice while it processed this entry");
  }
  writeDurably(attemptPath, { starts, suspect });
  // A process that is killed from outside comes through at the next start, or the one after; one that kills itself never does.
  let careful = starts > carefulAfter;

  return {
    seqs,
    add,
    approach(seq) {
      // Not synced: what is to be survived is the end of the process, not of the machine.
      if (careful) writeFileSync(attemptPath, JSON.stringify({ starts, suspect, at: seq }));
    },
    survived() {
      careful = false;
      rmSync(attemptPath, { force: true });
    },
  };
}
