// The figures about alarms as the server gives them, and what is counted from them for the pictures.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { AckTimes, BadActor, KpiReport, KpiValue } from "#domain/alarms/kpi-shapes.ts";
import type { Priority } from "#domain/alarm.ts";
import { callApi } from "../../feed/request.ts";
import { createWords } from "../../i18n/i18n.ts";
import { kpiEn } from "../../i18n/kpi-en.ts";
import { kpiZh } from "../../i18n/kpi-zh.ts";

export const useKpiWords = createWords(kpiZh, kpiEn);
export type KpiWords = typeof kpiZh;

/** [from ms, calls, of priority 1, 2, 3, 4] */
export type Slot = readonly [from: number, calls: number, p1: number, p2: number, p3: number, p4: number];

export interface FloodRow {
  readonly from: string;
  readonly to: string | null;
  readonly calls: number;
}

export interface StandingRow {
  readonly id: string;
  readonly site: string;
  readonly definition: string;
  readonly priority: Priority;
  readonly onset: string;
  readonly suppressedAt: string | null;
}

export interface Standing {
  readonly total: number;
  readonly items: readonly StandingRow[];
}

export interface KpiAnswer {
  readonly from: string;
  readonly to: string;
  readonly alarms: number;
  readonly values: readonly KpiValue[];
  readonly hours: readonly Slot[];
  /** Empty for spans of more than eight days. */
  readonly tenMinutes: readonly Slot[];
  readonly floods: readonly FloodRow[];
  readonly eemuaClass: KpiReport["eemuaClass"];
  readonly ack: readonly AckTimes[];
  readonly badActors: readonly (BadActor & { readonly siteName: string })[];
  readonly standing: Standing;
  readonly shelved: Standing;
}

export function useKpi(from: number, to: number, city: string | null) {
  const query = new URLSearchParams({ from: String(from), to: String(to) });
  if (city !== null) query.set("city", city);
  return useQuery({
    queryKey: ["alarm-kpi", query.toString()],
    queryFn: ({ signal }) => callApi<KpiAnswer>(`/alarms/kpi?${query}`, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 120_000,
  });
}

/** Periods of ten minutes by how many alarms came in them; the bounds are those of the targets. */
const bins: readonly (readonly [from: number, to: number])[] = [
  [0, 0],
  [1, 2],
  [3, 5],
  [6, 10],
  [11, 20],
  [21, Number.POSITIVE_INFINITY],
];

export function countBins(slots: readonly Slot[]) {
  return bins.map(([from, to]) => {
    const count = slots.filter(([, calls]) => calls >= from && calls <= to).length;
    const name = to === Number.POSITIVE_INFINITY ? `>${from - 1}` : from === to ? String(from) : `${from}–${to}`;
    return { name, count, share: slots.length === 0 ? 0 : count / slots.length };
  });
}

export function countMix(slots: readonly Slot[]) {
  const counts = ([2, 3, 4, 5] as const).map((place) => slots.reduce((sum, slot) => sum + slot[place], 0));
  const all = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => ({ count, share: all === 0 ? 0 : count / all }));
}

/** A number as these tables print it: no false digits. */
export function formatFigure(value: number | null): string {
  if (value === null) return "—";
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

/** Where a tuning link leads: the record that holds there, or a new one for this site, with the proposal filled in. */
export function tuningQuery(actor: BadActor, record: string, factor: string | null): Record<string, string | null> {
  const { proposal } = actor;
  const seconds = (ms: number | null): string | null => (ms === null ? null : String(ms / 1000));
  const deadband = proposal?.deadband ?? null;
  return {
    id: record,
    for: actor.site,
    factor,
    copy: "1",
    onDelay: seconds(proposal?.onDelayMs ?? null),
    offDelay: seconds(proposal?.offDelayMs ?? null),
    deadband: deadband === null ? null : String(deadband.value),
    deadbandKind: deadband?.kind ?? null,
    test: "1",
  };
}
