// The audit of one day of one site: what the server counted anew, and its hours as people say them.

import { useQuery } from "@tanstack/react-query";
import { hourMs } from "#domain/time.ts";
import { callApi } from "../../feed/request.ts";
import type { QualityRates } from "./quality-data.ts";

export const hourStates = ["valid", "invalid", "marked", "missing", "stopped"] as const;
export type HourState = (typeof hourStates)[number];

type Counts = Readonly<Record<string, number>>;

export interface AuditHour {
  readonly start: string;
  readonly state: HourState;
  readonly value: number | null;
  readonly due: number;
  readonly received: number;
  readonly valid: number;
  readonly marked: number;
  readonly excluded: Counts;
}

export interface AuditFactor extends QualityRates {
  readonly factor: string;
  readonly unit: string;
  /** It counts for the rate. */
  readonly assessed: boolean;
  readonly due: number;
  readonly received: number;
  readonly valid: number;
  readonly stopped: number;
  readonly marked: number;
  /** Counted anew it is what is stored; null: the day is not over. */
  readonly agrees: boolean | null;
  readonly parts: {
    readonly due: number;
    readonly received: number;
    readonly valid: number;
    readonly marked: number;
    readonly missing: number;
    readonly surplus: number;
    readonly excluded: Counts;
  };
  readonly hours: readonly AuditHour[];
  readonly missing: readonly { readonly from: string; readonly to: string; readonly hours: number }[];
}

export interface DayAudit {
  readonly site: string;
  readonly siteName: string;
  readonly day: string;
  readonly hoursOver: number;
  readonly factors: readonly AuditFactor[];
  readonly frames: {
    readonly frames: number;
    readonly ahead: number;
    readonly withinMinute: number;
    readonly withinQuarter: number;
    readonly withinHour: number;
    readonly later: number;
    readonly greatestSeconds: number | null;
    readonly repeated: number;
  } | null;
  readonly duplicates: number;
  readonly revisions: number;
  readonly drift: {
    readonly count: number;
    readonly meanSeconds: number;
    readonly leastSeconds: number;
    readonly greatestSeconds: number;
  } | null;
}

export function useAudit(site: string, day: string) {
  return useQuery({
    queryKey: ["quality-day", site, day],
    queryFn: ({ signal }) => callApi<DayAudit>(`/quality/days/${encodeURIComponent(site)}/${day}`, { signal }),
  });
}

/** Hours of the clock in a state, neighbours joined: "00–02, 13". `startMs`: of the day. */
export function listHours(hours: readonly AuditHour[], state: HourState, startMs: number): string {
  const spans: { from: number; to: number }[] = [];
  for (const hour of hours) {
    if (hour.state !== state) continue;
    const at = Math.round((Date.parse(hour.start) - startMs) / hourMs);
    const last = spans.at(-1);
    if (last?.to === at - 1) last.to = at;
    else spans.push({ from: at, to: at });
  }
  const write = (hour: number): string => String(hour).padStart(2, "0");
  return spans.map(({ from, to }) => (from === to ? write(from) : `${write(from)}–${write(to)}`)).join(", ");
}
