// What of a change a screen wants to hear, by its filter. Pure.

import type { Alarm } from "#domain/alarm.ts";
import type { Memory } from "./memory.ts";
import { type Filter, matchesFilter } from "./protocol.ts";
import type { Rows } from "./series.ts";

export interface Change {
  readonly rows: Rows;
  readonly alarms: readonly Alarm[];
  /** Sites that were registered or changed. */
  readonly sites: readonly string[];
}

export interface Part {
  /** Which of its rows; null = all. */
  readonly places: readonly number[] | null;
  readonly alarms: readonly Alarm[];
  readonly sites: readonly string[];
}

export interface Selection {
  selectAlarms(alarms: readonly Alarm[], filter: Filter): readonly Alarm[];
  /** Which rows the filter lets through; null = all. */
  choosePlaces(rows: Rows, filter: Filter): readonly number[] | null;
  /** `limited`: the filter covers more series than are sent. */
  select(change: Change, filter: Filter, limited: boolean): Part;
}

export function createSelection(memory: Pick<Memory, "site" | "siteOfSlot">): Selection {
  const cityOf = (site: string): string | undefined => memory.site(site)?.city;

  /** Of each site the place of its newest row. */
  function keepNewest({ slot, time }: Rows, places: readonly number[] | null): number[] {
    const newest = new Map<string, number>();
    const count = places === null ? slot.length : places.length;
    for (let i = 0; i < count; i++) {
      const place = places === null ? i : (places[i] ?? 0);
      const site = memory.siteOfSlot(slot[place] ?? 0);
      const known = newest.get(site);
      if (known === undefined || (time[place] ?? 0) > (time[known] ?? 0)) newest.set(site, place);
    }
    return [...newest.values()];
  }

  function choosePlaces(rows: Rows, filter: Filter): readonly number[] | null {
    const places = placesOfSites(rows, filter);
    return filter.newest ? keepNewest(rows, places) : places;
  }

  function placesOfSites({ slot }: Rows, filter: Filter): readonly number[] | null {
    if (filter.sites === null && filter.cities === null) return null;
    const places: number[] = [];
    let lastSite = "";
    let wanted = false;
    for (let place = 0; place < slot.length; place++) {
      const site = memory.siteOfSlot(slot[place] ?? 0);
      if (site !== lastSite) {
        lastSite = site;
        wanted = matchesFilter(filter, site, cityOf);
      }
      if (wanted) places.push(place);
    }
    return places;
  }

  function selectAlarms(alarms: readonly Alarm[], filter: Filter): readonly Alarm[] {
    if (filter.alarms === "all") return alarms;
    return filter.alarms ? alarms.filter((alarm) => matchesFilter(filter, alarm.site, cityOf)) : [];
  }

  return {
    selectAlarms,
    choosePlaces,
    select: ({ rows, alarms, sites }, filter, limited) => ({
      places: limited ? [] : choosePlaces(rows, filter),
      alarms: selectAlarms(alarms, filter),
      // Whoever hears of all alarms shows the names of all sites.
      sites: filter.alarms === "all" ? sites : sites.filter((site) => matchesFilter(filter, site, cityOf)),
    }),
  };
}
