// The hourly means of a month, as the strip of the site asks for them.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { MeanPoint } from "../charts/series.ts";
import { callApi } from "../feed/request.ts";
import type { TimeWindow } from "../state/time-range.ts";

export interface MonthHours {
  readonly site: string;
  readonly factor: string;
  readonly from: number;
  readonly points: readonly MeanPoint[];
}

interface WireHours {
  readonly series: readonly { readonly points: readonly MeanPoint[] }[];
}

async function loadHours(
  site: string,
  factor: string,
  { from, to }: TimeWindow,
  signal: AbortSignal,
): Promise<MonthHours> {
  const query = new URLSearchParams({
    site,
    factor,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    interval: "1h",
  });
  const answer = await callApi<WireHours>(`/history?${query.toString()}`, { signal });
  return { site, factor, from, points: answer.series.flatMap((series) => series.points) };
}

/** Before this nothing was measured here. */
const sinceEver = Date.UTC(2000, 0, 1);

/** The first day with a mean, ms; null = there is none yet. */
async function loadFirstDay(site: string, factor: string, now: number, signal: AbortSignal): Promise<number | null> {
  const query = new URLSearchParams({ site, factor, interval: "1d", limit: "1" });
  query.set("from", new Date(sinceEver).toISOString());
  query.set("to", new Date(now).toISOString());
  const answer = await callApi<WireHours>(`/history?${query.toString()}`, { signal });
  return answer.series[0]?.points[0]?.[0] ?? null;
}

/** Asked once: old data may come late, but hardly before everything else. */
export function useFirstDay(site: string, factor: string, serverNow: () => number) {
  return useQuery({
    queryKey: ["first day", site, factor],
    queryFn: ({ signal }) => loadFirstDay(site, factor, serverNow(), signal),
    staleTime: 600_000,
  });
}

const refreshMs = 60_000;

/** Late data changes months of the past as well, but nobody waits for it: only the month that goes on is asked for again. */
export function useHours(site: string, factor: string, month: TimeWindow, isNow: boolean) {
  return useQuery({
    queryKey: ["hours", site, factor, month.from],
    queryFn: ({ signal }) => loadHours(site, factor, month, signal),
    refetchInterval: isNow ? refreshMs : false,
    // The old month stays until the new one is there; the caller checks whose it is.
    placeholderData: keepPreviousData,
  });
}
