// What the screen of marks asks the server for, and how marks are entered and decided about.

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { parseStamp } from "#domain/hj212/stamp.ts";
import type { MarkDraft } from "#domain/command.ts";
import { type Mark, type MarkStatus, markStatuses } from "#domain/mark.ts";
import { dayMs, formatIso, minuteMs, parseDay } from "#domain/time.ts";
import { callApi } from "../../feed/request.ts";
import { createWords } from "../../i18n/i18n.ts";
import { marksEn } from "../../i18n/marks-en.ts";
import { marksZh } from "../../i18n/marks-zh.ts";

export const useMarkWords = createWords(marksZh, marksEn);

type Times = "from" | "to" | "at" | "decidedAt";

export interface MarkRow extends Omit<Mark, Times> {
  readonly siteName: string;
  readonly city: string | null;
  readonly from: string;
  readonly to: string;
  readonly at: string;
  readonly decidedAt: string | null;
  readonly effective: boolean;
  readonly deadline: string;
  readonly deadlineSureness: string;
}

export interface MarkFilter {
  readonly site: string | null;
  readonly status: MarkStatus | null;
  /** Days of UTC+8, both of them within. */
  readonly from: string | null;
  readonly to: string | null;
}

const readDay = (text: string | null): string | null => (text !== null && parseDay(text) !== null ? text : null);

export function readMarkFilter(query: URLSearchParams): MarkFilter {
  const status = query.get("status");
  return {
    site: query.get("site"),
    status: markStatuses.find((each) => each === status) ?? null,
    from: readDay(query.get("from")),
    to: readDay(query.get("to")),
  };
}

/** Words of the address that are no filter. */
export function listUnreadable(query: URLSearchParams): string[] {
  const filter = readMarkFilter(query);
  return (["status", "from", "to"] as const).filter(
    (name) => query.get(name) !== null && query.get(name) !== filter[name],
  );
}

export function isFiltered(filter: MarkFilter): boolean {
  return Object.values(filter).some((value) => value !== null);
}

function toQuery({ site, status, from, to }: MarkFilter): URLSearchParams {
  const query = new URLSearchParams({ limit: pageRows });
  if (site !== null) query.set("site", site);
  if (status !== null) query.set("status", status);
  const [first, last] = [parseDay(from ?? ""), parseDay(to ?? "")];
  if (first !== null) query.set("from", formatIso(first));
  if (last !== null) query.set("to", formatIso(last + dayMs));
  return query;
}

interface Page {
  readonly items: readonly MarkRow[];
  readonly total: number;
  readonly next: string | null;
}

const pageRows = "200";
const refreshMs = 15_000;
/** Of a list so long only what is asked for is fetched: what one works on would move away. */
const livePagesMax = 2;

export function useMarks(filter: MarkFilter) {
  return useInfiniteQuery({
    queryKey: ["marks", toQuery(filter).toString()],
    queryFn: ({ signal, pageParam }) => {
      const query = toQuery(filter);
      if (pageParam !== null) query.set("cursor", pageParam);
      return callApi<Page>(`/marks?${query}`, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > livePagesMax ? false : refreshMs),
  });
}

export type NewMark = Omit<MarkDraft, "id" | "from" | "to"> & { readonly from: string; readonly to: string };

export function enterMark(mark: NewMark): Promise<MarkRow> {
  return callApi<MarkRow>("/marks", { method: "POST", body: mark });
}

export const markDecisions = ["accept", "reject", "withdraw"] as const;
export type MarkDecision = (typeof markDecisions)[number];

export function decideMark({ id, version }: MarkRow, decision: MarkDecision, reason: string): Promise<MarkRow> {
  const body = { expectedVersion: version, reason };
  return callApi<MarkRow>(`/marks/${encodeURIComponent(id)}/${decision}`, { method: "POST", body });
}

/** What may still be decided about a mark in this state. */
export function listDecisions({ status }: Pick<MarkRow, "status">): readonly MarkDecision[] {
  if (status === "rejected" || status === "withdrawn") return [];
  return status === "accepted" ? ["reject", "withdraw"] : markDecisions;
}

const markDaysMax = 366;

export type SpanFault = "order" | "long" | "minutes";

export interface MarkSpan {
  readonly from: number;
  readonly to: number;
}

/** Fourteen digits each → the span, or why it is none; null while something is missing. */
export function readSpan(from: string, to: string): MarkSpan | SpanFault | null {
  const [first, last] = [parseStamp(from), parseStamp(to)];
  if (typeof first !== "number" || typeof last !== "number") return null;
  if (first % minuteMs !== 0 || last % minuteMs !== 0) return "minutes";
  if (last <= first) return "order";
  return last - first > markDaysMax * dayMs ? "long" : { from: first, to: last };
}
