// Keeps the memory and the hub in step with ingest: loads everything when the link comes up, then follows the batches.
// While ingest is away the newest values come from the state store, so that the api answers from the first moment.
//
//   link up ─▶ call live.state ┬─▶ load ─▶ apply the batches that came meanwhile and are newer ─▶ follow
//              (batches wait) ─┘

import { alarmStates, type Alarm } from "#domain/alarm.ts";
import { Failure } from "#domain/failure.ts";
import type { LiveBatch, LiveState } from "#domain/live.ts";
import type { Rpc } from "#store/link/link.ts";
import type { StateReader } from "#store/state/state.ts";
import type { Hub } from "../live/hub.ts";
import type { Memory } from "../live/memory.ts";
import type { Log } from "../parts.ts";

export interface IngestFeed {
  start(): Promise<void>;
  stop(): void;
}

interface Parts {
  readonly ingest: Rpc;
  readonly state: StateReader;
  readonly memory: Memory;
  readonly hub: Hub;
  readonly log: Log;
  readonly now: () => number;
  /** Told of every batch, in order, after the memory has it. */
  readonly onBatch: (batch: LiveBatch) => void;
}

const retryMs = 500;
const openStates = alarmStates.filter((state) => state !== "normal");

async function loadOpenAlarms(state: StateReader): Promise<Alarm[]> {
  const alarms: Alarm[] = [];
  let cursor: string | null = null;
  do {
    const page = await state.alarms({ states: openStates, limit: 1000, ...(cursor === null ? {} : { cursor }) });
    alarms.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return alarms;
}

export function createIngestFeed(parts: Parts): IngestFeed {
  const { ingest, state, memory, hub, log, now } = parts;
  /** Batches that wait for the load under way; null while following. */
  let waiting: LiveBatch[] | null = null;
  let stopped = false;
  /** Grows with every load, so that one overtaken by a newer link is dropped. */
  let attempt = 0;
  let retry: NodeJS.Timeout | undefined;

  function follow(batch: LiveBatch): void {
    hub.accept(batch, now());
    parts.onBatch(batch);
  }

  async function load(mine: number): Promise<void> {
    const loaded = (await ingest.call("live.state", null)) as LiveState;
    if (mine !== attempt || stopped) return;
    const missed = memory.seq !== loaded.seq;
    memory.load(loaded);
    if (missed) hub.reset(now());
    const batches = waiting ?? [];
    waiting = null;
    // Of older batches only the outcomes still count, for those who wait for them.
    for (const batch of batches)
      follow(batch.seq > loaded.seq ? batch : { ...batch, latest: [], alarms: [], sites: [] });
    log.info(
      { seq: loaded.seq, sites: loaded.sites.length, series: loaded.latest.length },
      "live state loaded from ingest",
    );
  }

  function reload(): void {
    attempt += 1;
    const mine = attempt;
    // What a failed attempt has gathered is kept: it may hold the outcome of a command that somebody waits for.
    waiting ??= [];
    load(mine).catch((error: unknown) => {
      if (mine !== attempt || stopped) return;
      log.warn(
        { code: error instanceof Failure ? error.code : "internal", error: String(error) },
        "live state not loaded",
      );
      if (ingest.connected) retry = setTimeout(reload, retryMs);
    });
  }

  return {
    async start() {
      const [seq, sites, latest, alarms] = [
        await state.cursor(),
        await state.allSites(),
        await state.allLatest(),
        await loadOpenAlarms(state),
      ];
      memory.load({ seq, latest, alarms, sites });
      ingest.on("live", (message) => {
        const batch = message as LiveBatch;
        if (waiting === null) follow(batch);
        else waiting.push(batch);
      });
      ingest.onConnected(() => {
        clearTimeout(retry);
        if (!stopped) reload();
      });
    },
    stop() {
      stopped = true;
      clearTimeout(retry);
    },
  };
}
