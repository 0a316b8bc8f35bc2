// The province at a glance: key figures, the map, the same in a table of cities, the most urgent alarms.

import { Link } from "wouter";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { ProvinceMap } from "../../map/province-map.tsx";
import { addSummaries, type CitySummary } from "../../state/city-summary.ts";
import { AlarmGrid } from "../alarms/alarm-grid.tsx";
import { useApp } from "../app-context.ts";
import { Mark } from "../mark.tsx";
import { Notice } from "../panels.tsx";
import { readFilter, useUrl } from "../url-state.ts";
import { KeyFigures } from "./key-figures.tsx";
import { useProvince, useProvinceReadings } from "./use-province.ts";
import "../../style/map.css";

export function Overview() {
  const words = useWords();
  const { query, href, set } = useUrl();
  const { cities } = useApp();
  const asked = query.get("city");
  const city = cities.some((entry) => entry.adcode === asked) ? asked : null;
  const province = useProvince(useProvinceReadings(city));
  return (
    <div className="view overview">
      <h1 className="visually-hidden">{words.nav.screens.overview}</h1>
      <section className="panel overview-map" aria-label={words.map.title}>
        <ProvinceMap
          city={city}
          freshness={province.freshness}
          openByCity={province.openByCity}
          silentCities={province.silentCities}
        />
      </section>
      <div className="overview-side">
        <KeyFigures province={province} />
        <section className="panel" aria-label={words.cityTable.title}>
          <CityTable rows={province.rows} chosen={city} choose={(adcode) => set({ city: adcode })} />
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
