// Minutes → lawful hours. A minute counts with at least one valid reading and no effective mark; flue gas is corrected minute by
// minute with its own oxygen, then averaged; water is the plain mean of its valid minutes. Beside it the load of the hour. Sums
// are exact, so the order in which minutes came changes nothing; means are rounded to nine decimals as all stored means are.

import type { Mark } from "../mark.ts";
import { roundMean, sumExactly } from "../rules/exact-sum.ts";
import { findValidityRule, type PartExclusion, partsNeeded } from "../rules/validity.ts";
import { hourMs } from "../time.ts";
import { flowOf, kgOf, referenceAt } from "./facts.ts";
import {
  codeOf,
  flowAt,
  isStoppedByMarks,
  type Lane,
  type Lanes,
  layMinutes,
  listStops,
  meetMinute,
  type Met,
  outcome,
  waterMeter,
} from "./minutes.ts";
import {
  type JudgedFactor,
  type JudgedSite,
  type LawfulColumn,
  type LawfulHours,
  type MinuteBlock,
  windowState,
} from "./shapes.ts";
import { addExcluded, createColumn, excludedOf } from "./windows.ts";

const minutesPerHour = 60;
const secondsPerHour = 3600;
const stoppedFlag: PartExclusion = "F";

/** [from, to) is whole hours. Minutes and marks outside of it change nothing. */
export function formHours(
  facts: JudgedSite,
  block: MinuteBlock,
  marks: readonly Mark[],
  from: number,
  to: number,
): LawfulHours {
  const lanes = layMinutes(block, marks, from, to, waterMeter(facts));
  const stops = listStops(marks.filter((mark) => mark.from < to && mark.to > from));
  const hours = lanes.length / minutesPerHour;
  const volume = facts.flow === null ? null : formVolumes(facts, lanes, hours);
  const columns = facts.factors.map((factor) => formColumn(facts, factor, lanes, stops, from, hours, volume));
  return { site: facts.site, basis: "hour", from, to, columns, volume };
}

/** How many valid minutes an hour needs; infinitely many where no rule is known for its time. */
export function minutesNeeded({ medium, partsPerHour }: JudgedSite, start: number): number {
  const rule = findValidityRule(medium, "hour", start);
  return rule === undefined ? Number.POSITIVE_INFINITY : partsNeeded(rule, partsPerHour, start, partsPerHour);
}

/**
 * m³ of each hour. Water is what the meter saw, each minute standing for its part of the hour; gas is the mean flow over the
 * whole hour, as its rate is stated per hour.
 */
function formVolumes({ flow, medium, partsPerHour }: JudgedSite, lanes: Lanes, hours: number): Float64Array {
  const volumes = new Float64Array(hours).fill(Number.NaN);
  const lane = lanes.of(flow);
  const m3PerSecond = flow === null ? Number.NaN : flowOf(flow);
  const flows: number[] = [];
  for (let hour = 0; hour < hours; hour += 1) {
    flows.length = 0;
    for (let at = hour * minutesPerHour; at < (hour + 1) * minutesPerHour; at += 1) {
      const measured = flowAt(lane, at);
      // Slightly below zero is the drift of a meter in which nothing flows.
      if (!Number.isNaN(measured)) flows.push(Math.max(0, measured));
    }
    if (flows.length === 0) continue;
    const parts = medium === "flue-gas" ? flows.length : Math.max(partsPerHour, flows.length);
    volumes[hour] = roundMean((sumExactly(flows) * secondsPerHour * m3PerSecond) / parts);
  }
  return volumes;
}

