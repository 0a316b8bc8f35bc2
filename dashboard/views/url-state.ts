// The address is the state: path = object, query = filters, language, theme. Language and theme go along to every link.

import { useMemo } from "react";
import { useLocation, useSearch } from "wouter";
import type { Priority } from "#domain/alarm.ts";
import { isLanguage, type Language } from "../i18n/i18n.ts";
import { sorts, stateFilters, type AlarmListFilter, type AlarmSort, type StateFilter } from "../state/alarm-list.ts";
import { groupings, type Grouping } from "../state/alarm-lines.ts";

export const themes = ["desk", "room", "wall"] as const;
export type Theme = (typeof themes)[number];

export interface Url {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly language: Language;
  readonly theme: Theme;
  /** Address of another view, with language and theme of this one. */
  href(path: string, query?: Readonly<Record<string, string | null>>): string;
  /** Changes the query in place; null removes. */
  set(changes: Readonly<Record<string, string | null>>): void;
  go(path: string, query?: Readonly<Record<string, string | null>>): void;
}

const carried = ["lang", "theme"];

function join(path: string, query: URLSearchParams): string {
  // Commas are fine in a query and far easier to read.
  const text = query.toString().replaceAll("%2C", ",");
  return text === "" ? path : `${path}?${text}`;
}

function change(query: URLSearchParams, changes: Readonly<Record<string, string | null>>): URLSearchParams {
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === "") query.delete(key);
    else query.set(key, value);
  }
  return query;
}

export function useUrl(): Url {
  const search = useSearch();
  const [path, navigate] = useLocation();
  return useMemo(() => {
    const query = new URLSearchParams(search);
    const href: Url["href"] = (to, changes = {}) => {
      const kept = new URLSearchParams();
      for (const key of carried) {
        const value = query.get(key);
        if (value !== null) kept.set(key, value);
      }
      return join(to, change(kept, changes));
    };
    const lang = query.get("lang");
    const theme = query.get("theme");
    return {
      path,
      query,
      language: isLanguage(lang) ? lang : "zh-CN",
      theme: themes.find((entry) => entry === theme) ?? "desk",
      href,
      set: (changes) => navigate(join(path, change(new URLSearchParams(query), changes)), { replace: true }),
      go: (to, changes) => navigate(href(to, changes)),
    };
  }, [search, path, navigate]);
}

/** `state`, `p` and `city` of the query → filter; words nobody knows count as absent. */
export function readFilter(query: URLSearchParams, cities: readonly { readonly adcode: string }[]): AlarmListFilter {
  const state = query.get("state");
  const priorities = (query.get("p") ?? "").split(",").flatMap((text): Priority[] => {
    const number = Number(text);
    return number === 1 || number === 2 || number === 3 || number === 4 ? [number] : [];
  });
  return {
    state: stateFilters.find((entry): entry is StateFilter => entry === state) ?? "all",
    priorities,
    city: cities.find(({ adcode }) => adcode === query.get("city"))?.adcode ?? null,
  };
}

/** Words of the query that are no filter, no order and no grouping of alarms. */
export function listUnreadable(query: URLSearchParams, cities: readonly { readonly adcode: string }[]): string[] {
  const { state, priorities, city } = readFilter(query, cities);
  const { sort, group } = readListView(query);
  const read = { city, p: priorities.join(), state, sort, group };
  return (["city", "p", "state", "sort", "group"] as const).filter((name) => {
    const asked = query.get(name);
    return asked !== null && asked !== read[name];
  });
}

/** `sort` and `group` of the query; without a group the console decides by itself. */
export function readListView(query: URLSearchParams): { readonly sort: AlarmSort; readonly group: Grouping | null } {
  const [sort, group] = [query.get("sort"), query.get("group")];
  return {
    sort: sorts.find((entry) => entry === sort) ?? "urgency",
    group: groupings.find((entry) => entry === group) ?? null,
  };
}
