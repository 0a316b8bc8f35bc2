// Surface water: hours of a station → the class of its newest values, and of a day or a month from the means of its 4-hour
// values; the items that made it, how far they are beyond the target class, and what changed so that somebody should look.

import waterTable from "../tables/surface-water.json" with { type: "json" };
import stationTable from "../tables/stations.json" with { type: "json" };
import { findFactor } from "../factor.ts";
import { meanExactly } from "../rules/exact-sum.ts";
import { readSureness } from "../rules/sureness.ts";
import {
  listClassLimits,
  multipleOfClass,
  oxygenSaturation,
  rateSurfaceWater,
  type WaterBody,
  waterClasses,
} from "../rules/surface-water.ts";
import { judgeValidity } from "../rules/validity.ts";
import { hourMs } from "../time.ts";
import type { StandardKey } from "../site.ts";
import { hourStart, type StationHours } from "./hours.ts";
import type { Category, Evaluation, EvaluatedWindow, Item, RuleNote, Standing, Target, Why } from "./shapes.ts";

const settings = stationTable.surfaceWater;
const blockMs = settings.blockHours * hourMs;
export const oxygenCode = waterTable.oxygen.factor;
export const temperatureCode = "w01010";

/** What the water is held against, and in which column of the standard it stands. */
export interface WaterFacts {
  readonly body: WaterBody;
  /** 1 to 5. */
  readonly target: number;
  readonly assumed: boolean;
}

/** Roman numbers as the standard's classes are written in the register. */
const romans: readonly string[] = ["I", "II", "III", "IV", "V"];

/** "class III", "class II (lake)" of the register; else the class that is assumed. */
export function readWaterFacts(standard: StandardKey | null, assumedClass: number): WaterFacts {
  const unit = standard === null || !standard.standard.startsWith("GB 3838") ? "" : standard.unit;
  const body: WaterBody = /lake|reservoir|湖|库/.test(unit) ? "lake" : "river";
  const found = romans.indexOf(/class (I{1,3}|IV|V)\b/.exec(unit)?.[1] ?? "");
  return found < 0 ? { body, target: assumedClass, assumed: true } : { body, target: found + 1, assumed: false };
}

export function targetOfWater({ target, body, assumed }: WaterFacts): Target {
  return { name: `class ${romans[target - 1] ?? target} (${body})`, standard: waterTable.standard, assumed };
}

export function toWaterCategory(number: number): Category | null {
  const found = waterClasses.find((each) => each.class === number);
  if (found === undefined) return null;
  const { name, qualityZh, qualityEn } = found;
  return {
    key: `class-${found.class}`,
    level: found.class,
    nameZh: `${name} ${qualityZh}`,
    nameEn: `${found.class > 5 ? "worse than V" : (romans[found.class - 1] ?? "")} ${qualityEn}`,
    colour: null,
  };
}

export interface WaterValue {
  readonly value: number | null;
  readonly at: number;
  readonly valid: number;
  readonly due: number;
  readonly needed: number;
  readonly of: Item["of"];
  readonly why: Why | null;
}

export const waterRule: RuleNote = {
  rule: "surface-water.class",
  clause: waterTable.clause,
  source: waterTable.source,
  sureness: readSureness(waterTable.sureness),
};
const newestNote: RuleNote = { ...settings.hour, sureness: readSureness(settings.hour.sureness) };

function isAssessed(factor: string): boolean {
  return !waterTable.notAssessed.includes(factor);
}

/** `index`: the class of the item, null when it counts for none. */
function toItem(
  factor: string,
  found: WaterValue,
  index: number | null,
  { body, target }: WaterFacts,
  temperature: number | null,
): Item {
  const { value } = found;
  const limit = isAssessed(factor) ? listClassLimits(factor, body).find((each) => each.class === target) : undefined;
  const isOxygen = factor === oxygenCode;
  // Of pH the nearer bound is shown: it is a range.
  const isLow = limit !== undefined && limit.min !== null && (limit.max === null || (value ?? 7) < 7);
  const side = isLow ? "min" : "max";
  return {
    ...found,
    factor,
    unit: findFactor(factor)?.unit ?? "",
    index,
    category: index === null ? null : toWaterCategory(index),
    limit: limit?.[side] ?? null,
    side,
    multiple: value !== null && index !== null && index > target ? multipleOfClass(factor, value, body, target) : null,
    saturation:
      isOxygen && value !== null && temperature !== null ? (100 * value) / oxygenSaturation(temperature) : null,
  };
}

