// Shapes of what the server says (REST and /live), as this program reads them. Times of alarms are ISO 8601 on the wire and
// epoch ms in here; `readAlarm` is the only place where that changes.

import {
  alarmStates,
  alarmValidities,
  suppressionKinds,
  type AlarmState,
  type AlarmValidity,
  type Priority,
  type SuppressionKind,
} from "#domain/alarm.ts";
import { isFlag, type Flag } from "#domain/reading.ts";
import type { SiteKind } from "#domain/site.ts";

export interface User {
  readonly username: string;
  readonly displayName: string;
  readonly role: string;
}

export interface CityInfo {
  readonly adcode: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly lat: number;
  readonly lon: number;
}

export interface FactorInfo {
  readonly nameZh: string;
  readonly nameEn: string;
  readonly unit: string;
  readonly decimals: number;
}

export interface Counts {
  readonly unack: Readonly<Record<string, number>>;
  readonly active: number;
  readonly sitesOnline: number;
  readonly sitesTotal: number;
}

/** Columns: the i-th entry of each belongs to the i-th site. */
export interface SiteColumns {
  readonly id: readonly string[];
  readonly name: readonly string[];
  readonly kind: readonly SiteKind[];
  readonly city: readonly string[];
  readonly lat: readonly (number | null)[];
  readonly lon: readonly (number | null)[];
  readonly intervalSeconds: readonly number[];
  /** Who owns it; null = nobody is on record. */
  readonly enterprise?: readonly (string | null)[];
}

export interface Bootstrap {
  readonly user: User;
  readonly serverTime: string;
  readonly cities: readonly CityInfo[];
  readonly factors: Readonly<Record<string, FactorInfo>>;
  readonly sites: SiteColumns;
  readonly alarms: readonly unknown[];
  readonly counts: Counts;
}

export interface Comment {
  readonly at: number;
  readonly by: string;
  readonly text: string;
}

/** Why nobody is told although the alarm goes on; times in ms. */
export interface SuppressionView {
  readonly kind: SuppressionKind;
  readonly until: number | null;
  readonly by: string;
  readonly reason: string;
  readonly of: string | null;
  readonly oneShot: boolean;
}

/** An alarm as the screens hold it. */
export interface AlarmView {
  readonly id: string;
  readonly version: number;
  readonly site: string;
  readonly factor: string | null;
  readonly definition: string;
  /** The record of which it was raised; "" = an older server does not say. */
  readonly record: string;
  readonly recordVersion: number;
  readonly class: string;
  readonly level: number;
  readonly priority: Priority;
  readonly state: AlarmState;
  readonly active: boolean;
  readonly acked: boolean;
  readonly latched: boolean;
  readonly suppression: SuppressionView | null;
  readonly validity: AlarmValidity;
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: string;
  readonly onset: number;
  readonly cleared: number | null;
  readonly ackedBy: string | null;
  readonly ackedAt: number | null;
  readonly assignee: string | null;
  /** How often operators were called by it, and when last. */
  readonly annunciations: number;
  readonly annunciatedAt: number | null;
  readonly reraises: number;
  readonly chattering: boolean;
  readonly retrospective: boolean;
  readonly case: string | null;
  readonly comments: readonly Comment[];
}

/** [site, factor, event time ms, value, flag]; more may follow and is not needed here. */
export type LatestRow = readonly [
  site: string,
  factor: string,
  time: number,
  value: number,
  flag: Flag,
  ...more: unknown[],
];

type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

/** ISO text or epoch ms → epoch ms; anything else → null. */
export function readTime(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string") return null;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? null : ms;
}

const numberOrNull = (value: unknown): number | null => (typeof value === "number" ? value : null);
const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);

function isPriority(value: unknown): value is Priority {
  return value === 1 || value === 2 || value === 3 || value === 4;
}

function isAlarmState(value: unknown): value is AlarmState {
  return typeof value === "string" && (alarmStates as readonly string[]).includes(value);
}

function readComments(value: unknown): Comment[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    if (!isFields(entry) || typeof entry["text"] !== "string") return [];
    return [{ at: readTime(entry["at"]) ?? 0, by: textOrNull(entry["by"]) ?? "", text: entry["text"] }];
  });
}

function readSuppression(value: unknown): SuppressionView | null {
  if (!isFields(value)) return null;
  const kind = suppressionKinds.find((entry) => entry === value["kind"]);
  if (kind === undefined) return null;
  return {
    kind,
    until: readTime(value["until"]),
    by: textOrNull(value["by"]) ?? "",
    reason: textOrNull(value["reason"]) ?? "",
    of: textOrNull(value["of"]),
    oneShot: value["oneShot"] === true,
  };
}

/** One alarm of the wire, or null when it is none (a newer server may say things we do not know). */
export function readAlarm(value: unknown): AlarmView | null {
  if (!isFields(value)) return null;
  const { id, version, site, priority, state } = value;
  const onset = readTime(value["onset"]);
  if (typeof id !== "string" || typeof version !== "number" || typeof site !== "string" || onset === null) return null;
  if (!isPriority(priority) || !isAlarmState(state)) return null;
  return {
    id,
    version,
    site,
    factor: textOrNull(value["factor"]),
    definition: textOrNull(value["definition"]) ?? "",
    record: textOrNull(value["record"]) ?? "",
    recordVersion: numberOrNull(value["recordVersion"]) ?? 0,
    class: textOrNull(value["class"]) ?? "",
    level: numberOrNull(value["level"]) ?? 1,
    priority,
    state,
    active: value["active"] === true,
    acked: value["acked"] === true,
    latched: value["latched"] === true,
    suppression: readSuppression(value["suppression"]),
    validity: alarmValidities.find((entry) => entry === value["validity"]) ?? "good",
    value: numberOrNull(value["value"]),
    limit: numberOrNull(value["limit"]),
    unit: textOrNull(value["unit"]) ?? "",
    onset,
    cleared: readTime(value["cleared"]),
    ackedBy: textOrNull(value["ackedBy"]),
    ackedAt: readTime(value["ackedAt"]),
    assignee: textOrNull(value["assignee"]),
    annunciations: numberOrNull(value["annunciations"]) ?? 1,
    annunciatedAt: readTime(value["annunciatedAt"]),
    reraises: numberOrNull(value["reraises"]) ?? 0,
    chattering: value["chattering"] === true,
    retrospective: value["retrospective"] === true,
    case: textOrNull(value["case"]),
    comments: readComments(value["comments"]),
  };
}

export function readAlarms(value: unknown): AlarmView[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    const alarm = readAlarm(entry);
    return alarm === null ? [] : [alarm];
  });
}

export function isLatestRow(value: unknown): value is LatestRow {
  return (
    Array.isArray(value) &&
    typeof value[0] === "string" &&
    typeof value[1] === "string" &&
    typeof value[2] === "number" &&
    typeof value[3] === "number" &&
    isFlag(value[4])
  );
}

export function readCounts(value: unknown): Counts | null {
  if (!isFields(value) || !isFields(value["unack"])) return null;
  const count = (entry: unknown): number => (typeof entry === "number" ? entry : 0);
  const unack: Record<string, number> = {};
  for (const priority of ["1", "2", "3", "4"]) unack[priority] = count(value["unack"][priority]);
  return {
    unack,
    active: count(value["active"]),
    sitesOnline: count(value["sitesOnline"]),
    sitesTotal: count(value["sitesTotal"]),
  };
}
