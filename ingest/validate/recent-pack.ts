// What many sites sent lately, packed into a few columns for the checkpoint: one array per site would take a minute to write
// with 400,000 of them.

import { type Flag, flags } from "#domain/reading.ts";
import { flagAt, type Recent, valueAt } from "./recent.ts";

export interface PackedRecents {
  readonly widths: Uint16Array;
  /** Points of each site; their keys and values follow each other, oldest first. */
  readonly counts: Uint16Array;
  readonly keys: Float64Array;
  readonly values: Float64Array;
  /** Flags other than N: places among the values. */
  readonly flagAt: Uint32Array;
  readonly flag: Uint8Array;
  readonly newest: Float64Array;
  /** Numbers in each site's list of spans. */
  readonly coveredCounts: Uint16Array;
  readonly covered: Float64Array;
}

export function packRecents(recents: readonly Recent[]): PackedRecents {
  const sum = (of: (recent: Recent) => number): number => recents.reduce((all, recent) => all + of(recent), 0);
  const keys = new Float64Array(sum(({ count }) => count));
  const values = new Float64Array(sum(({ count, width }) => count * width));
  const covered = new Float64Array(sum((recent) => recent.covered.length));
  const flagPlaces: number[] = [];
  const flagNumbers: number[] = [];
  let [key, value, span] = [0, 0, 0];
  for (const recent of recents) {
    for (let i = 0; i < recent.count; i++) {
      const place = (recent.first + i) % recent.keys.length;
      keys[key++] = recent.keys[place] ?? 0;
      for (let factor = 0; factor < recent.width; factor++) {
        if (recent.flags !== null) {
          const flag = flagAt(recent, place, factor);
          if (flag !== "N") {
            flagPlaces.push(value);
            flagNumbers.push(flags.indexOf(flag));
          }
        }
        values[value++] = valueAt(recent, place, factor);
      }
    }
    covered.set(recent.covered, span);
    span += recent.covered.length;
  }
  return {
    widths: Uint16Array.from(recents, ({ width }) => width),
    counts: Uint16Array.from(recents, ({ count }) => count),
    keys,
    values,
    flagAt: Uint32Array.from(flagPlaces),
    flag: Uint8Array.from(flagNumbers),
    newest: Float64Array.from(recents, ({ newest }) => newest),
    coveredCounts: Uint16Array.from(recents, (recent) => recent.covered.length),
    covered,
  };
}

export function unpackRecents(packed: PackedRecents): Recent[] {
  const recents: Recent[] = [];
  let [key, value, span, flagged] = [0, 0, 0, 0];
  for (let i = 0; i < packed.counts.length; i++) {
    const width = packed.widths[i] ?? 0;
    const count = packed.counts[i] ?? 0;
    const end = value + count * width;
    let siteFlags: Map<number, Flag> | null = null;
    for (; flagged < packed.flagAt.length && (packed.flagAt[flagged] ?? 0) < end; flagged++) {
      siteFlags ??= new Map();
      siteFlags.set((packed.flagAt[flagged] ?? 0) - value, flags[packed.flag[flagged] ?? 0] ?? "N");
    }
    const spans = packed.coveredCounts[i] ?? 0;
    recents.push({
      width,
      keys: [...packed.keys.subarray(key, key + count)],
      values: [...packed.values.subarray(value, end)],
      flags: siteFlags,
      first: 0,
      count,
      newest: packed.newest[i] ?? Number.NEGATIVE_INFINITY,
      covered: [...packed.covered.subarray(span, span + spans)],
    });
    key += count;
    value = end;
    span += spans;
  }
  return recents;
}
