// What the pane beside the alarm list asks the server for: the course of one alarm, a comment on it, the record that made it, the
// notices about it, and when it happened before. Whatever the server does not have is shown as not there, never guessed.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import {
  alarmStates,
  transitionCauses,
  type AlarmState,
  type AlarmValidity,
  type SuppressionKind,
  type TransitionCause,
} from "#domain/alarm.ts";
import type { AlarmDefinition } from "#domain/alarm-definition.ts";
import { noticeStates, type NoticeState } from "#domain/notice.ts";
import { alarmPaneEn } from "../../i18n/alarm-pane-en.ts";
import { alarmPaneZh } from "../../i18n/alarm-pane-zh.ts";
import { createWords } from "../../i18n/i18n.ts";
import { callApi } from "../../feed/request.ts";
import { isFields, readAlarm, readAlarms, readTime, type AlarmView } from "../../state/wire.ts";

export const usePaneWords = createWords(alarmPaneZh, alarmPaneEn);

export interface Transition {
  readonly version: number;
  readonly seq: number;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly cause: TransitionCause;
  readonly value: number | null;
  readonly at: number;
  readonly actor: string | null;
  readonly comment: string | null;
  readonly channel: string | null;
  readonly reason: string | null;
  readonly isCall: boolean;
  readonly fromSuppression: SuppressionKind | null;
  readonly toSuppression: SuppressionKind | null;
  readonly fromValidity: AlarmValidity | null;
  readonly toValidity: AlarmValidity | null;
  readonly fromLevel: number | null;
  readonly toLevel: number | null;
  readonly record: string | null;
  readonly recordVersion: number | null;
}

export interface AlarmCourse {
  readonly alarm: AlarmView;
  readonly transitions: readonly Transition[];
}

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);
const numberOrNull = (value: unknown): number | null => (typeof value === "number" ? value : null);

export function readTransition(value: unknown): Transition | null {
  if (!isFields(value)) return null;
  const to = alarmStates.find((state) => state === value["to"]);
  const cause = transitionCauses.find((entry) => entry === value["cause"]);
  const at = readTime(value["eventTime"]);
  const { version, seq } = value;
  if (to === undefined || cause === undefined || at === null) return null;
  if (typeof version !== "number" || typeof seq !== "number") return null;
  return {
    version,
    seq,
    from: alarmStates.find((state) => state === value["from"]) ?? to,
    to,
    cause,
    at,
    value: numberOrNull(value["value"]),
    actor: textOrNull(value["actor"]),
    comment: textOrNull(value["comment"]),
    channel: textOrNull(value["channel"]),
    reason: textOrNull(value["reason"]),
    isCall: typeof value["annunciation"] === "string",
    fromSuppression: textOrNull(value["fromSuppression"]) as SuppressionKind | null,
    toSuppression: textOrNull(value["toSuppression"]) as SuppressionKind | null,
    fromValidity: textOrNull(value["fromValidity"]) as AlarmValidity | null,
    toValidity: textOrNull(value["toValidity"]) as AlarmValidity | null,
    fromLevel: numberOrNull(value["fromLevel"]),
    toLevel: numberOrNull(value["toLevel"]),
    record: textOrNull(value["record"]),
    recordVersion: numberOrNull(value["recordVersion"]),
  };
}

async function loadCourse(id: string, signal: AbortSignal): Promise<AlarmCourse | null> {
  const answer = await callApi<unknown>(`/alarms/${encodeURIComponent(id)}`, { signal });
  const alarm = readAlarm(answer);
  if (alarm === null || !isFields(answer)) return null;
  const rows = Array.isArray(answer["transitions"]) ? (answer["transitions"] as unknown[]) : [];
  return { alarm, transitions: rows.flatMap((row) => readTransition(row) ?? []) };
}

/** `version`: what the live feed knows; a newer one is fetched anew. */
export function useCourse(id: string, version: number) {
  return useQuery({
    queryKey: ["alarm", id, version],
    queryFn: ({ signal }) => loadCourse(id, signal),
    placeholderData: (before: AlarmCourse | null | undefined) => (before?.alarm.id === id ? before : undefined),
  });
}

