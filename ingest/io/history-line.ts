// The line from the pipeline to history. Alarms and state never wait for it:
//
//   attached    live pipeline ──rows──▶ gathered ──sink──▶ history            (the usual case: one pipeline feeds both)
//
//   detached    live pipeline ──rows──▶ (dropped: they can be made again)
//               journal ─▶ second pipeline, from a snapshot of the live one ──rows──▶ gathered ──sink──▶ history
//
// When history is away or too slow, what is gathered reaches its bound; then the line keeps a snapshot and lets go. On disk
// stays an older one, which stands only on rows that history has: a new process goes on from there. When history is back, a
// second pipeline makes the missing rows from the journal, until it has caught up with the live one and takes its place.

import { copyFileSync, existsSync, rmSync } from "node:fs";
import { Failure } from "#domain/failure.ts";
import type { History } from "#store/history/history.ts";
import type { Damage } from "#store/journal/journal.ts";
import { createHistoryOutput, type HistoryOutput, isEmptyHistory, type Output } from "../output.ts";
import { createPipeline, type Pipeline, type SavedPipeline } from "../pipeline.ts";
import { loadCheckpoint, peekCheckpoint, writeSnapshot } from "./checkpoint.ts";
import { readBase } from "./history-base.ts";
import { writeOrSkip } from "./write-history.ts";
import { openSecondPipeline, type Second } from "./second-pipeline.ts";
import { createSink, type Sink } from "./sink.ts";
import type { Tuning } from "./tuning.ts";

export interface HistoryLine {
  /** Resolves when the store is open, or when it is known to be away. Rejects when it can never be used. */
  opened(): Promise<void>;
  /** Behind every entry that the live pipeline has processed. */
  afterEntry(seq: number): void;
  /** Behind every turn of the live pipeline. */
  afterTurn(): void;
  /** A slice of catching up; true when there is more to do at once. */
  catchUp(): boolean;
  /** Everything the live pipeline knows is durable, here or by way of the snapshot at which the line let go. */
  settle(): Promise<void>;
  /** Resolves when history has everything that the live pipeline knows. Rejects when it falls behind meanwhile. */
  ready(): Promise<void>;
  /** Does it take data, and none of it is known there already? What is made of stored data would be taken for a repetition. */
  readonly isCurrent: boolean;
  readonly status: HistoryStatus;
  /** History takes data, but more waits for it than is good: whoever makes more should wait a moment. */
  readonly isBusy: boolean;
  /** The oldest entry that must still be in the journal for history's sake; null when it needs none. */
  readonly neededSeq: number | null;
  stop(deadlineMs: number): Promise<void>;
}

export interface HistoryStatus {
  readonly cursor: number;
  readonly ok: boolean;
  readonly why: string | null;
  /** False while history is behind and catches up from the journal. */
  readonly attached: boolean;
}

export interface HistoryLineParts {
  readonly history: History;
  readonly live: { readonly pipeline: Pipeline; readonly output: Output };
  /** The snapshot that the live pipeline begins with. */
  readonly saved: SavedPipeline | null;
  /** Entries that are not to be read. */
  readonly poison: ReadonlySet<number>;
  readonly tuning: Pick<Tuning, "historyDueMs" | "historyDueValues" | "historyValuesMax">;
  readonly journalDir: string;
  /** The oldest entry that the journal still has. */
  readonly journalBegins: number;
  /** Which store this is, e.g. its address and database. */
  readonly storeKey: string;
  readonly basePath: string;
  /** The newest checkpoint of the live pipeline; history has every row that it stands on while the line is attached. */
  readonly checkpointPath: string;
  /** Where the snapshot lies from which a new process makes the missing rows. */
  readonly resumePath: string;
  readonly now: () => number;
  readonly onDamage: (damage: Damage) => void;
  readonly log: Record<"info" | "warn" | "error", (object: object, message: string) => void>;
}

function valuesOf({ readings, means }: HistoryOutput): number {
  return readings.factor.length + means.factor.length;
}

const retryMs = 500;
/** A store that takes nothing for so long is not waited for. */
const patienceMs = 1_000;
/** How long the second pipeline may hold the thread; live alarms wait no longer than this. */
const sliceMs = 5;
const resumeEveryMs = 30_000;

