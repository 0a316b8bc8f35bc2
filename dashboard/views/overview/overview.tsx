// The province at a glance: the map, the same in a table of cities, and the most urgent alarms.

import { useMemo } from "react";
import { Link } from "wouter";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { ProvinceMap } from "../../map/province-map.tsx";
import { addSummaries, summarizeCities, type CitySummary } from "../../state/city-summary.ts";
import { isOpen } from "../../state/alarm-book.ts";
import { freshness, type Freshness } from "../../state/staleness.ts";
import { AlarmGrid } from "../alarms/alarm-grid.tsx";
import { useApp, useObservable, useServerNow } from "../app-context.ts";
import { Mark } from "../mark.tsx";
import { Notice } from "../panels.tsx";
import { useInterest } from "../use-interest.ts";
import { readFilter, useUrl } from "../url-state.ts";
import "../../style/map.css";

/** Freshness of every site, once a second by the server's clock; before the first snapshot nobody knows, and none is blamed. */
function useFreshness(): readonly Freshness[] {
  const { sites, live } = useApp();
  const now = useServerNow();
  const complete = useObservable(live.complete);
  return useMemo(() => {
    const { id, intervalSeconds } = sites.columns;
    if (!complete) return id.map((): Freshness => "fresh");
    return id.map((site, i) => freshness(live.latest.siteTime(site), intervalSeconds[i] ?? 60, now));
  }, [sites, live, now, complete]);
}

export function Overview() {
  const words = useWords();
  const { query, href, set } = useUrl();
  const { cities, sites, live } = useApp();
  useInterest("all");
  const book = useObservable(live.book);
  const fresh = useFreshness();
  const city = cities.some((entry) => entry.adcode === query.get("city")) ? query.get("city") : null;
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
  const openByCity = useMemo(() => {
    const counts = new Map<string, number>();
    for (const alarm of book.byId.values()) {
      const adcode = sites.cityOf(alarm.site);
      if (isOpen(alarm) && adcode !== null) counts.set(adcode, (counts.get(adcode) ?? 0) + 1);
    }
    return counts;
  }, [book, sites]);
  return (
    <div className="view overview">
      <h1 className="visually-hidden">{words.nav.screens.overview}</h1>
      <section className="panel overview-map" aria-label={words.map.title}>
        <ProvinceMap city={city} freshness={fresh} openByCity={openByCity} />
      </section>
      <div className="overview-side">
        <section className="panel" aria-label={words.cityTable.title}>
          <CityTable rows={rows} chosen={city} choose={(adcode) => set({ city: adcode })} />
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
            filter={{ ...readFilter(query), city }}
            layout="compact"
            empty={<Notice title={words.alarm.empty} />}
          />
        </section>
      </div>
    </div>
  );
}

interface CityTableProps {
  readonly rows: readonly CitySummary[];
  readonly chosen: string | null;
  readonly choose: (adcode: string | null) => void;
}

const priorities = [1, 2, 3, 4] as const;

function CityTable({ rows, chosen, choose }: CityTableProps) {
  const words = useWords();
  const { cities } = useApp();
  const total = addSummaries(rows);
  return (
    <table className="city-table">
      <thead>
        <tr>
          <th scope="col">{words.cityTable.city}</th>
          <th scope="col">{words.cityTable.online}</th>
          <th scope="col">{words.cityTable.stale}</th>
          {priorities.map((priority) => (
            <th key={priority} scope="col" aria-label={words.cityTable.active(words.priority[priority])}>
              <Mark priority={priority} />
            </th>
          ))}
          <th scope="col">{words.cityTable.unacked}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const city = cities.find((entry) => entry.adcode === row.adcode);
          return (
            <tr key={row.adcode} data-chosen={row.adcode === chosen} data-city={row.adcode}>
              <th scope="row">
                <button
                  type="button"
                  className="quiet"
                  aria-pressed={row.adcode === chosen}
                  onClick={() => choose(row.adcode === chosen ? null : row.adcode)}
                >
                  {city === undefined ? row.adcode : pickName(words, city)}
                </button>
              </th>
              <CityNumbers row={row} />
            </tr>
          );
        })}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{words.cityTable.total}</th>
          <CityNumbers row={total} />
        </tr>
      </tfoot>
    </table>
  );
}

function CityNumbers({ row }: { readonly row: Omit<CitySummary, "adcode"> }) {
  return (
    <>
      <td>
        {row.fresh}
        <span className="of">/{row.sites}</span>
      </td>
      <td data-zero={row.stale === 0}>{row.stale}</td>
      {priorities.map((priority) => (
        <td key={priority} data-zero={row.active[priority] === 0}>
          {row.active[priority]}
        </td>
      ))}
      <td data-zero={row.unacked === 0}>{row.unacked}</td>
    </>
  );
}
