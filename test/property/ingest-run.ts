// Ingest on a folder of its own, with its real stores and without the rest of the program. It is told entries by the journal
// in that folder, and asked by the test what it has.

import { join } from "node:path";
import type { Alarm } from "#domain/alarm.ts";
import type { LiveBatch, LiveState } from "#domain/live.ts";
import type { Log } from "#domain/log.ts";
import { createIngest } from "#ingest/io/ingest.ts";
import { createDuckdbHistory } from "#store/history/duckdb.ts";
import type { History } from "#store/history/history.ts";
import { createInflux1History } from "#store/history/influx1.ts";
import { createFileJournalReader } from "#store/journal/file-reader.ts";
import type { Rpc } from "#store/link/link.ts";
import { createSqliteState } from "#store/state/sqlite.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { waitFor } from "#test/harness/wait.ts";

/** Where history is: a DuckDB file in the data folder, or a database of an InfluxDB. */
export interface HistoryPlace {
  readonly influxUrl: string;
  readonly database: string;
}

/** Sizes and times of ingest that a test changes; whatever they are, the outcome must be the same. */
export interface Tuning {
  readonly entriesPerTurn?: number;
  readonly checkpointMs?: number;
  readonly reopenMs?: number;
  readonly stateDueMs?: number;
  readonly historyDueMs?: number;
  readonly historyDueValues?: number;
  readonly historyValuesMax?: number;
}

export interface IngestStatus {
  readonly cursor: number;
  /** Windows that wait to be formed again. */
  readonly reopened: number;
  readonly judging: { readonly waiting: number; readonly windows: number; readonly running: boolean };
  readonly history: { readonly cursor: number; readonly attached: boolean };
  readonly state: { readonly cursor: number };
}

export interface IngestRun {
  /** Everything that the screens were told, in order. */
  readonly told: readonly Alarm[];
  /** What it logged. */
  readonly said: readonly string[];
  /** The alarms that are not back to normal. */
  alarms(): Promise<readonly Alarm[]>;
  status(): Promise<IngestStatus>;
  /** Waits until everything in the journal is processed and `isSettled`. */
  settle(isSettled?: (status: IngestStatus, head: number) => boolean): Promise<void>;
  stop(): Promise<void>;
}

/** The state store has it: what people see who decide. */
export function isCommitted({ state }: IngestStatus, head: number): boolean {
  return state.cursor >= head;
}

/** History has it too, no window waits to be formed again, and everything is judged. */
export function isComplete({ history, reopened, judging }: IngestStatus): boolean {
  const isJudged = judging.waiting + judging.windows === 0 && !judging.running;
  return history.attached && reopened === 0 && isJudged;
}

type Handler = (argument: unknown) => unknown;

/** A link to nobody: keeps what is told and lets the test ask. */
function createListener(told: Alarm[]): Rpc & { ask(method: string): Promise<unknown> } {
  const handlers = new Map<string, Handler>();
  return {
    ask: async (method) => handlers.get(method)?.(null),
    call: () => Promise.reject(new Error("nobody is there")),
    notify(topic, message) {
      if (topic === "live") told.push(...(message as LiveBatch).alarms);
      return true;
    },
    handle: (method, handler) => void handlers.set(method, handler),
    on: () => undefined,
    connected: false,
    onConnected: () => undefined,
    onDisconnected: () => undefined,
    close: () => undefined,
  };
}

export function openHistoryAt(dataDir: string, place: HistoryPlace | null, log: Log): History {
  if (place === null) return createDuckdbHistory({ file: join(dataDir, "history.duckdb"), log });
  return createInflux1History({ url: place.influxUrl, database: place.database, log });
}

export async function startIngest(
  dataDir: string,
  options: { readonly place?: HistoryPlace | null; readonly tuning?: Tuning } = {},
): Promise<IngestRun> {
  const { place = null, tuning = {} } = options;
  const told: Alarm[] = [];
  const rpc = createListener(told);
  const log = createSilentLog();
  const history = openHistoryAt(dataDir, place, log);
  const state = createSqliteState({ file: join(dataDir, "state.sqlite"), log });
  const historyKey = place === null ? "duckdb" : `${place.influxUrl} ${place.database}`;
  const parts = { dataDir, history, historyKey, state, rpc, now: Date.now, log, tuning };
  const ingest = createIngest(parts);
  await ingest.start();
  const reader = createFileJournalReader({ dir: join(dataDir, "journal"), afterSeq: 0 });
  const status = async (): Promise<IngestStatus> => (await rpc.ask("status")) as IngestStatus;
  return {
    told,
    get said() {
      return log.lines.map(({ message }) => message);
    },
    alarms: async () => ((await rpc.ask("live.state")) as LiveState).alarms,
    status,
    async settle(isSettled = () => true) {
      let seen: IngestStatus | null = null;
      await waitFor(
        "ingest to have everything",
        async () => {
          seen = await status();
          const head = reader.head().seq;
          return seen.cursor === head && isSettled(seen, head);
        },
        { deadlineMs: 30_000, everyMs: 2 },
      ).catch((error: unknown) => {
        throw new Error(`ingest stayed at ${JSON.stringify(seen)} of ${reader.head().seq}`, { cause: error });
      });
    },
    async stop() {
      reader.stop();
      await ingest.stop(5_000);
      const errors = log.lines.filter((line) => line.level === "error");
      if (errors.length > 0) throw new Error(`ingest said: ${JSON.stringify(errors)}`);
    },
  };
}
