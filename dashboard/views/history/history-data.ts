// What the explorer asks the server for: every series by itself (a request names sites times factors, not pairs), all pages of
// it, kept while the window stands still. One series that fails does not take the others along. Given up as soon as the person
// looks elsewhere.

import { keepPreviousData, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { callApi } from "../../feed/request.ts";
import type { TimeWindow } from "../../state/time-range.ts";
import type { Interval, Point } from "./points.ts";
import { keyOf, type SeriesRef } from "./series-list.ts";

export const steps = ["auto", "raw", "1m", "10m", "1h", "1d"] as const;
export type Step = (typeof steps)[number];

/** More points than this of one series are no picture. */
export const pointsMax = 20_000;

export interface Loaded {
  readonly ref: Pick<SeriesRef, "site" | "factor">;
  readonly interval: Interval;
  readonly unit: string;
  readonly points: readonly Point[];
  /** There were more points than a picture holds. */
  readonly isCut: boolean;
  readonly error: unknown;
}

export interface Question {
  readonly refs: readonly Pick<SeriesRef, "site" | "factor">[];
  readonly window: TimeWindow;
  readonly step: Step;
  /** Pixels of the picture. */
  readonly width: number;
  /** How far back the window of comparison begins, ms; null = none. */
  readonly compareMs: number | null;
  /** The window moves with the clock: no part of its answer is asked for a second time. */
  readonly isLive: boolean;
}

export interface Answer {
  readonly question: Question;
  readonly series: readonly Loaded[];
  /** The same series in the window of comparison, their times as they were. */
  readonly compared: readonly Loaded[];
}

interface WireHistory {
  readonly interval: Interval;
  readonly series: readonly { readonly unit: string; readonly points: readonly Point[] }[];
  readonly nextCursor: string | null;
}

async function loadSeries(
  ref: Loaded["ref"],
  { from, to }: TimeWindow,
  step: Step,
  width: number,
  signal: AbortSignal,
): Promise<Loaded> {
  const query = new URLSearchParams({
    site: ref.site,
    factor: ref.factor,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    interval: step,
    ...(step === "auto" ? { width: String(width) } : {}),
  });
  const answer = await callApi<WireHistory>(`/history?${query.toString()}`, { signal });
  const points = answer.series.flatMap((series) => series.points);
  return {
    ref,
    interval: answer.interval,
    unit: answer.series[0]?.unit ?? "",
    points,
    isCut: answer.nextCursor !== null,
    error: null,
  };
}

/** How long one answer may be used again for a window of the past: what comes late changes it. */
const keptMs = 60_000;

async function loadAll(
  client: QueryClient,
  refs: Question["refs"],
  window: TimeWindow,
  { step, width, isLive }: Question,
  signal: AbortSignal,
): Promise<Loaded[]> {
  return Promise.all(
    refs.map(async (ref): Promise<Loaded> => {
      const key = ["points", keyOf(ref), window.from, window.to, step, width];
      const state = client.getQueryState<Loaded>(key);
      if (state?.data !== undefined && Date.now() - state.dataUpdatedAt < keptMs) return state.data;
      try {
        const loaded = await loadSeries(ref, window, step, width, signal);
        if (!isLive) client.setQueryData(key, loaded);
        return loaded;
      } catch (error) {
        if (signal.aborted) throw error;
        return { ref, interval: "raw", unit: "", points: [], isCut: false, error };
      }
    }),
  );
}

async function load(client: QueryClient, question: Question, signal: AbortSignal): Promise<Answer> {
  const { refs, window, compareMs } = question;
  const past = compareMs === null ? null : { from: window.from - compareMs, to: window.to - compareMs };
  const [series, compared] = await Promise.all([
    loadAll(client, refs, window, question, signal),
    past === null ? [] : loadAll(client, refs, past, question, signal),
  ]);
  const failed = series.find((each) => each.error !== null);
  // Nothing at all came: that is a failure of the whole, with its number and a way to try again.
  if (failed !== undefined && series.every((each) => each.error !== null)) throw failed.error;
  return { question, series, compared };
}

export function useHistory(question: Question) {
  const client = useQueryClient();
  return useQuery({
    queryKey: ["explore", question],
    queryFn: ({ signal }) => load(client, question, signal),
    enabled: question.refs.length > 0 && question.width > 0,
    // The old picture stays until the new one is there.
    placeholderData: keepPreviousData,
    structuralSharing: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10_000,
  });
}

/** Years before anything was measured here. */
const sinceEver = Date.UTC(2000, 0, 1);

async function loadEarliest(
  ref: Loaded["ref"],
  interval: Interval,
  nowMs: number,
  signal: AbortSignal,
): Promise<number | null> {
  const query = new URLSearchParams({
    site: ref.site,
    factor: ref.factor,
    interval,
    limit: "1",
    from: new Date(sinceEver).toISOString(),
    to: new Date(nowMs).toISOString(),
  });
  const answer = await callApi<WireHistory>(`/history?${query.toString()}`, { signal });
  return answer.series[0]?.points[0]?.[0] ?? null;
}

/** When the first reading of a series was, ms; null = there is none at all. Asked only when a window is empty. */
export function useEarliest(ref: Loaded["ref"], nowMs: number, enabled: boolean) {
  return useQuery({
    queryKey: ["earliest", keyOf(ref)],
    // A series that is younger than a closed minute has readings and no mean yet.
    queryFn: async ({ signal }) =>
      (await loadEarliest(ref, "1m", nowMs, signal)) ?? (await loadEarliest(ref, "raw", nowMs, signal)),
    enabled,
    staleTime: 60_000,
  });
}
