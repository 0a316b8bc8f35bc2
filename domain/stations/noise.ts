// Noise: levels of a station → the level of an hour, of a day and of a night, held against the limit of its zone. Levels are
// logarithms: every mean here is one of energy. Minutes with rain, snow or wind are left out and counted.

import noiseTable from "../tables/noise.json" with { type: "json" };
import stationTable from "../tables/stations.json" with { type: "json" };
import { findComparison } from "../rules/exceedance.ts";
import {
  dayNightLevel,
  isWeatherFit,
  leq,
  levelExceeded,
  nightOf,
  nightPeakLimit,
  noiseLimit,
  type NoisePeriod,
  noisePeriodOf,
  weightedLeq,
} from "../rules/noise.ts";
import { compareWithBound } from "../rules/rounding.ts";
import { readSureness, type Sureness } from "../rules/sureness.ts";
import { findValidityRule } from "../rules/validity.ts";
import type { StandardKey } from "../site.ts";
import { dayMs, dayStart, hourMs, minuteMs } from "../time.ts";
import { listHours, minutesOf } from "./hours.ts";
import { doubtNoiseHour } from "./noise-doubts.ts";
import { validityNotes } from "./notes.ts";
import type { Category, Evaluation, Figure, Item, Remark, RuleNote, Target, Why } from "./shapes.ts";

const settings = stationTable.noise;
const unit = "dB(A)";
const periodRule: RuleNote = { ...settings.period, sureness: readSureness(settings.period.sureness) };
const weatherRule: RuleNote = {
  rule: "noise.weather",
  ...noiseTable.weather,
  sureness: readSureness(noiseTable.weather.sureness),
};

export interface NoiseZone {
  readonly standard: string;
  /** As the limits library writes it: "class 2". */
  readonly zone: string;
  readonly assumed: boolean;
}

/** The zone in the register, if the library has its limits; else the one that is assumed. */
export function readNoiseZone(standard: StandardKey | null): NoiseZone {
  const isKnown = standard !== null && noiseLimit(standard.standard, standard.unit, "day") !== undefined;
  return isKnown
    ? { standard: standard.standard, zone: standard.unit, assumed: false }
    : { standard: settings.standard, zone: settings.classAssumed, assumed: true };
}

export function targetOfNoise({ standard, zone, assumed }: NoiseZone): Target {
  return { name: zone, standard, assumed };
}

/** One reading of a level; `valid`: flag N. */
export interface LevelReading {
  readonly time: number;
  readonly db: number;
  readonly valid: boolean;
}

/** Wind and rain of one minute, as far as they are measured. */
export interface WeatherMinute {
  readonly start: number;
  readonly windMPerS: number | null;
  readonly rainMmPerH: number | null;
}

export interface NoiseReadings {
  /** Equivalent levels, each of one interval. */
  readonly levels: readonly LevelReading[];
  /** Levels of a moment; empty where a station sends none. */
  readonly instants: readonly LevelReading[];
  readonly weather: readonly WeatherMinute[];
  readonly intervalSeconds: number;
}

export interface NoiseHour {
  readonly start: number;
  readonly leq: number | null;
  readonly l10: number | null;
  readonly l50: number | null;
  readonly l90: number | null;
  readonly validMinutes: number;
  readonly receivedMinutes: number;
  /** Minutes with rain or wind. */
  readonly weatherMinutes: number;
  readonly samples: number;
  readonly needed: number;
  /** Null: it counts. */
  readonly why: Why | null;
  /** What was valid, for the checks. */
  readonly levels: readonly number[];
}

function byHour<Row>(rows: readonly Row[], timeOf: (row: Row) => number): ReadonlyMap<number, readonly Row[]> {
  return Map.groupBy(rows, (row) => Math.floor(timeOf(row) / hourMs) * hourMs);
}

