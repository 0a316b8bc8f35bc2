// A second pipeline over the same journal, for the rows that history missed. What it says of state and screens is dropped:
// the live pipeline has said it already.

import { createFileJournalReader } from "#store/journal/file-reader.ts";
import type { Damage } from "#store/journal/journal.ts";
import { createLiveOutput, createOutput, createStateOutput, type HistoryOutput, type Output } from "../output.ts";
import { createPipeline, type Pipeline, type SavedPipeline } from "../pipeline.ts";

export interface Second {
  readonly pipeline: Pipeline;
  /** `history` is where its rows are gathered; it may be exchanged. */
  readonly output: Output;
  /** Processes one group commit of the journal, never beyond `limitSeq`; false when it has come that far. */
  processOne(limitSeq: number, onEntry: (seq: number) => void): boolean;
  stop(): void;
}

export interface SecondParts {
  readonly saved: SavedPipeline | null;
  readonly poison: ReadonlySet<number>;
  readonly journalDir: string;
  readonly rows: HistoryOutput;
  /** Rows of these entries can not be made: nobody else reads them again, so it is said here. */
  readonly onDamage: (damage: Damage) => void;
}

export function openSecondPipeline({ saved, poison, journalDir, rows, onDamage }: SecondParts): Second {
  const pipeline = createPipeline(saved ?? undefined, poison);
  const output: Output = { ...createOutput(), history: rows };
  const reader = createFileJournalReader({ dir: journalDir, afterSeq: pipeline.seq });
  return {
    pipeline,
    output,
    processOne(limitSeq, onEntry) {
      if (pipeline.seq >= limitSeq) return false;
      const part = reader.read();
      if (part === null) return false;
      if (part.type === "damage") {
        onDamage(part.damage);
        return true;
      }
      for (const entry of part.entries) {
        pipeline.process(entry, output);
        onEntry(entry.seq);
      }
      const { state, live } = output;
      state.latest.takeSome(state.latest.size);
      live.latest.takeSome(live.latest.size);
      output.state = createStateOutput(state.latest);
      output.live = createLiveOutput(live.latest);
      return true;
    },
    stop: () => reader.stop(),
  };
}
