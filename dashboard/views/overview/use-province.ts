// The province in numbers, live: how fresh every site is, what is open in every city, which cities cannot be believed, and who is
// furthest beyond a limit. The overview draws it; so may any other screen.

import { useMemo, useRef } from "react";
import { isCalling } from "../../state/alarm-book.ts";
import { exceedanceMultiple } from "../../state/alarm-list.ts";
import { summarizeCities, type CitySummary } from "../../state/city-summary.ts";
import { isShown, type Layer } from "../../state/layers.ts";
import { freshness, type Freshness } from "../../state/staleness.ts";
import type { AlarmView } from "../../state/wire.ts";
import { useApp, useObservable, usePaced, useServerNow } from "../app-context.ts";
import { useInterest } from "../use-interest.ts";

/** Keeps the old array while it says the same: what follows from it is not computed and not drawn again. */
function useSame<T>(next: readonly T[]): readonly T[] {
  const kept = useRef(next);
  const isSame = kept.current.length === next.length && kept.current.every((entry, i) => entry === next[i]);
  if (!isSame) kept.current = next;
  return kept.current;
}

/**
 * Asks when each site was heard last; where those are too many to be sent, for the readings of the chosen city. The answer is the only
 * city that can be judged, or null when all can.
 */
export function useProvinceReadings(city: string | null): string | null {
  const { live } = useApp();
  const isLimited = useObservable(live.limited);
  // Kept, because the smaller question is not limited any more.
  const wasLimited = useRef(false);
  if (isLimited) wasLimited.current = true;
  const only = wasLimited.current ? city : null;
  useInterest(only === null ? "heard" : { cities: [only] });
  return only;
}

/**
 * Freshness of every site, once a second by the server's clock. Nobody is blamed before all was heard, nor outside of the only
 * city that is heard.
 */
export function useFreshness(only: string | null = null): readonly Freshness[] {
  const { sites, live } = useApp();
  const now = useServerNow();
  const complete = useObservable(live.complete);
  const { id, intervalSeconds, city } = sites.columns;
  const next = useMemo(
    () =>
      id.map((site, i): Freshness => {
        const isHeard = complete && (only === null || city[i] === only);
        return isHeard ? freshness(live.latest.siteTime(site), intervalSeconds[i] ?? 60, now) : "fresh";
      }),
    [id, intervalSeconds, city, live, now, complete, only],
  );
  return useSame(next);
}

/** From this share of silent sites on a city is hatched. */
const silentShare = 0.2;

export interface Province {
  readonly freshness: readonly Freshness[];
  readonly rows: readonly CitySummary[];
  /** Open alarms by adcode. */
  readonly openByCity: ReadonlyMap<string, number>;
  readonly silentCities: ReadonlySet<string>;
  /** Active alarm that is furthest beyond its limit; null when none is beyond one. */
  readonly worst: AlarmView | null;
  /** Nothing is open, but at sites of other layers. An alarm of a site that is not known yet counts. */
  readonly isQuiet: boolean;
  /** Sites of those layers without new data. */
  readonly silent: number;
  /** Sites with a value beyond a limit now. */
  readonly exceeding: number;
}

const allLayers: readonly Layer[] = [];

/** `layers`: the alarms of which kinds of sites the map shows: in `openByCity` and for `isQuiet`. */
export function useProvince(only: string | null = null, layers: readonly Layer[] = allLayers): Province {
  const { cities, sites, live, pace } = useApp();
  const book = usePaced(live.book, useObservable(pace).mapHertz);
  const fresh = useFreshness(only);
  const rows = useMemo(
    () =>
      summarizeCities(
        cities.map((entry) => entry.adcode),
        sites,
        fresh,
        book,
      ),
    [cities, sites, fresh, book],
  );
  const silent = useSame(
    rows.flatMap((row) => (row.sites > 0 && row.stale > silentShare * row.sites ? [row.adcode] : [])),
  );
  const silentCities = useMemo(() => new Set(silent), [silent]);
  return useMemo(() => {
    const openByCity = new Map<string, number>();
    const beyond = new Set<string>();
    let worst: AlarmView | null = null;
    let isQuiet = true;
    const { kind: kinds } = sites.columns;
    const unheard = kinds.filter((kind, i) => isShown(layers, kind) && fresh[i] !== "fresh").length;
    for (const alarm of book.byId.values()) {
      if (!isCalling(alarm)) continue;
      const adcode = sites.cityOf(alarm.site);
      const kind = sites.columns.kind[sites.row(alarm.site) ?? -1];
      if (kind === undefined || isShown(layers, kind)) {
        isQuiet = false;
        if (adcode !== null) openByCity.set(adcode, (openByCity.get(adcode) ?? 0) + 1);
      }
      if (!alarm.active || alarm.limit === null) continue;
      beyond.add(alarm.site);
      const multiple = exceedanceMultiple(alarm);
      if (multiple !== null && multiple > (worst === null ? 0 : (exceedanceMultiple(worst) ?? 0))) worst = alarm;
    }
    return {
      freshness: fresh,
      rows,
      openByCity,
      silentCities,
      worst,
      isQuiet,
      silent: unheard,
      exceeding: beyond.size,
    };
  }, [book, sites, fresh, rows, silentCities, layers]);
}
