// What the screen of limits asks the server for, how limits become rows of a timeline, and how they are proposed and decided.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type Limit, type LimitBasis, limitBases, limitInForce } from "#domain/limit.ts";
import type { LimitChange, LimitChangeStatus } from "#domain/limit-change.ts";
import { dayMs, formatIso, parseDay } from "#domain/time.ts";
import { callApi } from "../../feed/request.ts";
import { createWords } from "../../i18n/i18n.ts";
import { rulesEn } from "../../i18n/rules-en.ts";
import { rulesZh } from "../../i18n/rules-zh.ts";

export const useRuleWords = createWords(rulesZh, rulesEn);

type WireLimit = Omit<Limit, "from" | "to"> & { readonly from: string; readonly to: string | null };

export function readLimit(wire: WireLimit): Limit {
  return { ...wire, from: Date.parse(wire.from), to: wire.to === null ? null : Date.parse(wire.to) };
}

/** All limits of one factor at one site for one basis. */
export interface RuleRow {
  readonly key: string;
  readonly site: string;
  readonly factor: string;
  readonly basis: LimitBasis;
  readonly limits: readonly Limit[];
}

export function ruleKey({ site, factor, basis }: Pick<Limit, "site" | "factor" | "basis">): string {
  return `${site}:${factor}:${basis}`;
}

/** Bases in the order of their length, the limits of each by their begin. */
export function groupLimits(limits: readonly Limit[]): readonly RuleRow[] {
  const rows = new Map<string, Limit[]>();
  for (const limit of limits) {
    const found = rows.get(ruleKey(limit));
    if (found === undefined) rows.set(ruleKey(limit), [limit]);
    else found.push(limit);
  }
  return [...rows].flatMap(([key, found]) => {
    const [first] = found;
    if (first === undefined) return [];
    const { site, factor, basis } = first;
    return [{ key, site, factor, basis, limits: found.toSorted((a, b) => a.from - b.from) }];
  });
}

/** The one that counts on a day: at its first moment. */
export function inForceOn(row: RuleRow, dayStartMs: number): Limit | null {
  return limitInForce(row.limits, dayStartMs);
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number;
  readonly next: string | null;
}

const limitsMax = "5000";
const refreshMs = 30_000;

export function useLimits(site: string, factor: string) {
  return useQuery({
    queryKey: ["limits", site, factor],
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams({ limit: limitsMax });
      if (site !== "") query.set("site", site);
      if (factor !== "") query.set("factor", factor);
      const page = await callApi<Page<WireLimit>>(`/limits?${query}`, { signal });
      const limits = page.items.map(readLimit);
      return { limits, rows: groupLimits(limits), total: page.total };
    },
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });
}

export interface KnownVersion {
  readonly limit: Limit;
  readonly knownFrom: string;
}

export function useLimitVersions(id: string | null) {
  return useQuery({
    queryKey: ["limit-versions", id],
    queryFn: async ({ signal }) => {
      const path = `/limits/${encodeURIComponent(id ?? "")}/versions`;
      const { items } = await callApi<{
        readonly items: readonly { readonly limit: WireLimit; readonly knownFrom: string }[];
      }>(path, { signal });
      return items.map(({ limit, knownFrom }): KnownVersion => ({ limit: readLimit(limit), knownFrom }));
    },
    enabled: id !== null,
  });
}

export interface PublishedLimit {
  readonly standard: string;
  readonly industry: string;
  readonly sourceUnit: string;
  readonly medium: string;
  readonly factor: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly min: number | null;
  readonly max: number | null;
  readonly unit: string;
  readonly basis: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly refO2: number | null;
  readonly notes: string;
  /** "verified …", "from memory …". */
  readonly confidence: string;
}

