// Records a rough run: ingest runs while the journal is written, is stopped and started now and then, and people decide on
// what they see. What they see is settled first, so that the same seed always records the same journal.

import { join } from "node:path";
import type { Alarm } from "#domain/alarm.ts";
import type { EntryDraft } from "#domain/frame.ts";
import type { FrameAgain } from "#domain/quarantine.ts";
import { createFileJournal } from "#store/journal/file-journal.ts";
import type { Journal } from "#store/journal/journal.ts";
import { createSqliteStateReader } from "#store/state/sqlite.ts";
import type { StateReader } from "#store/state/state.ts";
import { createRandom } from "#test/fault/load.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { isCommitted, isComplete, startIngest } from "./ingest-run.ts";
import { createRoughRun, type Sight } from "./rough-run.ts";

export interface Recording {
  /** In the order of their journal numbers, which begin at 1. */
  readonly entries: readonly EntryDraft[];
  /** Everything that screens were told. */
  readonly told: readonly Alarm[];
  /** Receive time of the last entry. */
  readonly endsAt: number;
}

/** Small segments, so that a run fills several and they are sealed while they are read. */
const segmentBytes = 96 * 1024;

export async function openJournal(dataDir: string, now: () => number): Promise<Journal> {
  const journal = createFileJournal({ dir: join(dataDir, "journal"), segmentBytes, now, log: createSilentLog() });
  await journal.start();
  return journal;
}

export function appendAll(journal: Journal, drafts: readonly EntryDraft[]): Promise<void> {
  return new Promise((done, fail) => {
    let left = drafts.length;
    if (left === 0) done();
    for (const { kind, door, channel, promised, receivedAt, source, payload } of drafts) {
      journal.append(kind, door, channel, promised, receivedAt, source, payload, (failure) => {
        if (failure !== null) fail(failure);
        else if (--left === 0) done();
      });
    }
  });
}

/** Open frames that can be taken again, with their bytes. */
async function lookAtRefused(state: StateReader, entries: readonly EntryDraft[]): Promise<FrameAgain[]> {
  const rows = (await state.quarantine({ state: "open", limit: 100 })).items;
  const seqs = [...new Set(rows.map(({ seq }) => seq))];
  const all = await state.quarantineOf(seqs);
  return seqs.flatMap((seq) => {
    const first = all.find((row) => row.seq === seq);
    const payload = entries[seq - 1]?.payload;
    if (first?.frame === undefined || first.frame.places === "unknown" || payload === undefined) return [];
    const { site, receivedAt, frame: before } = first;
    return [{ seq, site, receivedAt, payload: Buffer.from(payload).toString("base64"), before }];
  });
}

export async function recordRun(dataDir: string, seed: number): Promise<Recording> {
  const run = createRoughRun(createRandom(seed));
  // What happens to ingest meanwhile is drawn apart, so that it moves nothing in the journal.
  const chance = createRandom(seed + 1);
  const entries: EntryDraft[] = [];
  const told: Alarm[] = [];
  const journal = await openJournal(dataDir, () => run.now);
  const append = async (drafts: readonly EntryDraft[]): Promise<void> => {
    entries.push(...drafts);
    await appendAll(journal, drafts);
  };
  let ingest = await startIngest(dataDir);
  const state = createSqliteStateReader({ file: join(dataDir, "state.sqlite") });
  await state.start();
  const look = async (atRefused: boolean): Promise<Sight> => {
    await ingest.settle(atRefused ? isCommitted : undefined);
    const open = (await ingest.alarms()).filter(({ acked }) => !acked);
    const alarms = open.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    return { alarms, refused: atRefused ? await lookAtRefused(state, entries) : [], asOf: entries.length };
  };
  await append(run.begin());
  while (!run.isOver) {
    await append(await run.next(look));
    // Now and then all windows are formed again at once; otherwise that falls where it falls.
    if (chance() < 0.003) await ingest.settle(isComplete);
    if (chance() < 0.004) {
      await ingest.stop();
      told.push(...ingest.told);
      ingest = await startIngest(dataDir);
    }
  }
  await append(run.end());
  await ingest.settle(isComplete);
  await ingest.stop();
  await state.stop();
  await journal.stop();
  return { entries, told: [...told, ...ingest.told], endsAt: run.now };
}
