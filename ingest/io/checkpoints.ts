// When a checkpoint is made: every half minute, earlier when very much was processed, and at the end. A snapshot may only
// stand on rows that are durable: everything up to it is flushed before it takes the place of the older one.

import { join } from "node:path";
import { writeConsumed } from "#store/journal/consumed.ts";
import type { Pipeline } from "../pipeline.ts";
import { writeSnapshot } from "./checkpoint.ts";
import type { HistoryLine } from "./history-line.ts";
import type { StateSink } from "./state-sink.ts";

export interface CheckpointParts {
  readonly dataDir: string;
  readonly path: string;
  readonly everyMs: number;
  readonly pipeline: () => Pipeline;
  readonly sink: StateSink;
  readonly line: HistoryLine;
  readonly now: () => number;
  readonly log: { warn(object: object, message: string): void };
}

export interface Checkpoints {
  /** Makes one beside everything else when it is time. */
  maintain(): void;
  /** As if it had been due long ago. */
  hurry(): void;
  /** One more, behind one that is under way. */
  last(): Promise<void>;
}

/** After so many entries a checkpoint comes earlier: what is behind it no longer counts against the journal's bound. */
export const checkpointEntries = 20_000;
const earlyMs = 5_000;
/** Writing it stops everything else: it may cost this part of the time, with however many sites. */
const costFactor = 50;
/** One that took longer is not made at the end. */
const lastCostMsMax = 1_500;

export function checkpointPath(dataDir: string): string {
  return join(dataDir, "ingest", "checkpoint");
}

export function createCheckpoints({
  dataDir,
  path,
  everyMs,
  pipeline,
  sink,
  line,
  now,
  log,
}: CheckpointParts): Checkpoints {
  let lastAt = now();
  let lastSeq = pipeline().seq;
  let costMs = 0;
  let making: Promise<void> | null = null;

  async function make(): Promise<void> {
    const { seq } = pipeline();
    const begun = performance.now();
    const snapshot = writeSnapshot(path, pipeline().save());
    costMs = performance.now() - begun;
    try {
      sink.advance(pipeline().seq);
      await Promise.all([sink.flush(), line.settle()]);
      await snapshot.commit();
    } finally {
      snapshot.discard();
    }
    writeConsumed(dataDir, Math.min(seq, line.neededSeq ?? seq));
  }

  return {
    maintain() {
      if (making !== null || !sink.ok) return;
      const sinceMs = now() - lastAt;
      const isDue = sinceMs >= everyMs || (sinceMs >= earlyMs && pipeline().seq - lastSeq > checkpointEntries);
      if (!isDue || sinceMs < costMs * costFactor) return;
      lastAt = now();
      lastSeq = pipeline().seq;
      making = make()
        .catch((error: unknown) => log.warn({ err: error }, "no checkpoint this time"))
        .finally(() => {
          making = null;
        });
    },
    hurry() {
      lastAt = Number.NEGATIVE_INFINITY;
    },
    async last() {
      await making;
      // With millions of series a checkpoint takes longer than a stop may: the next start reads further back instead.
      if (costMs > lastCostMsMax) {
        sink.advance(pipeline().seq);
        await Promise.all([sink.flush(), line.settle()]);
        return;
      }
      sink.wantLatest();
      await make();
    },
  };
}
