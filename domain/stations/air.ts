// Ambient air: hours of a station → the index of an hour and of a day, with the primary pollutants, by the rule in force on that
// date; of a city by the mean of its stations. An hour without enough valid minutes has its mean, and no index.

import stationTable from "../tables/stations.json" with { type: "json" };
import {
  type AirReport,
  type AirQualityLevel,
  findAirQualityRule,
  levelOfIndex,
  rateAirQuality,
} from "../rules/air-quality.ts";
import { meanExactly } from "../rules/exact-sum.ts";
import { ozoneDay } from "../rules/ozone.ts";
import { readSureness } from "../rules/sureness.ts";
import { findValidityRule } from "../rules/validity.ts";
import { dayMs, hourMs } from "../time.ts";
import { listHours, type StationHours } from "./hours.ts";
import { validityNotes } from "./notes.ts";
import type { Category, Evaluation, EvaluatedWindow, Item, RuleNote, Standing, Why } from "./shapes.ts";

export const airFactors: readonly string[] = stationTable.air.factors;
const { ozone } = stationTable.air;

/** Ozone counts beyond this even when a day has too few means of it. [GB 3095 grade 2, the same in 2012 and 2026] */
const ozoneLimit = 160;
const hoursOfDay = 24;

function toCategory({ level, nameZh, nameEn, colour }: AirQualityLevel): Category {
  return { key: `level-${level}`, level, nameZh, nameEn, colour };
}

export function airUnit(factor: string): string {
  return factor === "a21005" ? "mg/m3" : "ug/m3";
}

/** A value with what it stands on; `counts`: may it have an index? */
interface Found {
  readonly value: number | null;
  readonly valid: number;
  readonly due: number;
  readonly needed: number;
  readonly of: Item["of"];
  readonly why: Why | null;
}

function noteOf(rule: string | undefined, timeMs: number): RuleNote[] {
  const found = findAirQualityRule(timeMs);
  if (found === undefined || found.rule !== rule) return [];
  return [{ rule: found.rule, clause: found.clause, source: found.source, sureness: found.sureness }];
}

interface Window {
  readonly window: EvaluatedWindow;
  readonly from: number;
  readonly to: number;
  /** The day has not ended: its numbers are of what there is so far. */
  readonly isOpen: boolean;
}

/** Values that count → indexes, their greatest and its name. */
function evaluate(found: ReadonlyMap<string, Found>, report: AirReport, window: Window, notes: RuleNote[]): Evaluation {
  const { from, isOpen } = window;
  const counting = (each: Found): boolean => each.value !== null && (each.why === null || each.why === "not-over");
  const values = Object.fromEntries(
    [...found].map(([factor, each]) => [factor, counting(each) ? each.value : null] as const),
  );
  const rating = rateAirQuality(values, report, from);
  const rule = findAirQualityRule(from);
  const items = [...found].map(([factor, each]): Item => {
    const index = rating?.indexes[factor] ?? null;
    const column = rule?.columns.find((row) => row.factor === factor && row.report === report);
    const limit = column?.points[2] ?? null;
    const noIndex: Why | null = rating === undefined ? "no-rule" : index === null ? "no-index" : null;
    const { value } = each;
    return {
      ...each,
      factor,
      unit: airUnit(factor),
      index,
      category: index === null ? null : toCategory(levelOfIndex(index)),
      limit,
      side: "max",
      multiple: value !== null && limit !== null && value > limit && index !== null ? value / limit - 1 : null,
      saturation: null,
      at: from,
      why: counting(each) ? (each.why ?? noIndex) : each.why,
    };
  });
  const aqi = rating?.aqi ?? null;
  const [standing, why] = standingOf(items, aqi, rating !== undefined, isOpen);
  return {
    window: window.window,
    from,
    to: window.to,
    value: aqi,
    unit: "",
    category: aqi === null ? null : toCategory(levelOfIndex(aqi)),
    standing,
    why,
    deciding: rating?.primary ?? [],
    items,
    figures: [],
    remarks: [],
    rules: [...noteOf(rating?.rule, from), ...notes],
  };
}

function standingOf(
  items: readonly Item[],
  aqi: number | null,
  hasRule: boolean,
  isOpen: boolean,
): readonly [Standing, Why | null] {
  if (!hasRule) return ["invalid", "no-rule"];
  if (aqi === null) {
    const isEmpty = items.every(({ why }) => why === "nothing-received");
    return ["invalid", isEmpty ? "nothing-received" : "too-few-valid"];
  }
  if (isOpen) return ["partial", "not-over"];
  return items.some(({ index, why }) => index === null && why !== "no-index")
    ? ["partial", "items-missing"]
    : ["valid", null];
}

