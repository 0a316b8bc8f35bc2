// What the screen of leads asks the server for: the list, the evidence of one, the rules; and what people decide.

import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type HintStatus, hintStatuses } from "#domain/hint.ts";
import { isSureness } from "#domain/rules/sureness.ts";
import { dayMs } from "#domain/time.ts";
import type { MeanPoint } from "../../charts/series.ts";
import { callApi } from "../../feed/request.ts";
import { formatUnit } from "../../format/number.ts";
import { createWords } from "../../i18n/i18n.ts";
import { hintsEn } from "../../i18n/hints-en.ts";
import { hintsZh } from "../../i18n/hints-zh.ts";

export const useHintWords = createWords(hintsZh, hintsEn);
export type HintWords = typeof hintsZh;

export interface HintRow {
  readonly id: string;
  readonly version: number;
  readonly site: string;
  readonly siteName: string | null;
  readonly rule: string;
  readonly ruleZh: string;
  readonly ruleEn: string;
  readonly factors: readonly string[];
  readonly from: string;
  readonly to: string;
  /** 0 … 1. */
  readonly score: number;
  readonly facts: Readonly<Record<string, number | string>>;
  readonly saysZh: string;
  readonly saysEn: string;
  readonly day: string;
  readonly status: HintStatus;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly decision: string | null;
}

interface Page {
  readonly items: readonly HintRow[];
  readonly total: number;
  readonly next: string | null;
}

export interface HintRule {
  readonly id: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly saysZh: string;
  readonly saysEn: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly source: string;
  readonly sureness: string;
}

export interface EvidenceSeries {
  /** Of the hint, or the other side of a mirror. */
  readonly site: string;
  readonly factor: string;
  readonly unit: string;
  readonly points: readonly MeanPoint[];
}

export interface Evidence {
  readonly from: string;
  readonly to: string;
  readonly hint: HintRow;
  readonly series: readonly EvidenceSeries[];
}

export const spans = [7, 30, 90, 365] as const;
const usualSpan = 30;

export interface HintFilter {
  /** Null: all. */
  readonly status: HintStatus | null;
  readonly rule: string | null;
  readonly site: string;
  readonly days: number;
}

/** Without a word about it: what nobody has looked at yet. */
export function readHintFilter(query: URLSearchParams, rules: readonly Pick<HintRule, "id">[]): HintFilter {
  const status = query.get("status") ?? "open";
  return {
    status: hintStatuses.find((each) => each === status) ?? (status === "all" ? null : "open"),
    rule: rules.find(({ id }) => id === query.get("rule"))?.id ?? null,
    site: query.get("site") ?? "",
    days: spans.find((each) => String(each) === query.get("days")) ?? usualSpan,
  };
}

export function listUnreadable(query: URLSearchParams, rules: readonly Pick<HintRule, "id">[]): string[] {
  const { status, rule, days } = readHintFilter(query, rules);
  const read = { status: status ?? "all", rule, days: String(days) };
  return (["status", "rule", "days"] as const).filter((name) => query.has(name) && query.get(name) !== read[name]);
}

const pageRows = "200";
const refreshMs = 30_000;

/** `null` instead of a filter: it is not known yet. */
export function useHints(asked: HintFilter | null, today: number) {
  const { status, rule, site, days } = asked ?? { status: null, rule: null, site: "", days: usualSpan };
  const filter = new URLSearchParams({ from: String(today - (days - 1) * dayMs), to: String(today + dayMs) });
  if (status !== null) filter.set("status", status);
  if (rule !== null) filter.set("rule", rule);
  if (site !== "") filter.set("site", site);
  return useInfiniteQuery({
    queryKey: ["hints", filter.toString()],
    queryFn({ pageParam, signal }) {
      const query = new URLSearchParams(filter);
      query.set("limit", pageRows);
      if (pageParam !== null) query.set("cursor", pageParam);
      return callApi<Page>(`/hints?${query}`, { signal });
    },
    enabled: asked !== null,
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });
}

export function useEvidence(id: string) {
  return useQuery({
    queryKey: ["hint-evidence", id],
    queryFn: ({ signal }) => callApi<Evidence>(`/hints/${encodeURIComponent(id)}/evidence`, { signal }),
  });
}

export function useHintRules() {
  return useQuery({
    queryKey: ["hint-rules"],
    queryFn: async ({ signal }) =>
      (await callApi<{ readonly items: readonly HintRule[] }>("/hints/rules", { signal })).items,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export const hintActions = ["dismiss", "confirm", "reopen"] as const;
export type HintAction = (typeof hintActions)[number];

/** What can be done about a lead in this state. */
export function actionsOf(status: HintStatus): readonly HintAction[] {
  if (status === "gone") return [];
  return status === "open" ? ["confirm", "dismiss"] : ["reopen"];
}

export function decideHint(hint: HintRow, action: HintAction, reason: string): Promise<HintRow> {
  return callApi<HintRow>(`/hints/${encodeURIComponent(hint.id)}/${action}`, {
    method: "POST",
    body: { expectedVersion: hint.version, reason },
  });
}

export function saySureness(words: HintWords, text: string): string {
  return isSureness(text) ? words.surenesses[text] : text;
}

/** The sentence in the language in force, with the real symbols of its unit. */
export function sayHint(hint: Pick<HintRow, "saysZh" | "saysEn" | "facts">, locale: string): string {
  const says = locale === "en" ? hint.saysEn : hint.saysZh;
  const { unit } = hint.facts;
  return typeof unit === "string" && unit.length > 1 ? says.replaceAll(unit, formatUnit(unit)) : says;
}

/** A parameter in one line: lists and tables of numbers as they are written in the table of rules. */
export function formatParameter(value: unknown): string {
  if (Array.isArray(value)) return value.map(formatParameter).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, each]) => `${name} ${formatParameter(each)}`)
    .join(", ");
}
