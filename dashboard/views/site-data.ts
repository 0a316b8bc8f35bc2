// What the site page asks the server for, and how its answers are read.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { LimitBasis } from "#domain/limit.ts";
import { isFlag, type Flag, type ReadingKind } from "#domain/reading.ts";
import type { SiteKind } from "#domain/site.ts";
import { dayMs, dayStart, hourMs, minuteMs } from "#domain/time.ts";
import type { MeanPoint } from "../charts/series.ts";
import { callApi } from "../feed/request.ts";
import type { TimeWindow } from "../state/time-range.ts";
import { readAlarms, readTime, type AlarmView, type FactorInfo } from "../state/wire.ts";

export interface SiteLimit {
  readonly factor: string;
  readonly basis: LimitBasis;
  readonly max: number | null;
  readonly min: number | null;
  readonly from: number;
  readonly to: number | null;
  readonly source: string;
  readonly reason: string;
}

export interface FactorDetails extends FactorInfo {
  readonly code: string;
}

export interface SiteDetails {
  readonly id: string;
  readonly name: string;
  readonly kind: SiteKind;
  readonly city: string;
  readonly enterprise: string | null;
  readonly intervalSeconds: number;
  readonly simulated: boolean;
  readonly factorDetails: readonly FactorDetails[];
  readonly limits: readonly SiteLimit[];
}

type WireLimit = Omit<SiteLimit, "from" | "to"> & { readonly from: unknown; readonly to: unknown };
type WireSite = Omit<SiteDetails, "limits"> & { readonly limits?: readonly WireLimit[] };

const pathOf = (id: string): string => `/sites/${encodeURIComponent(id)}`;

function readLimit(limit: WireLimit): SiteLimit {
  const { factor, basis, max, min, source, reason } = limit;
  return { factor, basis, max, min, from: readTime(limit.from) ?? 0, to: readTime(limit.to), source, reason };
}

/** Of several in force the first one counts: what was set for the site, then what came later, as they are judged. */
function precedes(limit: SiteLimit, other: SiteLimit): number {
  return Number(other.source === "site") - Number(limit.source === "site") || other.from - limit.from;
}

async function loadSite(id: string, signal: AbortSignal): Promise<SiteDetails> {
  const site = await callApi<WireSite>(pathOf(id), { signal });
  const limits = (site.limits ?? []).map(readLimit).toSorted(precedes);
  return { ...site, limits };
}

export interface SiteValue {
  readonly time: number;
  readonly value: number;
  readonly flag: Flag;
  readonly quality: readonly string[];
}

interface WireLatest {
  readonly values: Readonly<
    Record<
      string,
      { readonly value: number; readonly flag: string; readonly quality?: readonly string[]; readonly time: string }
    >
  >;
}

async function loadLatest(id: string, signal: AbortSignal): Promise<ReadonlyMap<string, SiteValue>> {
  const { values } = await callApi<WireLatest>(`${pathOf(id)}/latest`, { signal });
  return new Map(
    Object.entries(values).map(([factor, entry]) => [
      factor,
      {
        time: readTime(entry.time) ?? 0,
        value: entry.value,
        flag: isFlag(entry.flag) ? entry.flag : "N",
        quality: entry.quality ?? [],
      },
    ]),
  );
}

async function loadEvents(id: string, signal: AbortSignal): Promise<readonly AlarmView[]> {
  const { items } = await callApi<{ readonly items: readonly unknown[] }>(
    `/alarms?site=${encodeURIComponent(id)}&limit=50`,
    { signal },
  );
  return readAlarms(items);
}

export interface Revision {
  readonly seq: number;
  readonly factor: string;
  readonly kind: ReadingKind;
  readonly time: number;
  readonly receivedAt: number;
  readonly value: number;
  readonly flag: Flag;
  readonly before: number | null;
  readonly beforeFlag: Flag | null;
  readonly unit: string;
}

export interface Revisions {
  readonly items: readonly Revision[];
  readonly total: number;
}

type WireRevision = Omit<Revision, "time" | "receivedAt"> & { readonly time: unknown; readonly receivedAt: unknown };

const revisionsShown = 50;
/** As many factors as one question to the history may name. */
const factorsAskedMax = 50;

async function loadRevisions(id: string, signal: AbortSignal): Promise<Revisions> {
  const query = new URLSearchParams({ site: id, limit: String(revisionsShown) });
  const { items, total } = await callApi<{ readonly items: readonly WireRevision[]; readonly total: number }>(
    `/revisions?${query.toString()}`,
    { signal },
  );
  const read = (row: WireRevision): Revision => {
    return { ...row, time: readTime(row.time) ?? 0, receivedAt: readTime(row.receivedAt) ?? 0 };
  };
  return { items: items.map(read), total };
}

export const intervals = ["1m", "10m", "1h", "1d"] as const;
export type Interval = (typeof intervals)[number];

export const stepsMs: Readonly<Record<Interval, number>> = {
  "1m": minuteMs,
  "10m": 10 * minuteMs,
  "1h": hourMs,
  "1d": dayMs,
};