function neededOf(window: string, timeMs: number): number {
  return findValidityRule("air", window, timeMs)?.least ?? 0;
}

/** Does this hour of a factor count? */
export function validHour(hours: StationHours, factor: string, startMs: number): number | null {
  const hour = hours.at(factor, startMs);
  if (hour === null || hour.mean === null || hour.validMinutes < neededOf("hour", startMs)) return null;
  return hour.mean;
}

function findHour(hours: StationHours, factor: string, start: number): Found {
  const hour = hours.at(factor, start);
  const needed = neededOf("hour", start);
  const valid = hour?.validMinutes ?? 0;
  const why =
    hour === null || hour.receivedMinutes + hour.results === 0
      ? "nothing-received"
      : valid < needed
        ? "too-few-valid"
        : null;
  return { value: hour?.mean ?? null, valid, due: 60, needed, of: "minute", why };
}

/** The index of one hour. */
export function evaluateAirHour(hours: StationHours, start: number): Evaluation {
  const found = new Map(airFactors.map((factor) => [factor, findHour(hours, factor, start)] as const));
  const window: Window = { window: "hour", from: start, to: start + hourMs, isOpen: false };
  return evaluate(found, "hour", window, validityNotes("air", ["hour"], start));
}

function findDay(hours: StationHours, factor: string, dayStartMs: number, now: number): Found {
  const values = listHours(dayStartMs, dayStartMs + dayMs).map((start) => validHour(hours, factor, start));
  const isOpen = now < dayStartMs + dayMs;
  const valid = values.filter((value) => value !== null);
  if (factor === ozone) {
    const day = ozoneDay(values, dayStartMs, ozoneLimit);
    const so = isOpen ? greatestSoFar(values, dayStartMs) : day.greatest;
    const why: Why | null = isOpen
      ? so === null
        ? emptyWhy(valid.length)
        : "not-over"
      : day.standing === "too-few-valid"
        ? emptyWhy(valid.length)
        : null;
    const needed = neededOf("day maximum of 8 hours", dayStartMs);
    return { value: so, valid: day.valid, due: day.due, needed, of: "8-hour mean", why };
  }
  const needed = neededOf("day", dayStartMs);
  const why: Why | null =
    valid.length === 0 ? "nothing-received" : isOpen ? "not-over" : valid.length < needed ? "too-few-valid" : null;
  return { value: meanExactly(valid), valid: valid.length, due: hoursOfDay, needed, of: "hour", why };
}

function emptyWhy(valid: number): Why {
  return valid === 0 ? "nothing-received" : "too-few-valid";
}

/** The greatest eight-hour mean of a day that is not over; every one there is counts as exceeding "nothing". */
function greatestSoFar(values: readonly (number | null)[], dayStartMs: number): number | null {
  return ozoneDay(values, dayStartMs, Number.NEGATIVE_INFINITY).greatest;
}

/** The index of one day; of a day that is not over, what it would be of the hours so far. */
export function evaluateAirDay(hours: StationHours, dayStartMs: number, now: number): Evaluation {
  const found = new Map(airFactors.map((factor) => [factor, findDay(hours, factor, dayStartMs, now)] as const));
  const to = dayStartMs + dayMs;
  const notes = validityNotes("air", ["hour", "day", "day maximum of 8 hours"], dayStartMs);
  return evaluate(found, "day", { window: "day", from: dayStartMs, to, isOpen: now < to }, notes);
}

/** A city: the arithmetic mean of what counts at its stations, in the same window. */
export function evaluateCityAir(stations: readonly Evaluation[]): Evaluation | null {
  const [first] = stations;
  if (first === undefined) return null;
  const { window, from, to } = first;
  const isOpen = stations.some(({ why }) => why === "not-over");
  const found = new Map(
    airFactors.map((factor): [string, Found] => {
      const values = stations.flatMap(({ items }) => {
        const item = items.find((each) => each.factor === factor);
        // An item counts without an index, too, when only the rule has none for it.
        const counts = item !== undefined && (item.why === null || item.why === "not-over" || item.why === "no-index");
        return counts && item.value !== null ? [item.value] : [];
      });
      const why: Why | null = values.length === 0 ? "nothing-received" : isOpen ? "not-over" : null;
      const counts = { valid: values.length, due: stations.length, needed: 1, of: "station" } as const;
      return [factor, { value: meanExactly(values), ...counts, why }];
    }),
  );
  const { rule, clause, source, sureness } = stationTable.air.city;
  const note = { rule, clause, source, sureness: readSureness(sureness) };
  const report: AirReport = window === "hour" ? "hour" : "day";
  return evaluate(found, report, { window, from, to, isOpen }, [note]);
}
