// Coalescing: of several readings of one series only the newest received is kept, alarms are all kept in order. Used for
// the moment between two deltas, and for as long as a slow screen cannot take more. It holds the slots of series; their
// newest values are looked up in the memory when they are sent. Pure.

import type { Alarm } from "#domain/alarm.ts";

/** An alarm on the wire is about this long; queues of alarms are bounded by it. */
export const alarmBytes = 600;
/** A reading on the wire, roughly. */
export const rowBytes = 64;

export interface Coalesced {
  readonly slots: ReadonlySet<number>;
  readonly alarms: Alarm[];
  readonly sites: string[];
  /** Readings that were replaced by a newer one of the same series. */
  readonly merged: number;
}

export interface Coalescer {
  addSlot(slot: number): void;
  addAlarms(alarms: readonly Alarm[]): void;
  addSites(sites: readonly string[]): void;
  readonly isEmpty: boolean;
  /** What waits, in bytes, roughly; bounded by the number of series plus the alarms. */
  readonly bytes: number;
  /** Everything so far; empty afterwards. */
  take(): Coalesced;
}

export function createCoalescer(): Coalescer {
  let slots = new Set<number>();
  let alarms: Alarm[] = [];
  let sites = new Set<string>();
  let added = 0;
  return {
    addSlot(slot) {
      added += 1;
      slots.add(slot);
    },
    addAlarms(more) {
      for (const alarm of more) alarms.push(alarm);
    },
    addSites(more) {
      for (const site of more) sites.add(site);
    },
    get isEmpty() {
      return slots.size === 0 && alarms.length === 0 && sites.size === 0;
    },
    get bytes() {
      return slots.size * rowBytes + alarms.length * alarmBytes;
    },
    take() {
      const taken = { slots, alarms, sites: [...sites], merged: added - slots.size };
      slots = new Set();
      alarms = [];
      sites = new Set();
      added = 0;
      return taken;
    },
  };
}