function summarise(
  start: number,
  { intervalSeconds }: NoiseReadings,
  received: readonly LevelReading[],
  instants: readonly LevelReading[],
  isFit: (timeMs: number) => boolean,
): NoiseHour {
  const fit = received.filter(({ time, valid }) => valid && isFit(time));
  const levels = fit.map(({ db }) => db);
  const moments = instants.filter(({ time, valid }) => valid && isFit(time)).map(({ db }) => db);
  // How often a level was exceeded is told by moments better than by means.
  const samples = moments.length > 0 ? moments : levels;
  const validMinutes = minutesOf(levels.length, intervalSeconds);
  const weatherMinutes = minutesOf(received.filter(({ time }) => !isFit(time)).length, intervalSeconds);
  const needed = findValidityRule("noise", "hour", start)?.least ?? 0;
  const why: Why | null =
    received.length === 0
      ? "nothing-received"
      : validMinutes >= needed
        ? null
        : validMinutes + weatherMinutes >= needed
          ? "weather"
          : "too-few-valid";
  return {
    start,
    leq: leq(levels),
    l10: levelExceeded(samples, 10),
    l50: levelExceeded(samples, 50),
    l90: levelExceeded(samples, 90),
    validMinutes,
    receivedMinutes: minutesOf(received.length, intervalSeconds),
    weatherMinutes,
    samples: samples.length,
    needed,
    why,
    levels,
  };
}

/** The hours of [from, to) of what was read. */
export function summariseNoise(readings: NoiseReadings, from: number, to: number): NoiseHour[] {
  const unfit = new Set(
    readings.weather
      .filter(
        ({ windMPerS, rainMmPerH }) => !isWeatherFit({ rainOrSnow: rainMmPerH !== null && rainMmPerH > 0, windMPerS }),
      )
      .map(({ start }) => start),
  );
  const isFit = (timeMs: number): boolean => !unfit.has(Math.floor(timeMs / minuteMs) * minuteMs);
  const [levels, instants] = [readings.levels, readings.instants].map((rows) => byHour(rows, ({ time }) => time));
  return listHours(from, to).map((start) =>
    summarise(start, readings, levels?.get(start) ?? [], instants?.get(start) ?? [], isFit),
  );
}

const within: Category = { key: "within", level: 1, nameZh: "未超限值", nameEn: "within the limit", colour: null };
const above: Category = { key: "above", level: 2, nameZh: "超限值", nameEn: "above the limit", colour: null };

/** `isJudged`: does the limit stand for this window? An hour is only held beside it. */
function holdAgainst(value: number | null, limit: number | undefined): { category: Category | null; isAbove: boolean } {
  if (value === null || limit === undefined) return { category: null, isAbove: false };
  const { method } = findComparison(settings.level, "noise");
  const isAbove = compareWithBound(value, limit, method).side === "above";
  return { category: isAbove ? above : within, isAbove };
}

function figure(name: string, value: number | null, of: string = unit, sureness: Sureness = "verified"): Figure {
  return { name, value, unit: of, sureness };
}

interface Told {
  readonly window: "hour" | "day" | "night";
  readonly from: number;
  readonly to: number;
  readonly value: number | null;
  readonly why: Why | null;
  readonly zone: NoiseZone;
  readonly period: NoisePeriod;
  readonly parts: Pick<Item, "valid" | "due" | "needed" | "of">;
  readonly figures: readonly Figure[];
  readonly remarks: readonly Remark[];
  readonly rules: readonly RuleNote[];
}

function tell({ zone, period, parts, ...told }: Told): Evaluation {
  const limit = noiseLimit(zone.standard, zone.zone, period);
  const counts = told.why === null || told.why === "not-over";
  const { category, isAbove } = holdAgainst(counts ? told.value : null, limit);
  const factor = told.window === "hour" ? settings.level : told.window === "day" ? "Ld" : "Ln";
  const item: Item = {
    factor,
    value: told.value,
    unit,
    index: null,
    category,
    limit: limit ?? null,
    side: "max",
    // Of logarithms a share means nothing: decibels above are told by the two numbers.
    multiple: null,
    saturation: null,
    at: told.from,
    ...parts,
    why: told.why,
  };
  const beyond: Remark = {
    code: "above-limit",
    // The limit is one of whole days and nights; an hour above it is worth a look, no more.
    severity: told.window === "hour" ? "notice" : "warning",
    factors: [factor],
    value: told.value,
    bound: limit ?? null,
    unit,
    sureness: "verified",
  };
  return {
    ...told,
    unit,
    category,
    standing: !counts || told.value === null ? "invalid" : told.why === null ? "valid" : "partial",
    deciding: isAbove ? [factor] : [],
    items: [item],
    remarks: isAbove ? [beyond, ...told.remarks] : told.remarks,
  };
}

