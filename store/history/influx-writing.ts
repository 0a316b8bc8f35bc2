// The writing half that every InfluxDB shares: points first, then the cursor, in turn. What differs is how a body is sent and
// how the cursor is read.

import type { HistoryBatch } from "./history.ts";
import {
  checkFormat,
  formatCursor,
  formatLanes,
  Freshness,
  sendLanes,
  type Lane,
  type StoredCursor,
} from "./influx-lines.ts";
import { createTurns } from "./turns.ts";

export interface InfluxWriting {
  /** Asks the store; throws Failure "history-invalid" when a later release wrote there. */
  cursor(): Promise<number>;
  write(batch: HistoryBatch): Promise<void>;
  /** Forgets what was written, as after a start. */
  forget(): void;
}

export interface InfluxWritingParts {
  /** For messages: the address. */
  readonly where: string;
  readonly readCursor: () => Promise<StoredCursor>;
  /** One request of line protocol in ns. */
  readonly send: (body: Uint8Array) => Promise<void>;
}

/** Requests in flight; on two cores a third only waits. */
const lanesMax = 2;

export function createInfluxWriting(parts: InfluxWritingParts): InfluxWriting {
  const inTurn = createTurns();
  let freshness: Freshness | null = null;
  let cursor = 0;
  // A batch that is tried again is the same lines, so that nothing lies there twice.
  let formatted: { readonly batch: HistoryBatch; readonly lanes: readonly Lane[] } | null = null;

  async function load(): Promise<Freshness> {
    const stored = await parts.readCursor();
    checkFormat(stored, parts.where);
    cursor = Math.max(cursor, stored.cursor);
    freshness ??= new Freshness(stored.newest);
    return freshness;
  }

  async function writeBatch(batch: HistoryBatch): Promise<void> {
    const known = freshness ?? (await load());
    if (formatted?.batch !== batch) formatted = { batch, lanes: formatLanes(batch, known, lanesMax) };
    await sendLanes(formatted.lanes, parts.send);
    const upTo = Math.max(cursor, batch.cursor);
    await parts.send(formatCursor(upTo, known.highest, Date.now()));
    cursor = upTo;
    formatted = null;
  }

  return {
    async cursor() {
      await load();
      return cursor;
    },
    /** In turn: the cursor of a later batch must not overtake the rows of an earlier one. */
    write: (batch) => inTurn(() => writeBatch(batch)),
    forget() {
      freshness = null;
      formatted = null;
    },
  };
}
