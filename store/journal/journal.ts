// The contract of the journal: one ordered, durable sequence of entries. One appender (the broker role), any number of
// readers in other threads or processes. test/contract/journal.ts proves it on every implementation.
//
// Invariants every implementation keeps:
//   - `done` is called with a sequence number only after the entry is on disk.
//   - sequence numbers are 1, 2, 3, … in the order of append; none is used twice, also across crashes.
//   - a reader sees an entry only after it is durable, in order, and never twice.
//   - damage is reported with the sequence numbers it took; it is never skipped in silence.

import type { Failure } from "#domain/failure.ts";
import type { Channel, Door, Entry, EntryKind } from "#domain/frame.ts";

/** Called once: with the entry's sequence number when it is durable, or with the reason why it never will be. */
export type AppendDone = (failure: Failure | null, seq: number) => void;

export interface JournalHead {
  /** Sequence number of the newest durable entry, 0 when there is none. */
  readonly seq: number;
  /** How many of all durable entries are frames (not commands or ticks). */
  readonly frames: number;
}

/** A stretch of the journal that was written, and can no longer be read. */
export interface Damage {
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly segment: string;
  readonly offset: number;
}

export interface Appender {
  /**
   * Copies the entry into the next group commit; `payload` may be reused at once. When the disk is full or the journal has
   * reached its bound, `done` waits: the caller sees `writable` false and stops taking input.
   */
  append(
    kind: EntryKind,
    door: Door,
    channel: Channel,
    promised: boolean,
    receivedAt: number,
    source: string,
    payload: Uint8Array,
    done: AppendDone,
  ): void;
  head(): JournalHead;
  /** Bytes that wait for the disk. */
  readonly queuedBytes: number;
  readonly writable: boolean;
  /** Why it is not writable, for people; null when it is. */
  readonly why: string | null;
}

export interface Journal extends Appender {
  /** Opens and repairs. Throws Failure "journal-locked" when another process appends to the same folder. */
  start(): Promise<{ readonly damages: readonly Damage[]; readonly tornBytes: number }>;
  /** Commits what waits, then closes. */
  stop(): Promise<void>;
}

export type JournalPart =
  | { readonly type: "entries"; readonly entries: readonly Entry[] }
  | { readonly type: "damage"; readonly damage: Damage };

export interface JournalReader {
  /**
   * The entries of the next group commit, oldest first; null when everything durable was read. Payloads are views that
   * are valid until the next call.
   */
  read(): JournalPart | null;
  /** The first entry that retention has left; 1 while nothing was removed. What lies before it can not be read again. */
  readonly beginsAt: number;
  /** The newest durable entry; what is between it and the last one read is the backlog. */
  head(): JournalHead;
  stop(): void;
}
