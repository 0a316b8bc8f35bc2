// What the screens of stations ask the server for, and how an evaluation is put into words: its number with its unit, its name,
// how grave it is.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Evaluation, Item, Remark, Severity, StationKind } from "#domain/stations/shapes.ts";
import { hourMs } from "#domain/time.ts";
import { callApi } from "../../feed/request.ts";
import { formatUnit, formatValue } from "../../format/number.ts";
import { createWords } from "../../i18n/i18n.ts";
import { stationsEn } from "../../i18n/stations-en.ts";
import { stationsZh } from "../../i18n/stations-zh.ts";

export const useStationWords = createWords(stationsZh, stationsEn);
export type StationWords = typeof stationsZh;

export interface SaidItem extends Omit<Item, "at"> {
  readonly at: string;
}

export interface Said extends Omit<Evaluation, "from" | "to" | "items" | "rules"> {
  readonly from: string;
  readonly to: string;
  readonly items: readonly SaidItem[];
  readonly rules: readonly string[];
}

export interface FactorName {
  readonly code: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly unit: string;
  readonly decimals: number;
}

export interface RuleNote {
  readonly rule: string;
  readonly clause: string;
  readonly source: string;
  readonly sureness: "verified" | "from memory" | "default";
}

export interface Station {
  readonly id: string;
  readonly name: string;
  readonly kind: StationKind;
  readonly city: string;
  readonly cityNameZh: string;
  readonly cityNameEn: string;
  readonly simulated: boolean;
  readonly intervalSeconds: number;
  readonly target: { readonly name: string | null; readonly standard: string | null; readonly assumed: boolean } | null;
  readonly now: Said;
  readonly trend: readonly (readonly [number, number | null])[];
}

export interface CityAir {
  readonly city: string;
  readonly cityNameZh: string;
  readonly cityNameEn: string;
  readonly stations: number;
  readonly now: Said;
}

export interface StationList {
  readonly kind: StationKind;
  readonly time: string;
  readonly items: readonly Station[];
  readonly total: number;
  readonly cities: readonly CityAir[];
  readonly factors: readonly FactorName[];
  readonly rules: readonly RuleNote[];
}

export interface StationPage {
  readonly time: string;
  readonly from: string;
  readonly to: string;
  readonly station: Station;
  readonly hours: readonly Said[];
  readonly days: readonly Said[];
  readonly month: Said | null;
  readonly factors: readonly FactorName[];
  readonly rules: readonly RuleNote[];
}

/** A new hour comes once an hour, a new minute of radiation once a minute. */
const refreshMs = 30_000;

export function useStations(kind: StationKind) {
  return useQuery({
    queryKey: ["stations", kind],
    queryFn: ({ signal }) => callApi<StationList>(`/stations?kind=${kind}`, { signal }),
    refetchInterval: refreshMs,
  });
}

/** `to`: the end of the hour that runs, by the server's clock. */
export function useStation(id: string, to: number, hours: number) {
  return useQuery({
    queryKey: ["station", id, to, hours],
    queryFn: ({ signal }) =>
      callApi<StationPage>(`/stations/${encodeURIComponent(id)}?from=${to - hours * hourMs}&to=${to}`, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 2 * refreshMs,
  });
}

/** Where the list of a kind lives. */
export const kindPaths: Readonly<Record<StationKind, string>> = {
  "air-station": "/air",
  "water-station": "/water",
  "drinking-water": "/drinking",
  radiation: "/radiation",
  noise: "/noise",
};

export const kindOrder = Object.keys(kindPaths) as readonly StationKind[];

const tones: readonly Severity[] = ["notice", "warning", "alarm"];

/** How grave it is beyond its name; null: nothing to look at. Doubts are of the value, not of the place. */
export function toneOf({ remarks }: Pick<Said, "remarks">): Severity | null {
  return tones.findLast((tone) => remarks.some(({ severity }) => severity === tone)) ?? null;
}

const decimalsOfKind: Readonly<Record<StationKind, number>> = {
  "air-station": 0,
  "water-station": 0,
  "drinking-water": 0,
  radiation: 1,
  noise: 1,
};

/** Air is told in whole µg/m³ and tenths of mg/m³, as its index is made of them. [HJ 633-2026 4.2.2] */
export function decimalsOf(kind: StationKind, factor: FactorName | undefined): number {
  if (kind === "air-station" && factor?.unit === "ug/m3") return 0;
  if (kind === "air-station" && factor?.unit === "mg/m3") return 1;
  return factor?.decimals ?? 1;
}

/** "133", "64.1 dB(A)"; of water nothing: its name begins with the class. */
export function formatNumber(kind: StationKind, value: number | null, unit: string): string {
  if (value === null) return "—";
  const text = formatValue(value, decimalsOfKind[kind]);
  return unit === "" ? text : `${text} ${formatUnit(unit)}`;
}

export function isWater(kind: StationKind): boolean {
  return kind === "water-station" || kind === "drinking-water";
}

/** Why there is no number, or not a whole one. */
export function explainStanding(words: StationWords, { why, window }: Pick<Said, "why" | "window">): string {
  if (why === null) return "";
  if (why === "too-few-valid" && window === "hour") return `${words.invalidHour} · ${words.whys[why]}`;
  return words.whys[why];
}

/** "PM2.5, O3" in the language in force. */
export function nameFactors(words: StationWords, names: ReadonlyMap<string, string>, codes: readonly string[]): string {
  return codes.map((code) => names.get(code) ?? code).join(words.joints.list);
}

export function mapNames(factors: readonly FactorName[], isEnglish: boolean): ReadonlyMap<string, string> {
  return new Map(factors.map(({ code, nameZh, nameEn }) => [code, isEnglish ? nameEn : nameZh]));
}

export function formatRemark(words: StationWords, remark: Remark, decimals: number): string {
  const { value, bound, unit, code } = remark;
  // A number behind a word that already says everything is noise.
  if (value === null || code === "equal-hours" || code === "class-down") return words.remark[code];
  const write = (number: number): string => `${formatValue(number, decimals)} ${formatUnit(unit)}`.trim();
  const numbers = bound === null ? write(value) : words.against(write(value), write(bound));
  return `${words.remark[code]}${words.joints.colon}${numbers}`;
}

/** What is drawn of a bar that ends at twice the limit; of a least value the bar shows how near it is. */
export function shareOfLimit(value: number | null, limit: number | null): number | null {
  if (value === null || limit === null || limit <= 0) return null;
  return Math.max(0, Math.min(1, value / (2 * limit)));
}