/** More means than this are more than a chart has pixels. */
const meansMax = 750;

/** The finest means that still fit a chart of this length. */
export function pickInterval(lengthMs: number): Interval {
  return intervals.find((interval) => lengthMs / stepsMs[interval] <= meansMax) ?? "1d";
}

export interface History {
  readonly factor: string;
  readonly points: readonly MeanPoint[];
}

interface WireHistory {
  readonly series: readonly { readonly points: readonly MeanPoint[] }[];
}

async function loadHistory(
  id: string,
  factor: string,
  window: TimeWindow,
  interval: Interval,
  signal: AbortSignal,
): Promise<History> {
  const stepMs = stepsMs[interval];
  const query = new URLSearchParams({
    site: id,
    factor,
    from: new Date(window.from - stepMs).toISOString(),
    to: new Date(window.to + stepMs).toISOString(),
    interval,
  });
  const answer = await callApi<WireHistory>(`/history?${query.toString()}`, { signal });
  const points = answer.series.flatMap((series) => series.points);
  return { factor, points: points.toSorted((a, b) => a[0] - b[0]) };
}

/** null = no site is asked for. */
export function useSite(id: string | null) {
  return useQuery({
    queryKey: ["site", id],
    queryFn: ({ signal }) => loadSite(id ?? "", signal),
    enabled: id !== null,
    staleTime: 60_000,
  });
}

/** Live values come by the feed; this adds the remarks and what was there before. */
export function useLatest(id: string) {
  return useQuery({
    queryKey: ["latest", id],
    queryFn: ({ signal }) => loadLatest(id, signal),
    refetchInterval: 15_000,
  });
}

export function useEvents(id: string) {
  return useQuery({
    queryKey: ["events", id],
    queryFn: ({ signal }) => loadEvents(id, signal),
    refetchInterval: 60_000,
  });
}

export function useRevisions(id: string) {
  return useQuery({
    queryKey: ["revisions", id],
    queryFn: ({ signal }) => loadRevisions(id, signal),
    refetchInterval: 30_000,
  });
}

export interface HistoryRequest {
  readonly site: string;
  /** null = nothing is asked for. */
  readonly factor: string | null;
  readonly window: TimeWindow;
  /** A window that moves is fetched again now and then; one of the past is not. */
  readonly isLive: boolean;
}

export function useHistory({ site, factor, window, isLive }: HistoryRequest) {
  const interval = pickInterval(window.to - window.from);
  const stepMs = stepsMs[interval];
  // A live window moves every few seconds; its question is the same one until it is asked again.
  const key = isLive ? `live ${window.to - window.from}` : `${window.from} ${window.to}`;
  return useQuery({
    queryKey: ["history", site, factor, interval, key],
    queryFn: ({ signal }) => loadHistory(site, factor ?? "", window, interval, signal),
    enabled: factor !== null,
    refetchInterval: isLive ? Math.max(15_000, Math.min(300_000, stepMs / 2)) : false,
    // The old picture stays until the new one is there; of another factor it would be a lie, the caller checks that.
    placeholderData: keepPreviousData,
  });
}

export interface Share {
  readonly valid: number;
  readonly count: number;
}

async function loadToday(id: string, factors: readonly string[], now: number, signal: AbortSignal) {
  const query = new URLSearchParams({ site: id, interval: "10m" });
  query.set("from", new Date(dayStart(now)).toISOString());
  query.set("to", new Date(now + hourMs).toISOString());
  for (const factor of factors) query.append("factor", factor);
  const answer = await callApi<{
    readonly series: readonly { readonly factor: string; readonly points: readonly MeanPoint[] }[];
  }>(`/history?${query.toString()}`, { signal });
  return new Map<string, Share>(
    answer.series.map(({ factor, points }) => {
      const sum = (place: 4 | 5): number => points.reduce((total, point) => total + point[place], 0);
      return [factor, { valid: sum(5), count: sum(4) }];
    }),
  );
}

/** How many readings of today (UTC+8) are valid, per factor. */
export function useTodayShares(site: SiteDetails, serverNow: () => number) {
  const factors = site.factorDetails.map((factor) => factor.code);
  return useQuery({
    queryKey: ["today", site.id, factors.join()],
    queryFn: ({ signal }) => loadToday(site.id, factors.slice(0, factorsAskedMax), serverNow(), signal),
    enabled: factors.length > 0,
    refetchInterval: 60_000,
  });
}

/** The limit of a factor that is in force now, the one for values of the moment before the ones for means. */
export function findLimit(limits: readonly SiteLimit[], factor: string, now: number): SiteLimit | null {
  for (const basis of ["realtime", "hour", "day"] as const) {
    const found = limits.find(
      (limit) =>
        limit.factor === factor && limit.basis === basis && limit.from <= now && (limit.to === null || now < limit.to),
    );
    if (found !== undefined) return found;
  }
  return null;
}