export function useLibrary(text: string, standard: string, asOf: number | null) {
  const query = new URLSearchParams();
  if (text !== "") query.set("q", text);
  if (standard !== "") query.set("standard", standard);
  if (asOf !== null) query.set("asOf", formatIso(asOf));
  const asked = query.toString();
  return useQuery({
    queryKey: ["library", asked],
    queryFn: ({ signal }) => callApi<Page<PublishedLimit>>(`/limits/library?${asked}`, { signal }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** As POST /limits takes it. */
export interface LimitDraft {
  readonly site: string;
  readonly factor: string;
  readonly max: number | null;
  readonly min: number | null;
  readonly basis: LimitBasis;
  readonly from: string;
  readonly to: string | null;
  readonly reason: string;
  readonly refO2: number | null;
  readonly decimals: number | null;
}

/** What a person has typed. */
export interface LimitText {
  readonly site: string;
  readonly factor: string;
  readonly basis: LimitBasis;
  readonly max: string;
  readonly min: string;
  /** Days of UTC+8, both within. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly refO2: string;
  readonly decimals: string;
}

export type DraftFault = "needNumber" | "orderNumber" | "orderDay";

const numberOf = (text: string): number | null => (text.trim() === "" ? null : Number(text));

/** The draft, or what is wrong with it; null while something is missing. */
export function readDraft(text: LimitText): LimitDraft | DraftFault | null {
  const [max, min, refO2, decimals] = [text.max, text.min, text.refO2, text.decimals].map(numberOf);
  const from = parseDay(text.from);
  const last = text.to === "" ? null : parseDay(text.to);
  if (text.site === "" || text.factor === "" || from === null) return null;
  if ([max, min, refO2, decimals].some((each) => each !== null && !Number.isFinite(each))) return "needNumber";
  // Nobody is told off before they have begun.
  if ((max ?? null) === null && (min ?? null) === null) return text.reason === "" ? null : "needNumber";
  if (typeof max === "number" && typeof min === "number" && min >= max) return "orderNumber";
  if (last !== null && last < from) return "orderDay";
  const { site, factor, basis } = text;
  return {
    site,
    factor,
    basis,
    max: max ?? null,
    min: min ?? null,
    from: formatIso(from),
    to: last === null ? null : formatIso(last + dayMs),
    reason: text.reason.trim(),
    refO2: refO2 ?? null,
    decimals: decimals ?? null,
  };
}

export function isLimitBasis(text: string): text is LimitBasis {
  return limitBases.some((each) => each === text);
}

export type PutAnswer = Limit | { readonly status: "draft"; readonly change: string };

export function putLimit(draft: LimitDraft): Promise<PutAnswer> {
  return callApi<PutAnswer>("/limits", { method: "POST", body: draft });
}

interface PreviewCounts {
  readonly windows: number;
  readonly before: number;
  readonly after: number | null;
  readonly appearing: number;
  readonly disappearing: number;
}

export interface PreviewWindow {
  readonly start: string;
  readonly compared: number;
  readonly limit: number;
  readonly multiple: number | null;
}

export interface PreviewedSeries extends PreviewCounts {
  readonly site: string;
  readonly siteName: string;
  readonly factor: string;
  readonly basis: "hour" | "day";
  readonly unit: string;
  readonly note: string | null;
  readonly appears: readonly PreviewWindow[];
  readonly disappears: readonly PreviewWindow[];
}

export interface Preview {
  readonly from: string;
  readonly to: string;
  readonly total: PreviewCounts;
  readonly unanswered: number;
  readonly series: readonly PreviewedSeries[];
}

export const previewDays = 30;

/** What the last days would have been under these limits; those of readings judge nothing and are left out. */
export function previewLimits(drafts: readonly LimitDraft[], now: number): Promise<Preview> {
  const limits = drafts
    .filter(({ basis }) => basis !== "realtime")
    .map((draft) => ({ ...draft, reason: draft.reason || "—" }));
  const body = { limits, from: formatIso(now - previewDays * dayMs), to: formatIso(now) };
  return callApi<Preview>("/limits/preview", { method: "POST", body });
}

type Times = "at" | "decidedAt" | "limits";

export interface ChangeRow extends Omit<LimitChange, Times> {
  readonly at: string;
  readonly decidedAt: string | null;
  readonly limits: readonly Omit<WireLimit, "version">[];
}

export function useChanges(status: LimitChangeStatus | null) {
  return useQuery({
    queryKey: ["limit-changes", status],
    queryFn: ({ signal }) =>
      callApi<Page<ChangeRow>>(`/limit-changes?limit=200${status === null ? "" : `&status=${status}`}`, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
}

export type ChangeDecision = "approve" | "reject" | "withdraw";

export function decideChange(id: string, decision: ChangeDecision, reason: string): Promise<ChangeRow> {
  return callApi<ChangeRow>(`/limit-changes/${encodeURIComponent(id)}/${decision}`, {
    method: "POST",
    body: { reason },
  });
}

/** A proposal's limit as a draft, e.g. to look at what it would change. */
export function toDraft({
  site,
  factor,
  max,
  min,
  basis,
  from,
  to,
  reason,
  refO2,
  decimals,
}: ChangeRow["limits"][number]): LimitDraft {
  return { site, factor, max, min, basis, from, to, reason, refO2: refO2 ?? null, decimals: decimals ?? null };
}
