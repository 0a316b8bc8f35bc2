// The way from a picture to the explorer of the history: the same factors over the same time.

import type { TimeRange } from "../state/time-range.ts";
import { formatSeries, type SeriesRef } from "./history/series-list.ts";

/** The query of the explorer; a live window stays live. */
export function historyQuery(
  series: readonly Pick<SeriesRef, "site" | "factor">[],
  { from, to }: TimeRange,
): Readonly<Record<string, string | null>> {
  const s = formatSeries(series.map((each) => ({ ...each, statistic: "mean" })));
  return { s, from, to: to === "now" ? null : to };
}
