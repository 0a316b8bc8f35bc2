// What the screens of cases ask the server for, how the filters stand in the address, and how cases are grouped and sorted.

import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type {
  Case,
  CaseAct,
  CaseDispatch,
  CaseDraft,
  CaseEvent,
  CaseEvidence,
  CaseReply,
  CaseStage,
  CaseStep,
} from "#domain/case.ts";
import { isEnded } from "#domain/cases/stages.ts";
import { callApi } from "../../feed/request.ts";
import { caseStagesEn } from "../../i18n/case-stages-en.ts";
import { caseStagesZh } from "../../i18n/case-stages-zh.ts";
import { casesEn } from "../../i18n/cases-en.ts";
import { casesZh } from "../../i18n/cases-zh.ts";
import { createWords } from "../../i18n/i18n.ts";
import { useKept } from "../use-kept.ts";

export const useCaseWords = createWords(casesZh, casesEn);
export const useStageWords = createWords(caseStagesZh, caseStagesEn);
export type CaseWords = typeof casesZh;
export type StageWords = typeof caseStagesZh;

/** As the api writes it: times as text. */
type Written<T, Times extends keyof T> = Omit<T, Times> & {
  readonly [K in Times]: null extends T[K] ? string | null : string;
};

export type EvidenceRow = Written<CaseEvidence, "at" | "takenAt">;
export type ReplyRow = Written<CaseReply, "at" | "decidedAt">;

export interface CaseRow extends Omit<
  Written<Case, "openedAt" | "stageSince" | "dueAt" | "remindAt" | "replyDueAt" | "closedAt">,
  "evidence" | "replies" | "steps" | "dispatch"
> {
  readonly steps: readonly Written<CaseStep, "at">[];
  readonly dispatch: Written<CaseDispatch, "at"> | null;
  /** Null: the site is registered no more. */
  readonly siteName: string | null;
  /** False: of the year of its deadline only weekends are known. */
  readonly calendarKnown: boolean;
  readonly evidence: readonly EvidenceRow[];
  readonly replies: readonly ReplyRow[];
}

export type EventRow = Written<CaseEvent, "at"> & { readonly hash: string };

export interface CaseDetail {
  readonly case: CaseRow;
  readonly events: readonly EventRow[];
}

interface Page {
  readonly items: readonly CaseRow[];
  readonly total: number;
  readonly next: string | null;
}

/** The columns of the board: stages that one kind of people works on. */
export const boardGroups = {
  clue: ["opened"],
  verify: ["triage"],
  dispatch: ["dispatched", "on-site"],
  reply: ["evidence"],
  review: ["false-data", "explained", "confirmed", "dismissed"],
  rectify: ["rectifying", "recheck"],
  done: ["closed", "merged", "transferred"],
} as const satisfies Readonly<Record<string, readonly CaseStage[]>>;
export type BoardGroup = keyof typeof boardGroups;
export const boardGroupNames = Object.keys(boardGroups) as readonly BoardGroup[];

export function groupOf(stage: CaseStage): BoardGroup {
  return boardGroupNames.find((name) => (boardGroups[name] as readonly CaseStage[]).includes(stage)) ?? "clue";
}

export interface CaseFilter {
  /** "open": all that are not at their end. */
  readonly group: BoardGroup | "open" | "all";
  readonly city: string | null;
  readonly site: string | null;
  readonly isOverdue: boolean;
  readonly isMine: boolean;
  readonly text: string;
}

export function readCaseFilter(query: URLSearchParams): CaseFilter {
  const group = query.get("stage");
  return {
    group: boardGroupNames.find((each) => each === group) ?? (group === "all" ? "all" : "open"),
    city: query.get("city"),
    site: query.get("site"),
    isOverdue: query.get("overdue") === "1",
    isMine: query.get("mine") === "1",
    text: query.get("q") ?? "",
  };
}

export function listUnreadable(query: URLSearchParams): string[] {
  const { group } = readCaseFilter(query);
  const view = query.get("view");
  return [
    ...(query.has("stage") && query.get("stage") !== group ? ["stage"] : []),
    ...(view !== null && view !== "board" ? ["view"] : []),
  ];
}

export function isFiltered(filter: CaseFilter): boolean {
  const { group, city, site, isOverdue, isMine, text } = filter;
  return group !== "open" || city !== null || site !== null || isOverdue || isMine || text !== "";
}

/** The part of the filter that the server is asked with; the rest is chosen among what came. */
export function toQuery(filter: CaseFilter): string {
  const query = new URLSearchParams();
  if (filter.city !== null) query.set("city", filter.city);
  if (filter.site !== null) query.set("site", filter.site);
  if (filter.isOverdue) query.set("overdue", "true");
  if (filter.text.trim() !== "") query.set("q", filter.text.trim());
  const stages =
    filter.group === "all"
      ? []
      : filter.group === "open"
        ? boardGroupNames.filter((name) => name !== "done").flatMap((name) => [...boardGroups[name]])
        : [...boardGroups[filter.group]];
  for (const stage of stages) query.append("stage", stage);
  return query.toString();
}

export interface Cases {
  readonly items: readonly CaseRow[];
  readonly total: number;
}

