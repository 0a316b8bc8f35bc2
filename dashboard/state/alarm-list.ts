// Which alarms are listed in which order. While an operator's pointer or focus is inside the list the order is frozen:
// rows change where they stand, none moves, new ones wait outside and are counted.

import type { Priority } from "#domain/alarm.ts";
import { compareUrgency, isOpen, type AlarmBook } from "./alarm-book.ts";
import type { AlarmView } from "./wire.ts";

export const stateFilters = ["all", "unack", "active", "returned"] as const;
export type StateFilter = (typeof stateFilters)[number];

export interface AlarmListFilter {
  readonly state: StateFilter;
  /** Empty = all. */
  readonly priorities: readonly Priority[];
  /** Adcode; null = all. */
  readonly city: string | null;
}

export function matchesFilter(
  alarm: AlarmView,
  filter: AlarmListFilter,
  cityOf: (site: string) => string | null,
): boolean {
  if (filter.state === "unack" && alarm.acked) return false;
  if (filter.state === "active" && !alarm.active) return false;
  if (filter.state === "returned" && alarm.active) return false;
  if (filter.priorities.length > 0 && !filter.priorities.includes(alarm.priority)) return false;
  return filter.city === null || cityOf(alarm.site) === filter.city;
}

/** Ids of the open alarms that pass the filter, most urgent first. */
export function listAlarms(
  book: AlarmBook,
  filter: AlarmListFilter,
  cityOf: (site: string) => string | null,
): string[] {
  return [...book.byId.values()]
    .filter((alarm) => isOpen(alarm) && matchesFilter(alarm, filter, cityOf))
    .sort(compareUrgency)
    .map((alarm) => alarm.id);
}

export interface Waiting {
  readonly total: number;
  readonly firstPriority: number;
}

/** How many alarms of `fresh` (and how many of priority 1) are not in the order shown. */
export function countWaiting(shown: readonly string[], fresh: readonly string[], book: AlarmBook): Waiting {
  const known = new Set(shown);
  let total = 0;
  let firstPriority = 0;
  for (const id of fresh) {
    if (known.has(id)) continue;
    total += 1;
    if (book.byId.get(id)?.priority === 1) firstPriority += 1;
  }
  return { total, firstPriority };
}
