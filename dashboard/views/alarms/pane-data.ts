// What the pane beside the alarm list asks the server for: the course of one alarm, and a comment on it.

import { useQuery } from "@tanstack/react-query";
import { alarmStates, transitionCauses, type AlarmState, type TransitionCause } from "#domain/alarm.ts";
import { callApi } from "../../feed/request.ts";
import { isFields, readAlarm, readTime, type AlarmView } from "../../state/wire.ts";

export interface Transition {
  readonly version: number;
  readonly seq: number;
  readonly to: AlarmState;
  readonly cause: TransitionCause;
  readonly value: number | null;
  readonly at: number;
  readonly actor: string | null;
  readonly comment: string | null;
}

export interface AlarmCourse {
  readonly alarm: AlarmView;
  readonly transitions: readonly Transition[];
}

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);

function readTransition(value: unknown): Transition | null {
  if (!isFields(value)) return null;
  const to = alarmStates.find((state) => state === value["to"]);
  const cause = transitionCauses.find((entry) => entry === value["cause"]);
  const at = readTime(value["eventTime"]);
  const { version, seq } = value;
  if (to === undefined || cause === undefined || at === null) return null;
  if (typeof version !== "number" || typeof seq !== "number") return null;
  const number = typeof value["value"] === "number" ? value["value"] : null;
  return {
    version,
    seq,
    to,
    cause,
    at,
    value: number,
    actor: textOrNull(value["actor"]),
    comment: textOrNull(value["comment"]),
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
