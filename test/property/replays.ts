// The ways in which a recorded journal is read again into empty stores: at once, in other pieces and with pauses, with kills
// of a process in between, and with a history store that is away at first and is killed later.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Alarm } from "#domain/alarm.ts";
import type { EntryDraft } from "#domain/frame.ts";
import type { TestInfluxd } from "#test/harness/influxd.ts";
import { type HistoryPlace, isCommitted, isComplete, type IngestRun, startIngest, type Tuning } from "./ingest-run.ts";
import { appendAll, openJournal } from "./record-run.ts";

type Random = () => number;

/** The journal as it was written, at full speed. */
export async function replayAtOnce(
  from: string,
  to: string,
  place: HistoryPlace | null = null,
): Promise<readonly Alarm[]> {
  await cp(join(from, "journal"), join(to, "journal"), { recursive: true });
  const ingest = await startIngest(to, { place });
  await ingest.settle(isComplete);
  await ingest.stop();
  return ingest.told;
}

/** Cuts the entries into pieces of drawn sizes, from single ones to about `most`. */
function* cut(entries: readonly EntryDraft[], random: Random, most: number): Generator<readonly EntryDraft[]> {
  for (let at = 0; at < entries.length;) {
    const size = Math.max(1, Math.floor(random() ** 3 * most));
    yield entries.slice(at, at + size);
    at += size;
  }
}

function drawTuning(random: Random): Tuning {
  const draw = (least: number, most: number): number => Math.round(least + random() ** 2 * (most - least));
  return {
    entriesPerTurn: draw(1, 500),
    checkpointMs: draw(20, 2_000),
    reopenMs: draw(1, 500),
    stateDueMs: draw(0, 300),
    historyDueMs: draw(0, 800),
    historyDueValues: draw(1, 2_000),
    historyValuesMax: draw(200, 20_000),
  };
}

/** Other group commits than at first, other sizes within ingest, pauses in between, and a restart now and then. */
export async function replayInPieces(entries: readonly EntryDraft[], to: string, random: Random): Promise<void> {
  const journal = await openJournal(to, () => 0);
  let ingest = await startIngest(to, { tuning: drawTuning(random) });
  for (const piece of cut(entries, random, 400)) {
    await appendAll(journal, piece);
    if (random() < 0.2) await delay(random() * 30);
    if (random() < 0.1) await ingest.settle(isComplete);
    if (random() < 0.05) {
      await ingest.stop();
      ingest = await startIngest(to, { tuning: drawTuning(random) });
    }
  }
  await ingest.settle(isComplete);
  await ingest.stop();
  await journal.stop();
}

interface Child {
  readonly begun: Promise<unknown>;
  readonly exited: Promise<unknown>;
  kill(): Promise<void>;
  /** Lets it come to the end of the journal if `toTheEnd`, and stop in order. */
  finish(toTheEnd: boolean): Promise<void>;
}

function startChild(dataDir: string, tuning: Tuning): Child {
  const args = [dataDir, JSON.stringify(tuning)];
  const child: ChildProcess = fork(join(import.meta.dirname, "ingest-child.ts"), args, {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  const begun = Promise.race([once(child, "message"), exited]);
  return {
    begun,
    exited,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
    async finish(toTheEnd) {
      await begun;
      child.send({ toTheEnd });
      const [code] = (await exited) as [number | null];
      if (code !== 0) throw new Error(`ingest ended with ${code} instead of 0`);
    },
  };
}

/** Ingest in a process of its own, killed at drawn moments: while it starts, while it catches up, while it works. */
export async function replayKilled(
  entries: readonly EntryDraft[],
  to: string,
  random: Random,
  kills: number,
): Promise<void> {
  const journal = await openJournal(to, () => 0);
  const rounds = kills + 2;
  for (let round = 0; round < rounds; round++) {
    const child = startChild(to, drawTuning(random));
    const from = Math.floor((entries.length * round) / rounds);
    const mine = entries.slice(from, Math.floor((entries.length * (round + 1)) / rounds));
    const isEarly = random() < 0.3;
    if (!isEarly) await child.begun;
    const appended = (async () => {
      for (const piece of cut(mine, random, 80)) {
        await appendAll(journal, piece);
        if (random() < 0.3) await delay(random() * 8);
      }
    })();
    if (round === rounds - 1) {
      await appended;
      await child.finish(true);
    } else if (round === Math.floor(rounds / 2)) {
      // An orderly stop leaves a checkpoint: the kills behind it are repaired from the middle of the journal.
      await child.finish(false);
    } else {
      await delay(random() * (isEarly ? 400 : 120));
      await child.kill();
    }
    await appended;
  }
  await journal.stop();
}

/**
 * InfluxDB is away when ingest begins, so that history is detached; it comes back, a second pipeline catches up; it is
 * killed once more, and comes back. Alarms and state go on meanwhile. Answers what was logged.
 */
export async function replayThroughOutage(
  entries: readonly EntryDraft[],
  to: string,
  influxd: TestInfluxd,
  place: HistoryPlace,
): Promise<readonly string[]> {
  const journal = await openJournal(to, () => 0);
  const quarter = Math.ceil(entries.length / 4);
  const next = (part: number): Promise<void> => appendAll(journal, entries.slice(part * quarter, (part + 1) * quarter));
  // Little may wait for history: past it, it lets go.
  const tuning = { historyValuesMax: 400, historyDueMs: 50 };
  const said: string[] = [];
  await influxd.kill();
  let ingest: IngestRun = await startIngest(to, { place, tuning });
  await next(0);
  await ingest.settle(isCommitted);
  // A new process has to go on from what the old one left on disk.
  await ingest.stop();
  said.push(...ingest.said);
  ingest = await startIngest(to, { place, tuning });
  await next(1);
  await influxd.restart();
  await ingest.settle(isComplete);
  await influxd.kill();
  await next(2);
  await ingest.settle(isCommitted);
  await influxd.restart();
  await next(3);
  await ingest.settle(isComplete);
  await ingest.stop();
  await journal.stop();
  return [...said, ...ingest.said];
}
