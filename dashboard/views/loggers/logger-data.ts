// What the screens of loggers ask the server for, and how a list of loggers is filtered and sorted.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { LoggerChangeKind } from "#domain/logger-card.ts";
import { cardThresholds, type CardThreshold, type Mark, markOf } from "#domain/logger-marks.ts";
import { hourMs } from "#domain/time.ts";
import { callApi } from "../../feed/request.ts";
import { createWords } from "../../i18n/i18n.ts";
import { loggersEn } from "../../i18n/loggers-en.ts";
import { loggersZh } from "../../i18n/loggers-zh.ts";
import type { GridOrder } from "../devices/row-grid.tsx";

export const useLoggerWords = createWords(loggersZh, loggersEn);
export type LoggerWords = typeof loggersZh;

export type Counts = Readonly<Record<string, number>>;

interface Who {
  readonly site: string;
  /** False: no site has this logger. */
  readonly known: boolean;
  readonly mn: string;
  readonly name: string | null;
  readonly city: string | null;
  readonly enterprise: string | null;
  readonly maintainer: string | null;
}

export interface LoggerRow extends Who {
  readonly edition: string | null;
  readonly heardAt: string | null;
  readonly driftMs: number | null;
  readonly address: string;
  readonly packetsToday: number;
  readonly faultsToday: number;
  readonly faults: Counts;
}

interface Page {
  readonly items: readonly LoggerRow[];
  readonly next: string | null;
}

const pagesMax = 20;
const refreshMs = 10_000;

async function loadLoggers(signal: AbortSignal): Promise<LoggerRow[]> {
  const items: LoggerRow[] = [];
  let cursor: string | null = "";
  for (let pages = 0; cursor !== null && pages < pagesMax; pages += 1) {
    const query = new URLSearchParams({ limit: "1000", ...(cursor === "" ? {} : { cursor }) });
    const page: Page = await callApi<Page>(`/loggers?${query}`, { signal });
    items.push(...page.items);
    cursor = page.next;
  }
  return items;
}

export function useLoggers() {
  return useQuery({
    queryKey: ["loggers"],
    queryFn: ({ signal }) => loadLoggers(signal),
    refetchInterval: refreshMs,
  });
}

export function thresholdOf(line: string): CardThreshold | undefined {
  return cardThresholds.find((threshold) => threshold.line === line);
}

/** By the threshold of a line; null without one or without a value. */
export function judge(line: string, value: number | null): Mark | null {
  const threshold = thresholdOf(line);
  return threshold === undefined || value === null ? null : markOf(value, threshold);
}

export const loggerShows = ["all", "unknown", "silent", "drift", "faults"] as const;
export type LoggerShow = (typeof loggerShows)[number];

export function belongsTo(row: LoggerRow, show: LoggerShow, now: number): boolean {
  switch (show) {
    case "unknown":
      return !row.known;
    case "silent":
      return row.heardAt === null || now - Date.parse(row.heardAt) > hourMs;
    case "drift":
      return row.driftMs !== null && judge("drift", Math.abs(row.driftMs) / 1000) !== "good";
    case "faults":
      return row.faultsToday > 0;
    default:
      return true;
  }
}

export function hasText({ site, mn, name, enterprise, maintainer }: LoggerRow, text: string): boolean {
  const part = text.trim().toLowerCase();
  return [site, mn, name, enterprise, maintainer].some((each) => each?.toLowerCase().includes(part) === true);
}

const sortValues: Readonly<Record<string, (row: LoggerRow) => number | string>> = {
  name: (row) => row.name ?? "",
  mn: (row) => row.mn,
  heard: (row) => (row.heardAt === null ? 0 : Date.parse(row.heardAt)),
  drift: (row) => (row.driftMs === null ? -1 : Math.abs(row.driftMs)),
  packets: (row) => row.packetsToday,
  faults: (row) => row.faultsToday,
};

export function readLoggerOrder(text: string | null): GridOrder {
  const column = (text ?? "").replace(/^-/, "");
  return column in sortValues
    ? { column, descending: text?.startsWith("-") === true }
    : { column: "name", descending: false };
}

/** Those of nobody stand first, whatever the order: somebody has to decide about them. */
export function sortLoggers(rows: readonly LoggerRow[], { column, descending }: GridOrder): LoggerRow[] {
  const valueOf = sortValues[column] ?? (() => "");
  const compare = (a: number | string, b: number | string): number =>
    typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "zh-CN");
  return rows.toSorted(
    (a, b) =>
      Number(a.known) - Number(b.known) ||
      compare(valueOf(a), valueOf(b)) * (descending ? -1 : 1) ||
      a.site.localeCompare(b.site),
  );
}

export interface KindCard {
  readonly due: number;
  readonly received: number;
  readonly receivedShare: number | null;
  readonly withinMinuteShare: number | null;
  readonly live: number;
}

export interface Card {
  readonly packets: number;
  readonly frames: number;
  readonly commands: Counts;
  readonly editions: Counts;
  readonly drift: {
    readonly leastMs: number | null;
    readonly meanMs: number | null;
    readonly greatestMs: number | null;
    readonly within95Ms: number | null;
  };
  readonly remarks: Counts;
  readonly refused: Counts;
  readonly faults: Counts;
  readonly faultsTotal: number;
  readonly lineEnds: number;
  readonly repeats: number;
  readonly connections: number;
  readonly connectedShare: number | null;
  readonly excerpt: string;
  readonly kinds: Readonly<Record<"minute" | "hour" | "day", KindCard>>;
}

export interface CardLine {
  readonly line: string;
  readonly value: number | null;
  readonly unit: string;
  readonly mark: Mark | null;
  readonly threshold: { readonly better: "low" | "high"; readonly good: number; readonly fair: number };
  readonly says: string;
  readonly source: string;
}

export interface CardChange {
  readonly seq: number;
  readonly at: string;
  readonly kind: LoggerChangeKind;
  readonly code: string;
  readonly factor: string;
  readonly value: string;
  readonly before: string | null;
}

export interface ReportCard extends Who {
  readonly from: string;
  readonly to: string;
  readonly days: readonly { readonly day: string; readonly card: Card }[];
  readonly sum: Card;
  readonly marks: readonly CardLine[];
  readonly changes: readonly CardChange[];
}

/** Days of UTC+8, `to` (exclusive) as the api takes it. */
export function cardPath(site: string, from: string, to: string): string {
  return `/loggers/${encodeURIComponent(site)}/card?${new URLSearchParams({ from, to })}`;
}

export function useCard(site: string, from: string, to: string) {
  return useQuery({
    queryKey: ["logger-card", site, from, to],
    queryFn: ({ signal }) => callApi<ReportCard>(cardPath(site, from, to), { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
}
