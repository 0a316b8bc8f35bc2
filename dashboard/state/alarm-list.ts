// Which alarms are listed in which order. While an operator's pointer or focus is inside the list the order is frozen:
// rows change where they stand, none moves, new ones wait outside and are counted.

import { suppressionKinds, type Priority, type SuppressionKind } from "#domain/alarm.ts";
import { compareUrgency, isOpen, type AlarmBook } from "./alarm-book.ts";
import type { AlarmView } from "./wire.ts";

/** What is held back has lists of its own; the other lists are without it. */
export const stateFilters = [
  "all",
  "unack",
  "active",
  "returned",
  "reset",
  "shelved",
  "by-design",
  "out-of-service",
] as const;
export type StateFilter = (typeof stateFilters)[number];

export interface AlarmListFilter {
  readonly state: StateFilter;
  /** Empty = all. */
  readonly priorities: readonly Priority[];
  /** Adcode; null = all. */
  readonly city: string | null;
}

export const sorts = ["urgency", "time", "multiple"] as const;
/** urgency: what to do next first; time: the newest first; multiple: the one furthest beyond its limit first. */
export type AlarmSort = (typeof sorts)[number];

function isHeldState(state: StateFilter): state is SuppressionKind {
  return (suppressionKinds as readonly string[]).includes(state);
}

function matchesState(alarm: AlarmView, state: StateFilter): boolean {
  const held = alarm.suppression?.kind ?? null;
  if (isHeldState(state)) return held === state;
  if (held !== null) return false;
  if (state === "unack") return !alarm.acked;
  if (state === "active") return alarm.active;
  // Over and acknowledged, but latched: it waits for a reset and not for an acknowledgement.
  if (state === "returned") return !alarm.active && !alarm.acked;
  return state === "all" || alarm.latched;
}

export function matchesFilter(
  alarm: AlarmView,
  filter: AlarmListFilter,
  cityOf: (site: string) => string | null,
): boolean {
  if (!matchesState(alarm, filter.state)) return false;
  if (filter.priorities.length > 0 && !filter.priorities.includes(alarm.priority)) return false;
  return filter.city === null || cityOf(alarm.site) === filter.city;
}

/**
 * By how much of its limit the worst value is beyond it (0.48 = 48 %); null when it broke no upper limit, and for a number
 * without a unit: half as much again of a pH is no such thing.
 */
export function exceedanceMultiple({ value, limit, unit }: Pick<AlarmView, "value" | "limit" | "unit">): number | null {
  if (unit === "-" || unit === "") return null;
  return value === null || limit === null || limit <= 0 || value <= limit ? null : (value - limit) / limit;
}

const compareTime = (a: AlarmView, b: AlarmView): number => b.onset - a.onset || compareUrgency(a, b);

function compareMultiple(a: AlarmView, b: AlarmView): number {
  return (exceedanceMultiple(b) ?? -1) - (exceedanceMultiple(a) ?? -1) || compareUrgency(a, b);
}

const comparers: Readonly<Record<AlarmSort, (a: AlarmView, b: AlarmView) => number>> = {
  urgency: compareUrgency,
  time: compareTime,
  multiple: compareMultiple,
};

/** The open alarms that pass the filter, most urgent (or newest) first. */
export function findAlarms(
  book: AlarmBook,
  filter: AlarmListFilter,
  cityOf: (site: string) => string | null,
  sort: AlarmSort = "urgency",
): AlarmView[] {
  return [...book.byId.values()]
    .filter((alarm) => isOpen(alarm) && matchesFilter(alarm, filter, cityOf))
    .sort(comparers[sort]);
}

/** How many alarms each state filter lets through, for the buttons that choose it. */
export function countStates(
  book: AlarmBook,
  filter: AlarmListFilter,
  cityOf: (site: string) => string | null,
): Record<StateFilter, number> {
  const counts: Record<StateFilter, number> = {
    all: 0,
    unack: 0,
    active: 0,
    returned: 0,
    reset: 0,
    shelved: 0,
    "by-design": 0,
    "out-of-service": 0,
  };
  const { priorities, city } = filter;
  for (const alarm of book.byId.values()) {
    if (!isOpen(alarm) || (priorities.length > 0 && !priorities.includes(alarm.priority))) continue;
    if (city !== null && cityOf(alarm.site) !== city) continue;
    for (const state of stateFilters) if (matchesState(alarm, state)) counts[state] += 1;
  }
  return counts;
}

export interface Waiting {
  readonly total: number;
  readonly firstPriority: number;
}

/** How many alarms of `fresh` (and how many of priority 1) are not among those shown. */
export function countWaiting(shown: ReadonlySet<string>, fresh: readonly AlarmView[]): Waiting {
  const waiting = fresh.filter((alarm) => !shown.has(alarm.id));
  return { total: waiting.length, firstPriority: waiting.filter((alarm) => alarm.priority === 1).length };
}
