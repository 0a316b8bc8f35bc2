// Gathers frames of the server until the page takes them: newest value per series in columns, alarms in order. The page
// holds at most `creditMax` flushes it has not taken, so a frozen tab makes the worker merge readings instead of piling up
// messages. Pure: time and sending are the caller's.

import { flags } from "#domain/reading.ts";
import type { LatestColumns } from "../state/latest.ts";
import type { LinkFacts } from "../state/link-state.ts";
import {
  isFields,
  isLatestRow,
  readAlarms,
  readCounts,
  readTime,
  type AlarmView,
  type Counts,
  type LatestRow,
} from "../state/wire.ts";
import type { AlarmEvent, ClockSample, Flush } from "./messages.ts";

/** More alarm changes than this waiting: forget them and ask for a snapshot, which says the same in less. */
export const alarmsWaitingMax = 20_000;

export interface Collector {
  /** Takes one parsed frame; returns what it was, or null when it was nothing known. */
  take(frame: unknown, ownMs: number): FrameKind | null;
  isEmpty(): boolean;
  /** True when alarms had to be forgotten: a new snapshot is needed. */
  isOverflowing(): boolean;
  /** Lets go of the alarm changes that wait; a snapshot has to follow. Names of series stay: the page counts on them. */
  forgetAlarms(): void;
  flush(link: LinkFacts, asked: Pick<Flush, "serial" | "isAll">): Flush;
}

export interface FrameKind {
  readonly type: "snapshot" | "delta" | "heartbeat" | "error";
  readonly epoch: string | null;
  readonly seq: number | null;
}

export function createCollector(): Collector {
  const numbers = new Map<string, Map<string, number>>();
  let seriesCount = 0;
  let newKeys: [string, string][] = [];
  let dirty = new Map<number, LatestRow>();
  let alarms: { readonly kind: AlarmEvent["kind"]; readonly alarms: AlarmView[] }[] = [];
  let alarmsWaiting = 0;
  let counts: Counts | null = null;
  let clock: ClockSample[] = [];
  let complete = false;
  let limited = false;
  let merged = 0;
  let sent: ClockSample | null = null;
  let sites: string[] = [];

  function seriesNumber(site: string, factor: string): number {
    let factors = numbers.get(site);
    if (factors === undefined) numbers.set(site, (factors = new Map()));
    let number = factors.get(factor);
    if (number === undefined) {
      number = seriesCount;
      seriesCount += 1;
      factors.set(factor, number);
      newKeys.push([site, factor]);
    }
    return number;
  }

  function takeLatest(rows: unknown): void {
    if (!Array.isArray(rows)) return;
    for (const row of rows as unknown[]) {
      if (!isLatestRow(row)) continue;
      const number = seriesNumber(row[0], row[1]);
      const waiting = dirty.get(number);
      if (waiting === undefined || row[2] >= waiting[2]) dirty.set(number, row);
    }
  }

  function takeAlarms(kind: AlarmEvent["kind"], list: unknown): void {
    if (!Array.isArray(list)) return;
    // A snapshot says everything that waited before it.
    if (kind === "snapshot") {
      alarms = [];
      alarmsWaiting = 0;
    } else if (list.length === 0) return;
    const read = readAlarms(list);
    const last = alarms.at(-1);
    // Deltas that follow each other are one list, in their order: the page makes a new book for each list.
    if (kind === "delta" && last?.kind === "delta") for (const alarm of read) last.alarms.push(alarm);
    else alarms.push({ kind, alarms: read });
    alarmsWaiting += kind === "snapshot" ? 0 : read.length;
  }

  function columns(): LatestColumns | null {
    if (dirty.size === 0 && newKeys.length === 0) return null;
    const out = {
      newKeys,
      index: new Uint32Array(dirty.size),
      time: new Float64Array(dirty.size),
      value: new Float64Array(dirty.size),
      flag: new Uint8Array(dirty.size),
    };
    let i = 0;
    for (const [number, row] of dirty) {
      out.index[i] = number;
      out.time[i] = row[2];
      out.value[i] = row[3];
      out.flag[i] = flags.indexOf(row[4]);
      i += 1;
    }
    return out;
  }

  return {
    take(frame, ownMs) {
      if (!isFields(frame)) return null;
      const { type } = frame;
      if (type !== "snapshot" && type !== "delta" && type !== "heartbeat" && type !== "error") return null;
      const epoch = typeof frame["epoch"] === "string" ? frame["epoch"] : null;
      const seq = typeof frame["seq"] === "number" ? frame["seq"] : null;
      const serverMs = readTime(frame["time"]);
      // A delta may have waited in a queue; only heartbeats and snapshots are stamped when they leave.
      if (serverMs !== null && type === "heartbeat") clock.push({ serverMs, ownMs });
      counts = readCounts(frame["counts"]) ?? counts;
      // A heartbeat too: after a resume the changes come with the times of long ago, and nothing else may come for hours.
      if (serverMs !== null && type !== "error") sent = { serverMs, ownMs };
      if (type === "snapshot" || type === "delta") {
        takeLatest(frame["latest"]);
        takeAlarms(type, frame["alarms"]);
        if (typeof frame["merged"] === "number") merged += frame["merged"];
        if (type === "snapshot") limited = frame["limited"] === true;
        if (type === "snapshot" && !limited) complete = true;
        if (Array.isArray(frame["sites"])) sites = [...sites, ...(frame["sites"] as unknown[]).map(String)];
      }
      return { type, epoch, seq };
    },
    isEmpty: () =>
      dirty.size === 0 && alarms.length === 0 && counts === null && clock.length === 0 && !complete && sent === null,
    isOverflowing: () => alarmsWaiting > alarmsWaitingMax,
    forgetAlarms() {
      alarms = [];
      alarmsWaiting = 0;
    },
    flush(link, asked) {
      const flush: Flush = {
        link,
        ...asked,
        latest: columns(),
        alarms,
        counts,
        clock,
        sites,
        complete,
        limited,
        merged,
        sent,
      };
      newKeys = [];
      dirty = new Map();
      alarms = [];
      alarmsWaiting = 0;
      counts = null;
      clock = [];
      sites = [];
      complete = false;
      merged = 0;
      sent = null;
      return flush;
    },
  };
}
