// What one site sent lately, to tell a duplicate from a revision. A reading is identified by (site, factor, kind, event
// time): the same value again is a duplicate, another value a revision. Of what is forgotten only the times remain, as spans
// ("covered"): a reading there may have been sent before, anywhere else it is certainly new.
//
// Kept as plain columns and functions, because there is one for each of up to 400,000 sites: a ring of points, oldest first,
// with one value per factor of the site.

import { bounds } from "#domain/bounds.ts";
import { type Flag, type ReadingKind, readingKinds } from "#domain/reading.ts";
import { addSpan, joinNearest, touchesSpan } from "#domain/span-list.ts";

export interface Recent {
  /** Factors of the site: values per point. */
  width: number;
  /** Event time and kind in one number, by place in the ring. */
  keys: number[];
  /** By place and factor; NaN where nothing was sent. */
  values: number[];
  /** Flags other than N, by place and factor. Null while there is none. */
  flags: Map<number, Flag> | null;
  first: number;
  count: number;
  /** Newest event time. */
  newest: number;
  /** Spans of event time [from, to, from, to …] of realtime readings that are forgotten, ascending. */
  covered: number[];
}

export const nowhere = -1;
const kindCount = readingKinds.length;
const realtime = readingKinds.indexOf("realtime");

export function createRecent(width: number): Recent {
  const newest = Number.NEGATIVE_INFINITY;
  return { width, keys: [], values: [], flags: null, first: 0, count: 0, newest, covered: [] };
}

function keyOf(kind: ReadingKind, time: number): number {
  return time * kindCount + readingKinds.indexOf(kind);
}

/** The place of a point that is remembered, or `nowhere`. */
export function findPoint(recent: Recent, kind: ReadingKind, time: number): number {
  if (time > recent.newest) return nowhere;
  const key = keyOf(kind, time);
  const { keys, first, count } = recent;
  // Newest first: what is sent again was mostly sent a moment ago.
  for (let i = first + count - 1; i >= first; i--) {
    const place = i < keys.length ? i : i - keys.length;
    if (keys[place] === key) return place;
  }
  return nowhere;
}

/** May a realtime reading of this time have been sent, and be forgotten? */
export function isCovered(recent: Recent, time: number): boolean {
  return touchesSpan(recent.covered, time, time);
}

/** Is it certain that no realtime reading from `from` (inclusive) to `to` (exclusive) was ever sent? */
export function isEmptySpan(recent: Recent, from: number, to: number): boolean {
  if (touchesSpan(recent.covered, from, to - 1)) return false;
  const { keys, first, count } = recent;
  for (let i = first; i < first + count; i++) {
    const key = keys[i < keys.length ? i : i - keys.length] ?? 0;
    const time = Math.floor(key / kindCount);
    if (time >= from && time < to && key - time * kindCount === realtime) return false;
  }
  return true;
}

/** A place for a point that is not remembered; what has become old is forgotten. `least` points are kept at any age. */
export function addPoint(recent: Recent, kind: ReadingKind, time: number, least: number): number {
  recent.newest = Math.max(recent.newest, time);
  forget(recent, least);
  if (recent.count === recent.keys.length) grow(recent);
  const { keys, width } = recent;
  let place = recent.first + recent.count;
  if (place >= keys.length) place -= keys.length;
  recent.count++;
  keys[place] = keyOf(kind, time);
  for (let i = place * width; i < (place + 1) * width; i++) recent.values[i] = Number.NaN;
  return place;
}

/** NaN when nothing was sent for this factor. */
export function valueAt(recent: Recent, place: number, factor: number): number {
  return recent.values[place * recent.width + factor] ?? Number.NaN;
}

export function flagAt(recent: Recent, place: number, factor: number): Flag {
  return recent.flags?.get(place * recent.width + factor) ?? "N";
}

export function setValue(recent: Recent, place: number, factor: number, value: number, flag: Flag): void {
  const at = place * recent.width + factor;
  recent.values[at] = value;
  if (flag !== "N") (recent.flags ??= new Map()).set(at, flag);
  else recent.flags?.delete(at);
}

/** The site has more factors than before. */
export function widen(recent: Recent, width: number): void {
  if (width > recent.width) relay(recent, recent.keys.length, width);
}

function grow(recent: Recent): void {
  relay(recent, Math.min(bounds.recentPointsMax, Math.max(4, recent.keys.length * 2)), recent.width);
}

/** Lays the ring out anew, oldest point first. */
function relay(recent: Recent, length: number, width: number): void {
  const keys = Array.from({ length }, () => Number.NaN);
  const values = Array.from({ length: length * width }, () => Number.NaN);
  const flags = new Map<number, Flag>();
  for (let i = 0; i < recent.count; i++) {
    const place = (recent.first + i) % recent.keys.length;
    keys[i] = recent.keys[place] ?? 0;
    for (let factor = 0; factor < recent.width; factor++) {
      values[i * width + factor] = valueAt(recent, place, factor);
      const flag = flagAt(recent, place, factor);
      if (flag !== "N") flags.set(i * width + factor, flag);
    }
  }
  Object.assign(recent, { keys, values, flags: flags.size === 0 ? null : flags, first: 0, width });
}

function forget(recent: Recent, least: number): void {
  while (recent.count > 0) {
    const key = recent.keys[recent.first] ?? 0;
    const time = Math.floor(key / kindCount);
    const isOld = time < recent.newest - bounds.recentPointsMs && recent.count >= least;
    if (!isOld && recent.count < bounds.recentPointsMax) return;
    if (key - time * kindCount === realtime) {
      addSpan(recent.covered, time, time, bounds.coveredJoinMs);
      if (recent.covered.length > 2 * bounds.coveredSpansMax) joinNearest(recent.covered);
    }
    clearFlags(recent, recent.first);
    recent.first = recent.first + 1 === recent.keys.length ? 0 : recent.first + 1;
    recent.count--;
  }
}

function clearFlags(recent: Recent, place: number): void {
  if (recent.flags === null) return;
  for (let i = place * recent.width; i < (place + 1) * recent.width; i++) recent.flags.delete(i);
  if (recent.flags.size === 0) recent.flags = null;
}
