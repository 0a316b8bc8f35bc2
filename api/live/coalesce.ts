// Coalescing: of several readings of one series only the newest received is kept, alarms are all kept in order. Used for
// the tenth of a second between two deltas, and for as long as a slow screen cannot take more. Pure.

import type { Alarm } from "#domain/alarm.ts";
import type { LatestRow } from "#domain/live.ts";

/** An alarm on the wire is about this long; queues of alarms are bounded by it. */
export const alarmBytes = 600;
/** A reading in memory and on the wire, roughly. */
export const rowBytes = 64;

export interface Coalesced {
  readonly latest: LatestRow[];
  readonly alarms: Alarm[];
  readonly sites: string[];
  /** Readings that were replaced by a newer one of the same series. */
  readonly merged: number;
}

export interface Coalescer {
  add(part: {
    readonly latest: readonly LatestRow[];
    readonly alarms: readonly Alarm[];
    readonly sites: readonly string[];
  }): void;
  readonly isEmpty: boolean;
  /** What waits, in bytes, roughly; bounded by the number of series plus the alarms. */
  readonly bytes: number;
  /** Everything so far; empty afterwards. */
  take(): Coalesced;
}

export function createCoalescer(): Coalescer {
  let rows = new Map<string, LatestRow>();
  let alarms: Alarm[] = [];
  let sites = new Set<string>();
  let merged = 0;
  return {
    add(part) {
      for (const row of part.latest) {
        const series = `${row[0]}\n${row[1]}`;
        if (rows.has(series)) merged += 1;
        rows.set(series, row);
      }
      alarms.push(...part.alarms);
      for (const site of part.sites) sites.add(site);
    },
    get isEmpty() {
      return rows.size === 0 && alarms.length === 0 && sites.size === 0;
    },
    get bytes() {
      return rows.size * rowBytes + alarms.length * alarmBytes;
    },
    take() {
      const taken = { latest: [...rows.values()], alarms, sites: [...sites], merged };
      rows = new Map();
      alarms = [];
      sites = new Set();
      merged = 0;
      return taken;
    },
  };
}
