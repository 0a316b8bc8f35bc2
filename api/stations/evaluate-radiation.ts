// Radiation: where each station stands above its own last thirty days, by the minutes of the last hour; of one station its hours.

import type { Site } from "#domain/site.ts";
import { hourStart, listHours, newestHour, type StationHours } from "#domain/stations/hours.ts";
import {
  baselineMs,
  baselineOfDay,
  doseCode,
  evaluateDose,
  newestRun,
  rainCode,
  rainOf,
} from "#domain/stations/radiation.ts";
import type { Evaluation } from "#domain/stations/shapes.ts";
import { dayMs, dayStart, hourMs, minuteMs } from "#domain/time.ts";
import type { HistoryReader, MeanSeries } from "#store/history/history.ts";
import type { PageQuestion, StationCourse, StationNow, TrendPoint } from "./evaluate.ts";
import { readStationHours } from "./read-hours.ts";

const newestHours = 3;

function question(site: Site) {
  return { site, factors: site.factors.includes(rainCode) ? [doseCode, rainCode] : [doseCode] };
}

async function readMinutes(history: HistoryReader, { id }: Site, at: number): Promise<MeanSeries | undefined> {
  const [minutes] = await history.readMeans({
    site: id,
    factors: [doseCode],
    tier: "1m",
    from: at - hourMs,
    to: at,
    limit: hourMs / minuteMs + 1,
  });
  return minutes;
}

/** By its minutes, if some of the last hour are there; else by its newest hour. */
async function lookNow(history: HistoryReader, site: Site, hours: StationHours, at: number): Promise<Evaluation> {
  const start = newestHour(hours, [doseCode], at, newestHours) ?? hourStart(at) - hourMs;
  const minutes = await readMinutes(history, site, at);
  const points = (minutes?.start ?? []).flatMap((time, i) => {
    const value = minutes?.mean[i];
    return value === undefined || Number.isNaN(value) ? [] : [{ start: time, value }];
  });
  const recent = newestRun(points, site.intervalSeconds, rainOf(hours, start));
  return evaluateDose({ hours, start, baseline: baselineOfDay(hours, at), recent });
}

function trendOf(hours: StationHours, at: number): TrendPoint[] {
  const to = hourStart(at);
  return listHours(to - dayMs, to).map((start): TrendPoint => [start, hours.at(doseCode, start)?.mean ?? null]);
}

export async function listRadiation(history: HistoryReader, sites: readonly Site[], at: number): Promise<StationNow[]> {
  const from = dayStart(at) - baselineMs;
  const all = await readStationHours(history, sites.map(question), from, hourStart(at), false);
  const found: StationNow[] = [];
  for (const [i, site] of sites.entries()) {
    const hours = all[i];
    if (hours === undefined) continue;
    const now = await lookNow(history, site, hours, at);
    found.push({ site, target: null, now, trend: trendOf(hours, at) });
  }
  return found;
}

export async function pageRadiation(history: HistoryReader, asked: PageQuestion): Promise<StationCourse> {
  const { site, at } = asked;
  const end = hourStart(at);
  const from = Math.min(dayStart(asked.from), dayStart(at)) - baselineMs;
  const [hours] = await readStationHours(history, [question(site)], from, end, true);
  if (hours === undefined) throw new Error(`nothing was read of ${site.id}`);
  // The ground is the same for all hours of a day.
  const grounds = new Map<number, ReturnType<typeof baselineOfDay>>();
  const groundOf = (start: number): ReturnType<typeof baselineOfDay> => {
    const day = dayStart(start);
    const known = grounds.get(day);
    if (known !== undefined) return known;
    const found = baselineOfDay(hours, day);
    grounds.set(day, found);
    return found;
  };
  return {
    site,
    target: null,
    now: await lookNow(history, site, hours, at),
    trend: trendOf(hours, at),
    hours: listHours(hourStart(asked.from), Math.min(asked.to, end)).map((start) =>
      evaluateDose({ hours, start, baseline: groundOf(start) }),
    ),
    days: [],
    month: null,
  };
}
