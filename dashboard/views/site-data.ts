// What the site page asks the server for, and how its answers are read.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { LimitBasis } from "#domain/limit.ts";
import { isFlag, type Flag, type ReadingKind } from "#domain/reading.ts";
import type { SiteKind } from "#domain/site.ts";
import { hourMs, minuteMs } from "#domain/time.ts";
import type { MeanPoint } from "../charts/series.ts";
import { callApi } from "../feed/request.ts";
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

async function loadSite(id: string, signal: AbortSignal): Promise<SiteDetails> {
  const site = await callApi<WireSite>(pathOf(id), { signal });
  const limits = (site.limits ?? []).map(readLimit);
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

export const ranges = ["1h", "6h", "24h", "7d"] as const;
export type Range = (typeof ranges)[number];

export interface RangeSpec {
  readonly lengthMs: number;
  readonly interval: "1m" | "10m" | "1h";
  readonly stepMs: number;
  readonly reloadMs: number;
}

export const rangeSpecs: Readonly<Record<Range, RangeSpec>> = {
  "1h": { lengthMs: hourMs, interval: "1m", stepMs: minuteMs, reloadMs: 15_000 },
  "6h": { lengthMs: 6 * hourMs, interval: "1m", stepMs: minuteMs, reloadMs: 30_000 },
  "24h": { lengthMs: 24 * hourMs, interval: "10m", stepMs: 10 * minuteMs, reloadMs: 60_000 },
  "7d": { lengthMs: 168 * hourMs, interval: "1h", stepMs: hourMs, reloadMs: 300_000 },
};

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
  spec: RangeSpec,
  now: number,
  signal: AbortSignal,
): Promise<History> {
  const query = new URLSearchParams({
    site: id,
    factor,
    from: new Date(now - spec.lengthMs - spec.stepMs).toISOString(),
    to: new Date(now + spec.stepMs).toISOString(),
    interval: spec.interval,
  });
  const answer = await callApi<WireHistory>(`/history?${query.toString()}`, { signal });
  const points = answer.series.flatMap((series) => series.points);
  return { factor, points: points.toSorted((a, b) => a[0] - b[0]) };
}

export function useSite(id: string) {
  return useQuery({ queryKey: ["site", id], queryFn: ({ signal }) => loadSite(id, signal), staleTime: 60_000 });
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

export function useHistory(id: string, factor: string | null, range: Range, serverNow: () => number) {
  const spec = rangeSpecs[range];
  return useQuery({
    queryKey: ["history", id, factor, range],
    queryFn: ({ signal }) => loadHistory(id, factor ?? "", spec, serverNow(), signal),
    enabled: factor !== null,
    refetchInterval: spec.reloadMs,
    // The old picture stays until the new one is there; of another factor it would be a lie, the caller checks that.
    placeholderData: keepPreviousData,
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
