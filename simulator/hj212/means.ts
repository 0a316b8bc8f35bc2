// Real-time values → minimum, mean, maximum, total and flag of an interval, as a logger forms them [HJ 212-2017 annex D, tables
// C.16 to C.18]. Waste water: concentrations weighted by flow, one bad part makes the mean bad. Flue gas: arithmetic means, good
// when three quarters of the parts are (20 of 24 hours for a day), totals from the flow of dry gas at standard conditions.
//
//   samples ─▶ minute tally ─▶ hour tally ─▶ day tally        (sums are passed on, so that a mean never is one of rounded means)

import { findFactor } from "#domain/factor.ts";
import type { Flag } from "#domain/reading.ts";
import type { FrameValue } from "../payload.ts";

export type Medium = "water" | "gas";
/** Factor code → value as it is shown at a moment. */
export type Sample = ReadonlyMap<string, FrameValue>;

export interface Mean {
  /** m³, kg, or g where the factor is kept in µg; null where a total means nothing. */
  readonly total: number | null;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  readonly converted: { readonly min: number; readonly mean: number; readonly max: number } | null;
  readonly flag: Flag;
}

interface Sums {
  count: number;
  sum: number;
  weight: number;
  weighted: number;
  min: number;
  max: number;
}

interface FactorTally {
  readonly all: Sums;
  /** Of values with flag N alone. */
  readonly normal: Sums;
  readonly converted: Sums;
  total: number | null;
  /** Parts of the interval by their flag: samples of a minute, minutes of an hour, hours of a day. */
  readonly parts: Map<Flag, number>;
}

export type Tally = Map<string, FactorTally>;

export const airPa = 101_325;
const zeroCelsius = 273;
const flowOf: Readonly<Record<Medium, string>> = { water: "w00000", gas: "a00000" };
/** Shares of parts that must be good [HJ 212-2017 annex D]. */
const goodShare = { minute: 0.75, hour: 0.75, day: 20 / 24 } as const;
export type Span = keyof typeof goodShare;

function createSums(): Sums {
  return { count: 0, sum: 0, weight: 0, weighted: 0, min: Infinity, max: -Infinity };
}

function addTo(sums: Sums, value: number, weight: number): void {
  sums.count++;
  sums.sum += value;
  sums.weight += weight;
  sums.weighted += value * weight;
  sums.min = Math.min(sums.min, value);
  sums.max = Math.max(sums.max, value);
}

function merge(into: Sums, from: Sums): void {
  into.count += from.count;
  into.sum += from.sum;
  into.weight += from.weight;
  into.weighted += from.weighted;
  into.min = Math.min(into.min, from.min);
  into.max = Math.max(into.max, from.max);
}

function tallyOf(tally: Tally, code: string): FactorTally {
  let found = tally.get(code);
  if (found === undefined) {
    found = { all: createSums(), normal: createSums(), converted: createSums(), total: null, parts: new Map() };
    tally.set(code, found);
  }
  return found;
}

/** Litres per second are taken as they are; cubic metres per hour of wet gas become dry ones at standard conditions. */
function flowM3PerSecond(medium: Medium, sample: Sample): number {
  const value = (code: string): number => sample.get(code)?.value ?? 0;
  if (medium === "water") return value("w00000") / 1000;
  const dry = 1 - value("a01014") / 100;
  const standard = (zeroCelsius / (zeroCelsius + value("a01012"))) * ((airPa + value("a01013") * 1000) / airPa);
  return (value("a00000") / 3600) * standard * dry;
}

/** What a sample adds to the total of its factor; null where none is formed. */
function amountOf(code: string, value: number, medium: Medium, m3: number, shownM3: number): number | null {
  if (code === flowOf[medium]) return shownM3;
  switch (findFactor(code)?.unit) {
    case "mg/L":
      return value * m3 * 1e-3;
    case "mg/m3":
      return value * m3 * 1e-6;
    // Totals of these are grams.
    case "ug/L":
      return value * m3 * 1e-3;
    case "ug/m3":
      return value * m3 * 1e-6;
    default:
      return null;
  }
}

export function addSample(tally: Tally, sample: Sample, seconds: number, medium: Medium): void {
  const m3 = flowM3PerSecond(medium, sample) * seconds;
  const shown = sample.get(flowOf[medium])?.value ?? 0;
  const shownM3 = medium === "water" ? m3 : (shown / 3600) * seconds;
  for (const [code, { value, flag = "N", converted }] of sample) {
    const mine = tallyOf(tally, code);
    // Only concentrations are weighted by the flow; pH, temperature and the flow itself are not.
    const weight = medium === "water" && findFactor(code)?.unit === "mg/L" ? m3 : 0;
    addTo(mine.all, value, weight);
    if (flag === "N") addTo(mine.normal, value, weight);
    if (flag === "N" && converted !== undefined) addTo(mine.converted, converted, 0);
    const amount = amountOf(code, value, medium, m3, shownM3);
    if (amount !== null) mine.total = (mine.total ?? 0) + amount;
    mine.parts.set(flag, (mine.parts.get(flag) ?? 0) + 1);
  }
}

/** A closed minute into its hour, or an hour into its day: each counts as one part with the flag it was given. */
export function addPart(into: Tally, from: Tally, means: ReadonlyMap<string, Mean>): void {
  for (const [code, part] of from) {
    const mine = tallyOf(into, code);
    merge(mine.all, part.all);
    merge(mine.normal, part.normal);
    merge(mine.converted, part.converted);
    if (part.total !== null) mine.total = (mine.total ?? 0) + part.total;
    const flag = means.get(code)?.flag ?? "N";
    mine.parts.set(flag, (mine.parts.get(flag) ?? 0) + 1);
  }
}

function meanOf(sums: Sums): number {
  return sums.weight > 0 ? sums.weighted / sums.weight : sums.sum / sums.count;
}

function flagOf(parts: ReadonlyMap<Flag, number>, medium: Medium, span: Span, expected: number): Flag {
  const normal = parts.get("N") ?? 0;
  if (medium === "gas") return normal >= goodShare[span] * expected - 1e-9 ? "N" : "D";
  const bad = [...parts].filter(([flag]) => flag !== "N").toSorted((a, b) => b[1] - a[1]);
  const [worst] = bad;
  if (worst !== undefined) return worst[0];
  // Hours may be of one to six values, and days of one to 24; a minute without values is no measurement.
  return span === "minute" && normal < goodShare.minute * expected - 1e-9 ? "B" : "N";
}

/** `expected`: how many parts the whole interval has. Means are those of the good values, of all where none is good. */
export function closeTally(tally: Tally, medium: Medium, span: Span, expected: number): Map<string, Mean> {
  const means = new Map<string, Mean>();
  for (const [code, { all, normal, converted, total, parts }] of tally) {
    const used = normal.count > 0 ? normal : all;
    if (used.count === 0) continue;
    means.set(code, {
      total,
      min: used.min,
      mean: meanOf(used),
      max: used.max,
      converted: converted.count === 0 ? null : { min: converted.min, mean: meanOf(converted), max: converted.max },
      flag: flagOf(parts, medium, span, expected),
    });
  }
  return means;
}
