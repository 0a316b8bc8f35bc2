// What stands above the alarm list: filters with how many each shows, order and grouping, the rate of new alarms, and the band
// of a flood.

import { type ReactNode, useMemo } from "react";
import type { Priority } from "#domain/alarm.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { formatClock } from "../../format/time.ts";
import { isCalling } from "../../state/alarm-book.ts";
import { chooseGrouping, groupings, type Grouping } from "../../state/alarm-lines.ts";
import {
  countStates,
  findAlarms,
  sorts,
  stateFilters,
  type AlarmListFilter,
  type StateFilter,
} from "../../state/alarm-list.ts";
import { floodAbove, type Flood } from "../../state/raises.ts";
import { mayAcknowledge, useApp, useServerNow } from "../app-context.ts";
import { GroupTabs } from "../group-tabs.tsx";
import { useKeys } from "../key-map.ts";
import { Mark } from "../mark.tsx";
import { readFilter, readListView, useUrl } from "../url-state.ts";
import { BulkAck } from "./bulk-ack.tsx";
import { useListedBook } from "./use-alarm-lines.ts";

const allPriorities: readonly Priority[] = [1, 2, 3, 4];

export interface ToolbarProps {
  readonly flood: Flood;
  readonly grouping: Grouping;
  /** Alarms on the screen now. */
  readonly visible: readonly string[];
  readonly isFiltered: boolean;
  readonly clear: () => void;
  /** What can be done to alarms. */
  readonly acts: ReactNode;
}

/** How alarms are taken together: as chosen, or in a flood as many as can be read. */
export function useGrouping(filter: AlarmListFilter, chosen: Grouping | null, isFlooded: boolean): Grouping {
  const { sites } = useApp();
  const book = useListedBook();
  const { state, city } = filter;
  const priorities = filter.priorities.join();
  return useMemo(() => {
    if (chosen !== null || !isFlooded) return chosen ?? "none";
    return chooseGrouping(findAlarms(book, filter, sites.cityOf), sites.enterpriseOf);
  }, [book, state, priorities, city, sites, chosen, isFlooded]);
}

/** Shown when there are some, or when it is asked for: they are rare. */
const rareStates: ReadonlySet<StateFilter> = new Set(["reset"]);

export function AlarmToolbar({ flood, grouping, visible, isFiltered, clear, acts }: ToolbarProps) {
  const words = useWords();
  const { sites, cities, user } = useApp();
  const { query, set } = useUrl();
  const filter = readFilter(query, cities);
  const book = useListedBook();
  const priorities = filter.priorities.join();
  const counts = useMemo(() => countStates(book, filter, sites.cityOf), [book, priorities, filter.city, sites]);
  const states = stateFilters.filter((state) => !rareStates.has(state) || counts[state] > 0 || filter.state === state);
  return (
    <GroupTabs group="alarms">
      <h1 className="view-title">{words.alarm.title}</h1>
      <div className="segments" role="group" aria-label={words.alarm.filters}>
        {states.map((state) => (
          <button
            key={state}
            type="button"
            aria-pressed={filter.state === state}
            data-testid={`state-${state}`}
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
      {acts}
      <span className="filters-count">
        <Rate flood={flood} />
        {!mayAcknowledge(user) && <span>{words.alarm.readOnly}</span>}
        <BulkAck visible={visible} />
      </span>
    </GroupTabs>
  );
}

const sparkWidth = 60;
const sparkHeight = 18;

/** Calls of the last ten minutes, their line over two hours, and whether that is a flood. */
function Rate({ flood }: { readonly flood: Flood }) {
  const { alarm: words } = useWords();
  const { live } = useApp();
  const now = useServerNow();
  const line = live.raises.line(now);
  const most = Math.max(floodAbove, ...line);
  const wide = sparkWidth / line.length;
  return (
    <span className="alarm-rate" data-testid="alarm-rate" data-flood={flood.isFlood} title={words.rateTitle}>
      {words.rate(flood.rate)}
      <svg className="rate-line" width={sparkWidth} height={sparkHeight} aria-hidden="true">
        {line.map((calls, i) => {
          const height = calls === 0 ? 1 : Math.max(2, (calls / most) * sparkHeight);
          return <rect key={i} x={i * wide} y={sparkHeight - height} width={wide - 1} height={height} />;
        })}
      </svg>
      {words.flooded(flood.isFlood)}
    </span>
  );
}

function Priorities() {
  const words = useWords();
  const { query, set } = useUrl();
  const { priorities: chosen } = readFilter(query, []);
  const book = useListedBook();
  const open = useMemo(
    () => new Set([...book.byId.values()].filter((alarm) => isCalling(alarm)).map((alarm) => alarm.priority)),
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
export function FloodBanner({ flood, grouping }: { readonly flood: Flood; readonly grouping: Grouping }) {
  const { alarm: words } = useWords();
  const now = useServerNow();
  const { query, set } = useUrl();
  const { group } = readListView(query);
  if (!flood.isFlood) return null;
  return (
    <div className="band band-flood" data-testid="flood-banner">
      <span>
        ≋{" "}
        {grouping === "none"
          ? words.rate(flood.rate)
          : words.flood(flood.rate, words.groupings[grouping], formatClock(flood.since ?? now))}
      </span>
      <button type="button" onClick={() => set({ group: group === "none" ? null : "none" })}>
        {group === "none" ? words.regroup : words.ungroup}
      </button>
    </div>
  );
}
