// The alarm console: filters in the address, the list, and who may do what.

import type { Priority } from "#domain/alarm.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { listAlarms, stateFilters } from "../../state/alarm-list.ts";
import { AlarmGrid } from "./alarm-grid.tsx";
import { useApp, useObservable } from "../app-context.ts";
import { Mark } from "../mark.tsx";
import { Notice } from "../panels.tsx";
import { readFilter, useUrl } from "../url-state.ts";

const priorities: readonly Priority[] = [1, 2, 3, 4];

export function AlarmsView() {
  const words = useWords();
  const { query, set } = useUrl();
  const { live, sites } = useApp();
  const filter = readFilter(query);
  const isFiltered = filter.state !== "all" || filter.priorities.length > 0 || filter.city !== null;
  const clear = (): void => set({ state: null, p: null, city: null });
  const listed = listAlarms(useObservable(live.book), filter, sites.cityOf).length;
  return (
    <section className="view alarms-view" aria-label={words.alarm.title}>
      <Filters isFiltered={isFiltered} clear={clear} listed={listed} />
      <AlarmGrid
        filter={filter}
        layout="full"
        empty={
          isFiltered ? (
            <Notice title={words.alarm.emptyFiltered}>
              <button type="button" onClick={clear}>
                {words.alarm.showAll}
              </button>
            </Notice>
          ) : (
            <Notice title={words.alarm.empty} />
          )
        }
      />
      <p className="hint">{words.alarm.keys}</p>
    </section>
  );
}

function Filters({
  isFiltered,
  clear,
  listed,
}: {
  readonly isFiltered: boolean;
  readonly clear: () => void;
  readonly listed: number;
}) {
  const words = useWords();
  const { cities } = useApp();
  const { query, set } = useUrl();
  const filter = readFilter(query);
  const togglePriority = (priority: Priority): void => {
    const chosen = filter.priorities.includes(priority)
      ? filter.priorities.filter((entry) => entry !== priority)
      : [...filter.priorities, priority].sort();
    set({ p: chosen.join(",") });
  };
  return (
    <div className="filters" role="toolbar" aria-label={words.alarm.filters}>
      <h1 className="view-title">{words.alarm.title}</h1>
      <div className="segments">
        {stateFilters.map((state) => (
          <button
            key={state}
            type="button"
            aria-pressed={filter.state === state}
            onClick={() => set({ state: state === "all" ? null : state })}
          >
            {words.alarm.stateFilters[state]}
          </button>
        ))}
      </div>
      <div className="segments">
        {priorities.map((priority) => (
          <button
            key={priority}
            type="button"
            aria-pressed={filter.priorities.includes(priority)}
            aria-label={words.priority[priority]}
            onClick={() => togglePriority(priority)}
          >
            <Mark priority={priority} />
          </button>
        ))}
      </div>
      <label className="field">
        <span className="visually-hidden">{words.alarm.city}</span>
        <select value={filter.city ?? ""} onChange={(event) => set({ city: event.target.value })}>
          <option value="">{words.alarm.allCities}</option>
          {cities.map((city) => (
            <option key={city.adcode} value={city.adcode}>
              {pickName(words, city)}
            </option>
          ))}
        </select>
      </label>
      {isFiltered && (
        <button type="button" className="quiet" onClick={clear}>
          {words.alarm.clear}
        </button>
      )}
      <span className="filters-count">{words.alarm.listed(listed)}</span>
    </div>
  );
}
