// What the gap board asks the server for, and how spans become rows of loggers with what is missing on each day and hour.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { RequestState } from "#domain/device-request.ts";
import { formatStamp } from "#domain/hj212/stamp.ts";
import { type IntervalKind, intervalKinds } from "#domain/logger-card.ts";
import { dayMs, hourMs } from "#domain/time.ts";
import { callApi } from "../../feed/request.ts";
import { createWords } from "../../i18n/i18n.ts";
import { gapsEn } from "../../i18n/gaps-en.ts";
import { gapsZh } from "../../i18n/gaps-zh.ts";

export const useGapWords = createWords(gapsZh, gapsEn);

export const windowDays = 31;

interface WireGap {
  readonly site: string;
  readonly name: string | null;
  readonly kind: IntervalKind;
  readonly from: string;
  readonly to: string;
  readonly intervalSeconds: number;
  readonly missing: number;
  readonly request: GapRequest | null;
}

export interface GapRequest {
  readonly id: string;
  readonly state: RequestState;
  readonly detail: string;
  readonly changedAt: string;
}

export interface Gap extends Omit<WireGap, "from" | "to"> {
  readonly from: number;
  readonly to: number;
}

export interface GapSums {
  readonly spans: number;
  readonly intervals: number;
  readonly loggers: number;
}

export interface Gaps {
  readonly items: readonly Gap[];
  readonly total: number;
  readonly totals: Readonly<Record<IntervalKind | "all", GapSums>>;
}

interface Page extends Omit<Gaps, "items"> {
  readonly items: readonly WireGap[];
  readonly next: string | null;
}

/** More spans are not drawn at once. */
const spansMax = 5_000;
const refreshMs = 15_000;

async function loadGaps(filter: string, signal: AbortSignal): Promise<Gaps> {
  const items: Gap[] = [];
  let cursor: string | null = "";
  let last: Page | null = null;
  while (cursor !== null && items.length < spansMax) {
    const query = new URLSearchParams(filter);
    query.set("limit", "1000");
    if (cursor !== "") query.set("cursor", cursor);
    last = await callApi<Page>(`/gaps?${query}`, { signal });
    items.push(...last.items.map((each) => ({ ...each, from: Date.parse(each.from), to: Date.parse(each.to) })));
    cursor = last.next;
  }
  const none = { spans: 0, intervals: 0, loggers: 0 };
  return {
    items,
    total: last?.total ?? 0,
    totals: last?.totals ?? { all: none, minute: none, hour: none, day: none },
  };
}

export function useGaps(filter: string) {
  return useQuery({
    queryKey: ["gaps", filter],
    queryFn: ({ signal }) => loadGaps(filter, signal),
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });
}

export interface GapRow {
  readonly site: string;
  readonly name: string | null;
  /** Newest first. */
  readonly gaps: readonly Gap[];
  readonly missing: Readonly<Record<IntervalKind, number>>;
  /** End of the newest span. */
  readonly newest: number;
  /** The newest request for any of it. */
  readonly request: GapRequest | null;
}

/** A row for each logger; whoever misses most stands first. */
export function groupGaps(items: readonly Gap[]): GapRow[] {
  const bySite = new Map<string, Gap[]>();
  for (const gap of items) {
    const found = bySite.get(gap.site);
    if (found === undefined) bySite.set(gap.site, [gap]);
    else found.push(gap);
  }
  const rows = [...bySite].map(([site, gaps]): GapRow => {
    const sumOf = (kind: IntervalKind): number =>
      gaps.reduce((sum, gap) => sum + (gap.kind === kind ? gap.missing : 0), 0);
    const requests = gaps.flatMap(({ request }) => request ?? []);
    return {
      site,
      name: gaps[0]?.name ?? null,
      gaps,
      missing: { minute: sumOf("minute"), hour: sumOf("hour"), day: sumOf("day") },
      newest: Math.max(...gaps.map(({ to }) => to)),
      request: requests.toSorted((a, b) => b.changedAt.localeCompare(a.changedAt))[0] ?? null,
    };
  });
  const lost = ({ gaps }: GapRow): number => gaps.reduce((sum, { from, to }) => sum + to - from, 0);
  return rows.toSorted((a, b) => lost(b) - lost(a) || a.site.localeCompare(b.site));
}

export interface Part {
  readonly kind: IntervalKind;
  readonly missing: number;
  readonly due: number;
}

/** What of a stretch of time is missing, by kind; kinds of which nothing is missing are left out. */
export function missingIn(gaps: readonly Gap[], from: number, to: number): readonly Part[] {
  return intervalKinds.flatMap((kind): Part[] => {
    let missing = 0;
    let due = 0;
    for (const gap of gaps) {
      if (gap.kind !== kind) continue;
      const step = gap.intervalSeconds * 1000;
      const [begin, end] = [Math.max(from, gap.from), Math.min(to, gap.to)];
      if (begin >= end) continue;
      missing += Math.max(1, Math.round((end - begin) / step));
      due = Math.max(due, Math.round((to - from) / step), 1);
    }
    return missing === 0 ? [] : [{ kind, missing: Math.min(missing, due), due }];
  });
}

export const gapLevels = ["none", "some", "part", "most", "all"] as const;
export type GapLevel = (typeof gapLevels)[number];

/** By the kind of which most is missing. */
export function levelOf(parts: readonly Part[]): GapLevel {
  const share = Math.max(0, ...parts.map(({ missing, due }) => missing / due));
  if (share === 0) return "none";
  if (share < 0.1) return "some";
  if (share < 0.5) return "part";
  return share < 1 ? "most" : "all";
}

export interface DayCell {
  readonly start: number;
  readonly parts: readonly Part[];
  readonly level: GapLevel;
}

/** A cell for each day of the window, of UTC+8. */
export function dayCells(gaps: readonly Gap[], from: number, days = windowDays): DayCell[] {
  return Array.from({ length: days }, (_, i) => {
    const start = from + i * dayMs;
    const parts = missingIn(gaps, start, start + dayMs);
    return { start, parts, level: levelOf(parts) };
  });
}

/** The same by the hour; a day's data belongs to no hour. */
export function hourCells(gaps: readonly Gap[], dayStartMs: number): DayCell[] {
  const finer = gaps.filter(({ kind }) => kind !== "day");
  return Array.from({ length: 24 }, (_, hour) => {
    const start = dayStartMs + hour * hourMs;
    const parts = missingIn(finer, start, start + hourMs);
    return { start, parts, level: levelOf(parts) };
  });
}

const commands: Readonly<Record<IntervalKind, string>> = { minute: "2051", hour: "2061", day: "2031" };

/** What to ask a logger for so that a span closes: both times are starts of intervals. */
export function requestFor({ kind, from, to, intervalSeconds }: Gap): {
  readonly command: string;
  readonly settings: Readonly<Record<string, string>>;
} {
  const last = Math.max(from, to - intervalSeconds * 1000);
  return { command: commands[kind], settings: { BeginTime: formatStamp(from), EndTime: formatStamp(last) } };
}
