// The sink of the state store. People wait for commands and alarms, so those are committed at once; the rest may gather a
// little. Newest values, of which there may be millions, trickle along: they serve an api that starts while ingest is away.
// The outcome of a command is told only when it is committed.

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

/** Newest values that one commit takes along: a twentieth of the time, on a slow machine. */
const latestPerCommit = 2_000;
/** Judging waits for its rows to be taken. */
const judgedPerCommit = 2_000;
/** At the end all of them, unless that would take longer than people wait; the next start writes them then. */
const latestAtEnd = 100_000;

export interface StateSink extends Sink {
  /** The next write takes all newest values along. */
  wantLatest(): void;
}

export function createStateSink(parts: StateSinkParts): StateSink {
  const { cursor, log, now, output, rpc, state } = parts;
  let isLast = false;
  const sink = createSink({
    name: "state",
    cursor,
    now,
    log,
    isDue: (ageMs) =>
      (ageMs >= parts.dueMs && (!isEmptyState(output.state) || output.state.latest.size > 0)) ||
      output.state.outcomes.length > 0 ||
      judgedRows(output.state) >= judgedPerCommit ||
      output.state.alarms.size > 0,
    // The cursor alone is worth a commit too: a checkpoint may stand on no less than the store knows.
    take(upTo) {
      const taken = output.state;
      const latest = taken.latest.takeSome(isLast ? latestAtEnd : latestPerCommit);
      const batch = toStateBatch(taken, upTo, parts.registry(), latest);
      const frames = parts.frames();
      output.state = createStateOutput(taken.latest);
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
      isLast = true;
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
    state.revisions.length +
    state.loggerDays.size +
    state.findings.size +
    state.loggerChanges.length +
    state.limitVersions.length +
    state.hints.size +
    state.notices.size +
    state.caseEvents.length +
    state.alarmDefinitions.length +
    judgedRows(state)
  );
}

/** Rows that judging made; whoever judges waits when they are many. */
export function judgedRows({ verdicts, judgedDays }: Output["state"]): number {
  let rows = verdicts.length + judgedDays.size;
  for (const { exceeding } of verdicts) rows += exceeding.length;
  return rows;
}
