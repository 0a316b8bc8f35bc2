// The report card of a logger: what one day (UTC+8) showed of it. All of it are counts, sums of whole milliseconds, least and
// greatest, so that days, loggers and pieces of a day may be put together in any order and give the same.

import { type LineFault } from "./logger.ts";
import type { Edition } from "./hj212/message.ts";
import type { RemarkName } from "./hj212/refusal.ts";
import type { RefusalReason } from "./refusal.ts";

/** The kinds of data that are due at every interval. */
export const intervalKinds = ["minute", "hour", "day"] as const;
export type IntervalKind = (typeof intervalKinds)[number];

/** Receive time minus the time that the packet says it was sent at. */
export interface Drift {
  count: number;
  sumMs: number;
  leastMs: number | null;
  greatestMs: number | null;
  /** How many were at most so far off, either way: by `driftEdgesMs`, and the rest at the end. */
  spread: number[];
}

export const driftEdgesMs: readonly number[] = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600].map(
  (seconds) => seconds * 1000,
);

/** How soon after the end of its interval the data of a kind came. */
export interface Punctuality {
  /** Intervals that ended on this day, as far as they are known to be due, and those of them that came. */
  due: number;
  received: number;
  /** Those that came on this day by themselves, and within a minute. */
  live: number;
  withinMinute: number;
  delaySumMs: number;
  delayGreatestMs: number;
  /** Those that came on this day long after, or with RF=1. */
  backfilled: number;
}

type Counts<K extends string> = Partial<Record<K, number>>;

export interface LoggerDay {
  readonly day: string;
  /** The site; or the source of a logger that no site has. */
  readonly site: string;
  frames: number;
  packets: number;
  /** Packets by command; those of no table as "other". */
  readonly commands: Counts<string>;
  readonly editions: Counts<Edition>;
  answersWanted: number;
  readonly drift: Drift;
  /** Deviations from the standard. */
  readonly remarks: Counts<RemarkName>;
  readonly refused: Counts<RefusalReason>;
  /** What the door saw. */
  readonly faults: Counts<LineFault>;
  lineEnds: number;
  repeats: number;
  connections: number;
  connectedMs: number;
  /** First bytes of the last refused piece. */
  excerpt: string;
  readonly kinds: Record<IntervalKind, Punctuality>;
  boots: number;
  /** Hour and day means that lie on this day: compared with ours, and too far apart. */
  meansCompared: number;
  meansOff: number;
  /** Other serial numbers, parameters and settings than before. */
  changes: number;
}

function createPunctuality(): Punctuality {
  return { due: 0, received: 0, live: 0, withinMinute: 0, delaySumMs: 0, delayGreatestMs: 0, backfilled: 0 };
}

export function createLoggerDay(day: string, site: string): LoggerDay {
  return {
    day,
    site,
    frames: 0,
    packets: 0,
    commands: {},
    editions: {},
    answersWanted: 0,
    drift: { count: 0, sumMs: 0, leastMs: null, greatestMs: null, spread: driftEdgesMs.map(() => 0).concat(0) },
    remarks: {},
    refused: {},
    faults: {},
    lineEnds: 0,
    repeats: 0,
    connections: 0,
    connectedMs: 0,
    excerpt: "",
    kinds: { minute: createPunctuality(), hour: createPunctuality(), day: createPunctuality() },
    boots: 0,
    meansCompared: 0,
    meansOff: 0,
    changes: 0,
  };
}

export function countIn<K extends string>(counts: Counts<K>, key: K, by = 1): void {
  counts[key] = (counts[key] ?? 0) + by;
}

function addCounts<K extends string>(to: Counts<K>, from: Counts<K>): void {
  for (const key of Object.keys(from) as K[]) countIn(to, key, from[key] ?? 0);
}

export function addDrift(drift: Drift, ms: number): void {
  drift.count++;
  drift.sumMs += ms;
  drift.leastMs = Math.min(drift.leastMs ?? ms, ms);
  drift.greatestMs = Math.max(drift.greatestMs ?? ms, ms);
  const found = driftEdgesMs.findIndex((edge) => Math.abs(ms) <= edge);
  const place = found < 0 ? driftEdgesMs.length : found;
  drift.spread[place] = (drift.spread[place] ?? 0) + 1;
}

