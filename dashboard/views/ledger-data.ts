// What the ledger page asks the server for, and what follows from the answer: whether it balances, and the rows of the table.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { callApi } from "../feed/request.ts";

export interface FrameCounts {
  readonly acknowledged: number;
  readonly stored: number;
  readonly quarantined: number;
  readonly duplicate: number;
  readonly unpromised: number;
}

export interface ReadingCounts {
  readonly received: number;
  readonly stored: number;
  readonly quarantined: number;
  readonly duplicate: number;
}

export interface LedgerSite {
  readonly site: string;
  readonly frames: FrameCounts;
  readonly readings: ReadingCounts;
}

export interface LedgerDay {
  readonly day: string;
  /** Null: nobody knows now. */
  readonly balanced: boolean | null;
  readonly frames: FrameCounts & { readonly pending: number | null };
  readonly readings: ReadingCounts;
  readonly quarantine: Readonly<Record<string, number>>;
  readonly bySite: readonly LedgerSite[];
}

/** Today goes on; other days change only by decisions. */
const refreshTodayMs = 5_000;
const refreshOtherMs = 30_000;

export function useLedger(day: string, isToday: boolean) {
  return useQuery({
    queryKey: ["ledger", day],
    queryFn: ({ signal }) => callApi<LedgerDay>(`/ledger?${new URLSearchParams({ day }).toString()}`, { signal }),
    refetchInterval: isToday ? refreshTodayMs : refreshOtherMs,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}

/** By how much frames and readings miss their sums; 0 when they fit. */
export function differences({ frames, readings }: LedgerDay): { readonly frames: number; readonly readings: number } {
  const ended = frames.stored + frames.quarantined + frames.duplicate + (frames.pending ?? 0);
  return {
    frames: frames.acknowledged + frames.unpromised - ended,
    readings: readings.received - readings.stored - readings.quarantined - readings.duplicate,
  };
}

export const siteColumns = [
  "site",
  "city",
  "acknowledged",
  "stored",
  "quarantined",
  "duplicate",
  "received",
  "readingsStored",
  "readingsQuarantined",
  "readingsDuplicate",
] as const;
export type SiteColumn = (typeof siteColumns)[number];

export interface SiteRow extends Record<Exclude<SiteColumn, "site" | "city">, number> {
  readonly id: string;
  readonly site: string;
  readonly city: string;
}

export function toSiteRow({ site: id, frames, readings }: LedgerSite, names: { site: string; city: string }): SiteRow {
  return {
    id,
    ...names,
    acknowledged: frames.acknowledged,
    stored: frames.stored,
    quarantined: frames.quarantined,
    duplicate: frames.duplicate,
    received: readings.received,
    readingsStored: readings.stored,
    readingsQuarantined: readings.quarantined,
    readingsDuplicate: readings.duplicate,
  };
}

export interface SiteOrder {
  readonly column: SiteColumn;
  readonly descending: boolean;
}

/** `column` or `-column` → order; anything else: what was refused most comes first. */
export function readOrder(text: string | null): SiteOrder {
  const descending = text?.startsWith("-") ?? true;
  const column = siteColumns.find((name) => name === text?.replace(/^-/, ""));
  return column === undefined ? { column: "readingsQuarantined", descending: true } : { column, descending };
}

export function formatOrder({ column, descending }: SiteOrder): string {
  return `${descending ? "-" : ""}${column}`;
}

export function sortSites(rows: readonly SiteRow[], { column, descending }: SiteOrder): SiteRow[] {
  const sign = descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [x, y] = [a[column], b[column]];
    const order = typeof x === "string" ? x.localeCompare(String(y), "zh-CN") : x - Number(y);
    return order === 0 ? a.id.localeCompare(b.id) : sign * order;
  });
}
