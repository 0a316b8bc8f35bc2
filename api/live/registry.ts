// The sites as the api knows them, each with a place: a number that stays the same as long as this registry lives. What many
// sites have in common (city, kind, list of factors, standard) is kept once: 400,000 of them must fit. Pure.

import { staleAfterMs, type Site, type StandardKey } from "#domain/site.ts";
import { grown } from "./series.ts";

export interface SiteRegistry {
  /** Registered sites; places are also given to ids that have values and are not registered (yet). */
  readonly size: number;
  /** Adds or replaces. */
  put(site: Site): void;
  placeOf(id: string): number;
  findPlace(id: string): number | undefined;
  idAt(place: number): string;
  at(place: number): Site | null;
  get(id: string): Site | undefined;
  ofMn(mn: string): string | undefined;
  /** Ordered by id. */
  sorted(): readonly Site[];
  /** Event time of a value of this site. */
  meet(place: number, time: number): void;
  isOnline(place: number, now: number): boolean;
  countOnline(now: number): number;
}

/** Being online changes by the clock alone; counting all sites at every delta would be waste. */
const onlineEveryMs = 1000;
const firstCapacity = 256;
/** Lists and names that are remembered to be shared; past it new ones are kept for themselves. */
const sharedMax = 100_000;

/** Equal texts and lists become one. */
function createShares() {
  const texts = new Map<string, string>();
  const lists = new Map<string, readonly string[]>();
  const standards = new Map<string, StandardKey>();

  function share<T>(known: Map<string, T>, key: string, value: T): T {
    const before = known.get(key);
    if (before !== undefined) return before;
    if (known.size < sharedMax) known.set(key, value);
    return value;
  }

  const text = (value: string): string => share(texts, value, value);
  return {
    text,
    list: (items: readonly string[]) => lists.get(items.join()) ?? share(lists, items.join(), items.map(text)),
    standard: (key: StandardKey) => share(standards, `${key.standard}\n${key.industry}\n${key.unit}`, key),
  };
}

const byId = (a: Site, b: Site): number => (a.id < b.id ? -1 : 1);

/** Two ordered lists into one; a site of the second replaces none of the first. */
function merge(a: readonly Site[], b: readonly Site[]): Site[] {
  const all: Site[] = [];
  let j = 0;
  for (const site of a) {
    for (let other = b[j]; other !== undefined && other.id < site.id; other = b[++j]) all.push(other);
    all.push(site);
  }
  for (; j < b.length; j++) {
    const rest = b[j];
    if (rest !== undefined) all.push(rest);
  }
  return all;
}

export function createSiteRegistry(): SiteRegistry {
  const places = new Map<string, number>();
  const ids: string[] = [];
  const sites: (Site | null)[] = [];
  const mns = new Map<string, string>();
  const shares = createShares();
  /** Newest event time of a site, and from which age on it counts as silent. */
  let newest = new Float64Array(firstCapacity).fill(Number.NEGATIVE_INFINITY);
  let staleMs = new Float64Array(firstCapacity);
  let size = 0;
  let sorted: readonly Site[] = [];
  let added: Site[] = [];
  /** Places whose site was replaced since `sorted` was made. */
  let replaced = false;
  let online = { at: Number.NEGATIVE_INFINITY, sites: 0 };

  function forgetOnline(): void {
    online = { ...online, at: Number.NEGATIVE_INFINITY };
  }

  function placeOf(id: string): number {
    const known = places.get(id);
    if (known !== undefined) return known;
    const place = ids.length;
    if (place === newest.length) {
      newest = grown(newest, Float64Array, place * 2).fill(Number.NEGATIVE_INFINITY, place);
      staleMs = grown(staleMs, Float64Array, place * 2);
    }
    places.set(id, place);
    ids.push(id);
    sites.push(null);
    return place;
  }

  function slim(site: Site, id: string): Site {
    return {
      id,
      name: site.name,
      kind: site.kind,
      city: shares.text(site.city),
      enterprise: site.enterprise === null ? null : shares.text(site.enterprise),
      ...(site.maintainer ? { maintainer: shares.text(site.maintainer) } : {}),
      lat: site.lat,
      lon: site.lon,
      factors: shares.list(site.factors),
      intervalSeconds: site.intervalSeconds,
      standard: site.standard === null ? null : shares.standard(site.standard),
      mn: site.mn,
      ...(site.sparkplug ? { sparkplug: site.sparkplug } : {}),
      simulated: site.simulated,
      version: site.version,
    };
  }

  function isOnline(place: number, now: number): boolean {
    return now - (newest[place] ?? Number.NEGATIVE_INFINITY) <= (staleMs[place] ?? 0);
  }

  return {
    get size() {
      return size;
    },
    put(site) {
      const place = placeOf(site.id);
      const before = sites[place] ?? null;
      const kept = slim(site, ids[place] ?? site.id);
      if (before !== null && before.mn !== null) mns.delete(before.mn);
      if (site.mn !== null) mns.set(site.mn, kept.id);
      sites[place] = kept;
      staleMs[place] = staleAfterMs(site.intervalSeconds);
      if (before === null) {
        size++;
        added.push(kept);
      } else {
        replaced = true;
      }
      forgetOnline();
    },
    placeOf,
    findPlace: (id) => places.get(id),
    idAt: (place) => ids[place] ?? "",
    at: (place) => sites[place] ?? null,
    get(id) {
      const place = places.get(id);
      return place === undefined ? undefined : (sites[place] ?? undefined);
    },
    ofMn: (mn) => mns.get(mn),
    sorted() {
      const current = (site: Site): Site => sites[places.get(site.id) ?? -1] ?? site;
      if (added.length > 0) {
        sorted = merge(sorted, added.sort(byId));
        added = [];
      }
      if (replaced) {
        sorted = sorted.map(current);
        replaced = false;
      }
      return sorted;
    },
    meet(place, time) {
      const before = newest[place] ?? Number.NEGATIVE_INFINITY;
      if (time <= before) return;
      newest[place] = time;
      // A site that was silent comes online with this value; the kept count is no longer true.
      if (time - before > (staleMs[place] ?? 0)) forgetOnline();
    },
    isOnline: (place, now) => (sites[place] ?? null) !== null && isOnline(place, now),
    countOnline(now) {
      if (Math.abs(now - online.at) < onlineEveryMs) return online.sites;
      let count = 0;
      for (let place = 0; place < ids.length; place++) if (sites[place] !== null && isOnline(place, now)) count++;
      online = { at: now, sites: count };
      return count;
    },
  };
}
