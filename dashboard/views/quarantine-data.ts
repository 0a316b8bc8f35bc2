// What the quarantine screen asks the server for, how its filters stand in the address, and how decisions are sent.

import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type QuarantineState, quarantineStates } from "#domain/quarantine.ts";
import { parseDay } from "#domain/time.ts";
import { callApi } from "../feed/request.ts";
import type { OutcomeName } from "../i18n/ledger-zh.ts";

export interface Decision {
  readonly by: string;
  readonly at: string;
  readonly why: string;
}

export interface RefusedRow {
  readonly seq: number;
  readonly part: number;
  readonly site: string;
  readonly receivedAt: string;
  readonly reason: string;
  readonly detail: string;
  readonly factor: string | null;
  readonly excerpt: string;
  readonly state: QuarantineState;
  readonly decision: Decision | null;
}

export interface RawFrame {
  readonly door: string;
  readonly channel: string;
  readonly promised: boolean;
  readonly bytes: number;
  readonly text: string | null;
  readonly hex: string | null;
}

export interface RefusedFrameDetails {
  readonly seq: number;
  readonly site: string;
  readonly receivedAt: string;
  readonly open: number;
  readonly readings: Readonly<Record<"received" | "stored" | "duplicate" | "quarantined", number>> | null;
  readonly refusals: readonly RefusedRow[];
  readonly frame: RawFrame | null;
}

export interface QuarantineFilter {
  readonly state: QuarantineState | "all";
  readonly reason: string | null;
  readonly site: string | null;
  readonly day: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

const filterNames = ["reason", "site", "day", "from", "to"] as const;

/** Without a state in the address it is what is open: that is what is to be done. */
export function readQuarantineFilter(query: URLSearchParams): QuarantineFilter {
  const state = query.get("state");
  const day = query.get("day");
  return {
    state: state === "all" ? "all" : (quarantineStates.find((entry) => entry === state) ?? "open"),
    reason: query.get("reason"),
    site: query.get("site"),
    day: day !== null && parseDay(day) !== null ? day : null,
    from: query.get("from"),
    to: query.get("to"),
  };
}

/** Words of the address that are no filter. */
export function listUnreadable(query: URLSearchParams): string[] {
  const { state, day } = readQuarantineFilter(query);
  const seq = query.get("seq");
  const isWrong = {
    state: query.get("state") !== null && query.get("state") !== state,
    day: query.get("day") !== null && day === null,
    seq: seq !== null && !/^[1-9]\d{0,15}$/.test(seq),
  };
  return (["state", "day", "seq"] as const).filter((name) => isWrong[name]);
}

export function isFiltered(filter: QuarantineFilter): boolean {
  return filter.state !== "open" || filterNames.some((name) => filter[name] !== null);
}

/** The filter as the api takes it. */
export function toQuery(filter: QuarantineFilter, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(more);
  if (filter.state !== "all") query.set("state", filter.state);
  for (const name of filterNames) {
    const value = filter[name];
    if (value !== null && value !== "") query.set(name, value);
  }
  return query.toString();
}

interface Page {
  readonly items: readonly RefusedRow[];
  readonly total: number;
  readonly next: string | null;
}

const pageRows = "200";
const refreshMs = 15_000;

export function useRefused(filter: QuarantineFilter) {
  return useInfiniteQuery({
    queryKey: ["quarantine", toQuery(filter)],
    queryFn: ({ signal, pageParam }) => {
      const cursor: Record<string, string> = pageParam === null ? {} : { cursor: pageParam };
      return callApi<Page>(`/quarantine?${toQuery(filter, { limit: pageRows, ...cursor })}`, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    // Further pages are not fetched again by the clock: what one works on would move away.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : refreshMs),
    staleTime: 0,
  });
}

export function useRefusedFrame(seq: number | null) {
  return useQuery({
    queryKey: ["quarantine-frame", seq],
    queryFn: ({ signal }) => callApi<RefusedFrameDetails>(`/quarantine/${seq}`, { signal }),
    enabled: seq !== null,
  });
}

export type DecisionName = "reprocess" | "dismiss";

export interface FrameOutcome {
  readonly seq: number;
  readonly outcome: OutcomeName;
}

export interface DecisionResult {
  readonly frames: readonly FrameOutcome[];
  readonly readings: Readonly<Record<"stored" | "duplicate" | "quarantined", number>>;
}

export function decide(name: DecisionName, seqs: readonly number[], reason: string): Promise<DecisionResult> {
  return callApi<DecisionResult>(`/quarantine/${name}`, { method: "POST", body: { seqs, reason } });
}