export async function sendComment(id: string, comment: string): Promise<AlarmView | null> {
  const path = `/alarms/${encodeURIComponent(id)}/comment`;
  return readAlarm(await callApi<unknown>(path, { method: "POST", body: { comment } }));
}

/** What people wrote about it, in English where the server has it so. */
interface RecordTexts {
  readonly consequence: string;
  readonly causes: readonly string[];
  readonly action: string;
}

export type RecordDefinition = AlarmDefinition & { readonly textsEn?: RecordTexts };

export interface RecordView {
  /** As it was when it raised the alarm. */
  readonly atRaise: RecordDefinition;
  readonly versionNow: number;
}

function isDefinition(value: unknown): value is RecordDefinition {
  return isFields(value) && typeof value["id"] === "string" && Array.isArray(value["levels"]);
}

/** A record, or the version of one that wraps it. */
function readDefinition(value: unknown): RecordDefinition | null {
  const inner = isFields(value) && isFields(value["definition"]) ? value["definition"] : value;
  return isDefinition(inner) ? inner : null;
}

async function loadRecord(id: string, version: number, signal: AbortSignal): Promise<RecordView | null> {
  const answer = await callApi<unknown>(`/alarm-definitions/${encodeURIComponent(id)}`, { signal });
  const now = readDefinition(answer);
  if (now === null || !isFields(answer)) return null;
  const versions = Array.isArray(answer["versions"]) ? (answer["versions"] as unknown[]) : [];
  const atRaise = versions.flatMap((each) => readDefinition(each) ?? []).find((each) => each.version === version);
  return { atRaise: atRaise ?? now, versionNow: now.version };
}

/** Which record made the alarm; nothing is asked where an older server does not say. */
export function useRecord({ record, recordVersion }: Pick<AlarmView, "record" | "recordVersion">) {
  return useQuery({
    queryKey: ["alarm-definition", record, recordVersion],
    queryFn: ({ signal }) => loadRecord(record, recordVersion, signal),
    enabled: record !== "",
    staleTime: 60_000,
    retry: false,
  });
}

export interface NoticeView {
  readonly id: string;
  readonly state: NoticeState;
  readonly contact: string;
  readonly at: number;
  readonly detail: string | null;
}

async function loadNotices(id: string, signal: AbortSignal): Promise<NoticeView[]> {
  const answer = await callApi<unknown>(`/notices?alarm=${encodeURIComponent(id)}`, { signal });
  const items = isFields(answer) && Array.isArray(answer["items"]) ? (answer["items"] as unknown[]) : [];
  return items.flatMap((item) => {
    if (!isFields(item) || typeof item["id"] !== "string") return [];
    const state = noticeStates.find((entry) => entry === item["state"]);
    const at = readTime(item["createdAt"]);
    if (state === undefined || at === null) return [];
    const contact = textOrNull(item["contactName"]) ?? textOrNull(item["contact"]) ?? "";
    return [{ id: item["id"], state, contact, at, detail: textOrNull(item["detail"]) }];
  });
}

export function useNotices(id: string, version: number) {
  return useQuery({
    queryKey: ["alarm-notices", id, version],
    queryFn: ({ signal }) => loadNotices(id, signal),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

const earlierMax = 6;

async function loadEarlier(alarm: Pick<AlarmView, "site" | "definition">, signal: AbortSignal): Promise<AlarmView[]> {
  const query = new URLSearchParams({ site: alarm.site, definition: alarm.definition, limit: String(earlierMax) });
  const answer = await callApi<unknown>(`/alarms?${query}`, { signal });
  return isFields(answer) ? readAlarms(answer["items"]) : [];
}

/** When the same happened at the same site before, newest first. */
export function useEarlier({ id, site, definition, onset }: AlarmView) {
  const found = useQuery({
    queryKey: ["alarm-earlier", site, definition, id],
    queryFn: ({ signal }) => loadEarlier({ site, definition }, signal),
    retry: false,
  });
  return { ...found, items: (found.data ?? []).filter((other) => other.id !== id && other.onset <= onset) };
}
