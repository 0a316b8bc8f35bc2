// What the screens of notices ask the server for: what was told, policies, calendars, channels, contacts, and what is wrong with
// them; and how they are changed.

import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import {
  type ChannelKind,
  type Notice,
  type NoticeAttempt,
  type NoticePolicy,
  type NoticeState,
  noticeStates,
  type OnCallCalendar,
  type OnCallSwap,
} from "#domain/notice.ts";
import { callApi } from "../../feed/request.ts";
import { createWords } from "../../i18n/i18n.ts";
import { noticesEn } from "../../i18n/notices-en.ts";
import { noticesZh } from "../../i18n/notices-zh.ts";
import { useApp } from "../app-context.ts";

export const useNoticeWords = createWords(noticesZh, noticesEn);
export type NoticeWords = typeof noticesZh;

export const noticeViews = ["sent", "policies", "calendars", "channels", "contacts"] as const;
export type NoticeView = (typeof noticeViews)[number];

/** As the api writes them: times as text. */
export interface NoticeRow extends Omit<Notice, "createdAt" | "dueAt" | "endedAt" | "attempts"> {
  readonly siteName: string | null;
  readonly contactName: string | null;
  readonly createdAt: string;
  readonly dueAt: string;
  readonly endedAt: string | null;
  readonly attempts: readonly (Omit<NoticeAttempt, "at"> & { readonly at: string })[];
}

export interface CalendarRow extends Omit<OnCallCalendar, "from" | "swaps"> {
  readonly from: string;
  readonly swaps: readonly SwapRow[];
}

export interface SwapRow extends Omit<OnCallSwap, "from" | "to"> {
  readonly from: string;
  readonly to: string;
}

/** Whoever enters a swap is named by the server. */
export type SwapDraft = Omit<SwapRow, "by">;

/** A secret stands in the settings as true, and never as what it is. */
export interface ChannelRow {
  readonly id: string;
  readonly version: number;
  readonly kind: ChannelKind;
  readonly name: string;
  readonly enabled: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface ContactRow {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly enterprise: string | null;
  readonly language: "zh" | "en";
  readonly addresses: readonly { readonly channel: string; readonly to: string }[];
}

export interface NoticeFilter {
  /** Null: all. */
  readonly state: NoticeState | null;
  readonly contact: string | null;
}

export function readNoticeFilter(query: URLSearchParams): NoticeFilter {
  const state = query.get("state");
  return { state: noticeStates.find((each) => each === state) ?? null, contact: query.get("contact") };
}

export function readView(query: URLSearchParams): NoticeView {
  const view = query.get("view");
  return noticeViews.find((each) => each === view) ?? "sent";
}

export function listUnreadable(query: URLSearchParams): string[] {
  const { state } = readNoticeFilter(query);
  return [
    ...(query.has("state") && query.get("state") !== state ? ["state"] : []),
    ...(query.has("view") && query.get("view") !== readView(query) ? ["view"] : []),
  ];
}

/** Failed ones stand first, for they are what somebody must do something about; else the newest. */
const stateRank: Readonly<Record<NoticeState, number>> = { failed: 0, waiting: 1, held: 1, sent: 1, cancelled: 1 };

export function sortNotices(rows: readonly NoticeRow[]): readonly NoticeRow[] {
  return rows.toSorted(
    (a, b) => stateRank[a.state] - stateRank[b.state] || Date.parse(b.createdAt) - Date.parse(a.createdAt),
  );
}

interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly next: string | null;
}

const pageRows = "200";
const refreshMs = 10_000;

export function useNotices({ state, contact }: NoticeFilter) {
  const filter = new URLSearchParams();
  if (state !== null) filter.set("state", state);
  if (contact !== null) filter.set("contact", contact);
  return useInfiniteQuery({
    queryKey: ["notices", filter.toString()],
    queryFn({ pageParam, signal }) {
      const query = new URLSearchParams(filter);
      query.set("limit", pageRows);
      if (pageParam !== null) query.set("cursor", pageParam);
      return callApi<Page<NoticeRow>>(`/notices?${query}`, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });
}

export function useNotice(id: string) {
  return useQuery({
    queryKey: ["notice", id],
    queryFn: ({ signal }) => callApi<NoticeRow>(`/notices/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: refreshMs,
  });
}

function useList<T>(name: string, mayAsk = true) {
  return useQuery({
    queryKey: ["notice-setup", name],
    queryFn: async ({ signal }) =>
      (await callApi<{ readonly items: readonly T[] }>(`/notices/${name}`, { signal })).items,
    enabled: mayAsk,
    refetchInterval: 60_000,
  });
}

export const usePolicies = () => useList<NoticePolicy>("policies");
export const useCalendars = () => useList<CalendarRow>("calendars");
/** Who may only look is told neither channels nor contacts. */
const useMayAsk = (): boolean => useApp().user.role !== "viewer";
export const useChannels = () => useList<ChannelRow>("channels", useMayAsk());
export const useContacts = () => useList<ContactRow>("contacts", useMayAsk());

export function useSetupReload(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(async () => {
    await client.invalidateQueries({ queryKey: ["notice-setup"] });
    await client.invalidateQueries({ queryKey: ["notice-health"] });
  }, [client]);
}

export type SetupName = "policies" | "calendars" | "channels" | "contacts";

const pathOf = (name: SetupName, id: string): string => `/notices/${name}/${encodeURIComponent(id)}`;

export function putSetup(name: SetupName, id: string, body: Readonly<Record<string, unknown>>): Promise<unknown> {
  return callApi(pathOf(name, id), { method: "PUT", body });
}

export function removeSetup(name: SetupName, id: string, expectedVersion: number, reason: string): Promise<unknown> {
  const query = new URLSearchParams({ expectedVersion: String(expectedVersion), reason });
  return callApi(`${pathOf(name, id)}?${query}`, { method: "DELETE" });
}

type CalendarPart = Partial<Pick<CalendarRow, "name" | "contacts" | "from" | "turnMs">> & {
  readonly swaps?: readonly SwapDraft[];
};

/** What is left out stays as it is. */
export function putCalendar(row: CalendarRow, change: CalendarPart, reason: string): Promise<unknown> {
  const { id, version, name, contacts, from, turnMs, swaps } = { ...row, ...change };
  return putSetup("calendars", id, { expectedVersion: version, reason, name, contacts, from, turnMs, swaps });
}

export interface TestAnswer {
  readonly ok: boolean;
  /** What the other side said. */
  readonly detail: string;
}

export function testChannel(id: string, to: string): Promise<TestAnswer> {
  return callApi<TestAnswer>(`${pathOf("channels", id)}/test`, { method: "POST", body: { to } });
}

/** Calendars as domain/on-call.ts takes them. */
export function toCalendar(row: CalendarRow): OnCallCalendar {
  return {
    ...row,
    from: Date.parse(row.from),
    swaps: row.swaps.map((swap) => ({ ...swap, from: Date.parse(swap.from), to: Date.parse(swap.to) })),
  };
}

export const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
