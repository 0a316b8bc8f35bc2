// Memory: the registry, the newest values and the alarms that are not back to normal, as ingest told them so far. Pure:
// the time comes as an argument. Assumes that ingest sends what is newest; it compares nothing itself.

import type { Alarm } from "#domain/alarm.ts";
import type { LatestRow, LiveBatch, LiveState } from "#domain/live.ts";
import { staleAfterMs, type Site } from "#domain/site.ts";

export interface Counts {
  readonly unack: { readonly "1": number; readonly "2": number; readonly "3": number; readonly "4": number };
  readonly active: number;
  readonly sitesOnline: number;
  readonly sitesTotal: number;
}

export interface Memory {
  /** Journal sequence up to which this memory has come; -1 before the first load. */
  readonly seq: number;
  /** Replaces everything. */
  load(state: LiveState): void;
  apply(batch: Pick<LiveBatch, "seq" | "latest" | "alarms" | "sites">): void;
  site(id: string): Site | undefined;
  /** Ordered by id. */
  sites(): readonly Site[];
  siteOfMn(mn: string): string | undefined;
  latest(site: string): ReadonlyMap<string, LatestRow>;
  allLatest(): Iterable<LatestRow>;
  alarm(id: string): Alarm | undefined;
  /** Not back to normal; in no order. */
  alarms(): Iterable<Alarm>;
  isOnline(site: string, now: number): boolean;
  counts(now: number): Counts;
}

const noRows: ReadonlyMap<string, LatestRow> = new Map();
const unackStates: ReadonlySet<string> = new Set(["unack-active", "rtn-unack", "latch-unack"]);
/** Being online changes by the clock alone; counting all sites at every delta would be waste. */
const onlineEveryMs = 1000;

function countAlarms(alarms: Iterable<Alarm>): Pick<Counts, "unack" | "active"> {
  const unack = { "1": 0, "2": 0, "3": 0, "4": 0 };
  let active = 0;
  for (const alarm of alarms) {
    if (unackStates.has(alarm.state)) unack[alarm.priority] += 1;
    if (alarm.active) active += 1;
  }
  return { unack, active };
}

export function createMemory(): Memory {
  const sites = new Map<string, Site>();
  const mns = new Map<string, string>();
  const rows = new Map<string, Map<string, LatestRow>>();
  const newest = new Map<string, number>();
  const alarms = new Map<string, Alarm>();
  let seq = -1;
  let sorted: readonly Site[] | null = null;
  let alarmCounts: Pick<Counts, "unack" | "active"> | null = null;
  let online = { at: Number.NEGATIVE_INFINITY, sites: 0 };

  function forgetOnline(): void {
    online = { ...online, at: Number.NEGATIVE_INFINITY };
  }

  function putSite(site: Site): void {
    const before = sites.get(site.id)?.mn ?? null;
    if (before !== null) mns.delete(before);
    if (site.mn !== null) mns.set(site.mn, site.id);
    sites.set(site.id, site);
    sorted = null;
    forgetOnline();
  }

  function putRow(row: LatestRow): void {
    const [site, factor, time] = row;
    const known = rows.get(site);
    if (known === undefined) rows.set(site, new Map([[factor, row]]));
    else known.set(factor, row);
    const before = newest.get(site);
    if (before !== undefined && time <= before) return;
    newest.set(site, time);
    // A site that was silent comes online with this row; the kept count is no longer true.
    const interval = sites.get(site)?.intervalSeconds;
    if (before === undefined || (interval !== undefined && time - before > staleAfterMs(interval))) forgetOnline();
  }

  function putAlarm(alarm: Alarm): void {
    if (alarm.state === "normal") alarms.delete(alarm.id);
    else alarms.set(alarm.id, alarm);
    alarmCounts = null;
  }

  function apply(batch: Pick<LiveBatch, "seq" | "latest" | "alarms" | "sites">): void {
    seq = Math.max(seq, batch.seq);
    for (const site of batch.sites) putSite(site);
    for (const row of batch.latest) putRow(row);
    for (const alarm of batch.alarms) putAlarm(alarm);
  }

  function isOnline(id: string, now: number): boolean {
    const site = sites.get(id);
    const time = newest.get(id);
    return site !== undefined && time !== undefined && now - time <= staleAfterMs(site.intervalSeconds);
  }

  function countOnline(now: number): number {
    if (Math.abs(now - online.at) < onlineEveryMs) return online.sites;
    let count = 0;
    for (const id of sites.keys()) if (isOnline(id, now)) count += 1;
    online = { at: now, sites: count };
    return count;
  }

  return {
    get seq() {
      return seq;
    },
    load(state) {
      const registry = state.sites;
      for (const map of [sites, mns, rows, newest, alarms]) map.clear();
      seq = -1;
      apply({ seq: state.seq, latest: state.latest, alarms: state.alarms, sites: registry });
      sorted = null;
      alarmCounts = null;
    },
    apply,
    site: (id) => sites.get(id),
    sites() {
      sorted ??= [...sites.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
      return sorted;
    },
    siteOfMn: (mn) => mns.get(mn),
    latest: (site) => rows.get(site) ?? noRows,
    *allLatest() {
      for (const ofSite of rows.values()) yield* ofSite.values();
    },
    alarm: (id) => alarms.get(id),
    alarms: () => alarms.values(),
    isOnline,
    counts(now) {
      alarmCounts ??= countAlarms(alarms.values());
      return { ...alarmCounts, sitesOnline: countOnline(now), sitesTotal: sites.size };
    },
  };
}
