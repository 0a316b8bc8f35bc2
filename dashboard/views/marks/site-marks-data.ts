// The marks that take data of one factor out of what counts, for the chart of a site: asked for by whole days, so that a window that
// moves with the clock asks nothing new.

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { marksFactor } from "#domain/mark.ts";
import { dayMs, dayStart, formatIso } from "#domain/time.ts";
import { callApi } from "../../feed/request.ts";
import type { TimeWindow } from "../../state/time-range.ts";
import type { MarkRow } from "./mark-data.ts";

export interface MarkedSpan {
  readonly from: number;
  readonly to: number;
  readonly mark: MarkRow;
}

const refreshMs = 60_000;

/** Null while nothing is known. */
export function useMarkedSpans(site: string, factor: string, window: TimeWindow): readonly MarkedSpan[] | null {
  const [from, to] = [dayStart(window.from), dayStart(window.to) + dayMs];
  const marks = useQuery({
    queryKey: ["marks", site, from, to],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ site, from: formatIso(from), to: formatIso(to), limit: "200" });
      return callApi<{ readonly items: readonly MarkRow[] }>(`/marks?${query}`, { signal });
    },
    refetchInterval: refreshMs,
  });
  return useMemo(
    () =>
      marks.data?.items
        .filter((mark) => mark.effective && marksFactor(mark, factor))
        .map((mark) => ({ from: Date.parse(mark.from), to: Date.parse(mark.to), mark }))
        .filter((span) => span.from < window.to && span.to > window.from) ?? null,
    [marks.data, factor, window.from, window.to],
  );
}
