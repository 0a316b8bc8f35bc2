// The ingest role: tails the journal, runs the pipeline, and brings what it says to history, state and live screens.
//
//   journal ─read─▶ pipeline ─▶ output ─┬─▶ state sink   (cursor S)  ─▶ outcomes of commands
//      ▲                                ├─▶ history sink (cursor H)
//      └── from checkpoint C ≤ S, H     └─▶ live note at once
//
// After a crash it starts at the checkpoint and does everything again; rows that a store has already are not written again.

import { join } from "node:path";
import { bounds } from "#domain/bounds.ts";
import { Failure } from "#domain/failure.ts";
import type { LiveState } from "#domain/live.ts";
import { createFileJournalReader } from "#store/journal/file-reader.ts";
import type { JournalReader } from "#store/journal/journal.ts";
import { takeLock, type Lock } from "#store/lock/lock.ts";
import { createMeanColumns, createReadingColumns, type History, type HistoryBatch } from "#store/history/history.ts";
import type { Rpc } from "#store/link/link.ts";
import type { StateWriter } from "#store/state/state.ts";
import {
  createHistoryOutput,
  createLiveOutput,
  createOutput,
  createStateOutput,
  isEmptyHistory,
  isEmptyLive,
  isEmptyState,
  type Output,
} from "../output.ts";
import { createPipeline, type Pipeline } from "../pipeline.ts";
import { allLatest, toLiveBatch, toStateBatch } from "../write/rows.ts";
import { loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { createIngestMetrics, type IngestMetrics } from "./metrics.ts";
import { formReopened } from "./reopen.ts";
import { createSink, type Sink } from "./sink.ts";

export interface IngestLog {
  info(object: object, message: string): void;
  warn(object: object, message: string): void;
  error(object: object, message: string): void;
}

export interface IngestParts {
  readonly dataDir: string;
  readonly history: History;
  readonly state: StateWriter;
  readonly rpc: Rpc;
  readonly now: () => number;
  readonly log: IngestLog;
}

export interface Ingest {
  start(): Promise<void>;
  /** Processes what is durable, flushes, writes the checkpoint, closes. At most about `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
}

const idleMs = 2;
const checkpointMs = 30_000;
const reopenMs = 2_000;
const reopenPerRound = 5_000;
/** Entries between two chances for other work on this thread. */
const entriesPerTurn = 2_000;
const historyValuesDue = 20_000;
const historyAgeDueMs = 500;
const stateAgeDueMs = 200;

export function createIngest(parts: IngestParts): Ingest {
  const { history, log, now, rpc, state } = parts;
  const checkpointPath = join(parts.dataDir, "ingest", "checkpoint");
  const output: Output = createOutput();
  let pipeline: Pipeline = createPipeline();
  let reader: JournalReader | null = null;
  let lock: Lock | null = null;
  let historySink: Sink | null = null;
  let stateSink: Sink | null = null;
  let metrics: IngestMetrics | null = null;
  let running: Promise<void> | null = null;
  let stopping = false;
  let lastCheckpointAt = 0;
  let lastReopenAt = 0;
  let lastEntryAt = 0;

  function createSinks(historyCursor: number, stateCursor: number): { historySink: Sink; stateSink: Sink } {
    return {
      historySink: createSink({
        name: "history",
        cursor: historyCursor,
        now,
        log,
        isDue: (ageMs) => ageMs >= historyAgeDueMs || output.history.readings.factor.length >= historyValuesDue,
        take(cursor) {
          if (isEmptyHistory(output.history)) return null;
          const { readings, means } = output.history;
          output.history = createHistoryOutput();
          return () => writeHistory({ readings, means, cursor });
        },
      }),
      stateSink: createSink({
        name: "state",
        cursor: stateCursor,
        now,
        log,
        // People wait for commands and alarms; the rest may gather a little.
        isDue: (ageMs) => ageMs >= stateAgeDueMs || output.state.outcomes.length > 0 || output.state.alarms.size > 0,
        take(cursor) {
          if (isEmptyState(output.state)) return null;
          const taken = output.state;
          const batch = toStateBatch(taken, cursor);
          output.state = createStateOutput();
          return async () => {
            await state.commit(batch);
            if (taken.outcomes.length > 0) {
              rpc.notify("live", {
                seq: cursor,
                latest: [],
                alarms: [],
                sites: [],
                limits: [],
                outcomes: taken.outcomes,
              });
            }
          };
        },
      }),
    };
  }

  /** What a store refuses for good must not hold up what comes behind it: it is logged with its place in the journal. */
  async function writeHistory(batch: HistoryBatch): Promise<void> {
    try {
      await history.write(batch);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "history-refused") throw error;
      const { seq } = batch.readings;
      log.error(
        { err: error, fromSeq: seq[0], toSeq: seq.at(-1) },
        "history refused rows for good; their frames are in the journal",
      );
      await history.write({ readings: createReadingColumns(), means: createMeanColumns(), cursor: batch.cursor });
    }
  }

  /** One entry; what a store has already (a replay) is taken out of the output again. */
  function processEntry(entry: Parameters<Pipeline["process"]>[0], historyCursor: number, stateCursor: number): void {
    pipeline.process(entry, output);
    if (entry.seq <= historyCursor) output.history = createHistoryOutput();
    if (entry.seq <= stateCursor) output.state = createStateOutput();
    lastEntryAt = entry.receivedAt;
  }

  function publish(): void {
    if (isEmptyLive(output.live)) return;
    rpc.notify("live", toLiveBatch(output.live, pipeline.seq));
    output.live = createLiveOutput();
  }

  /** Reads and processes what is durable, up to one turn's worth; false when there was nothing. */
  function processTurn(source: JournalReader, historyCursor: number, stateCursor: number): boolean {
    let entries = 0;
    while (entries < entriesPerTurn) {
      const part = source.read();
      if (part === null) break;
      if (part.type === "damage") {
        entries++;
        const lost = part.damage.toSeq - part.damage.fromSeq + 1;
        metrics?.damaged.inc(lost);
        log.error({ damage: part.damage, entries: lost }, "journal entries cannot be read");
        continue;
      }
      for (const entry of part.entries) processEntry(entry, historyCursor, stateCursor);
      entries += part.entries.length;
    }
    return entries > 0;
  }

  async function loop(
    source: JournalReader,
    sinks: { historySink: Sink; stateSink: Sink },
    cursors: { history: number; state: number },
  ): Promise<void> {
    while (!stopping) {
      const worked = processTurn(source, cursors.history, cursors.state);
      publish();
      sinks.historySink.advance(pipeline.seq);
      sinks.stateSink.advance(pipeline.seq);
      await maintain(sinks);
      // A store that does not keep up holds ingest here; the journal goes on taking frames.
      while (output.history.readings.factor.length > bounds.historyValuesMax && !stopping) {
        sinks.stateSink.advance(pipeline.seq);
        await new Promise((wake) => setTimeout(wake, 20));
      }
      if (worked) await new Promise((wake) => setImmediate(wake));
      else await new Promise((wake) => setTimeout(wake, idleMs));
    }
  }

  async function maintain(sinks: { historySink: Sink; stateSink: Sink }): Promise<void> {
    const at = now();
    if (pipeline.reopened.size > 0 && at - lastReopenAt >= reopenMs && sinks.historySink.ok) {
      lastReopenAt = at;
      await reopen(sinks.historySink);
    }
    if (at - lastCheckpointAt >= checkpointMs && sinks.historySink.ok && sinks.stateSink.ok) {
      lastCheckpointAt = at;
      await checkpoint(sinks);
    }
  }

  async function reopen(sink: Sink): Promise<void> {
    await sink.flush();
    try {
      const formed = await formReopened(pipeline, history, output, reopenPerRound);
      metrics?.reopened.inc(formed);
    } catch (error) {
      log.warn({ err: error }, "windows with late data could not be formed again; tried again later");
    }
  }

  async function checkpoint(sinks: { historySink: Sink; stateSink: Sink }): Promise<void> {
    // The snapshot may only stand on rows that are durable: everything up to it is flushed first.
    sinks.historySink.advance(pipeline.seq);
    sinks.stateSink.advance(pipeline.seq);
    await Promise.all([sinks.historySink.flush(), sinks.stateSink.flush()]);
    saveCheckpoint(checkpointPath, pipeline.save());
  }

  function serve(): void {
    rpc.handle("live.state", (): LiveState => {
      publish();
      const alarms = [...pipeline.registry.sites.values()].flatMap((site) =>
        [...site.series.values()].flatMap((series) => Object.values(series.alarms).filter((alarm) => alarm !== null)),
      );
      return { seq: pipeline.seq, latest: allLatest(pipeline.registry), alarms };
    });
    rpc.handle("status", () => ({
      cursor: pipeline.seq,
      frames: pipeline.frames,
      lagMs: lagMs(),
      history: { cursor: historySink?.cursor ?? 0, ok: historySink?.ok ?? false, why: historySink?.why ?? null },
      state: { cursor: stateSink?.cursor ?? 0, ok: stateSink?.ok ?? false, why: stateSink?.why ?? null },
      reopened: pipeline.reopened.size,
    }));
    rpc.handle("metrics", () => metrics?.text() ?? "");
  }

  /** Age of the oldest entry that is not processed, as far as it is known: 0 while ingest keeps up. */
  function lagMs(): number {
    const head = reader?.head().seq ?? 0;
    return head <= pipeline.seq || lastEntryAt === 0 ? 0 : Math.max(0, now() - lastEntryAt);
  }

  return {
    async start() {
      lock = takeLock(
        join(parts.dataDir, "ingest", "lock"),
        "ingest-locked",
        "another process runs ingest on this data folder",
      );
      await Promise.all([history.start(), state.start()]);
      const cursors = { history: await history.cursor(), state: await state.cursor() };
      const saved = loadCheckpoint(checkpointPath);
      pipeline = createPipeline(saved ?? undefined);
      if (saved === null && cursors.state > 0) {
        log.warn({ cursors }, "no checkpoint that can be used; the journal is read from the beginning");
      }
      reader = createFileJournalReader({ dir: join(parts.dataDir, "journal"), afterSeq: pipeline.seq });
      const sinks = createSinks(cursors.history, cursors.state);
      ({ historySink, stateSink } = sinks);
      metrics = createIngestMetrics({
        cursor: () => pipeline.seq,
        backlog: () => Math.max(0, (reader?.head().seq ?? 0) - pipeline.seq),
        lagSeconds: () => lagMs() / 1000,
        historyOk: () => sinks.historySink.ok,
        stateOk: () => sinks.stateSink.ok,
        totals: () => pipeline.totals,
        alarmsOpen: () => {
          let open = 0;
          for (const site of pipeline.registry.sites.values()) {
            for (const series of site.series.values())
              for (const alarm of Object.values(series.alarms)) if (alarm !== null) open++;
          }
          return open;
        },
      });
      lastCheckpointAt = now();
      serve();
      log.info({ from: pipeline.seq, ...cursors }, "ingest begins");
      running = loop(reader, sinks, cursors);
      // A bug in the pipeline must not look like a quiet day: the process ends and says why.
      running.catch((error: unknown) => {
        log.error({ err: error }, "ingest failed");
        setImmediate(() => {
          throw error;
        });
      });
    },

    async stop(deadlineMs) {
      stopping = true;
      await running;
      if (reader === null || historySink === null || stateSink === null) return;
      const end = now() + deadlineMs;
      while (now() < end && processTurn(reader, historySink.cursor, stateSink.cursor)) publish();
      const sinks = { historySink, stateSink };
      const finished = checkpoint(sinks).then(
        () => true,
        (error: unknown) => {
          log.warn({ err: error }, "stopped without a checkpoint; the next start reads further back");
          return true;
        },
      );
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<boolean>((done) => {
        timer = setTimeout(() => done(false), Math.max(200, end - now()));
      });
      if (!(await Promise.race([finished, late]))) {
        historySink.stop();
        stateSink.stop();
        await finished;
      }
      clearTimeout(timer);
      await history.stop();
      await state.stop();
      reader.stop();
      lock?.release();
    },
  };
}
