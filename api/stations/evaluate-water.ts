// Rivers, lakes and sources of drinking water: the class of what each station said last, with what somebody should look at; of
// one station its hours, days and its month.

import { listDays, monthOf } from "#domain/rules/calendar.ts";
import type { Site } from "#domain/site.ts";
import { asDrinkingWater, complianceOf } from "#domain/stations/drinking.ts";
import { hourStart, listHours, type StationHours } from "#domain/stations/hours.ts";
import type { Evaluation } from "#domain/stations/shapes.ts";
import { alertWater } from "#domain/stations/water-alerts.ts";
import {
  evaluateWaterHour,
  evaluateWaterNow,
  evaluateWaterPeriod,
  readWaterFacts,
  targetOfWater,
  type WaterFacts,
} from "#domain/stations/water.ts";
import stationTable from "#domain/tables/stations.json" with { type: "json" };
import { dayMs, dayStart } from "#domain/time.ts";
import type { HistoryReader } from "#store/history/history.ts";
import type { PageQuestion, StationCourse, StationNow, TrendPoint } from "./evaluate.ts";
import { readStationHours } from "./read-hours.ts";

/** An hour leans on values of a day before it at most. */
const leanMs = dayMs;
const flow = "w00000";

function isDrinking({ kind }: Site): boolean {
  return kind === "drinking-water";
}

function factsOf(site: Site): WaterFacts {
  const { surfaceWater, drinkingWater } = stationTable;
  return readWaterFacts(site.standard, (isDrinking(site) ? drinkingWater : surfaceWater).targetAssumed);
}

/** What is measured here, without the flow, which is no quality. */
function itemsOf({ factors }: Site): string[] {
  return factors.filter((code) => code !== flow);
}

function finish(site: Site, hours: StationHours, facts: WaterFacts, found: Evaluation): Evaluation {
  if (isDrinking(site)) return asDrinkingWater(found, hours, facts);
  return { ...found, remarks: alertWater(hours, facts, found) };
}

export async function listWater(history: HistoryReader, sites: readonly Site[], at: number): Promise<StationNow[]> {
  const [from, to] = [hourStart(at) - dayMs, hourStart(at)];
  const asked = sites.map((site) => ({ site, factors: site.factors }));
  const all = await readStationHours(history, asked, from - leanMs, to, false);
  return sites.flatMap((site, i): StationNow[] => {
    const hours = all[i];
    if (hours === undefined) return [];
    const [facts, items] = [factsOf(site), itemsOf(site)];
    const trend = listHours(from, to).map((start): TrendPoint => [
      start,
      evaluateWaterHour(hours, items, facts, start).value,
    ]);
    const now = finish(site, hours, facts, evaluateWaterNow(hours, items, facts, to));
    return [{ site, target: targetOfWater(facts), now, trend }];
  });
}

export async function pageWater(history: HistoryReader, asked: PageQuestion): Promise<StationCourse> {
  const { site, at } = asked;
  const now = hourStart(at);
  const to = Math.min(asked.to, now);
  const month = monthOf(Math.min(asked.to, at) - 1);
  const from = Math.min(dayStart(asked.from), month.from, now - dayMs) - leanMs;
  const [hours] = await readStationHours(history, [{ site, factors: site.factors }], from, now, true);
  if (hours === undefined) throw new Error(`nothing was read of ${site.id}`);
  const [facts, items] = [factsOf(site), itemsOf(site)];
  const hourly = (start: number): Evaluation => evaluateWaterHour(hours, items, facts, start);
  const ofMonth = evaluateWaterPeriod(hours, items, facts, { window: "month", ...month }, at);
  const shares = isDrinking(site) ? complianceOf(hours, items, facts, month.from, Math.min(month.to, now)) : [];
  return {
    site,
    target: targetOfWater(facts),
    now: finish(site, hours, facts, evaluateWaterNow(hours, items, facts, now)),
    trend: listHours(now - dayMs, now).map((start): TrendPoint => [start, hourly(start).value]),
    hours: listHours(hourStart(asked.from), to).map((start) => finish(site, hours, facts, hourly(start))),
    days: listDays({ from: dayStart(asked.from), to: Math.min(asked.to, at) }).map((start) =>
      evaluateWaterPeriod(hours, items, facts, { window: "day", from: start, to: start + dayMs }, at),
    ),
    month: { ...ofMonth, figures: [...ofMonth.figures, ...shares] },
  };
}
