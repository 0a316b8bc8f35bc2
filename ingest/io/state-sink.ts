// The sink of the state store. People wait for commands and alarms, so those are committed at once; the rest may gather a
// little. Newest values, which would be written again with every reading, go along every few seconds and with every
// checkpoint. The outcome of a command is told only when it is committed.

import type { Rpc } from "#store/link/link.ts";
import type { StateWriter } from "#store/state/state.ts";
import { createStateOutput, isEmptyState, type Output } from "../output.ts";
import { toStateBatch } from "../write/rows.ts";
import type { Registry } from "../registry.ts";
import { createSink, type Sink, type SinkParts } from "./sink.ts";

export interface StateSinkParts extends Pick<SinkParts, "cursor" | "now" | "log"> {
  readonly output: Output;
  readonly dueMs: number;
  readonly registry: () => Registry;
  readonly state: StateWriter;
  readonly rpc: Rpc;
  /** Frames the pipeline has given an outcome to. */
  readonly frames: () => number;
  /** So many of them are in the store, where the ledger is read. */
  readonly onCommitted: (frames: number) => void;
}

const latestDueMs = 5_000;

export interface StateSink extends Sink {
  /** The next write takes the newest values along, however recent the last one was. */
  wantLatest(): void;
}

export function createStateSink(parts: StateSinkParts): StateSink {
  const { cursor, log, now, output, rpc, state } = parts;
  let latestAt = now();
  const sink = createSink({
    name: "state",
    cursor,
    now,
    log,
    isDue: (ageMs) =>
      (ageMs >= parts.dueMs && !isEmptyState(output.state)) ||
      output.state.outcomes.length > 0 ||
      output.state.alarms.size > 0,
    // The cursor alone is worth a commit too: a checkpoint may stand on no less than the store knows.
    take(upTo) {
      const taken = output.state;
      const withLatest = Math.abs(now() - latestAt) >= latestDueMs;
      if (withLatest) latestAt = now();
      const batch = toStateBatch(taken, upTo, parts.registry(), withLatest);
      const frames = parts.frames();
      output.state = createStateOutput(withLatest ? new Set() : taken.latest);
      return async () => {
        await state.commit(batch);
        parts.onCommitted(frames);
        const { outcomes } = taken;
        if (outcomes.length > 0) {
          rpc.notify("live", { seq: upTo, latest: [], alarms: [], sites: [], limits: [], outcomes });
        }
      };
    },
  });
  return Object.assign(sink, {
    wantLatest() {
      latestAt = Number.NEGATIVE_INFINITY;
    },
  });
}

/** Rows that wait for the state store and cannot be merged. */
export function stateRows(state: Output["state"]): number {
  return (
    state.transitions.length +
    state.quarantine.length +
    state.audit.length +
    state.outcomes.length +
    state.revisions.length
  );
}
