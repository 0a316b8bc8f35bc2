// The province at a glance: key figures, the map with its layers, the same in a table of cities, the most urgent alarms, the
// last 24 hours.

import { useMemo } from "react";
import { Link } from "wouter";
import { formatMoment } from "../../format/time.ts";
import { useWords } from "../../i18n/i18n.ts";
import { ProvinceMap } from "../../map/province-map.tsx";
import { readLayers } from "../../state/layers.ts";
import { readTime } from "../../state/wire.ts";
import { AlarmGrid } from "../alarms/alarm-grid.tsx";
import { useApp, useObservable, useServerNow } from "../app-context.ts";
import { Ignored } from "../ignored.tsx";
import { Notice } from "../panels.tsx";
import { readFilter, useUrl } from "../url-state.ts";
import { CityTable } from "./city-table.tsx";
import { KeyFigures } from "./key-figures.tsx";
import { LayerChips } from "./layer-chips.tsx";
import { useTrend } from "./trend-data.ts";
import { Trend } from "./trend.tsx";
import { useProvince, useProvinceReadings } from "./use-province.ts";
import { useOverviewWords } from "./words.ts";
import "../../style/map.css";

/**
 * When anything about an alarm changed last, in words: what the server knows, or what was heard since. A part of its own: it
 * follows every change of every alarm, and is drawn only where there are hardly any.
 */
function LastChange() {
  const words = useOverviewWords();
  const { live } = useApp();
  const now = useServerNow();
  const book = useObservable(live.book);
  const known = readTime(useTrend().data?.lastChange) ?? 0;
  const heard = [...book.byId.values()].map(({ onset, cleared, ackedAt }) =>
    Math.max(onset, cleared ?? 0, ackedAt ?? 0),
  );
  const at = heard.reduce((latest, each) => Math.max(latest, each), known);
  return <>{at === 0 ? words.neverChanged : words.lastChange(formatMoment(at, now))}</>;
}

export function Overview() {
  const words = useWords();
  const own = useOverviewWords();
  const { query, href, set, go } = useUrl();
  const { cities } = useApp();
  const asked = query.get("city");
  const city = cities.some((entry) => entry.adcode === asked) ? asked : null;
  const layerText = query.get("layer");
  const layers = useMemo(() => readLayers(layerText), [layerText]);
  const province = useProvince(useProvinceReadings(city), layers.chosen);
  const filter = { ...readFilter(query, cities), city };
  const isFiltered = filter.state !== "all" || filter.priorities.length > 0;
  // Where nobody is heard nothing can be called normal.
  const describe = (where: "province" | "layers" | "city", silent: number): string =>
    silent === 0 ? own.quiet[where] : own.silent[where](silent);
  const { rows } = province;
  const silentIn = rows.reduce((sum, row) => sum + (city === null || row.adcode === city ? row.stale : 0), 0);
  const empty = isFiltered ? words.alarm.emptyFiltered : describe(city === null ? "province" : "city", silentIn);
  const unreadable = [...(asked === null || asked === city ? [] : ["city"]), ...(layers.isWrong ? ["layer"] : [])];
  // The first press looks closer, the second leads to what is wrong there: as a click on the map does.
  const choose = (adcode: string): void => (adcode === city ? go("/alarms", { city }) : set({ city: adcode }));
  const quiet = describe(layers.chosen.length === 0 ? "province" : "layers", province.silent);
  return (
    <div className="view overview">
      <h1 className="visually-hidden">{words.nav.screens.overview}</h1>
      <div className="overview-left">
        <Ignored names={unreadable} />
        <LayerChips chosen={layers.chosen} />
        <section className="panel overview-map" aria-label={words.map.title}>
          <ProvinceMap
            city={city}
            freshness={province.freshness}
            openByCity={province.openByCity}
            silentCities={province.silentCities}
            layers={layers.chosen}
            quiet={
              province.isQuiet ? (
                <>
                  {quiet} · <LastChange />
                </>
              ) : null
            }
          />
        </section>
        <Trend />
      </div>
      <div className="overview-side">
        <KeyFigures province={province} />
        <section className="panel" aria-label={words.cityTable.title}>
          <CityTable rows={province.rows} chosen={city} choose={choose} />
        </section>
        <section className="panel overview-alarms" aria-labelledby="urgent-title">
          <div className="panel-head">
            <h2 id="urgent-title">{words.cityTable.urgent}</h2>
            {city !== null && (
              <button type="button" className="quiet" onClick={() => set({ city: null })}>
                {words.cityTable.wholeProvince}
              </button>
            )}
            <Link href={href("/alarms", { city })}>{words.cityTable.all}</Link>
          </div>
          <AlarmGrid
            filter={filter}
            layout="compact"
            empty={
              <Notice title={empty}>
                <p>
                  <LastChange />
                </p>
              </Notice>
            }
          />
        </section>
      </div>
    </div>
  );
}
