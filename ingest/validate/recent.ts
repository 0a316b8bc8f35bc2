// What one site sent lately, to tell a duplicate from a revision. A reading is identified by (site, factor, kind, event
// time): the same value again is a duplicate, another value a revision. What is older than the memory reaches is "beyond":
// then the windows it touches are formed again from history, where the newest version of a reading counts once.

import { bounds } from "#domain/bounds.ts";
import { type Flag, type ReadingKind, readingKinds } from "#domain/reading.ts";

export type Sighting = "new" | "duplicate" | "revision" | "beyond";

interface SeenPoint {
  readonly factors: string[];
  readonly values: number[];
  readonly flags: Flag[];
}

export interface Recent {
  /** Is any value of this reading remembered? Changes nothing. */
  knows(kind: ReadingKind, time: number, factor: string): boolean;
  /** Looks one reading up and remembers it. */
  see(kind: ReadingKind, time: number, factor: string, value: number, flag: Flag): Sighting;
  save(): SavedRecent;
}

export interface SavedRecent {
  readonly horizon: number;
  readonly points: readonly (readonly [key: number, factors: string[], values: number[], flags: string])[];
}

const kindCount = readingKinds.length;

export function createRecent(saved?: SavedRecent): Recent {
  // Key: event time and kind in one number. A Map keeps insertion order, so the first key is the one seen longest ago.
  const points = new Map<number, SeenPoint>();
  /** Everything at or before this event time may have been forgotten. */
  let horizon = saved?.horizon ?? Number.NEGATIVE_INFINITY;
  let newest = Number.NEGATIVE_INFINITY;
  for (const [key, factors, values, flags] of saved?.points ?? []) {
    points.set(key, { factors: [...factors], values: [...values], flags: [...flags] as Flag[] });
    newest = Math.max(newest, Math.floor(key / kindCount));
  }

  function forget(): void {
    for (const key of points.keys()) {
      const time = Math.floor(key / kindCount);
      const old = time < newest - bounds.recentPointsMs && points.size > bounds.recentPointsMin;
      if (!old && points.size <= bounds.recentPointsMax) return;
      points.delete(key);
      horizon = Math.max(horizon, time);
    }
  }

  return {
    knows: (kind, time, factor) =>
      points.get(time * kindCount + readingKinds.indexOf(kind))?.factors.includes(factor) === true,
    see(kind, time, factor, value, flag) {
      const key = time * kindCount + readingKinds.indexOf(kind);
      const point = points.get(key);
      if (point === undefined) {
        newest = Math.max(newest, time);
        points.set(key, { factors: [factor], values: [value], flags: [flag] });
        forget();
        return time <= horizon ? "beyond" : "new";
      }
      const at = point.factors.indexOf(factor);
      if (at < 0) {
        point.factors.push(factor);
        point.values.push(value);
        point.flags.push(flag);
        return time <= horizon ? "beyond" : "new";
      }
      if (point.values[at] === value && point.flags[at] === flag) return "duplicate";
      point.values[at] = value;
      point.flags[at] = flag;
      return "revision";
    },
    save: () => ({
      horizon,
      points: [...points].map(([key, point]) => [key, point.factors, point.values, point.flags.join("")] as const),
    }),
  };
}
