// What the alarm history asks the server for: pages of alarms or of their journal, by the filters of the address, and whether the
// chain of the journal holds; and the figures that follow from the rows that are loaded.

import { keepPreviousData, useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { alarmStates, transitionCauses, type AlarmState, type TransitionCause } from "#domain/alarm.ts";
import { isSiteId } from "#domain/site.ts";
import { formatIso } from "#domain/time.ts";
import { callApi } from "../../feed/request.ts";
import { alarmHistoryEn } from "../../i18n/alarm-history-en.ts";
import { alarmHistoryZh } from "../../i18n/alarm-history-zh.ts";
import { createWords } from "../../i18n/i18n.ts";
import type { TimeWindow } from "../../state/time-range.ts";
import { isFields, readAlarm, type AlarmView } from "../../state/wire.ts";
import { readTransition, type Transition } from "../alarms/pane-data.ts";

export const useAlarmHistoryWords = createWords(alarmHistoryZh, alarmHistoryEn);

export const historyViews = ["alarms", "journal"] as const;
export type HistoryView = (typeof historyViews)[number];

export const filterNames = {
  alarms: ["site", "city", "enterprise", "factor", "class", "p", "state", "definition", "actor", "q"],
  journal: ["site", "city", "definition", "actor", "cause", "alarm"],
} as const;
type FilterName = (typeof filterNames)[HistoryView][number];

/** As the api calls what the address calls otherwise. */
const apiNames: Readonly<Partial<Record<FilterName, string>>> = { p: "priority" };

export function readView(query: URLSearchParams): HistoryView {
  return historyViews.find((view) => view === query.get("view")) ?? "alarms";
}

function isReadable(name: FilterName, text: string): boolean {
  if (name === "site") return isSiteId(text);
  if (name === "p") return /^[1-4]$/.test(text);
  if (name === "state") return alarmStates.some((state) => state === text);
  return name !== "cause" || transitionCauses.some((cause) => cause === text);
}

/** Words of the address that are no filter. */
export function listUnreadable(query: URLSearchParams): string[] {
  const view = query.get("view");
  const wrong = filterNames[readView(query)].filter((name) => {
    const text = query.get(name) ?? "";
    return text !== "" && !isReadable(name, text);
  });
  return view === null || historyViews.some((each) => each === view) ? wrong : ["view", ...wrong];
}

/** The filters as the api takes them. */
export function toQuery(query: URLSearchParams, window: TimeWindow): string {
  const view = readView(query);
  const asked = new URLSearchParams({ from: formatIso(window.from), to: formatIso(window.to) });
  for (const name of filterNames[view]) {
    const text = query.get(name) ?? "";
    if (text === "" || !isReadable(name, text)) continue;
    asked.set(name === "actor" && view === "alarms" ? "acker" : (apiNames[name] ?? name), text);
  }
  // One alarm is looked at as a whole, whenever it was.
  if (view === "journal" && asked.has("alarm")) for (const end of ["from", "to"]) asked.delete(end);
  return asked.toString();
}

export function isFiltered(query: URLSearchParams): boolean {
  return filterNames[readView(query)].some((name) => (query.get(name) ?? "") !== "");
}

export interface JournalRow extends Transition {
  readonly alarmId: string;
  readonly place: number;
  readonly hash: string;
  readonly site: string;
  readonly siteName: string | null;
  readonly factor: string | null;
  readonly definition: string;
  readonly state: AlarmState;
}

function readJournalRow(value: unknown): JournalRow[] {
  const step = readTransition(value);
  if (step === null || !isFields(value)) return [];
  const { alarmId, place, hash, site, siteName, factor, definition } = value;
  if (typeof alarmId !== "string" || typeof place !== "number" || typeof hash !== "string") return [];
  const text = (field: unknown): string | null => (typeof field === "string" ? field : null);
  return [
    {
      ...step,
      state: step.to,
      alarmId,
      place,
      hash,
      site: text(site) ?? "",
      siteName: text(siteName),
      factor: text(factor),
      definition: text(definition) ?? "",
    },
  ];
}

const pageRows = "200";

interface Page<Row> {
  readonly items: readonly Row[];
  readonly total: number;
  readonly next: string | null;
}

async function loadPage<Row>(
  path: string,
  asked: string,
  cursor: string | null,
  read: (value: unknown) => readonly Row[],
  signal: AbortSignal,
): Promise<Page<Row>> {
  const query = new URLSearchParams(asked);
  query.set("limit", pageRows);
  if (cursor !== null) query.set("cursor", cursor);
  const answer = await callApi<unknown>(`${path}?${query}`, { signal });
  if (!isFields(answer) || !Array.isArray(answer["items"])) return { items: [], total: 0, next: null };
  return {
    items: (answer["items"] as unknown[]).flatMap(read),
    total: Number(answer["total"]),
    next: typeof answer["next"] === "string" ? answer["next"] : null,
  };
}

const readAlarmRow = (value: unknown): readonly AlarmView[] => {
  const alarm = readAlarm(value);
  return alarm === null ? [] : [alarm];
};

function usePages<Row>(path: string, asked: string, isAsked: boolean, read: (value: unknown) => readonly Row[]) {
  const found = useInfiniteQuery({
    queryKey: ["alarm-history", path, asked],
    queryFn: ({ pageParam, signal }) => loadPage(path, asked, pageParam, read, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    enabled: isAsked,
  });
  const pages = found.data?.pages;
  return { ...found, rows: pages?.flatMap((page) => page.items), total: pages?.[0]?.total ?? null };
}

export function useAlarmPages(asked: string, isAsked: boolean) {
  return usePages("/alarms", asked, isAsked, readAlarmRow);
}

export function useJournalPages(asked: string, isAsked: boolean) {
  return usePages("/alarms/journal", asked, isAsked, readJournalRow);
}

export interface ChainReport {
  readonly unbroken: boolean;
  readonly rows: number;
  readonly brokenAt: number | null;
  readonly head: string;
}

export function useChainCheck() {
  return useMutation({ mutationFn: () => callApi<ChainReport>("/alarms/journal/check") });
}

/** From the first call to its acknowledgement, ms; null = nobody was called, or nobody acknowledged. */
export function ackAfter({ annunciatedAt, ackedAt, onset }: AlarmView): number | null {
  if (ackedAt === null) return null;
  // Told again after it was acknowledged: then only the onset is before it.
  const called = annunciatedAt === null || annunciatedAt > ackedAt ? onset : annunciatedAt;
  return Math.max(0, ackedAt - called);
}

export interface Figures {
  readonly calls: number;
  readonly unacked: number;
  readonly medianAckMs: number | null;
}

export function sumUp(alarms: readonly AlarmView[]): Figures {
  const times = alarms.flatMap((alarm) => ackAfter(alarm) ?? []).sort((a, b) => a - b);
  const middle = Math.floor(times.length / 2);
  const [low, high] = [times[times.length % 2 === 0 ? middle - 1 : middle], times[middle]];
  return {
    calls: alarms.reduce((sum, { annunciations }) => sum + annunciations, 0),
    unacked: alarms.filter(({ acked }) => !acked).length,
    medianAckMs: low === undefined || high === undefined ? null : (low + high) / 2,
  };
}

export const causesListed: readonly TransitionCause[] = transitionCauses;