function formColumn(
  facts: JudgedSite,
  factor: JudgedFactor,
  lanes: Lanes,
  stops: readonly Mark[],
  from: number,
  hours: number,
  volume: Float64Array | null,
): LawfulColumn {
  const column = createColumn(factor.code, factor.unit, from, hours, hourMs);
  const lane = lanes.of(factor.code);
  const [oxygen, flow] = [lanes.of(facts.oxygen), lanes.of(facts.flow)];
  const met: Met = { value: Number.NaN, isCountedUnmarked: false };
  const values: number[] = [];
  for (let hour = 0; hour < hours; hour += 1) {
    const start = from + hour * hourMs;
    const reference = referenceAt(factor, start);
    values.length = 0;
    if (reference !== null) column.correctedTo[hour] = reference;
    if (lane !== null) countHour(column, hour, lane, oxygen, reference, met, values);
    const needed = minutesNeeded(facts, start);
    const isDry = isDryHour(facts, factor, volume, hour);
    column.due[hour] = isDry ? 0 : facts.partsPerHour;
    if (isStoppedByMarks(stops, factor.code, start, start + hourMs) || isStoppedByFlags(column, hour, needed)) {
      column.due[hour] = 0;
      column.state[hour] = windowState.stopped;
    }
    // Of an hour that stood no minute counts: all are marked, or all have flag F.
    const isValid = values.length >= needed;
    const isMarkedOut = !isValid && (column.unmarked[hour] ?? 0) >= needed;
    column.state[hour] =
      (column.state[hour] ?? 0) | (isValid ? windowState.valid : 0) | (isMarkedOut ? windowState.marked : 0);
    if (values.length === 0) {
      if (factor.hasLoad && isDry) column.kg[hour] = 0;
      continue;
    }
    column.value[hour] = meanOf(values);
    column.min[hour] = Math.min(...values);
    column.max[hour] = Math.max(...values);
    if (isValid && factor.hasLoad && volume !== null)
      column.kg[hour] = loadOf(facts, factor, lane, flow, hour, volume[hour] ?? Number.NaN, needed);
  }
  return column;
}

/** Waste water: the meter says that nothing flowed in the whole hour. There is nothing to measure, and nothing is due. */
export function isDryHour(
  { medium, flow }: Pick<JudgedSite, "medium" | "flow">,
  { code }: Pick<JudgedFactor, "code">,
  volume: Float64Array | null,
  hour: number,
): boolean {
  return medium === "waste-water" && code !== flow && (volume?.[hour] ?? Number.NaN) <= 0;
}

/** Counts the minutes of one hour; the values that count are added to `values`. */
function countHour(
  column: LawfulColumn,
  hour: number,
  lane: Lane,
  oxygen: Lane | null,
  reference: number | null,
  met: Met,
  values: number[],
): void {
  let [received, marked, unmarked] = [0, 0, 0];
  for (let at = hour * minutesPerHour; at < (hour + 1) * minutesPerHour; at += 1) {
    const code = meetMinute(lane, oxygen, reference, at, met);
    if (code === outcome.missing) continue;
    received += 1;
    if (met.isCountedUnmarked) unmarked += 1;
    if (code === outcome.counts) values.push(met.value);
    else if (code === outcome.marked) marked += 1;
    else addExcluded(column, hour, code - outcome.excluded);
  }
  column.received[hour] = received;
  column.valid[hour] = values.length;
  column.marked[hour] = marked;
  column.unmarked[hour] = unmarked;
}

/** Stopped by the device's own word: nothing but flag F was received, and as much as an hour needs to be believed. */
function isStoppedByFlags(column: LawfulColumn, hour: number, needed: number): boolean {
  const received = column.received[hour] ?? 0;
  return received >= needed && received > 0 && excludedOf(column, hour, stoppedFlag) === received;
}

/** Of at least one value. */
export function meanOf(values: readonly number[]): number {
  return roundMean(sumExactly(values) / values.length);
}

/**
 * Mass of one hour: the concentration weighted by flow over the minutes that have both, times the volume of the hour. For an
 * hour with all its minutes that is Σ C·Q. Gas as measured, not corrected. Minutes whose oxygen is missing carry mass as well.
 */
function loadOf(
  { medium }: JudgedSite,
  { unit }: JudgedFactor,
  lane: Lane | null,
  flow: Lane | null,
  hour: number,
  volumeM3: number,
  needed: number,
): number {
  if (Number.isNaN(volumeM3)) return Number.NaN;
  if (volumeM3 === 0) return 0;
  const products: number[] = [];
  const flows: number[] = [];
  for (let at = hour * minutesPerHour; at < (hour + 1) * minutesPerHour; at += 1) {
    if (lane?.state[at] !== outcome.counts || lane.marked[at] === 1) continue;
    const measured = Math.max(0, flowAt(flow, at));
    if (Number.isNaN(measured)) continue;
    flows.push(measured);
    products.push((lane.mean[at] ?? Number.NaN) * measured);
  }
  // A rate of gas that is known for a few minutes says nothing of the hour; water that was metered was there.
  if (flows.length === 0 || (medium === "flue-gas" && flows.length < needed)) return Number.NaN;
  const weight = sumExactly(flows);
  return weight === 0 ? Number.NaN : roundMean((sumExactly(products) / weight) * volumeM3 * kgOf(unit));
}

/** Place of a reason among the excluded ones. */
export function placeOfReason(why: PartExclusion): number {
  return codeOf(why) - outcome.excluded;
}
