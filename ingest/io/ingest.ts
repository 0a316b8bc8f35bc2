// The ingest role: tails the journal, runs the pipeline, and brings what it says to history, state and live screens.
//
//   journal ─read─▶ pipeline ─▶ output ─┬─▶ state sink    (cursor S)  ─▶ outcomes of commands
//      ▲                                ├─▶ history line  (cursor H): lets go and catches up when history is away
//      └── from checkpoint C ≤ S, H     └─▶ live note at once
//
// After a crash it starts at the checkpoint and does everything again; rows that a store has already are not written again,
// and nobody is told anything until it has come as far as it was.

import { join } from "node:path";
import { bounds } from "#domain/bounds.ts";
import { Failure } from "#domain/failure.ts";
import type { Entry } from "#domain/frame.ts";
import type { History } from "#store/history/history.ts";
import { openPositionWriter, type PositionWriter } from "#store/journal/position.ts";
import { createFileJournalReader } from "#store/journal/file-reader.ts";
import type { Damage, JournalReader } from "#store/journal/journal.ts";
import type { Rpc } from "#store/link/link.ts";
import { type Lock, takeLock } from "#store/lock/lock.ts";
import type { StateReader, StateWriter } from "#store/state/state.ts";
import { createLiveOutput, createOutput, createStateOutput, type Output } from "../output.ts";
import { createPipeline, type Pipeline } from "../pipeline.ts";
import { loadMemory, refuseToForget } from "./begin.ts";
import { checkpointEntries, checkpointPath, type Checkpoints, createCheckpoints } from "./checkpoints.ts";
import { createHistoryLine, type HistoryLine } from "./history-line.ts";
import { createLater, type Later } from "./later.ts";
import { gaugesOf } from "./gauges.ts";
import { createIngestMetrics, type IngestMetrics } from "./metrics.ts";
import { openPoison, type Poison } from "./poison.ts";
import { createPublisher } from "./publisher.ts";
import { serveIngest } from "./serve.ts";
import type { Sink } from "./sink.ts";
import { type Tuning, usualTuning } from "./tuning.ts";
import { createStateSink, type StateSink, stateRows } from "./state-sink.ts";

export interface IngestLog {
  info(object: object, message: string): void;
  warn(object: object, message: string): void;
  error(object: object, message: string): void;
}

export interface IngestParts {
  readonly dataDir: string;
  readonly history: History;
  /** Which store history is, e.g. its address and database: another one is filled from the journal's beginning. */
  readonly historyKey: string;
  readonly state: StateWriter & Pick<StateReader, "judgedDays">;
  readonly rpc: Rpc;
  readonly now: () => number;
  readonly log: IngestLog;
  /** For tests: what must not change an outcome. */
  readonly tuning?: Partial<Tuning>;
}

