// The newest value of every series, as columns. A series is named by a slot, a number that stays the same as long as this
// table lives; the slots of one site form a chain. Millions of series must fit: a slot takes 37 bytes. Pure.

import type { LatestRow } from "#domain/live.ts";
import { type Flag, flags } from "#domain/reading.ts";

/** End of a chain. */
export const noSlot = 0xffff_ffff;

/** Memory of one row of `Rows`. */
export const rowsBytes = 21;

/** Some values as they were at one moment. */
export interface Rows {
  readonly slot: Uint32Array;
  readonly time: Float64Array;
  readonly value: Float64Array;
  readonly flag: Uint8Array;
}

export interface SeriesTable {
  /** How many there are; slots are 0 … size - 1. */
  readonly size: number;
  /** Replaces what the series had; makes the series when it is new. Answers its slot. */
  put(
    site: number,
    factor: number,
    time: number,
    value: number,
    flag: number,
    quality: number,
    receivedAt: number,
  ): number;
  /** How many series the site has, counted up to `most`. */
  countOf(site: number, most: number): number;
  slotsOf(site: number): Iterable<number>;
  /** Place of the site that the slot belongs to. */
  siteOf(slot: number): number;
  factorOf(slot: number): number;
  row(slot: number, site: string, factor: string): LatestRow;
  copy(slots: Iterable<number>, count: number): Rows;
}

const flagPlaces = new Map<Flag, number>(flags.map((flag, place) => [flag, place]));

export function flagPlace(flag: Flag): number {
  return flagPlaces.get(flag) ?? 0;
}

export function flagAt(place: number): Flag {
  return flags[place] ?? "N";
}

/** A copy with room for `length` values. What is not written yet takes no memory. */
export function grown<T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(
  column: T,
  make: new (length: number) => T,
  length: number,
): T {
  const next = new make(length);
  next.set(column);
  return next;
}

const firstCapacity = 1024;

export function createSeriesTable(): SeriesTable {
  let size = 0;
  let capacity = firstCapacity;
  let time = new Float64Array(capacity);
  let value = new Float64Array(capacity);
  let receivedAt = new Float64Array(capacity);
  let flag = new Uint8Array(capacity);
  let quality = new Uint16Array(capacity);
  let factor = new Uint16Array(capacity);
  let site = new Uint32Array(capacity);
  let next = new Uint32Array(capacity);
  /** First and last slot of a site's chain. */
  let first = new Uint32Array(firstCapacity).fill(noSlot);
  let last = new Uint32Array(firstCapacity).fill(noSlot);
  /** The slot that was found last: a frame brings the factors of one site in the same order every time. */
  let hint = noSlot;

  function grow(): void {
    capacity *= 2;
    time = grown(time, Float64Array, capacity);
    value = grown(value, Float64Array, capacity);
    receivedAt = grown(receivedAt, Float64Array, capacity);
    flag = grown(flag, Uint8Array, capacity);
    quality = grown(quality, Uint16Array, capacity);
    factor = grown(factor, Uint16Array, capacity);
    site = grown(site, Uint32Array, capacity);
    next = grown(next, Uint32Array, capacity);
  }

  function growSites(place: number): void {
    const length = Math.max(place + 1, first.length * 2);
    const before = first.length;
    first = grown(first, Uint32Array, length).fill(noSlot, before);
    last = grown(last, Uint32Array, length).fill(noSlot, before);
  }

  function find(ofSite: number, code: number): number {
    if (hint !== noSlot) {
      const guess = next[hint] ?? noSlot;
      if (guess !== noSlot && factor[guess] === code && site[guess] === ofSite) return guess;
    }
    let slot = first[ofSite] ?? noSlot;
    while (slot !== noSlot && factor[slot] !== code) slot = next[slot] ?? noSlot;
    return slot;
  }

  function add(ofSite: number, code: number): number {
    if (size === capacity) grow();
    if (ofSite >= first.length) growSites(ofSite);
    const slot = size++;
    const before = last[ofSite] ?? noSlot;
    if (before === noSlot) first[ofSite] = slot;
    else next[before] = slot;
    last[ofSite] = slot;
    next[slot] = noSlot;
    site[slot] = ofSite;
    factor[slot] = code;
    return slot;
  }

  function* slotsOf(place: number): Generator<number> {
    for (let slot = first[place] ?? noSlot; slot !== noSlot; slot = next[slot] ?? noSlot) yield slot;
  }

  return {
    get size() {
      return size;
    },
    put(ofSite, code, newTime, newValue, newFlag, newQuality, newReceivedAt) {
      let slot = find(ofSite, code);
      if (slot === noSlot) slot = add(ofSite, code);
      hint = slot;
      time[slot] = newTime;
      value[slot] = newValue;
      flag[slot] = newFlag;
      quality[slot] = newQuality;
      receivedAt[slot] = newReceivedAt;
      return slot;
    },
    countOf(place, most) {
      let count = 0;
      for (let slot = first[place] ?? noSlot; slot !== noSlot && count < most; slot = next[slot] ?? noSlot) count++;
      return count;
    },
    slotsOf,
    siteOf: (slot) => site[slot] ?? 0,
    factorOf: (slot) => factor[slot] ?? 0,
    row: (slot, siteId, code) => [
      siteId,
      code,
      time[slot] ?? 0,
      value[slot] ?? 0,
      flagAt(flag[slot] ?? 0),
      quality[slot] ?? 0,
      receivedAt[slot] ?? 0,
    ],
    copy(slots, count) {
      const rows = {
        slot: new Uint32Array(count),
        time: new Float64Array(count),
        value: new Float64Array(count),
        flag: new Uint8Array(count),
      };
      let at = 0;
      for (const slot of slots) {
        rows.slot[at] = slot;
        rows.time[at] = time[slot] ?? 0;
        rows.value[at] = value[slot] ?? 0;
        rows.flag[at++] = flag[slot] ?? 0;
      }
      return rows;
    },
  };
}
