// From the stores to what is painted: places of sites in map units, marks, both on the screen, and the names of the cities.

import { useMemo } from "react";
import { pickName, useWords } from "../i18n/i18n.ts";
import type { Catalogue } from "../i18n/zh-CN.ts";
import { worstBySite } from "../state/alarm-book.ts";
import { isShown, type Layer } from "../state/layers.ts";
import type { Freshness } from "../state/staleness.ts";
import type { CityInfo } from "../state/wire.ts";
import { useApp, useObservable, usePaced } from "../views/app-context.ts";
import type { Geometry } from "./geometry.ts";
import { placeLabels } from "./labels.ts";
import type { CityLabel, SiteMark, SitesOnScreen } from "./paint.ts";
import { spiderZoom, spreadOverlaps } from "./spider.ts";
import type { View } from "./view.ts";

/** In map units; null = the register knows no place. */
export type Place = readonly [number, number] | null;

const noLayers: readonly Layer[] = [];

/** Places of all sites, in the order of the register; those of other layers have none. */
export function usePlaces(geometry: Geometry | null, layers: readonly Layer[] = noLayers): readonly Place[] {
  const { sites } = useApp();
  return useMemo(() => {
    const { lat, lon, kind } = sites.columns;
    return lat.map((value, i) => {
      const east = lon[i] ?? null;
      const own = kind[i];
      if (value === null || east === null || geometry === null || own === undefined) return null;
      return isShown(layers, own) ? geometry.project(east, value) : null;
    });
  }, [sites, geometry, layers]);
}

/** The mark of every site, null where nothing is open. */
export function useMarks(): readonly (SiteMark | null)[] {
  const { sites, live, pace } = useApp();
  const book = usePaced(live.book, useObservable(pace).mapHertz);
  return useMemo(() => {
    const worst = worstBySite(book);
    return sites.columns.id.map((id): SiteMark | null => {
      const alarm = worst.get(id);
      return alarm === undefined ? null : { priority: alarm.priority, unacked: !alarm.acked };
    });
  }, [book, sites]);
}

export function useSitesOnScreen(
  places: readonly Place[],
  view: View,
  freshness: readonly Freshness[],
  marks: readonly (SiteMark | null)[],
  /** Against the whole province: looked at closely, sites on one place are drawn apart. */
  zoom = 1,
): SitesOnScreen {
  const spread = useMemo(() => {
    const along = (place: Place, axis: 0 | 1, shift: number): number =>
      place === null ? Number.NaN : place[axis] * view.k + shift;
    const x = Float64Array.from(places, (place) => along(place, 0, view.x));
    const y = Float64Array.from(places, (place) => along(place, 1, view.y));
    return zoom < spiderZoom ? { x, y, legs: [] } : spreadOverlaps({ x, y });
  }, [places, view, zoom < spiderZoom]);
  return useMemo(() => ({ ...spread, freshness, marks }), [spread, freshness, marks]);
}

function shortName(words: Catalogue, city: CityInfo): string {
  return pickName(words, city).replace(/市$/, "");
}

/** Where the names of the cities stand in this view. */
function useLabelSpots(geometry: Geometry | null, view: View, places: readonly Place[]) {
  const words = useWords();
  const { cities } = useApp();
  return useMemo(() => {
    const probe = document.createElement("canvas").getContext("2d");
    if (geometry === null || probe === null) return [];
    probe.font = `600 13px ${getComputedStyle(document.body).fontFamily}`;
    const shown = cities.flatMap((city) => {
      const place = geometry.project(city.lon, city.lat);
      const path = geometry.cities.find((entry) => entry.adcode === city.adcode)?.path;
      if (place === null) return [];
      const anchor = {
        x: place[0] * view.k + view.x,
        y: place[1] * view.k + view.y,
        // Room for a count behind the name, so that a first alarm does not move it.
        width: probe.measureText(`${shortName(words, city)} 88`).width,
        isInside: (x: number, y: number) =>
          path === undefined || probe.isPointInPath(path, (x - view.x) / view.k, (y - view.y) / view.k),
      };
      return [{ city, anchor }];
    });
    const sites = {
      x: Float64Array.from(places, (place) => (place === null ? Number.NaN : place[0] * view.k + view.x)),
      y: Float64Array.from(places, (place) => (place === null ? Number.NaN : place[1] * view.k + view.y)),
    };
    const spots = placeLabels(
      shown.map((entry) => entry.anchor),
      sites,
    );
    return shown.flatMap(({ city }, i) => {
      const spot = spots[i];
      return spot === undefined ? [] : [{ city, ...spot }];
    });
  }, [geometry, view, places, words, cities]);
}

/** The names of the cities with the number of their open alarms. */
export function useLabels(
  geometry: Geometry | null,
  view: View,
  places: readonly Place[],
  openByCity: ReadonlyMap<string, number>,
): readonly CityLabel[] {
  const words = useWords();
  const spots = useLabelSpots(geometry, view, places);
  return useMemo(
    () =>
      spots.map(({ city: entry, x, y }) => {
        const open = openByCity.get(entry.adcode) ?? 0;
        const name = shortName(words, entry);
        return { text: open > 0 ? `${name} ${open}` : name, x, y };
      }),
    [spots, words, openByCity],
  );
}
