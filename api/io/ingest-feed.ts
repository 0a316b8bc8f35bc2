// Keeps the memory and the hub in step with ingest: loads everything when the link comes up, then follows the batches.
// While ingest is away the newest values come from the state store, so that the api answers from the first moment.
//
//   link up ─▶ live.state ─▶ page ─▶ live.state.page ─▶ page … last page ─▶ follow
//                batches wait for the page under way: what is older than it goes in before it, the rest behind it
//
// Pages are put into the memory in place: screens go on with what they have, and get a snapshot at the end.

import { setImmediate as turn } from "node:timers/promises";
import { alarmStates, type Alarm } from "#domain/alarm.ts";
import { bounds } from "#domain/bounds.ts";
import { Failure } from "#domain/failure.ts";
import type { LatestRow, LiveBatch, LivePage, LiveState } from "#domain/live.ts";
import type { Site } from "#domain/site.ts";
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
/** Ingest answers when it has come to where the stores are; a link that breaks meanwhile says so by itself. */
const firstPageMsMax = 120_000;
const pageMsMax = 30_000;
/** How long the start waits for stored values; the rest of many comes while the api answers already. */
const storedMsMax = 1_000;
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
  /** Batches that wait for the page under way; null while following. */
  let waiting: LiveBatch[] | null = null;
  /** Ingest has begun to tell: stored values are older than its own. */
  let told = false;
  let stopped = false;
  /** Grows with every load, so that one overtaken by a newer link is dropped. */
  let attempt = 0;
  let retry: NodeJS.Timeout | undefined;

  function follow(batch: LiveBatch): void {
    hub.accept(batch, now());
    parts.onBatch(batch);
  }

  /** What waits and is not newer than `seq`. */
  function takeWaiting(seq: number): LiveBatch[] {
    const all = waiting ?? [];
    waiting = all.filter((batch) => batch.seq > seq);
    return all.filter((batch) => batch.seq <= seq);
  }

  /** null when it does not matter any more. */
  async function askPage(mine: number, from: number | null): Promise<LivePage | null> {
    const asked =
      from === null ? ingest.call("live.state", null, firstPageMsMax) : ingest.call("live.state.page", from, pageMsMax);
    const page = (await asked) as LivePage;
    return mine === attempt && !stopped ? page : null;
  }

  async function load(mine: number): Promise<void> {
    let page = await askPage(mine, null);
    if (page === null) return;
    const { seq, alarms } = page as LiveState;
    const missed = memory.seq !== seq;
    told = true;
    memory.begin(seq, alarms);
    // Of batches before the first page only the outcomes still count, for those who wait for them.
    for (const batch of takeWaiting(seq)) follow({ ...batch, latest: [], alarms: [], sites: [] });
    memory.addPage(page);
    while (page.next !== null) {
      page = await askPage(mine, page.next);
      if (page === null) return;
      for (const batch of takeWaiting(page.seq)) follow(batch);
      memory.addPage(page);
    }
    if (memory.siteCount > page.siteCount) {
      // Sites that ingest does not know: it began anew, from other data.
      memory.clear();
      hub.reset(now());
      reload();
      return;
    }
    if (missed) hub.reset(now());
    const batches = waiting ?? [];
    waiting = null;
    for (const batch of batches) follow(batch);
    log.info({ seq, sites: memory.siteCount, series: memory.seriesCount }, "live state loaded from ingest");
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

  async function loadStoredSites(): Promise<void> {
    let last: Site | undefined;
    do {
      const sites: Site[] = await state.sitesAfter(last?.id ?? null, bounds.livePageRows);
      last = sites.at(-1);
      memory.apply({ seq: memory.seq, latest: [], alarms: [], sites });
      await turn();
    } while (last !== undefined);
  }

  async function loadStoredValues(): Promise<void> {
    let last: LatestRow | undefined;
    do {
      const latest: LatestRow[] = await state.latestAfter(last ?? null, bounds.livePageRows);
      if (told || stopped) return;
      last = latest.at(-1);
      memory.apply({ seq: memory.seq, latest, alarms: [], sites: [] });
      await turn();
    } while (last !== undefined);
  }

  return {
    async start() {
      memory.begin(await state.cursor(), await loadOpenAlarms(state));
      await loadStoredSites();
      ingest.on("live", (message) => {
        const batch = message as LiveBatch;
        if (waiting === null) follow(batch);
        else waiting.push(batch);
      });
      ingest.onConnected(() => {
        clearTimeout(retry);
        if (!stopped) reload();
      });
      const values = loadStoredValues().catch((error: unknown) => log.warn({ err: error }, "stored values not loaded"));
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise((wake) => {
        timer = setTimeout(wake, storedMsMax);
      });
      await Promise.race([values, patience]);
      clearTimeout(timer);
    },
    stop() {
      stopped = true;
      clearTimeout(retry);
    },
  };
}
