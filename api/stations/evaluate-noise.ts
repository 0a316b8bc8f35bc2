// Noise: the last whole hour of each station, beside its day and its night; of one station its hours, days and nights.

import type { Site } from "#domain/site.ts";
import { hourStart } from "#domain/stations/hours.ts";
import {
  evaluateNoiseDay,
  evaluateNoiseHour,
  type NoiseHour,
  noiseDays,
  readNoiseZone,
  summariseNoise,
  targetOfNoise,
} from "#domain/stations/noise.ts";
import type { Evaluation, Figure } from "#domain/stations/shapes.ts";
import { dayMs, dayStart } from "#domain/time.ts";
import type { HistoryReader } from "#store/history/history.ts";
import type { PageQuestion, StationCourse, StationNow, TrendPoint } from "./evaluate.ts";
import { type NoiseRead, readNoise } from "./read-noise.ts";

const newestHours = 3;
/** The night before today begins on the evening of yesterday, and the day before it in its morning. */
const backMs = dayMs;

interface Told {
  readonly now: Evaluation;
  readonly trend: readonly TrendPoint[];
}

/** The newest of the last hours with anything in it. */
function newestOf(hours: readonly NoiseHour[], at: number): NoiseHour | undefined {
  const last = hours.filter(({ start }) => start < hourStart(at)).slice(-newestHours);
  return last.findLast(({ why }) => why !== "nothing-received") ?? last.at(-1);
}

/** Day and night go along with the hour as figures: a list shows one number, and what the law asks for beside it. */
function figuresOf(days: readonly Evaluation[]): Figure[] {
  return days.map(({ window, value }) => ({
    name: window === "night" ? "Ln" : "Ld",
    value,
    unit: "dB(A)",
    sureness: "verified",
  }));
}

function tellNow(site: Site, read: NoiseRead, hours: readonly NoiseHour[], at: number): Told {
  const zone = readNoiseZone(site.standard);
  const hour = newestOf(hours, at);
  if (hour === undefined) throw new Error(`no hours of ${site.id} were summed up`);
  const found = evaluateNoiseHour(hour, zone, read.peaks(hour.start));
  const yesterday = dayStart(at) - dayMs;
  const [today] = evaluateNoiseDay(hours, dayStart(at), zone, at);
  const [, night] = evaluateNoiseDay(hours, yesterday, zone, at);
  const figures = figuresOf([today, night].filter((each) => each !== undefined));
  const trend = hours
    .filter(({ start }) => start >= hourStart(at) - dayMs && start < hourStart(at))
    .map(({ start, leq, why }): TrendPoint => [start, why === null ? leq : null]);
  return { now: { ...found, figures: [...found.figures, ...figures] }, trend };
}

export async function listNoise(history: HistoryReader, sites: readonly Site[], at: number): Promise<StationNow[]> {
  const [from, to] = [dayStart(at) - backMs, hourStart(at)];
  const found: StationNow[] = [];
  for (const site of sites) {
    const read = await readNoise(history, site, from, to);
    const hours = summariseNoise(read.readings, from, to);
    found.push({ site, target: targetOfNoise(readNoiseZone(site.standard)), ...tellNow(site, read, hours, at) });
  }
  return found;
}

export async function pageNoise(history: HistoryReader, asked: PageQuestion): Promise<StationCourse> {
  const { site, at } = asked;
  const zone = readNoiseZone(site.standard);
  const [today, end] = [dayStart(at) - backMs, hourStart(at)];
  const newest = await readNoise(history, site, today, end);
  const days = noiseDays(asked.from, Math.min(asked.to, at));
  const first = days[0] ?? today;
  // The last night ends on the morning after the range.
  const last = Math.max(first, Math.min(asked.to + dayMs, end));
  const read = await readNoise(history, site, first, last);
  const hours = summariseNoise(read.readings, first, last);
  const to = Math.min(asked.to, end);
  return {
    site,
    target: targetOfNoise(zone),
    ...tellNow(site, newest, summariseNoise(newest.readings, today, end), at),
    hours: hours
      .filter(({ start }) => start >= hourStart(asked.from) && start < to)
      .map((hour) => evaluateNoiseHour(hour, zone, read.peaks(hour.start))),
    days: days.flatMap((day) => evaluateNoiseDay(hours, day, zone, at)),
    month: null,
  };
}