export function createHistoryLine(parts: HistoryLineParts): HistoryLine {
  const { history, live, log, now, resumePath, tuning } = parts;
  const letGoPath = `${resumePath}-let-go`;
  let gathered: HistoryOutput = createHistoryOutput();
  let sink: Sink | null = null;
  /** What the store's cursor was before this journal's first entry. */
  let base = 0;
  /** Rows up to here are in the store already when the line begins. */
  let knownSeq = 0;
  let attached = false;
  /** The sequence number of the snapshot on disk while the line is detached. */
  let resumeSeq: number | null = null;
  /** The snapshot at which this process let go is on disk. */
  let hasLetGo = false;
  /** What is gathered belongs to entries up to here, as long as no second pipeline adds to it. */
  let letGoAt = 0;
  let second: Second | null = null;
  let stopping = false;
  let why: string | null = null;
  let resumeSavedAt = now();
  let savingResume = false;
  let writtenAt = 0;
  let calmAt = 0;

  let tellFirstTry: () => void = () => undefined;
  const firstTry = new Promise<void>((done) => {
    tellFirstTry = done;
  });
  const opening = open();

  /** Until the store is there the line is detached. */
  async function open(): Promise<void> {
    for (;;) {
      try {
        await history.start();
        const cursor = await history.cursor();
        base = readBase(parts.basePath, parts.storeKey, cursor);
        knownSeq = Math.max(0, cursor - base);
        break;
      } catch (error) {
        if (!(error instanceof Failure) || !error.retryable) throw error;
        if (why !== error.message) log.warn({ err: error }, "history is away; the backlog waits in the journal");
        why = error.message;
        keepResume();
        tellFirstTry();
        if (stopping) return;
        await new Promise((wake) => setTimeout(wake, retryMs));
      }
    }
    why = null;
    sink = createSink({
      name: "history",
      cursor: knownSeq,
      now,
      log,
      isDue: (ageMs) =>
        (ageMs >= tuning.historyDueMs && !isEmptyHistory(gathered)) || valuesOf(gathered) >= tuning.historyDueValues,
      // The cursor alone is worth a write too: a checkpoint may stand on no less than the store knows.
      take(cursor) {
        const { readings, means } = gathered;
        gather(createHistoryOutput());
        return async () => {
          await writeOrSkip(history, { readings, means, cursor: base + cursor }, log);
          writtenAt = now();
        };
      },
    });
    const savedSeq = parts.saved?.seq ?? 0;
    if (existsSync(resumePath) || live.pipeline.seq !== savedSeq || knownSeq < savedSeq) keepResume();
    else attach();
  }

  /** Of every series one mean may fall due at the same moment; that alone must not make the line let go. */
  function valuesMax(): number {
    return tuning.historyValuesMax + 2 * live.pipeline.registry.series.count;
  }

  /** Rows that the store has already are not gathered again. */
  function onEntry(seq: number): void {
    if (seq <= knownSeq) gather(createHistoryOutput());
  }

  function gather(into: HistoryOutput): void {
    gathered = into;
    if (attached) live.output.history = into;
    else if (second !== null) second.output.history = into;
  }

  /** Makes sure that there is a snapshot on disk that stands only on rows which history has. */
  function keepResume(): void {
    if (!existsSync(resumePath)) {
      // The checkpoint of an attached line is one. A history that knows less was emptied: it is filled from entry 1, if it can.
      const isWhole = sink === null || knownSeq >= (parts.saved?.seq ?? 0);
      const fits = existsSync(parts.checkpointPath) && (isWhole || parts.journalBegins > 1);
      if (fits && !isWhole) log.error({ knownSeq }, "history lost rows that the journal has no more");
      if (fits) copyFileSync(parts.checkpointPath, resumePath);
      else writeSnapshot(resumePath, createPipeline().save()).commitSync();
    }
    resumeSeq ??= peekCheckpoint(resumePath)?.seq ?? 0;
  }

  function attach(): void {
    attached = true;
    resumeSeq = null;
    gather(gathered);
  }

  function detach(): void {
    keepResume();
    writeSnapshot(letGoPath, live.pipeline.save()).commitSync();
    hasLetGo = true;
    attached = false;
    letGoAt = live.pipeline.seq;
    live.output.history = createHistoryOutput();
    log.warn(
      { seq: live.pipeline.seq, cursor: sink?.cursor },
      "history does not keep up; alarms go on, and the backlog waits in the journal",
    );
  }

  function openSecond(): Second {
    // What was gathered before is still here; a new process would have to begin further back.
    const saved = loadCheckpoint(hasLetGo ? letGoPath : resumePath);
    hasLetGo = false;
    rmSync(letGoPath, { force: true });
    knownSeq = sink?.cursor ?? knownSeq;
    const { poison, journalDir, onDamage } = parts;
    const opened = openSecondPipeline({ saved, poison, journalDir, rows: gathered, onDamage });
    log.info({ from: opened.pipeline.seq, to: live.pipeline.seq }, "history catches up from the journal");
    return opened;
  }

  function takeOver(from: Second): void {
    live.pipeline.adoptWaiting(from.pipeline);
    from.stop();
    second = null;
    attach();
    log.info({ seq: live.pipeline.seq }, "history has caught up");
    // The snapshot is needed until all that it stands for is in the store.
    sink?.advance(live.pipeline.seq);
    void flushed().then((done) => {
      if (done && attached) rmSync(resumePath, { force: true });
    });
  }

  async function flushed(): Promise<boolean> {
    try {
      await sink?.flush();
      return true;
    } catch (error) {
      log.warn({ err: error }, "history stopped before it had everything");
      return false;
    }
  }

  /** Puts a newer snapshot in the place of the older one, as soon as the rows it stands on are durable. */
  async function renewResume(from: Second): Promise<void> {
    if (savingResume) return;
    savingResume = true;
    const snapshot = writeSnapshot(resumePath, from.pipeline.save());
    const { seq } = from.pipeline;
    sink?.advance(seq);
    if ((await flushed()) && !attached) {
      snapshot.commitSync();
      resumeSeq = seq;
    } else snapshot.discard();
    savingResume = false;
  }

  return {
    opened: () => Promise.race([opening, firstTry]),

    afterEntry(seq) {
      if (attached) onEntry(seq);
    },

    afterTurn() {
      if (!attached) {
        live.output.history = createHistoryOutput();
        return;
      }
      sink?.advance(live.pipeline.seq);
      const values = valuesOf(gathered);
      if (values <= valuesMax() / 2) calmAt = now();
      if (values > valuesMax()) detach();
    },

    catchUp() {
      if (attached || sink === null || stopping) return false;
      sink.advance(second?.pipeline.seq ?? letGoAt);
      if (!sink.ok || valuesOf(gathered) > tuning.historyValuesMax / 4) return false;
      second ??= openSecond();
      const end = performance.now() + sliceMs;
      let more = true;
      while (more && performance.now() < end && valuesOf(gathered) <= tuning.historyDueValues)
        more = second.processOne(live.pipeline.seq, onEntry);
      if (second.pipeline.seq === live.pipeline.seq) {
        takeOver(second);
        return false;
      }
      if (now() - resumeSavedAt > resumeEveryMs) {
        resumeSavedAt = now();
        void renewResume(second);
      }
      return more;
    },

    async settle() {
      if (!attached || sink === null) return;
      sink.advance(live.pipeline.seq);
      await sink.flush();
    },

    async ready() {
      sink?.advance(live.pipeline.seq);
      await sink?.flush();
      if (!attached) throw new Failure("history-behind", "history fell behind meanwhile", { retryable: true });
    },

    get isCurrent() {
      return attached && sink?.ok === true && live.pipeline.seq >= knownSeq;
    },

    get isBusy() {
      return attached && valuesOf(gathered) > valuesMax() / 2 && now() - Math.max(writtenAt, calmAt) < patienceMs;
    },

    get neededSeq() {
      return resumeSeq;
    },

    get status() {
      return { cursor: sink?.cursor ?? knownSeq, ok: sink?.ok ?? false, why: sink === null ? why : sink.why, attached };
    },

    async stop(deadlineMs) {
      stopping = true;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((done) => {
        timer = setTimeout(() => {
          sink?.stop();
          done();
        }, deadlineMs);
      });
      const settled = opening.then(() => sink?.flush());
      await Promise.race([settled, late]).catch((error: unknown) => {
        log.warn({ err: error }, "history was away at the end; the next start makes its rows again from the journal");
      });
      clearTimeout(timer);
      second?.stop();
      await history.stop();
    },
  };
}