/** The greatest and the least level of an hour, where the station sends them. */
export interface Peaks {
  readonly greatest: number | null;
  readonly least: number | null;
}

export function evaluateNoiseHour(hour: NoiseHour, zone: NoiseZone, peaks: Peaks): Evaluation {
  const { start } = hour;
  const period = noisePeriodOf(start);
  const remarks = doubtNoiseHour(hour, peaks);
  const peakLimit = period === "night" ? nightPeakLimit(zone.standard, zone.zone, "accidental") : undefined;
  if (peakLimit !== undefined && peaks.greatest !== null && peaks.greatest > peakLimit) {
    const { sureness } =
      noiseTable.nightPeaks.find(({ kind, standard }) => kind === "accidental" && standard === zone.standard) ??
      noiseTable.weather;
    const said = { value: peaks.greatest, bound: peakLimit, unit, sureness: readSureness(sureness) };
    remarks.push({ code: "night-peak", severity: "warning", factors: [settings.greatest], ...said });
  }
  return tell({
    window: "hour",
    from: start,
    to: start + hourMs,
    value: hour.leq,
    why: hour.why,
    zone,
    period,
    parts: { valid: hour.validMinutes, due: 60, needed: hour.needed, of: "minute" },
    figures: [
      figure("L10", hour.l10),
      figure("L50", hour.l50),
      figure("L90", hour.l90),
      figure("samples", hour.samples, ""),
      figure("weather-minutes", hour.weatherMinutes, "min", weatherRule.sureness),
    ],
    remarks,
    rules: [...validityNotes("noise", ["hour"], start), weatherRule],
  });
}

/** Energy mean of the valid hours of a day's daytime, or of the night that follows it. */
export function evaluateNoisePeriod(
  hours: readonly NoiseHour[],
  dayStartMs: number,
  period: NoisePeriod,
  zone: NoiseZone,
  now: number,
): Evaluation {
  const day = dayStart(dayStartMs);
  const { from, to } =
    period === "night"
      ? nightOf(day)
      : { from: day + noiseTable.dayFromHour * hourMs, to: day + noiseTable.nightFromHour * hourMs };
  const parts = hours.filter(({ start }) => start >= from && start < to);
  const valid = parts.filter(({ why }) => why === null);
  const value = weightedLeq(
    valid.flatMap(({ leq: db, validMinutes }) => (db === null ? [] : [{ db, weight: validMinutes }])),
  );
  const due = (to - from) / hourMs;
  const needed = Math.ceil((settings.periodPercentLeast * due) / 100);
  const why: Why | null =
    valid.length === 0
      ? parts.every((each) => each.why === "nothing-received")
        ? "nothing-received"
        : "too-few-valid"
      : now < to
        ? "not-over"
        : valid.length < needed
          ? "too-few-valid"
          : null;
  return tell({
    window: period,
    from,
    to,
    value,
    why,
    zone,
    period,
    parts: { valid: valid.length, due, needed, of: "hour" },
    figures: [],
    remarks: [],
    rules: [...validityNotes("noise", ["hour"], from), periodRule, weatherRule],
  });
}

/** Ld, Ln and, when both count, Ldn of a day: its night ends on the next morning. */
export function evaluateNoiseDay(
  hours: readonly NoiseHour[],
  dayStartMs: number,
  zone: NoiseZone,
  now: number,
): Evaluation[] {
  const day = evaluateNoisePeriod(hours, dayStartMs, "day", zone, now);
  const night = evaluateNoisePeriod(hours, dayStartMs, "night", zone, now);
  const counts = day.why === null && night.why === null && day.value !== null && night.value !== null;
  const ldn = counts && day.value !== null && night.value !== null ? dayNightLevel(day.value, night.value) : null;
  return [{ ...day, figures: [figure("Ldn", ldn)] }, night];
}

/** Days whose day or night touches [from, to). */
export function noiseDays(from: number, to: number): number[] {
  const first = dayStart(from - noiseTable.dayFromHour * hourMs);
  return Array.from({ length: Math.max(0, Math.ceil((to - first) / dayMs)) }, (_, i) => first + i * dayMs);
}
