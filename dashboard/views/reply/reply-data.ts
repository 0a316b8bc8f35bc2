// What the pages of an enterprise ask the server for, and in which of a few states a case is for it.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useCallback, useContext, useEffect, useState } from "react";
import { isEnded } from "#domain/cases/stages.ts";
import { callApi } from "../../feed/request.ts";
import { createWords } from "../../i18n/i18n.ts";
import { replyEn } from "../../i18n/reply-en.ts";
import { replyZh } from "../../i18n/reply-zh.ts";
import { awaitsReply, type CaseDetail, casePath, type CaseRow, hasReplyToDecide } from "../cases/case-data.ts";

export const useReplyWords = createWords(replyZh, replyEn);

export interface EnterpriseUser {
  readonly username: string;
  readonly displayName: string;
  readonly role: string;
  readonly enterprise?: string | null;
}

/** Null outside of the pages of an enterprise. */
export const EnterpriseContext = createContext<EnterpriseUser | null>(null);

export function useEnterpriseUser(): EnterpriseUser | null {
  return useContext(EnterpriseContext);
}

const tickMs = 30_000;

/** There is no live line here: this machine's clock is good enough for days. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), tickMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}

const refreshMs = 60_000;

export function useOwnCases() {
  return useQuery({
    queryKey: ["own-cases"],
    queryFn: async ({ signal }) =>
      (await callApi<{ readonly items: readonly CaseRow[] }>("/cases?limit=500", { signal })).items,
    refetchInterval: refreshMs,
  });
}

export function useOwnCase(id: string) {
  return useQuery({
    queryKey: ["own-case", id],
    queryFn: ({ signal }) => callApi<CaseDetail>(casePath(id), { signal }),
    refetchInterval: refreshMs,
  });
}

export function useOwnReload(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(async () => {
    await Promise.all(["own-cases", "own-case"].map((key) => client.invalidateQueries({ queryKey: [key] })));
  }, [client]);
}

export type OwnState = "answer" | "again" | "waiting" | "accepted" | "notAsked" | "ended";

export function stateFor(row: CaseRow): OwnState {
  if (isEnded(row.stage)) return "ended";
  if (hasReplyToDecide(row)) return "waiting";
  if (awaitsReply(row)) return row.replies.length > 0 ? "again" : "answer";
  return row.replies.some(({ accepted }) => accepted === true) ? "accepted" : "notAsked";
}

const urgency: readonly OwnState[] = ["answer", "again", "waiting", "notAsked", "accepted", "ended"];

/** What must be answered first, by its date. */
export function sortOwn(rows: readonly CaseRow[]): readonly CaseRow[] {
  const due = ({ replyDueAt }: CaseRow): number =>
    replyDueAt === null ? Number.MAX_SAFE_INTEGER : Date.parse(replyDueAt);
  return rows.toSorted(
    (a, b) =>
      urgency.indexOf(stateFor(a)) - urgency.indexOf(stateFor(b)) ||
      due(a) - due(b) ||
      Date.parse(b.openedAt) - Date.parse(a.openedAt),
  );
}

export function sendReply(row: CaseRow, text: string, evidence: readonly string[]): Promise<unknown> {
  return callApi(`${casePath(row.id)}/reply`, {
    method: "POST",
    body: { expectedVersion: row.version, text, evidence },
  });
}
