// What the list of exceedances asks the server for, how its filters stand in the address, and how rows are sorted and summed.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { parseStamp } from "#domain/hj212/stamp.ts";
import {
  type ExceedanceStatus,
  exceedanceStatuses,
  type ExceedingWindow,
  type JudgedBasis,
  judgedBases,
  type VerdictCause,
} from "#domain/judged.ts";
import { formatIso } from "#domain/time.ts";
import { callApi } from "../../feed/request.ts";
import { createWords } from "../../i18n/i18n.ts";
import { judgementEn } from "../../i18n/judgement-en.ts";
import { judgementZh } from "../../i18n/judgement-zh.ts";
import type { TimeWindow } from "../../state/time-range.ts";
import type { GridOrder } from "../devices/row-grid.tsx";
import { useKept } from "../use-kept.ts";

export const useJudgementWords = createWords(judgementZh, judgementEn);
export type JudgementWords = typeof judgementZh;

/** As the api writes it: times as text, the mean by its name in the contract. */
export interface ExceedanceRow extends Omit<
  ExceedingWindow,
  "start" | "end" | "value" | "bound" | "method" | "limitVersion"
> {
  readonly id: string;
  readonly site: string;
  /** Null: the site is registered no more. */
  readonly siteName: string | null;
  readonly city: string | null;
  readonly enterprise: string | null;
  readonly factor: string;
  readonly basis: JudgedBasis;
  readonly window: readonly [from: string, to: string];
  readonly mean: number;
  readonly limit: number;
  readonly limitVersion: string;
  readonly status: ExceedanceStatus;
  readonly version: number;
  readonly cause: VerdictCause;
  /** Known from … to; null = it still stands. */
  readonly at: string;
  readonly supersededAt: string | null;
  /** Windows in a row, this one among them; versions have none. */
  readonly episode?: { readonly from: string; readonly to: string; readonly windows: number };
}

export interface ExceedanceFilter {
  readonly city: string | null;
  readonly site: string | null;
  readonly factor: string | null;
  readonly basis: JudgedBasis | null;
  readonly status: ExceedanceStatus | null;
  /** Epoch ms. */
  readonly asOf: number | null;
}

/** Digits of HJ 212, with or without those of milliseconds. */
export function readStamp(text: string | null): number | null {
  const ms = text === null ? null : parseStamp(text, true);
  return typeof ms === "number" ? ms : null;
}

export function readExceedanceFilter(query: URLSearchParams): ExceedanceFilter {
  const [basis, status] = [query.get("basis"), query.get("status")];
  return {
    city: query.get("city"),
    site: query.get("site"),
    factor: query.get("factor"),
    basis: judgedBases.find((each) => each === basis) ?? null,
    status: exceedanceStatuses.find((each) => each === status) ?? null,
    asOf: readStamp(query.get("asOf")),
  };
}

/** Words of the address that are no filter. */
export function listUnreadable(query: URLSearchParams): string[] {
  const filter = readExceedanceFilter(query);
  const read = { ...filter, asOf: filter.asOf === null ? null : query.get("asOf") };
  return (["basis", "status", "asOf"] as const).filter(
    (name) => query.get(name) !== null && query.get(name) !== read[name],
  );
}

export function isFiltered(filter: ExceedanceFilter): boolean {
  return Object.values(filter).some((value) => value !== null);
}

/** The filter as the api takes it. */
export function toQuery(filter: ExceedanceFilter, window: TimeWindow): string {
  const query = new URLSearchParams({ from: formatIso(window.from), to: formatIso(window.to) });
  for (const name of ["city", "site", "factor", "basis", "status"] as const) {
    const value = filter[name];
    if (value !== null) query.set(name, value);
  }
  if (filter.asOf !== null) query.set("asOf", formatIso(filter.asOf));
  return query.toString();
}

interface Page {
  readonly items: readonly ExceedanceRow[];
  readonly total: number;
  readonly next: string | null;
}

export interface Exceedances {
  readonly items: readonly ExceedanceRow[];
  readonly total: number;
}

const pageRows = "1000";
/** More than these nobody reads in a list; the screen says how many there are. */
const pagesMax = 5;
const refreshMs = 30_000;

async function loadExceedances(filter: string, signal: AbortSignal): Promise<Exceedances> {
  const items: ExceedanceRow[] = [];
  let total = 0;
  let cursor: string | null = "";
  for (let pages = 0; cursor !== null && pages < pagesMax; pages += 1) {
    const query = new URLSearchParams(filter);
    query.set("limit", pageRows);
    if (cursor !== "") query.set("cursor", cursor);
    const page: Page = await callApi<Page>(`/exceedances?${query}`, { signal });
    items.push(...page.items);
    total = page.total;
    cursor = page.next;
  }
  return { items, total };
}

/** `filter`: as `toQuery` writes it. */
export function useExceedances(filter: string) {
  const found = useQuery({
    queryKey: ["exceedances", filter],
    queryFn: ({ signal }) => loadExceedances(filter, signal),
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });
  return { ...found, data: useKept(found.data) };
}

const startOf = (row: ExceedanceRow): number => Date.parse(row.window[0]);

const sortValues: Readonly<Record<string, (row: ExceedanceRow) => number | string>> = {
  window: startOf,
  site: (row) => row.siteName ?? row.site,
  city: (row) => row.city ?? "",
  factor: (row) => row.factor,
  multiple: (row) => row.multiple ?? -1,
  duration: (row) => row.episode?.windows ?? 1,
};

export function readOrder(text: string | null): GridOrder {
  const column = (text ?? "").replace(/^-/, "");
  return column in sortValues
    ? { column, descending: text?.startsWith("-") === true }
    : { column: "window", descending: true };
}

export function sortExceedances(
  rows: readonly ExceedanceRow[],
  { column, descending }: GridOrder,
): readonly ExceedanceRow[] {
  const valueOf = sortValues[column] ?? startOf;
  const compare = (a: number | string, b: number | string): number =>
    typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "zh-CN");
  return rows.toSorted(
    (a, b) =>
      compare(valueOf(a), valueOf(b)) * (descending ? -1 : 1) || startOf(b) - startOf(a) || a.id.localeCompare(b.id),
  );
}

export interface Sum {
  readonly key: string;
  readonly windows: number;
  readonly sites: number;
  readonly most: number | null;
}

/** Confirmed ones only, by what `keyOf` says, the most windows first. */
export function sumBy(rows: readonly ExceedanceRow[], keyOf: (row: ExceedanceRow) => string): readonly Sum[] {
  const confirmed = new Map<string, ExceedanceRow[]>();
  for (const row of rows) {
    if (row.status !== "confirmed") continue;
    const found = confirmed.get(keyOf(row));
    if (found === undefined) confirmed.set(keyOf(row), [row]);
    else found.push(row);
  }
  return [...confirmed]
    .map(([key, found]) => {
      const multiples = found.flatMap(({ multiple }) => (multiple === null ? [] : [multiple]));
      return {
        key,
        windows: found.length,
        sites: new Set(found.map(({ site }) => site)).size,
        most: multiples.length === 0 ? null : Math.max(...multiples),
      };
    })
    .toSorted((a, b) => b.windows - a.windows || a.key.localeCompare(b.key));
}

export function exceedancePath(id: string): string {
  return `/exceedances/${encodeURIComponent(id)}`;
}
