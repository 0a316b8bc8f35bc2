// Memory: the registry, the newest values and the alarms that are not back to normal, as ingest told them so far. Pure:
// the time comes as an argument. Assumes that ingest sends what is newest; it compares nothing itself.

import type { Alarm } from "#domain/alarm.ts";
import { bounds } from "#domain/bounds.ts";
import type { LatestRow, LiveBatch, LivePage } from "#domain/live.ts";
import type { Site } from "#domain/site.ts";
import { createSiteRegistry, type SiteRegistry } from "./registry.ts";
import { createSeriesTable, flagPlace, type Rows, type SeriesTable } from "./series.ts";

export interface Counts {
  readonly unack: { readonly "1": number; readonly "2": number; readonly "3": number; readonly "4": number };
  readonly active: number;
  readonly sitesOnline: number;
  readonly sitesTotal: number;
}

export interface Memory {
  /** Journal sequence up to which this memory has come; -1 before the first load. */
  readonly seq: number;
  readonly siteCount: number;
  readonly seriesCount: number;
  /** Forgets everything. Slots of before mean nothing any more. */
  clear(): void;
  /** A first state begins: these are all alarms that are not back to normal; sites and values follow. */
  begin(seq: number, alarms: readonly Alarm[]): void;
  addPage(page: Pick<LivePage, "sites" | "latest">): void;
  /** `onChanged` is given the slot of every row. */
  apply(batch: Pick<LiveBatch, "seq" | "latest" | "alarms" | "sites">, onChanged?: (slot: number) => void): void;
  site(id: string): Site | undefined;
  /** Ordered by id. */
  sites(): readonly Site[];
  siteOfMn(mn: string): string | undefined;
  latest(site: string): ReadonlyMap<string, LatestRow>;
  allLatest(): Iterable<LatestRow>;
  /** The series of these sites, counted up to `most`; null = of all. */
  countSeries(sites: Iterable<string> | null, most: number): number;
  slots(sites: Iterable<string> | null): Iterable<number>;
  copyRows(slots: Iterable<number>, count: number): Rows;
  siteOfSlot(slot: number): string;
  factorOfSlot(slot: number): string;
  alarm(id: string): Alarm | undefined;
  /** Not back to normal; in no order. */
  alarms(): Iterable<Alarm>;
  isOnline(site: string, now: number): boolean;
  counts(now: number): Counts;
}

const unackStates: ReadonlySet<string> = new Set(["unack-active", "rtn-unack", "latch-unack"]);

/** Alarms that are not back to normal, counted as they change. */
function createAlarmList() {
  const alarms = new Map<string, Alarm>();
  let unack = { "1": 0, "2": 0, "3": 0, "4": 0 };
  let active = 0;

  function count(alarm: Alarm, by: 1 | -1): void {
    // What is held back asks nobody for anything.
    if (alarm.suppression !== null) return;
    if (unackStates.has(alarm.state)) unack = { ...unack, [alarm.priority]: unack[alarm.priority] + by };
    if (alarm.active) active += by;
  }

  return {
    alarms,
    put(alarm: Alarm): void {
      const before = alarms.get(alarm.id);
      if (before !== undefined) count(before, -1);
      if (alarm.state === "normal") {
        alarms.delete(alarm.id);
        return;
      }
      alarms.set(alarm.id, alarm);
      count(alarm, 1);
    },
    counts: (): Pick<Counts, "unack" | "active"> => ({ unack, active }),
  };
}

/** Codes of factors as small numbers. */
function createCodes() {
  const places = new Map<string, number>();
  const codes: string[] = [];
  return {
    at: (place: number): string => codes[place] ?? "",
    placeOf(code: string): number {
      const known = places.get(code);
      if (known !== undefined) return known;
      places.set(code, codes.length);
      return codes.push(code) - 1;
    },
  };
}