export interface Ingest {
  start(): Promise<void>;
  /** Processes what is durable, flushes, writes the checkpoint, closes. At most about `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
}

const idleMs = 2;
const positionMs = 100;
const failStopMs = 2_000;
/** Patience for what was acknowledged before the start and is in no store yet; after it screens are served meanwhile. */
const catchUpMsMax = 2_000;

export function createIngest(parts: IngestParts): Ingest {
  const { history, log, now, rpc, state } = parts;
  const tuning: Tuning = { ...usualTuning, ...parts.tuning };
  const { entriesPerTurn, checkpointMs, reopenMs } = tuning;
  const journalDir = join(parts.dataDir, "journal");
  const output: Output = createOutput();
  let pipeline: Pipeline = createPipeline();
  let reader: JournalReader | null = null;
  let lock: Lock | null = null;
  let line: HistoryLine | null = null;
  let stateSink: StateSink | null = null;
  let metrics: IngestMetrics | null = null;
  let poison: Poison | null = null;
  let later: Later | null = null;
  let running: Promise<void> | null = null;
  let stopping = false;
  const caughtUp = Promise.withResolvers<void>();
  let checkpoints: Checkpoints | null = null;
  let lastReopenAt = 0;
  let lastEntryAt = 0;
  let position: PositionWriter | null = null;
  let toldAt = 0;
  /** Frames whose outcome is in the state store, where the ledger is read. */
  let framesCommitted = 0;
  /** Entries that could not be read since this process began. */
  let damaged = 0;
  let damagedTo = 0;

  /** One entry; what the state store has already (a replay) is taken out of the output again. */
  function processEntry(entry: Entry, stateCursor: number): void {
    poison?.approach(entry.seq);
    try {
      pipeline.process(entry, output);
    } catch (error) {
      // The pipeline may be half way through: the only safe way on is to begin again without this entry.
      poison?.add(entry.seq, error instanceof Error ? error.message : String(error));
      throw error;
    }
    line?.afterEntry(entry.seq);
    if (entry.seq <= stateCursor) {
      // Newest values trickle into the store: those of entries that it has may be missing in it.
      output.state = createStateOutput(output.state.latest);
      framesCommitted = pipeline.frames;
    }
    lastEntryAt = entry.receivedAt;
  }
  const publish = createPublisher(rpc, output, () => pipeline);

  /** What both readers of the journal find is counted once. */
  function noteDamage(damage: Damage): void {
    const { fromSeq, toSeq } = damage;
    const isKnown = damagedTo >= toSeq;
    const lost = toSeq - fromSeq + 1;
    log.error({ damage, entries: lost }, "journal entries cannot be read");
    if (isKnown) return;
    damagedTo = toSeq;
    damaged += lost;
    metrics?.damaged.inc(lost);
  }

  /** Reads and processes what is durable, up to one turn's worth; false when there was nothing. */
  function processTurn(source: JournalReader, stateCursor: number): boolean {
    let entries = 0;
    while (entries < entriesPerTurn) {
      const part = source.read();
      if (part === null) break;
      if (part.type === "damage") {
        entries++;
        noteDamage(part.damage);
        continue;
      }
      for (const entry of part.entries) processEntry(entry, stateCursor);
      entries += part.entries.length;
    }
    return entries > 0;
  }

  /**
   * Comes to where the stores are. Until then values and alarms are older than what screens have been shown, and means that
   * are formed again would be taken for rows that history has already.
   */
  async function catchUp(source: JournalReader, sink: Sink, to: HistoryLine, stateCursor: number): Promise<void> {
    const known = Math.max(stateCursor, to.status.cursor);
    const [head, patience] = [source.head().seq, now() + catchUpMsMax];
    while (!stopping && (pipeline.seq < known || (pipeline.seq < head && now() < patience))) {
      if (!processTurn(source, stateCursor)) break;
      if (pipeline.seq > stateCursor) sink.advance(pipeline.seq);
      to.afterTurn();
      await new Promise((wake) => setImmediate(wake));
    }
    output.live = createLiveOutput();
    caughtUp.resolve();
  }

  async function loop(source: JournalReader, sink: Sink, to: HistoryLine, stateCursor: number): Promise<void> {
    const begunAt = pipeline.seq;
    await catchUp(source, sink, to, stateCursor);
    // A long way back is not gone twice, should the next end come soon.
    if (pipeline.seq - begunAt > checkpointEntries) checkpoints?.hurry();
    const headAtStart = source.head().seq;
    let survived = false;
    while (!stopping) {
      // A state store that takes nothing holds ingest here: what it must keep may not grow without a bound.
      const mayWork = stateRows(output.state) < bounds.stateRowsMax && !to.isBusy;
      const worked = mayWork && processTurn(source, stateCursor);
      publish();
      sink.advance(pipeline.seq);
      if (!survived && pipeline.seq >= headAtStart) {
        survived = true;
        poison?.survived();
      }
      to.afterTurn();
      const more = to.catchUp();
      maintain();
      // Other work of this thread gets its turn; without work of its own the loop looks again after a moment.
      if (worked || more) await new Promise((wake) => setImmediate(wake));
      else await new Promise((wake) => setTimeout(wake, idleMs));
    }
  }

  /** What is done now and then, beside the loop: nothing here may hold up an alarm. */
  function maintain(): void {
    const at = now();
    if (at - lastReopenAt >= reopenMs) {
      lastReopenAt = at;
      later?.begin();
    }
    if (at - toldAt >= positionMs || at < toldAt) {
      toldAt = at;
      position?.write(pipeline.seq, at);
    }
    checkpoints?.maintain();
  }

  /** Age of the oldest entry that is not processed, as far as it is known: 0 while ingest keeps up. */
  function lagMs(): number {
    const head = reader?.head().seq ?? 0;
    return head <= pipeline.seq || lastEntryAt === 0 ? 0 : Math.max(0, now() - lastEntryAt);
  }

  function status(): object {
    return {
      cursor: pipeline.seq,
      frames: pipeline.frames,
      framesCommitted,
      damaged,
      lagMs: lagMs(),
      tickAgeMs: pipeline.alarms.tickAt === 0 ? null : Math.max(0, now() - pipeline.alarms.tickAt),
      history: line?.status ?? { cursor: 0, ok: false, why: null, attached: false },
      state: { cursor: stateSink?.cursor ?? 0, ok: stateSink?.ok ?? false, why: stateSink?.why ?? null },
      reopened: pipeline.windowsDue,
      judging: later?.judging ?? null,
    };
  }

  return {
    async start() {
      lock = takeLock(
        join(parts.dataDir, "ingest", "lock"),
        "ingest-locked",
        "another process runs ingest on this data folder",
      );
      serveIngest(rpc, {
        pipeline: () => pipeline,
        caughtUp: caughtUp.promise,
        publish: () => publish(true),
        status,
        metrics: () => metrics?.text() ?? "",
      });
      await state.start();
      const stateCursor = await state.cursor();
      const saved = loadMemory(parts.dataDir, stateCursor);
      poison = openPoison(join(parts.dataDir, "ingest"));
      pipeline = createPipeline(saved ?? undefined, poison.seqs);
      framesCommitted = pipeline.frames;
      for (let i = 0; i < pipeline.registry.series.count; i++)
        if (pipeline.registry.series.columns.time[i] !== Number.NEGATIVE_INFINITY) output.state.latest.add(i);
      reader = createFileJournalReader({ dir: journalDir, afterSeq: pipeline.seq });
      if (saved === null) refuseToForget(parts.dataDir, reader.beginsAt);
      if (saved === null && stateCursor > 0)
        log.warn({ stateCursor }, "no checkpoint that can be used; the journal is read from the beginning");
      const sink = createStateSink({
        cursor: stateCursor,
        output,
        registry: () => pipeline.registry,
        dueMs: tuning.stateDueMs,
        ...parts,
        frames: () => pipeline.frames,
        onCommitted: (frames) => {
          framesCommitted = frames;
        },
      });
      const live = { pipeline, output };
      const to = createHistoryLine({
        history,
        live,
        saved,
        poison: poison.seqs,
        tuning,
        journalBegins: reader.beginsAt,
        journalDir,
        storeKey: parts.historyKey,
        basePath: join(parts.dataDir, "ingest", "history-base.json"),
        checkpointPath: checkpointPath(parts.dataDir),
        resumePath: join(parts.dataDir, "ingest", "history-checkpoint"),
        now,
        onDamage: noteDamage,
        log,
      });
      stateSink = sink;
      line = to;
      const count = (what: "reopened" | "judged", done: number): void => metrics?.[what].inc(done);
      const fresh = createLater({ ...parts, live, line: to, stateSink: sink, onDone: count });
      later = fresh;
      // A store that is there is opened before the first entry; one that is away is waited for beside everything else.
      await to.opened();
      metrics = createIngestMetrics(
        gaugesOf({
          pipeline: () => pipeline,
          head: () => reader?.head().seq ?? 0,
          lagMs,
          line: to,
          sink,
          later: fresh,
        }),
      );
      position = openPositionWriter(parts.dataDir);
      checkpoints = createCheckpoints({
        dataDir: parts.dataDir,
        path: checkpointPath(parts.dataDir),
        everyMs: checkpointMs,
        pipeline: () => pipeline,
        sink,
        line: to,
        now,
        log,
      });
      log.info({ from: pipeline.seq, state: stateCursor, history: to.status.cursor }, "ingest begins");
      running = loop(reader, sink, to, stateCursor);
      // A bug in the pipeline must not look like a quiet day: the process ends and says why.
      running.catch(async (error: unknown) => {
        log.error({ err: error }, "ingest failed");
        void later?.stop();
        // Native work that is under way when the thread ends would take the whole process with it, and the broker too.
        await to.stop(failStopMs);
        await state.stop();
        setImmediate(() => {
          throw error;
        });
      });
    },

    async stop(deadlineMs) {
      stopping = true;
      await running;
      if (reader === null || line === null || stateSink === null) return;
      const [source, to, sink] = [reader, line, stateSink];
      const end = now() + deadlineMs;
      const judged = later?.stop();
      while (now() < end && processTurn(source, sink.cursor)) publish(true);
      to.afterTurn();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((_, fail) => {
        timer = setTimeout(
          () => fail(new Failure("stop-late", "the stores did not take everything in time")),
          deadlineMs,
        );
      });
      await Promise.race([checkpoints?.last(), late]).catch((error: unknown) => {
        log.warn({ err: error }, "stopped without a checkpoint; the next start reads further back");
      });
      // A read that is under way ends before history is closed; it may hang as long as history does.
      await Promise.race([judged, late]).catch(() => undefined);
      clearTimeout(timer);
      sink.stop();
      await to.stop(Math.max(100, end - now()));
      await state.stop();
      source.stop();
      position?.close();
      lock?.release();
    },
  };
}