/** Values of one moment or period → class, items, and what made it. */
export function rateWater(
  values: ReadonlyMap<string, WaterValue>,
  facts: WaterFacts,
  window: { readonly window: EvaluatedWindow; readonly from: number; readonly to: number; readonly isOpen: boolean },
  notes: readonly RuleNote[],
): Evaluation {
  const heat = values.get(temperatureCode);
  const temperature = heat?.why === null ? heat.value : null;
  const counting: Record<string, number> = {};
  for (const [factor, { value, why }] of values) if (value !== null && why === null) counting[factor] = value;
  const { rating, deciding, items: rated } = rateSurfaceWater(counting, facts.body, temperature);
  const classes = new Map(rated.map((each) => [each.factor, each.class]));
  const items = [...values].map(([factor, found]) =>
    toItem(factor, found, classes.get(factor) ?? null, facts, temperature),
  );
  const needed: readonly string[] = settings.items;
  const isMissing = needed.some((code) => counting[code] === undefined);
  const { isOpen, ...span } = window;
  const standing: Standing = rating === null ? "invalid" : isMissing || isOpen ? "partial" : "valid";
  const isEmpty = items.every(({ why }) => why === "nothing-received");
  const why: Why | null =
    rating === null
      ? isEmpty
        ? "nothing-received"
        : "too-few-valid"
      : isOpen
        ? "not-over"
        : isMissing
          ? "items-missing"
          : null;
  return {
    ...span,
    value: rating?.class ?? null,
    unit: "",
    category: rating === null ? null : toWaterCategory(rating.class),
    standing,
    why,
    // The best class is made by nothing in particular.
    deciding: rating === null || rating.class === 1 ? [] : deciding,
    items,
    figures: [],
    remarks: [],
    rules: [waterRule, ...notes],
  };
}

/** One valid result makes the value of an hour. */
export function validWaterHour(hours: StationHours, factor: string, start: number): number | null {
  const hour = hours.at(factor, start);
  return hour === null || hour.results === 0 ? null : hour.mean;
}

/** The newest valid hour of an item that begins before `at`; older than two rounds of the instruments it counts no more. */
function findNewest(hours: StationHours, factor: string, at: number): WaterValue {
  const last = hourStart(at - 1);
  let received = false;
  for (let i = 0; i < 3 * settings.newestHours; i += 1) {
    const start = last - i * hourMs;
    const hour = hours.at(factor, start);
    received ||= hour !== null;
    const value = validWaterHour(hours, factor, start);
    if (value === null) continue;
    const why = i < settings.newestHours ? null : "too-old";
    return { value, at: start, valid: hour?.results ?? 0, due: 1, needed: 1, of: "result", why };
  }
  const why = received ? "too-few-valid" : "nothing-received";
  return { value: null, at: last, valid: 0, due: 1, needed: 1, of: "result", why };
}

/** The class of what the station said last, up to `at`. */
export function evaluateWaterNow(
  hours: StationHours,
  factors: readonly string[],
  facts: WaterFacts,
  at: number,
): Evaluation {
  const values = new Map(factors.map((factor) => [factor, findNewest(hours, factor, at)] as const));
  const counting = [...values.values()].filter(({ value, why }) => value !== null && why === null);
  const from = counting.reduce(
    (newest, each) => Math.max(newest, each.at),
    counting.length === 0 ? hourStart(at - 1) : 0,
  );
  return rateWater(values, facts, { window: "hour", from, to: from + hourMs, isOpen: false }, [newestNote]);
}

/** The class of one hour: of what was measured in it, and of what was still the newest. */
export function evaluateWaterHour(
  hours: StationHours,
  factors: readonly string[],
  facts: WaterFacts,
  start: number,
): Evaluation {
  const found = evaluateWaterNow(hours, factors, facts, start + hourMs);
  return { ...found, from: start, to: start + hourMs };
}

/** Mean of the valid hours of the 4-hour value that begins at `start`. */
export function fourHourValue(hours: StationHours, factor: string, start: number): number | null {
  const values = Array.from({ length: settings.blockHours }, (_, i) => {
    return validWaterHour(hours, factor, start + i * hourMs);
  });
  return meanExactly(values.filter((value) => value !== null));
}

/** Blocks begin at 0, 4, 8 … o'clock, of UTC+8 and of UTC alike. */
export function blockStart(timeMs: number): number {
  return Math.floor(timeMs / blockMs) * blockMs;
}

/** The class of the arithmetic means of a day or month; of one that is not over, of the 4-hour values due so far. */
export function evaluateWaterPeriod(
  hours: StationHours,
  factors: readonly string[],
  facts: WaterFacts,
  period: { readonly window: "day" | "month"; readonly from: number; readonly to: number },
  now: number,
): Evaluation {
  const { from, to } = period;
  const end = Math.min(to, blockStart(now));
  const due = Math.max(0, Math.ceil((end - from) / blockMs));
  let note: RuleNote | null = null;
  const values = new Map(
    factors.map((factor): [string, WaterValue] => {
      const found = Array.from({ length: due }, (_, i) => fourHourValue(hours, factor, from + i * blockMs));
      const values = found.filter((value) => value !== null);
      const counts = { due, received: values.length, valid: values.length, marked: 0, excluded: {} };
      const all = { ...counts, missing: due - values.length, surplus: 0 };
      const validity = judgeValidity("surface-water", "period", from, all);
      if (validity.rule !== null && validity.sureness !== null) {
        const source = "arithmetic means of 4-hour values, of which 60 % must be there";
        note = {
          rule: validity.rule,
          clause: "practice of the national monitoring centre",
          source,
          sureness: validity.sureness,
        };
      }
      const why: Why | null = validity.valid ? null : values.length === 0 ? "nothing-received" : "too-few-valid";
      const parts = { valid: values.length, due, needed: validity.needed ?? 0, of: "4-hour value" } as const;
      return [factor, { value: meanExactly(values), at: from, ...parts, why }];
    }),
  );
  return rateWater(values, facts, { ...period, isOpen: now < to }, note === null ? [] : [note]);
}