export function createMemory(): Memory {
  const codes = createCodes();
  let registry: SiteRegistry = createSiteRegistry();
  let series: SeriesTable = createSeriesTable();
  let list = createAlarmList();
  let seq = -1;

  function rowOf(slot: number): LatestRow {
    return series.row(slot, registry.idAt(series.siteOf(slot)), codes.at(series.factorOf(slot)));
  }

  function* allSlots(): Generator<number> {
    const { size } = series;
    for (let slot = 0; slot < size; slot++) yield slot;
  }

  function* slotsOfSites(ids: Iterable<string>): Generator<number> {
    for (const id of ids) {
      const place = registry.findPlace(id);
      if (place !== undefined) yield* series.slotsOf(place);
    }
  }

  function addPage({ sites, latest }: Pick<LivePage, "sites" | "latest">): void {
    const places = latest.codes.map((code) => codes.placeOf(code));
    const { counts, factor, time, value, flag, quality, receivedAt } = latest;
    let row = 0;
    for (let i = 0; i < sites.length; i++) {
      const site = sites[i];
      if (site === undefined) break;
      registry.put(site);
      const place = registry.placeOf(site.id);
      for (const end = row + (counts[i] ?? 0); row < end; row++) {
        const eventTime = time[row] ?? 0;
        series.put(
          place,
          places[factor[row] ?? 0] ?? 0,
          eventTime,
          value[row] ?? 0,
          flag[row] ?? 0,
          quality[row] ?? 0,
          receivedAt[row] ?? 0,
        );
        registry.meet(place, eventTime);
      }
    }
  }

  function putRows(rows: readonly LatestRow[], onChanged: ((slot: number) => void) | undefined): void {
    let lastId = "";
    let place = -1;
    for (const row of rows) {
      const [id, code, time, value, flag, quality, receivedAt] = row;
      // The rows of one site follow one another.
      if (place < 0 || id !== lastId) {
        place = registry.placeOf(id);
        lastId = id;
      }
      const slot = series.put(place, codes.placeOf(code), time, value, flagPlace(flag), quality, receivedAt);
      registry.meet(place, time);
      onChanged?.(slot);
    }
  }

  return {
    get seq() {
      return seq;
    },
    get siteCount() {
      return registry.size;
    },
    get seriesCount() {
      return series.size;
    },
    clear() {
      registry = createSiteRegistry();
      series = createSeriesTable();
      list = createAlarmList();
      seq = -1;
    },
    begin(atSeq, alarms) {
      list = createAlarmList();
      for (const alarm of alarms) list.put(alarm);
      seq = atSeq;
    },
    addPage,
    apply(batch, onChanged) {
      seq = Math.max(seq, batch.seq);
      for (const site of batch.sites) registry.put(site);
      putRows(batch.latest, onChanged);
      for (const alarm of batch.alarms) list.put(alarm);
    },
    site: (id) => registry.get(id),
    sites: () => registry.sorted(),
    siteOfMn: (mn) => registry.ofMn(mn),
    latest: (site) => new Map(Array.from(slotsOfSites([site]), rowOf).map((row) => [row[1], row])),
    *allLatest() {
      for (const slot of allSlots()) yield rowOf(slot);
    },
    countSeries(ids, most) {
      if (ids === null) return Math.min(series.size, most);
      let count = 0;
      for (const id of ids) {
        if (count >= most) break;
        const place = registry.findPlace(id);
        if (place !== undefined) count += series.countOf(place, most - count);
      }
      return count;
    },
    slots: (ids) => (ids === null ? allSlots() : slotsOfSites(ids)),
    copyRows: (slots, count) => series.copy(slots, count),
    siteOfSlot: (slot) => registry.idAt(series.siteOf(slot)),
    factorOfSlot: (slot) => codes.at(series.factorOf(slot)),
    alarm: (id) => list.alarms.get(id),
    alarms: () => list.alarms.values(),
    isOnline(id, now) {
      const place = registry.findPlace(id);
      return place !== undefined && registry.isOnline(place, now);
    },
    counts: (now) => ({
      ...list.counts(),
      sitesOnline: registry.countOnline(now),
      sitesTotal: registry.size,
    }),
  };
}

/** More series than one snapshot holds. */
export function isTooMany(memory: Memory, sites: Iterable<string> | null): boolean {
  return memory.countSeries(sites, bounds.liveSnapshotRowsMax + 1) > bounds.liveSnapshotRowsMax;
}