/** Within how many milliseconds, either way, this share of the packets was; null when there are none. */
export function driftWithin({ count, spread, leastMs, greatestMs }: Drift, share: number): number | null {
  if (count === 0 || leastMs === null || greatestMs === null) return null;
  const most = Math.max(Math.abs(leastMs), Math.abs(greatestMs));
  let seen = 0;
  for (const [place, edge] of driftEdgesMs.entries()) {
    seen += spread[place] ?? 0;
    if (seen >= share * count) return Math.min(edge, most);
  }
  return most;
}

/** Adds `from` to `to`; `from` is the later of the two. */
export function addLoggerDay(to: LoggerDay, from: LoggerDay): void {
  const sums = [
    "frames",
    "packets",
    "answersWanted",
    "lineEnds",
    "repeats",
    "connections",
    "connectedMs",
    "boots",
    "meansCompared",
    "meansOff",
    "changes",
  ] as const;
  // A card of an older version may lack a line.
  for (const name of sums) to[name] = (to[name] ?? 0) + (from[name] ?? 0);
  addCounts(to.commands, from.commands);
  addCounts(to.editions, from.editions);
  addCounts(to.remarks, from.remarks);
  addCounts(to.refused, from.refused);
  addCounts(to.faults, from.faults);
  if (from.excerpt !== "") to.excerpt = from.excerpt;
  addDrifts(to.drift, from.drift);
  for (const kind of intervalKinds) addPunctuality(to.kinds[kind], from.kinds[kind]);
}

function addDrifts(to: Drift, from: Drift): void {
  if (from.leastMs === null || from.greatestMs === null) return;
  to.count += from.count;
  to.sumMs += from.sumMs;
  to.leastMs = Math.min(to.leastMs ?? from.leastMs, from.leastMs);
  to.greatestMs = Math.max(to.greatestMs ?? from.greatestMs, from.greatestMs);
  from.spread.forEach((count, place) => {
    to.spread[place] = (to.spread[place] ?? 0) + count;
  });
}

function addPunctuality(to: Punctuality, from: Punctuality): void {
  to.due += from.due;
  to.received += from.received;
  to.live += from.live;
  to.withinMinute += from.withinMinute;
  to.delaySumMs += from.delaySumMs;
  to.delayGreatestMs = Math.max(to.delayGreatestMs, from.delayGreatestMs);
  to.backfilled += from.backfilled;
}

/** Keys in one order, however the counts came together. */
export function sortLoggerDay(row: LoggerDay): LoggerDay {
  const { commands, editions, remarks, refused, faults } = row;
  return {
    ...row,
    commands: sortKeys(commands),
    editions: sortKeys(editions),
    remarks: sortKeys(remarks),
    refused: sortKeys(refused),
    faults: sortKeys(faults),
  };
}

function sortKeys<K extends string>(counts: Counts<K>): Counts<K> {
  return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1))) as Counts<K>;
}

/** What is known of a logger now. */
export interface LoggerFacts {
  readonly site: string;
  readonly mn: string;
  readonly edition: Edition | null;
  /** Of its last packet: what it monitors. */
  readonly st: string | null;
  /** When the last packet came; null when only its line was seen. */
  readonly heardAt: number | null;
  readonly firstAt: number;
  /** "hj212" = on a line of its own; else the door of whoever hands its packets on. */
  readonly door: string;
  /** Of the last live packet. */
  readonly driftMs: number | null;
  /** Where its line came from, and until when that was seen. */
  readonly address: string;
  readonly lineSeenAt: number | null;
  /** As the logger says; null = it has not said. */
  readonly realtimeSeconds: number | null;
}

export const loggerChangeKinds = ["boot", "analyser", "parameter", "setting", "hardware"] as const;
export type LoggerChangeKind = (typeof loggerChangeKinds)[number];

/** Something of a logger that is not as it was before. */
export interface LoggerChange {
  readonly seq: number;
  /** Place among the changes that one entry brought. */
  readonly part: number;
  readonly site: string;
  readonly at: number;
  readonly kind: LoggerChangeKind;
  /** i13001, SN, MinInterval, RestartTime … */
  readonly code: string;
  /** The analyser it is about; "" for the logger itself. */
  readonly factor: string;
  readonly value: string;
  /** Null = nothing was known. */
  readonly before: string | null;
}
