// Levels of a noise station out of history, as they were sent: their mean is one of energy, which no stored mean is. Wind and rain
// come as means of minutes, the greatest and least levels of an hour as history has them.

import { bounds } from "#domain/bounds.ts";
import type { Site } from "#domain/site.ts";
import type { LevelReading, NoiseReadings, Peaks, WeatherMinute } from "#domain/stations/noise.ts";
import stationTable from "#domain/tables/stations.json" with { type: "json" };
import { hourMs, minuteMs } from "#domain/time.ts";
import type { HistoryReader, RawSeries } from "#store/history/history.ts";
import { Problem } from "../problem.ts";

const { level, instant, greatest, least, wind, rain } = stationTable.noise;

function toLevels(series: RawSeries | undefined): LevelReading[] {
  if (series === undefined) return [];
  return series.time.map((time, i) => ({
    time,
    db: series.value[i] ?? Number.NaN,
    valid: series.flag[i] === "N",
  }));
}

/** More readings than are read for one answer. */
function checkCount(site: Site, from: number, to: number): void {
  const readings = (2 * (to - from)) / (site.intervalSeconds * 1000);
  if (readings <= bounds.stationReadingsMax) return;
  const days = Math.floor((bounds.stationReadingsMax * site.intervalSeconds * 1000) / 2 / (24 * hourMs));
  throw new Problem("invalid-request", `levels of so long a time are too many at once: ask for ${days} days or less`);
}

async function readWeather(history: HistoryReader, site: Site, from: number, to: number): Promise<WeatherMinute[]> {
  const factors = [wind, rain].filter((code) => site.factors.includes(code));
  if (factors.length === 0) return [];
  const limit = Math.ceil((to - from) / minuteMs) + 1;
  const found = await history.readMeans({ site: site.id, factors, tier: "1m", from, to, limit });
  const minutes = new Map<number, { windMPerS: number | null; rainMmPerH: number | null }>();
  for (const { factor, start, mean, valid } of found) {
    for (const [i, at] of start.entries()) {
      if ((valid[i] ?? 0) === 0) continue;
      const minute = minutes.get(at) ?? { windMPerS: null, rainMmPerH: null };
      minutes.set(at, minute);
      if (factor === wind) minute.windMPerS = mean[i] ?? null;
      else minute.rainMmPerH = mean[i] ?? null;
    }
  }
  return [...minutes].map(([start, weather]) => ({ start, ...weather }));
}

export interface NoiseRead {
  readonly readings: NoiseReadings;
  peaks(startMs: number): Peaks;
}

/** A station that sends its own hours and nothing else: equivalent levels of an hour each. */
async function readTheirHours(history: HistoryReader, site: Site, from: number, to: number): Promise<LevelReading[]> {
  const limit = Math.ceil((to - from) / hourMs) + 1;
  const [hours] = await history.readRaw({ site: site.id, factors: [level], kind: "hour", from, to, limit });
  return toLevels(hours);
}

/** Equivalent levels where the station sends them, else those of a moment, else those of its own hours. Problem "invalid-request": too many for one answer. */
export async function readNoise(history: HistoryReader, site: Site, from: number, to: number): Promise<NoiseRead> {
  checkCount(site, from, to);
  const limit = bounds.stationReadingsMax;
  const [levels, instants] = await history.readRaw({
    site: site.id,
    factors: [level, instant],
    kind: "realtime",
    from,
    to,
    limit,
  });
  const hours = Math.ceil((to - from) / hourMs) + 1;
  const [highs, lows] = await history.readMeans({
    site: site.id,
    factors: [greatest, least],
    tier: "1h",
    from,
    to,
    limit: hours,
  });
  const maxima = new Map(highs?.start.map((start, i) => [start, highs.max[i] ?? null] as const));
  const minima = new Map(lows?.start.map((start, i) => [start, lows.min[i] ?? null] as const));
  const orNull = (value: number | null | undefined): number | null =>
    value === null || value === undefined || Number.isNaN(value) ? null : value;
  const moments = toLevels(instants);
  const equivalent = toLevels(levels);
  const theirs = equivalent.length + moments.length === 0 ? await readTheirHours(history, site, from, to) : [];
  return {
    readings: {
      levels: theirs.length > 0 ? theirs : equivalent.length > 0 ? equivalent : moments,
      instants: moments,
      weather: await readWeather(history, site, from, to),
      intervalSeconds: theirs.length > 0 ? hourMs / 1000 : site.intervalSeconds,
    },
    peaks: (start) => ({ greatest: orNull(maxima.get(start)), least: orNull(minima.get(start)) }),
  };
}
