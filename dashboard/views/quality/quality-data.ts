// What the data-quality board asks the server for, and what follows from it: which rows are shown in which order, how far each
// day is below the target, how long a day can still be repaired.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Sureness } from "#domain/rules/sureness.ts";
import transmissionTable from "#domain/tables/transmission.json" with { type: "json" };
import { dayMs } from "#domain/time.ts";
import { callApi } from "../../feed/request.ts";
import { formatValue } from "../../format/number.ts";
import { createWords } from "../../i18n/i18n.ts";
import { qualityEn } from "../../i18n/quality-en.ts";
import { qualityZh } from "../../i18n/quality-zh.ts";
import type { GridOrder } from "../devices/row-grid.tsx";

export const useQualityWords = createWords(qualityZh, qualityEn);

export const groupings = ["province", "city", "enterprise", "maintainer", "site"] as const;
export type Grouping = (typeof groupings)[number];

/** Hours of the assessed factors. */
export interface QualityCounts {
  readonly due: number;
  readonly received: number;
  readonly valid: number;
}

export interface QualityRates {
  /** Shares from 0 to 1; null: nothing there that could have one. */
  readonly transmission: number | null;
  readonly validity: number | null;
  readonly effective: number | null;
}

export interface QualityDay extends QualityCounts {
  readonly day: string;
  readonly effective: number | null;
}

interface WireRow extends QualityCounts, QualityRates {
  readonly key: string;
  /** Null: not on record, or all of the province. */
  readonly name: string | null;
  readonly city: string | null;
  readonly stopped: number;
  readonly marked: number;
  readonly days: readonly QualityDay[];
}

export interface QualityRow extends WireRow {
  /** What people call it, in the language in force. */
  readonly title: string;
}

interface WireQuality {
  readonly month: string;
  /** Per cent; null: no target is known for that month. */
  readonly target: number | null;
  readonly targetSureness: Sureness | null;
  readonly targetSource: string | null;
  readonly definitionSource: string;
  readonly rows: readonly WireRow[];
  readonly total: WireRow;
}

export interface Quality extends WireQuality {
  /** The target as a share. */
  readonly aim: number | null;
}

async function loadQuality(filter: string, signal: AbortSignal): Promise<Quality> {
  const answer = await callApi<WireQuality>(`/quality?${filter}`, { signal });
  return { ...answer, aim: answer.target === null ? null : answer.target / 100 };
}

/** The month that goes on is asked for again. */
const refreshMs = 60_000;

export function useQuality(filter: string) {
  return useQuery({
    queryKey: ["quality", filter],
    queryFn: ({ signal }) => loadQuality(filter, signal),
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });
}

/** Null when it is none: "2026-11". */
export function parseMonth(text: string): { readonly year: number; readonly month: number } | null {
  const [, year = "", month = ""] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text) ?? [];
  return year === "" ? null : { year: Number(year), month: Number(month) };
}

export function stepMonth(text: string, by: number): string {
  const { year, month } = parseMonth(text) ?? { year: 1970, month: 1 };
  const months = year * 12 + month - 1 + by;
  return `${String(Math.floor(months / 12)).padStart(4, "0")}-${String((months % 12) + 1).padStart(2, "0")}`;
}

export function daysOfMonth(text: string): string[] {
  const { year, month } = parseMonth(text) ?? { year: 1970, month: 1 };
  const count = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return Array.from({ length: count }, (_, i) => `${text}-${String(i + 1).padStart(2, "0")}`);
}

/** "91.7%"; "—" where there is none. Cut, not rounded up: 89.96 is no 90. */
export function formatShare(share: number | null): string {
  if (share === null) return "—";
  return `${formatValue(Math.floor(share * 1_000 + 1e-9) / 10, 1)}%`;
}

export const levels = ["reached", "near", "low", "poor", "none", "free"] as const;
export type Level = (typeof levels)[number];

/** A day that is below by no more than this is near. */
const nearBy = 0.1;
/** Measured against, where no target is known. */
const plainTarget = 0.9;

export function levelOf(effective: number | null, target: number | null): Level {
  if (effective === null) return "free";
  const aim = target ?? plainTarget;
  if (effective >= aim) return "reached";
  if (effective >= aim - nearBy) return "near";
  if (effective >= 0.5) return "low";
  return effective > 0 ? "poor" : "none";
}

const numbers = ["due", "received", "valid", "transmission", "validity", "effective"] as const;
export const orderColumns: readonly string[] = ["name", ...numbers];

/** `sort` of the address; whoever is worst stands first without one. */
export function readQualityOrder(text: string | null): GridOrder {
  const column = (text ?? "effective").replace(/^-/, "");
  if (!orderColumns.includes(column)) return { column: "effective", descending: false };
  return { column, descending: text?.startsWith("-") === true };
}

/** What has no rate stands last, whichever way round. */
export function sortQuality(rows: readonly QualityRow[], { column, descending }: GridOrder): QualityRow[] {
  const sign = descending ? -1 : 1;
  const name = numbers.find((each) => each === column);
  return rows.toSorted((a, b) => {
    const [left, right] = name === undefined ? [null, null] : [a[name], b[name]];
    if (left === null || right === null) {
      const known = Number(left === null) - Number(right === null);
      return (
        known || (name === undefined ? sign : 1) * a.title.localeCompare(b.title, "zh-CN") || (a.key < b.key ? -1 : 1)
      );
    }
    return sign * (left - right) || a.title.localeCompare(b.title, "zh-CN") || (a.key < b.key ? -1 : 1);
  });
}

/** Within so many days data and declared stops may be handed in (the table of the rule). */
export const repairDays = transmissionTable.declaration.daysMax;

/** Time left to repair what lies before `end`; zero or less: too late. */
export function repairLeft(endMs: number, windowDays: number, now: number): number {
  return endMs + windowDays * dayMs - now;
}

interface Judging {
  /** Hours of sites. */
  readonly waiting: number;
  readonly waitingSeconds: number | null;
  readonly secondsLeft: number | null;
}

/** The newest hour is judged within seconds: that is no backlog, and nobody need be told. */
const backlogSeconds = 60;

/** What waits to be judged for longer than usual; null: nothing, or nobody can tell. */
export function useJudgingBacklog(): Judging | null {
  const { data } = useQuery({
    queryKey: ["judgement"],
    queryFn: ({ signal }) => callApi<Judging>("/judgement", { signal }),
    refetchInterval: 10_000,
  });
  return data !== undefined && (data.waitingSeconds ?? 0) > backlogSeconds ? data : null;
}
