// What stands above the alarm list: filters with how many each shows, order and grouping, the rate of new alarms, and the band
// of a flood.

import { useMemo } from "react";
import type { Priority } from "#domain/alarm.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { isOpen } from "../../state/alarm-book.ts";
import { groupings, type Grouping } from "../../state/alarm-lines.ts";
import { countStates, sorts, stateFilters } from "../../state/alarm-list.ts";
import { mayAcknowledge, useApp, useObservable } from "../app-context.ts";
import { useKeys } from "../key-map.ts";
import { Mark } from "../mark.tsx";
import { readFilter, readListView, useUrl } from "../url-state.ts";
import { BulkAck } from "./bulk-ack.tsx";
import type { FloodState } from "./use-alarm-lines.ts";

const allPriorities: readonly Priority[] = [1, 2, 3, 4];

export interface ToolbarProps {
  readonly flood: FloodState;
  readonly grouping: Grouping;
  /** Alarms on the screen now. */
  readonly visible: readonly string[];
  readonly isFiltered: boolean;
  readonly clear: () => void;
}

export function AlarmToolbar({ flood, grouping, visible, isFiltered, clear }: ToolbarProps) {
  const words = useWords();
  const { live, sites, cities, user } = useApp();
  const { query, set } = useUrl();
  const filter = readFilter(query, cities);
  const book = useObservable(live.book);
  const priorities = filter.priorities.join();
  const counts = useMemo(() => countStates(book, filter, sites.cityOf), [book, priorities, filter.city, sites]);
  return (
    <div className="filters" role="group" aria-label={words.alarm.filters}>
      <h1 className="view-title">{words.alarm.title}</h1>
      <div className="segments">
        {stateFilters.map((state) => (
          <button
            key={state}
            type="button"
            aria-pressed={filter.state === state}
            onClick={() => set({ state: state === "all" ? null : state })}
          >
            {words.alarm.stateFilters[state]} <span className="segment-count">{counts[state]}</span>
          </button>
        ))}
      </div>
      <Priorities />
      <Choices grouping={grouping} />
      {isFiltered && (
        <button type="button" className="quiet" onClick={clear}>
          {words.alarm.clear}
        </button>
      )}
      <span className="filters-count">
        <span data-testid="alarm-rate" data-flood={flood.isFlood} title={words.alarm.rateTitle}>
          {words.alarm.rate(flood.rate)}
        </span>
        {!mayAcknowledge(user) && <span>{words.alarm.readOnly}</span>}
        <BulkAck visible={visible} />
      </span>
    </div>
  );
}

function Priorities() {
  const words = useWords();
  const { query, set } = useUrl();
  const { priorities: chosen } = readFilter(query, []);
  const { live } = useApp();
  const book = useObservable(live.book);
  const open = useMemo(
    () => new Set([...book.byId.values()].filter((alarm) => isOpen(alarm)).map((alarm) => alarm.priority)),
    [book],
  );
  const toggle = (priority: Priority): void => {
    const next = chosen.includes(priority)
      ? chosen.filter((entry) => entry !== priority)
      : [...chosen, priority].sort();
    set({ p: next.join(",") });
  };
  useKeys([
    {
      keys: allPriorities.map(String),
      says: words.alarm.keys.priority,
      act(key) {
        const priority = allPriorities.find((entry) => String(entry) === key);
        if (priority !== undefined) toggle(priority);
      },
    },
  ]);
  return (
    <div className="segments">
      {allPriorities.map((priority) => (
        <button
          key={priority}
          type="button"
          aria-pressed={chosen.includes(priority)}
          aria-label={words.priority[priority]}
          data-zero={!open.has(priority)}
          onClick={() => toggle(priority)}
        >
          <Mark priority={priority} />
        </button>
      ))}
    </div>
  );
}

function Choices({ grouping }: { readonly grouping: Grouping }) {
  const words = useWords();
  const { cities } = useApp();
  const { query, set } = useUrl();
  const { city } = readFilter(query, cities);
  const { sort, group } = readListView(query);
  return (
    <>
      <select aria-label={words.alarm.city} value={city ?? ""} onChange={(event) => set({ city: event.target.value })}>
        <option value="">{words.alarm.allCities}</option>
        {cities.map((entry) => (
          <option key={entry.adcode} value={entry.adcode}>
            {pickName(words, entry)}
          </option>
        ))}
      </select>
      <select
        aria-label={words.alarm.sort}
        value={sort}
        onChange={(event) => set({ sort: event.target.value === "urgency" ? null : event.target.value })}
      >
        {sorts.map((entry) => (
          <option key={entry} value={entry}>
            {words.alarm.sorts[entry]}
          </option>
        ))}
      </select>
      <select
        aria-label={words.alarm.grouping}
        value={group ?? ""}
        onChange={(event) => set({ group: event.target.value })}
      >
        <option value="">{words.alarm.groupAuto(words.alarm.groupings[grouping])}</option>
        {groupings.map((entry) => (
          <option key={entry} value={entry}>
            {words.alarm.groupings[entry]}
          </option>
        ))}
      </select>
    </>
  );
}

/**
 * The band of a flood: how many, how they are grouped, and the way to see them one by one. No live region: its number changes ten
 * times a second, and the summary every five seconds says what there is to hear.
 */
export function FloodBanner({ flood, grouping }: { readonly flood: FloodState; readonly grouping: Grouping }) {
  const { alarm: words } = useWords();
  const { query, set } = useUrl();
  const { group } = readListView(query);
  if (!flood.isFlood) return null;
  return (
    <div className="band band-flood" data-testid="flood-banner">
      <span>≋ {grouping === "none" ? words.rate(flood.rate) : words.flood(flood.rate, words.groupings[grouping])}</span>
      <button type="button" onClick={() => set({ group: group === "none" ? null : "none" })}>
        {group === "none" ? words.regroup : words.ungroup}
      </button>
    </div>
  );
}
