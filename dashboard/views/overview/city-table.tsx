// The map in words: one row per city with who is heard, what is open, and the alarms of the last 24 hours. The name of a city
// zooms the map to it; pressed once more it leads to the alarms of that city.

import { pickName, useWords } from "../../i18n/i18n.ts";
import { addSummaries, type CitySummary } from "../../state/city-summary.ts";
import { useApp } from "../app-context.ts";
import { Mark } from "../mark.tsx";
import { useTrend } from "./trend-data.ts";
import { CitySpark } from "./trend.tsx";
import { useOverviewWords } from "./words.ts";

interface CityTableProps {
  readonly rows: readonly CitySummary[];
  readonly chosen: string | null;
  readonly choose: (adcode: string) => void;
}

const priorities = [1, 2, 3, 4] as const;
const noAlarms = Array.from({ length: 24 }, () => 0);

export function CityTable({ rows, chosen, choose }: CityTableProps) {
  const words = useWords();
  const own = useOverviewWords();
  const { cities } = useApp();
  const total = addSummaries(rows);
  const trend = useTrend().data?.alarms;
  return (
    <table className="city-table">
      <thead>
        <tr>
          <th scope="col">{words.cityTable.city}</th>
          <th scope="col">{words.cityTable.online}</th>
          <th scope="col">{words.cityTable.stale}</th>
          {priorities.map((priority) => (
            <th
              key={priority}
              scope="col"
              aria-label={words.cityTable.active(words.priority[priority])}
              data-zero={total.active[priority] === 0}
            >
              <Mark priority={priority} />
            </th>
          ))}
          <th scope="col">{words.cityTable.unacked}</th>
          <th scope="col">{own.trend.sparkHead}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const city = cities.find((entry) => entry.adcode === row.adcode);
          const name = city === undefined ? row.adcode : pickName(words, city);
          const counts = trend?.cities.find((entry) => entry.city === row.adcode)?.counts ?? noAlarms;
          return (
            <tr key={row.adcode} data-chosen={row.adcode === chosen} data-city={row.adcode}>
              <th scope="row">
                <button
                  type="button"
                  className="quiet"
                  aria-pressed={row.adcode === chosen}
                  title={row.adcode === chosen ? own.toCityAlarms(name) : own.zoomToCity(name)}
                  onClick={() => choose(row.adcode)}
                >
                  {name}
                </button>
              </th>
              <CityNumbers row={row} />
              <td>{trend !== undefined && <CitySpark counts={counts} />}</td>
            </tr>
          );
        })}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{words.cityTable.total}</th>
          <CityNumbers row={total} />
          <td>{trend !== undefined && <CitySpark counts={trend.counts} />}</td>
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
