// The state of the explorer, read from the address and written to it: series, window, resolution, axes, comparison. Turns it
// into the question for the server; a live window asks again only when a pixel's worth of time has gone by.

import { useMemo } from "react";
import { dayMs } from "#domain/time.ts";
import { shiftMonths, type TimeWindow } from "../../state/time-range.ts";
import { useUrl } from "../url-state.ts";
import { useTimeRange, type TimeRangeState } from "../use-time-range.ts";
import { pointsMax, steps, type Question, type Step } from "./history-data.ts";
import { stepMs } from "./points.ts";
import { formatSeries, readSeries, toggleSeries, type SeriesRead, type SeriesRef } from "./series-list.ts";

export const comparisons = ["none", "window", "day", "week", "month", "year"] as const;
export type Comparison = (typeof comparisons)[number];

export interface Explorer extends SeriesRead {
  readonly time: TimeRangeState;
  readonly question: Question;
  readonly step: Step;
  readonly isSplit: boolean;
  readonly comparison: Comparison;
  readonly view: "statistics" | "table";
  /** Points of one series when the chosen step is too fine for the window; null = it is fine. */
  readonly tooMany: number | null;
  toggle(ref: Pick<SeriesRef, "site" | "factor">): void;
  change(refs: readonly SeriesRef[]): void;
  set(changes: Readonly<Record<string, string | null>>): void;
}

/** Widths that differ little ask for the same. */
const widthStep = 100;
const queryStepMsMin = 5_000;
const queryStepMsMax = 300_000;

function compareMsOf(comparison: Comparison, { from, to }: TimeWindow): number | null {
  switch (comparison) {
    case "window":
      return to - from;
    case "day":
      return dayMs;
    case "week":
      return 7 * dayMs;
    // The same dates of another month: how far back that is depends on the calendar.
    case "month":
      return from - shiftMonths(from, -1);
    case "year":
      return from - shiftMonths(from, -12);
    default:
      return null;
  }
}

function settle({ from, to }: TimeWindow, isLive: boolean, width: number): TimeWindow {
  if (!isLive) return { from, to };
  const pixelMs = (to - from) / Math.max(1, width);
  const step = Math.min(queryStepMsMax, Math.max(queryStepMsMin, pixelMs));
  const end = Math.ceil(to / step) * step;
  return { from: end - (to - from), to: end };
}

export function useExplorer(width: number): Explorer {
  const { query, set } = useUrl();
  const time = useTimeRange({ from: "now-24h", to: "now" });
  const text = query.get("s");
  const { refs, wrong } = useMemo(() => readSeries(text), [text]);
  const step = steps.find((entry) => entry === query.get("step")) ?? "auto";
  const comparison = comparisons.find((entry) => entry === query.get("compare")) ?? "none";
  const pixels = width === 0 ? 0 : Math.max(widthStep, Math.round(width / widthStep) * widthStep);
  const { from, to } = settle(time.window, time.isLive, pixels);
  const expected = step === "auto" || step === "raw" ? 0 : (to - from) / stepMs[step];
  const question = useMemo((): Question => {
    const window = { from, to };
    return {
      refs: refs.map(({ site, factor }) => ({ site, factor })),
      window,
      step,
      width: pixels,
      compareMs: compareMsOf(comparison, window),
      isLive: time.isLive,
    };
  }, [refs, from, to, step, pixels, comparison, time.isLive]);
  return {
    refs,
    wrong,
    time,
    question,
    step,
    isSplit: query.get("axes") === "split",
    comparison,
    view: query.get("view") === "table" ? "table" : "statistics",
    tooMany: expected > pointsMax ? Math.round(expected) : null,
    toggle: (ref) => set({ s: formatSeries(toggleSeries(refs, ref)) }),
    change: (next) => set({ s: formatSeries(next) }),
    set,
  };
}
