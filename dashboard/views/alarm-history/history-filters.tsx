// The filters of the alarm history; all of them stand in the address.

import { alarmStates } from "#domain/alarm.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useAlarmClasses } from "../alarms/class-data.ts";
import { useApp } from "../app-context.ts";
import { useDeviceWords } from "../devices/device-words.ts";
import { SiteFilter } from "../devices/site-filter.tsx";
import { Choice, useNames } from "../judgement/exceedance-parts.tsx";
import { useUrl } from "../url-state.ts";
import { causesListed, filterNames, isFiltered, readView, useAlarmHistoryWords } from "./history-data.ts";

const priorities = [1, 2, 3, 4] as const;

export function HistoryFilters() {
  const words = useAlarmHistoryWords();
  const shared = useWords();
  const own = useDeviceWords();
  const { query, set } = useUrl();
  const { cities } = useApp();
  const view = readView(query);
  const { filters } = words;
  const clear = (): void => set(Object.fromEntries(filterNames[view].map((name) => [name, null])));
  return (
    <div className="filters history-filters">
      <Choice
        name="city"
        label={filters.city}
        none={filters.anyCity}
        chosen={query.get("city")}
        options={cities.map((city) => [city.adcode, pickName(shared, city)])}
      />
      <SiteFilter name="site" label={filters.site} />
      {view === "alarms" ? <AlarmFilters /> : <JournalFilters />}
      <SiteFilter name="definition" label={filters.definition} />
      <SiteFilter name="actor" label={filters.actor} />
      {isFiltered(query) && (
        <button type="button" className="quiet" onClick={clear}>
          {own.clear}
        </button>
      )}
    </div>
  );
}

function AlarmFilters() {
  const { filters } = useAlarmHistoryWords();
  const shared = useWords();
  const { query } = useUrl();
  const { factors } = useApp();
  const names = useNames();
  const classes = useAlarmClasses();
  return (
    <>
      <SiteFilter name="enterprise" label={filters.enterprise} />
      <Choice
        name="factor"
        label={filters.factor}
        none={filters.anyFactor}
        chosen={query.get("factor")}
        options={Object.keys(factors)
          .sort()
          .map((code) => [code, names.factor(code)])}
      />
      <Choice
        name="class"
        label={filters.class}
        none={filters.anyClass}
        chosen={query.get("class")}
        options={classes.map((each) => [each.name, pickName(shared, each)])}
      />
      <Choice
        name="p"
        label={filters.priority}
        none={filters.anyPriority}
        chosen={query.get("p")}
        options={priorities.map((each) => [String(each), shared.priority[each]])}
      />
      <Choice
        name="state"
        label={filters.state}
        none={filters.anyState}
        chosen={query.get("state")}
        options={alarmStates.map((each) => [each, shared.states[each]])}
      />
      <SiteFilter name="q" label={filters.q} />
    </>
  );
}

function JournalFilters() {
  const { filters, causes } = useAlarmHistoryWords();
  const { query, set } = useUrl();
  const alarm = query.get("alarm");
  return (
    <>
      <Choice
        name="cause"
        label={filters.cause}
        none={filters.anyCause}
        chosen={query.get("cause")}
        options={causesListed.map((each) => [each, causes[each]])}
      />
      {alarm !== null && (
        <button type="button" className="chip" onClick={() => set({ alarm: null })}>
          {filters.alarm(alarm)} ✕
        </button>
      )}
    </>
  );
}
