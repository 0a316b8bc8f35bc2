// Air stations: the last whole hour of each with what is hard to believe in it; of one station its hours and days.

import { listDays } from "#domain/rules/calendar.ts";
import type { Site } from "#domain/site.ts";
import { doubtAirHour } from "#domain/stations/air-doubts.ts";
import { airFactors, evaluateAirDay, evaluateAirHour } from "#domain/stations/air.ts";
import { hourStart, listHours, newestHour, type StationHours } from "#domain/stations/hours.ts";
import type { Evaluation, Target } from "#domain/stations/shapes.ts";
import { dayMs, dayStart, hourMs } from "#domain/time.ts";
import type { HistoryReader } from "#store/history/history.ts";
import type { PageQuestion, StationCourse, StationNow, TrendPoint } from "./evaluate.ts";
import { readStationHours } from "./read-hours.ts";

/** An hour is shown until the next one is there; older ones are no "now". */
const newestHours = 3;
/** Four equal hours are looked for, so hours before the first one are read along. */
const doubtMs = 4 * hourMs;
const nitrogen = ["a21003", "a21002"];

function question(site: Site) {
  return { site, factors: [...airFactors, ...nitrogen.filter((code) => site.factors.includes(code))] };
}

function targetOf({ standard }: Site): Target | null {
  return standard === null ? null : { name: standard.unit, standard: standard.standard, assumed: false };
}

function lookAt(hours: StationHours, start: number, neighbours: readonly StationHours[]): Evaluation {
  return { ...evaluateAirHour(hours, start), remarks: doubtAirHour(hours, start, neighbours) };
}

function newestOf(hours: StationHours, at: number): number {
  return newestHour(hours, airFactors, at, newestHours) ?? hourStart(at) - hourMs;
}

export async function listAir(history: HistoryReader, sites: readonly Site[], at: number): Promise<StationNow[]> {
  const [from, to] = [hourStart(at) - dayMs, hourStart(at)];
  const all = await readStationHours(history, sites.map(question), from - doubtMs, to, false);
  return sites.flatMap((site, i): StationNow[] => {
    const hours = all[i];
    if (hours === undefined) return [];
    const neighbours = all.filter((_, other) => other !== i && sites[other]?.city === site.city);
    const trend = listHours(from, to).map((start): TrendPoint => [start, evaluateAirHour(hours, start).value]);
    return [{ site, target: targetOf(site), now: lookAt(hours, newestOf(hours, at), neighbours), trend }];
  });
}

export async function pageAir(history: HistoryReader, asked: PageQuestion): Promise<StationCourse> {
  const { site, neighbours, at } = asked;
  const [firstDay, lastHour] = [dayStart(asked.from), Math.min(asked.to, hourStart(at))];
  const [now, to] = [hourStart(at), Math.max(asked.to, hourStart(at))];
  const from = Math.min(firstDay, now - dayMs) - doubtMs;
  const [hours] = await readStationHours(history, [question(site)], from, Math.min(to + dayMs, now), true);
  const others = await readStationHours(history, neighbours.map(question), from, Math.min(to, now), false);
  if (hours === undefined) throw new Error(`nothing was read of ${site.id}`);
  const trend = listHours(now - dayMs, now).map((start): TrendPoint => [start, evaluateAirHour(hours, start).value]);
  return {
    site,
    target: targetOf(site),
    now: lookAt(hours, newestOf(hours, at), others),
    trend,
    hours: listHours(hourStart(asked.from), lastHour).map((start) => lookAt(hours, start, others)),
    days: listDays({ from: firstDay, to: Math.min(asked.to, at) }).map((start) => evaluateAirDay(hours, start, at)),
    month: null,
  };
}
