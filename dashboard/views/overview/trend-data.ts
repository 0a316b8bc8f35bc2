// The last day of the province as the server counts it, and what the overview draws of it: one row per hour.

import { useQuery } from "@tanstack/react-query";
import { hourMs } from "#domain/time.ts";
import { callApi } from "../../feed/request.ts";
import { readTime } from "../../state/wire.ts";

export interface TrendAnswer {
  readonly alarms: {
    readonly from: string;
    readonly counts: readonly number[];
    readonly first: readonly number[];
    readonly cities: readonly { readonly city: string; readonly counts: readonly number[] }[];
  };
  readonly readings: {
    readonly from: string;
    readonly stepSeconds: number;
    readonly perSecond: readonly (number | null)[];
  };
  readonly lastChange: string | null;
}

const refreshMs = 10_000;

export function useTrend() {
  return useQuery({
    queryKey: ["trend"],
    queryFn: ({ signal }) => callApi<TrendAnswer>("/trend", { signal }),
    refetchInterval: refreshMs,
    staleTime: 5_000,
  });
}

export interface TrendHour {
  /** Begin, ms. */
  readonly at: number;
  readonly alarms: number;
  /** Of priority 1. */
  readonly first: number;
  /** Mean of the steps that were watched; null = none was. */
  readonly perSecond: number | null;
}

export function listHours({ alarms, readings }: TrendAnswer): TrendHour[] {
  const from = readTime(alarms.from) ?? 0;
  const begin = readTime(readings.from) ?? 0;
  return alarms.counts.map((count, hour) => {
    const at = from + hour * hourMs;
    const watched = readings.perSecond.filter((rate, i): rate is number => {
      const step = begin + i * readings.stepSeconds * 1000;
      return rate !== null && step >= at && step < at + hourMs;
    });
    const sum = watched.reduce((all, rate) => all + rate, 0);
    const perSecond = watched.length === 0 ? null : sum / watched.length;
    return { at, alarms: count, first: alarms.first[hour] ?? 0, perSecond };
  });
}

/** Numbers around a bound that reads well: 7 → 8, 34 → 40, 1,234 → 2,000. */
export function roundUp(value: number): number {
  if (value <= 4) return 4;
  const size = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 4, 5, 8, 10].find((each) => each * size >= value) ?? 10;
  return step * size;
}

/** "1,234" or "0.8": readings per second. */
export function formatRate(rate: number): string {
  return rate < 10 && rate > 0 ? rate.toFixed(1) : Math.round(rate).toLocaleString("en-US");
}

/** Lines between the gaps, as points of a polyline; `placeOf` gives pixels. */
export function traceRates(
  rates: readonly (number | null)[],
  placeOf: (step: number, rate: number) => readonly [x: number, y: number],
): string[] {
  const pieces: string[][] = [[]];
  rates.forEach((rate, step) => {
    if (rate === null) pieces.push([]);
    else {
      const [x, y] = placeOf(step, rate);
      pieces.at(-1)?.push(`${x.toFixed(1)},${y.toFixed(1)}`);
    }
  });
  // A step alone between two gaps would be no line: it is drawn as a short one.
  return pieces
    .filter((piece) => piece.length > 0)
    .map((piece) => (piece.length === 1 ? [...piece, ...piece] : piece).join(" "));
}
