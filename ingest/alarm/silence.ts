// Who is silent: since when a site, and each of its factors, has sent nothing that says how things are now. Looked at in turn, a
// share of the sites with every tick. Pure.
//
// Time is that of listening: it stands still while the journal gets no entries. While the centre itself is down, nobody can be
// heard, and nobody is silent. Readings that come late do not end a silence, but hold off its beginning: whoever hands over
// what it kept is there.

import type { Registry, SiteState } from "../registry.ts";

export interface SavedSilence {
  readonly clock: number;
  readonly now: number;
  /** Place of the site that is looked at next. */
  readonly next: number;
  readonly late: readonly (readonly [place: number, clock: number])[];
}

export interface Silence {
  /** Time of listening, ms. */
  readonly clock: number;
  /** Receive time has come to `now`. */
  advance(now: number): void;
  /** A reading came late from the site at this place. */
  noteLate(place: number): void;
  /** Does the site hand over what it kept? Then it is not called silent yet. */
  isHandingOver(place: number, silentMs: number): boolean;
  /** For how long each of the next sites has been silent, in ms of listening; positive infinity = it never spoke. */
  look(each: (state: SiteState, silentMs: number) => void): void;
  /** For how long a series has been silent; positive infinity = it never spoke. */
  silentMs(series: number): number;
  save(): SavedSilence;
}

/** A longer pause between two entries is the centre's own. */
const pauseMs = 5_000;
/** Every site is looked at about so often, in ticks; of few sites more at once. */
const ticksPerRound = 10;
const sitesPerLook = 200;
/** After a late reading a site counts as handing over for so long; after so long without any other it is silent all the same. */
const handOverMs = 180_000;
const handOverMsMax = 3_600_000;

export function createSilence(registry: Registry, saved?: SavedSilence): Silence {
  let clock = saved?.clock ?? 0;
  let now = saved?.now ?? 0;
  let next = saved?.next ?? 0;
  /** By place of the site: when its last late reading came. */
  const late = new Map<number, number>(saved?.late);

  function silentMs(series: number): number {
    return clock - (registry.series.columns.heardAt[series] ?? Number.NEGATIVE_INFINITY);
  }

  return {
    get clock() {
      return clock;
    },
    advance(to) {
      if (now !== 0) clock += Math.max(0, Math.min(pauseMs, to - now));
      now = to;
    },
    noteLate(place) {
      late.set(place, clock);
    },
    isHandingOver(place, ms) {
      const at = late.get(place);
      return at !== undefined && clock - at < handOverMs && ms < handOverMsMax;
    },
    look(each) {
      const { order } = registry;
      if (next >= order.length) {
        next = 0;
        for (const [place, at] of late) if (clock - at >= handOverMs) late.delete(place);
      }
      const end = Math.min(order.length, next + Math.max(sitesPerLook, Math.ceil(order.length / ticksPerRound)));
      for (; next < end; next++) {
        const state = order[next];
        if (state === undefined) continue;
        let least = Number.POSITIVE_INFINITY;
        for (const series of state.series) least = Math.min(least, silentMs(series));
        each(state, least);
      }
    },
    silentMs,
    save: () => ({ clock, now, next, late: [...late] }),
  };
}
