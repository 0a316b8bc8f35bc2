// Ingest on a folder of its own, with its real stores and without the rest of the program; and all that these stores hold
// afterwards, sorted, as one value that can be compared.

import { join } from "node:path";
import type { Alarm } from "#domain/alarm.ts";
import type { LiveBatch } from "#domain/live.ts";
import { readingKinds } from "#domain/reading.ts";
import { formatDay } from "#domain/time.ts";
import { tiers } from "#domain/window.ts";
import { createIngest } from "#ingest/io/ingest.ts";
import { createDuckdbHistory } from "#store/history/duckdb.ts";
import type { History, MeanSeries, RawSeries } from "#store/history/history.ts";
import { createFileJournalReader } from "#store/journal/file-reader.ts";
import type { Rpc } from "#store/link/link.ts";
import { createSqliteState } from "#store/state/sqlite.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { waitFor } from "#test/harness/wait.ts";
import { runBegins, runFactors, runMs, runSites } from "./rough-run.ts";

export interface IngestRun {
  /** Everything that the screens were told, in order. */
  readonly told: readonly Alarm[];
  /** Waits until everything in the journal is processed; with `windows` also until no window waits to be formed again. */
  settle(windows?: boolean): Promise<void>;
  stop(): Promise<void>;
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

function openStores(dataDir: string) {
  const log = createSilentLog();
  const history: History = createDuckdbHistory({ file: join(dataDir, "history.duckdb"), log });
  const state = createSqliteState({ file: join(dataDir, "state.sqlite"), log });
  return { history, state, log };
}

export async function startIngest(dataDir: string): Promise<IngestRun> {
  const told: Alarm[] = [];
  const rpc = createListener(told);
  const { history, state, log } = openStores(dataDir);
  const ingest = createIngest({ dataDir, history, historyKey: "duckdb", state, rpc, now: Date.now, log });
  await ingest.start();
  const reader = createFileJournalReader({ dir: join(dataDir, "journal"), afterSeq: 0 });
  return {
    told,
    settle: async (windows = false) => {
      await waitFor(
        "ingest to have everything",
        async () => {
          const status = (await rpc.ask("status")) as { cursor: number; reopened: number };
          return status.cursor === reader.head().seq && (!windows || status.reopened === 0);
        },
        { deadlineMs: 20_000, everyMs: 2 },
      );
    },
    async stop() {
      reader.stop();
      await ingest.stop(5_000);
      const errors = log.lines.filter((line) => line.level === "error");
      if (errors.length > 0) throw new Error(`ingest said: ${JSON.stringify(errors)}`);
    },
  };
}

export interface Dump {
  readonly readings: Readonly<Record<string, readonly (readonly [number, number, string])[]>>;
  readonly means: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly state: unknown;
}

function rawRows({ time, value, flag }: RawSeries): (readonly [number, number, string])[] {
  return time.map((at, i) => [at, value[i] ?? Number.NaN, flag[i] ?? ""] as const);
}

function meanRows({ start, mean, min, max, count, valid }: MeanSeries): number[][] {
  return start.map((at, i) => [at, mean[i] ?? 0, min[i] ?? 0, max[i] ?? 0, count[i] ?? 0, valid[i] ?? 0]);
}

/** Everything both stores know; the stores must not be in use. */
export async function dumpStores(dataDir: string): Promise<Dump> {
  const { history, state } = openStores(dataDir);
  await Promise.all([history.start(), state.start()]);
  const range = { from: runBegins - 2 * 86_400_000, to: runBegins + 2 * 86_400_000, limit: 1_000_000 };
  const factors = [...runFactors];
  const readings: Record<string, (readonly [number, number, string])[]> = {};
  const means: Record<string, number[][]> = {};
  for (const site of runSites) {
    for (const kind of readingKinds)
      for (const series of await history.readRaw({ ...range, site, factors, kind }))
        readings[`${site} ${series.factor} ${kind}`] = rawRows(series);
    for (const tier of tiers)
      for (const series of await history.readMeans({ ...range, site, factors, tier }))
        means[`${site} ${series.factor} ${tier}`] = meanRows(series);
  }
  const alarms = (await state.alarms({ limit: 100_000 })).items.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const transitions = await Promise.all(alarms.map((alarm) => state.transitions(alarm.id)));
  const days = [formatDay(runBegins), formatDay(runBegins + runMs)];
  const ledger = (await Promise.all(days.map((day) => state.ledger(day)))).flat();
  const quarantine = (await state.quarantine({ limit: 100_000 })).items;
  const audit = (await state.audit({ limit: 100_000 })).items;
  const rest = {
    alarms,
    transitions,
    ledger,
    quarantine,
    audit,
    latest: (await state.allLatest()).toSorted(),
    sites: await state.allSites(),
    limits: await state.limits({}),
    tampered: state.findTamperedTransition(),
  };
  await Promise.all([history.stop(), state.stop()]);
  return { readings, means, state: rest };
}
