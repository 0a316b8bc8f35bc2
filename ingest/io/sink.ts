// A sink: one store with its own cursor. What the pipeline produced is handed over in batches; while one is written the next
// one gathers. A store that is away is tried again until it is back; nothing is dropped.

import { Failure } from "#domain/failure.ts";

export interface Sink {
  /** Everything up to `seq` is in what `take` will return from now on; writes when it is time. */
  advance(seq: number): void;
  /** Writes at once what there is, and resolves when it is written. Rejects when the sink is stopped before that. */
  flush(): Promise<void>;
  /** Up to here everything is durable in the store. */
  readonly cursor: number;
  readonly ok: boolean;
  readonly why: string | null;
  stop(): void;
}

export interface SinkParts {
  readonly name: string;
  /** The store's cursor when the sink begins. */
  readonly cursor: number;
  /** Is it worth writing now? `ageMs` is how long the oldest unwritten thing has waited. */
  readonly isDue: (ageMs: number) => boolean;
  /** Takes what gathered (the next batch begins empty) and returns how to write it; null when there is nothing. */
  readonly take: (cursor: number) => (() => Promise<void>) | null;
  readonly now: () => number;
  readonly log: { warn(object: object, message: string): void; info(object: object, message: string): void };
}

const retryMs = 500;
/** Without rows the cursor is written this often, so that a restart does not read far back. */
const idleCursorMs = 5000;

export function createSink(parts: SinkParts): Sink {
  const { name, now, log } = parts;
  let cursor = parts.cursor;
  let seen = parts.cursor;
  let dirtySince: number | null = null;
  let writing: Promise<void> | null = null;
  let why: string | null = null;
  let stopped = false;

  async function write(): Promise<void> {
    const upTo = seen;
    dirtySince = null;
    const job = parts.take(upTo);
    if (job !== null) await untilDone(job);
    cursor = Math.max(cursor, upTo);
  }

  async function untilDone(job: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await job();
        if (why !== null) log.info({ store: name }, "the store takes data again");
        why = null;
        return;
      } catch (error) {
        const says = error instanceof Error ? error.message : String(error);
        if (why !== says)
          log.warn(
            { err: error, store: name },
            "the store takes nothing; what waits is kept in the journal and tried again",
          );
        why = says;
        if (stopped)
          throw new Failure("sink-stopped", `${name} was not there when ingest stopped`, {
            retryable: true,
            cause: error,
          });
        await new Promise((wake) => setTimeout(wake, retryMs));
      }
    }
  }

  function begin(): Promise<void> {
    writing = write().finally(() => {
      writing = null;
    });
    return writing;
  }

  return {
    advance(seq) {
      seen = seq;
      dirtySince ??= now();
      if (writing !== null) return;
      const ageMs = now() - dirtySince;
      if (parts.isDue(ageMs) || ageMs >= idleCursorMs) {
        // Its failures are logged and tried again inside; what is left is the stop, and then nobody waits for it.
        begin().catch(() => undefined);
      }
    },
    async flush() {
      if (writing !== null) await writing;
      if (seen > cursor || dirtySince !== null) await begin();
    },
    get cursor() {
      return cursor;
    },
    get ok() {
      return why === null;
    },
    get why() {
      return why;
    },
    stop() {
      stopped = true;
    },
  };
}