const pageRows = "500";
/** More than these nobody reads in a list; the screen says how many there are. */
const pagesMax = 4;
const refreshMs = 15_000;

async function loadCases(filter: string, signal: AbortSignal): Promise<Cases> {
  const items: CaseRow[] = [];
  let total = 0;
  let cursor: string | null = "";
  for (let pages = 0; cursor !== null && pages < pagesMax; pages += 1) {
    const query = new URLSearchParams(filter);
    query.set("limit", pageRows);
    if (cursor !== "") query.set("cursor", cursor);
    const page: Page = await callApi<Page>(`/cases?${query}`, { signal });
    items.push(...page.items);
    total = page.total;
    cursor = page.next;
  }
  return { items, total };
}

/** `filter`: as `toQuery` writes it. */
export function useCases(filter: string) {
  const found = useQuery({
    queryKey: ["cases", filter],
    queryFn: ({ signal }) => loadCases(filter, signal),
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });
  return { ...found, data: useKept(found.data) };
}

export function casePath(id: string): string {
  return `/cases/${encodeURIComponent(id)}`;
}

export function useCase(id: string) {
  return useQuery({
    queryKey: ["case", id],
    queryFn: ({ signal }) => callApi<CaseDetail>(casePath(id), { signal }),
    refetchInterval: refreshMs,
  });
}

/** After something was done: the case, and every list it may stand in. */
export function useCaseReload(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(async () => {
    await Promise.all(["case", "cases", "case-count"].map((key) => client.invalidateQueries({ queryKey: [key] })));
  }, [client]);
}

export function openCase(draft: Pick<CaseDraft, "site" | "title" | "links" | "reason">): Promise<CaseRow> {
  return callApi<CaseRow>("/cases", { method: "POST", body: draft });
}

/** The acts that a form of this screen sends; evidence has a way of its own, replies are the enterprise's. */
export type CaseOrder = Exclude<CaseAct, { readonly kind: "evidence" | "reply" | "ground" }>;

export function actOnCase(id: string, expectedVersion: number, order: CaseOrder): Promise<CaseRow> {
  const { kind, ...body } = order;
  return callApi<CaseRow>(`${casePath(id)}/${kind}`, { method: "POST", body: { expectedVersion, ...body } });
}

/** What a rule writes in both languages, "… · …", in the one in force; what a person wrote as it is. */
export function titleIn(title: string, locale: string): string {
  const [, zh, en] = /^(.*\p{Script=Han}.*) · (\P{Script=Han}+)$/u.exec(title) ?? [];
  if (zh === undefined || en === undefined) return title;
  return locale === "en" ? en : zh;
}

/** Beyond its deadline, at this moment. */
export function isOverdue({ dueAt, stage }: Pick<CaseRow, "dueAt" | "stage">, now: number): boolean {
  return dueAt !== null && !isEnded(stage) && Date.parse(dueAt) <= now;
}

/** Asked, and nothing came since that is not rejected. */
export function awaitsReply({ replyDueAt, replies, stage }: CaseRow): boolean {
  return replyDueAt !== null && !isEnded(stage) && !replies.some(({ accepted }) => accepted !== false);
}

export function hasReplyToDecide({ replies, stage }: CaseRow): boolean {
  return !isEnded(stage) && replies.some(({ accepted }) => accepted === null);
}

export function pickCases(
  rows: readonly CaseRow[],
  filter: CaseFilter,
  { username, now }: { readonly username: string; readonly now: number },
): readonly CaseRow[] {
  return rows.filter(
    (row) =>
      (!filter.isOverdue || isOverdue(row, now)) &&
      (!filter.isMine || row.assignee === username || row.officer === username),
  );
}

const forever = Number.POSITIVE_INFINITY;
const dueOf = ({ dueAt }: CaseRow): number => (dueAt === null ? forever : Date.parse(dueAt));

const sortValues: Readonly<Record<string, (row: CaseRow) => number | string>> = {
  number: (row) => row.number,
  site: (row) => row.siteName ?? row.site,
  enterprise: (row) => row.enterprise ?? "",
  due: dueOf,
  opened: (row) => Date.parse(row.openedAt),
};

export interface CaseOrdering {
  readonly column: string;
  readonly descending: boolean;
}

/** Without a word about it: what is due first stands first. */
export function readOrder(text: string | null): CaseOrdering {
  const column = (text ?? "").replace(/^-/, "");
  return column in sortValues
    ? { column, descending: text?.startsWith("-") === true }
    : { column: "due", descending: false };
}

export function sortCases(rows: readonly CaseRow[], { column, descending }: CaseOrdering): readonly CaseRow[] {
  const valueOf = sortValues[column] ?? dueOf;
  const compare = (a: number | string, b: number | string): number => {
    if (typeof a === "number" && typeof b === "number") return a === b ? 0 : a - b;
    return String(a).localeCompare(String(b), "zh-CN");
  };
  return rows.toSorted(
    (a, b) =>
      compare(valueOf(a), valueOf(b)) * (descending ? -1 : 1) ||
      Date.parse(b.openedAt) - Date.parse(a.openedAt) ||
      a.id.localeCompare(b.id),
  );
}
