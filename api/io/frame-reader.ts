// Entries of the journal by their sequence number, for people who want to see or reprocess a frame. Reads the segment files
// from the outside, one request after the other, and lets other work of the thread in between. Never writes.

import { setImmediate as nextTurn } from "node:timers/promises";
import { type Entry, entryKinds } from "#domain/frame.ts";
import { createFileJournalReader } from "#store/journal/file-reader.ts";
import { archiveBegin, listSegments } from "#store/journal/segments.ts";
import type { FrameReader } from "../parts.ts";

/** First wanted number → all wanted ones of the same segment, ascending. */
function groupBySegment(segments: readonly number[], seqs: readonly number[]): number[][] {
  const groups = new Map<number | undefined, number[]>();
  for (const seq of [...new Set(seqs)].sort((a, b) => a - b)) {
    const segment = segments.findLast((first) => first <= seq);
    const group = groups.get(segment);
    if (group === undefined) groups.set(segment, [seq]);
    else group.push(seq);
  }
  groups.delete(undefined);
  return [...groups.values()];
}

/** `journalDir`: where the segment files are; they may be written by another process meanwhile. */
export function createFrameReader({ journalDir }: { readonly journalDir: string }): FrameReader {
  let busy: Promise<unknown> = Promise.resolve();

  /** A segment is read once per call, up to the last entry wanted. */
  async function* readGroup(seqs: readonly number[]): AsyncGenerator<Entry> {
    const wanted = new Set(seqs);
    const first = Math.min(...seqs);
    const last = Math.max(...seqs);
    const reader = createFileJournalReader({ dir: journalDir, afterSeq: first - 1 });
    try {
      for (let done = false; !done;) {
        const part = reader.read();
        if (part === null) return;
        if (part.type === "damage") {
          done = part.damage.toSeq >= last;
          continue;
        }
        for (const entry of part.entries) {
          if (entry.seq >= last) done = true;
          if (!wanted.has(entry.seq) || entry.kind !== entryKinds.frame) continue;
          // The payload is a view that the next read would overwrite.
          yield { ...entry, payload: entry.payload.slice() };
        }
        await nextTurn();
      }
    } finally {
      reader.stop();
    }
  }

  return {
    beginsAt: () => archiveBegin(journalDir),
    async *read(seqs) {
      const before = busy;
      const turn = Promise.withResolvers<void>();
      busy = turn.promise;
      await before;
      try {
        for (const group of groupBySegment(listSegments(journalDir), seqs)) yield* readGroup(group);
      } finally {
        turn.resolve();
      }
    },
  };
}
