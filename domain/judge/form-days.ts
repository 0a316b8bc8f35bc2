// Lawful hours → lawful days of UTC+8. Waste water: Σ(C·Q) / ΣQ over valid hours with flow, at least the share of them that the
// table asks for; without a meter, and for what is no concentration, the plain mean. Flue gas: the mean of valid hours.

import { roundMean, sumExactly } from "../rules/exact-sum.ts";
import { weighByFlow } from "../rules/flow-mean.ts";
import { finishCounts, judgeValidity, type PartExclusion, type Validity } from "../rules/validity.ts";
import { dayMs, dayStart, hourMs } from "../time.ts";
import { referenceAt } from "./facts.ts";
import { isDryHour, meanOf, placeOfReason } from "./form.ts";
import {
  type JudgedFactor,
  type JudgedSite,
  type LawfulColumn,
  type LawfulDays,
  type LawfulHours,
  windowState,
} from "./shapes.ts";
import { addExcluded, countsOf, createColumn, hasState, numberOrNull } from "./windows.ts";

const hoursPerDay = 24;

/** Whole days that the hours cover. */
export function wholeDays({ from, to }: Pick<LawfulHours, "from" | "to">): {
  readonly from: number;
  readonly to: number;
} {
  const first = dayStart(from) === from ? from : dayStart(from) + dayMs;
  return { from: first, to: Math.max(first, dayStart(to)) };
}

/** As a rule of the list. */
export function dayRule(facts: JudgedSite, factor: JudgedFactor): string {
  if (factor.isWeighted && facts.flow !== null) return "flow-mean.weighted";
  if (factor.code === "w01001") return "flow-mean.ph";
  return factor.isWeighted ? "day-mean.without-meter" : "day-mean.arithmetic";
}

export function formDays(facts: JudgedSite, hours: LawfulHours): LawfulDays {
  const { from, to } = wholeDays(hours);
  const columns = facts.factors.map((factor, f) => {
    const days = createColumn(factor.code, factor.unit, from, (to - from) / dayMs, dayMs);
    const of = hours.columns[f];
    if (of === undefined) throw new Error(`${hours.site}: no lawful hours of ${factor.code}`);
    days.start.forEach((start, day) => formDay(facts, factor, of, hours, (start - hours.from) / hourMs, days, day));
    return days;
  });
  return {
    site: facts.site,
    basis: "day",
    from,
    to,
    columns,
    rules: facts.factors.map((factor) => dayRule(facts, factor)),
  };
}

/** What an hour is to its day. */
export type HourOfDay = "stopped" | "missing" | "valid" | "marked" | PartExclusion;

export function meetHour(
  facts: JudgedSite,
  factor: JudgedFactor,
  of: LawfulColumn,
  volume: Float64Array | null,
  reference: number | null,
  at: number,
): HourOfDay {
  if (hasState(of, at, windowState.stopped)) return "stopped";
  const isWeighted = factor.isWeighted && facts.flow !== null;
  const water = volume?.[at] ?? Number.NaN;
  // Also where the analyser was silent: it has nothing to measure. The meter's word is what was received of the hour.
  if (isDryHour(facts, factor, volume, at)) return "no-flow";
  if ((of.received[at] ?? 0) === 0) return "missing";
  if (isWeighted && Number.isNaN(water)) return "flow-unknown";
  if (hasState(of, at, windowState.marked)) return "marked";
  if (!hasState(of, at, windowState.valid)) return "too-few-parts";
  return numberOrNull(of.correctedTo[at]) === reference ? "valid" : "reference-changed";
}

function formDay(
  facts: JudgedSite,
  factor: JudgedFactor,
  of: LawfulColumn,
  { volume }: LawfulHours,
  first: number,
  days: LawfulColumn,
  day: number,
): void {
  const start = days.start[day] ?? 0;
  const reference = referenceAt(factor, start);
  const counted: number[] = [];
  let [due, received, marked] = [0, 0, 0];
  for (let at = first; at < first + hoursPerDay; at += 1) {
    const hour = meetHour(facts, factor, of, volume, reference, at);
    // Of an hour in which no water flowed nothing is due either.
    if (hour === "stopped" || hour === "no-flow") continue;
    due += 1;
    if (hour === "missing") continue;
    received += 1;
    if (hour === "valid") counted.push(at);
    else if (hour === "marked") marked += 1;
    else addExcluded(days, day, placeOfReason(hour));
  }
  days.due[day] = due;
  days.received[day] = received;
  days.valid[day] = counted.length;
  days.marked[day] = marked;
  days.unmarked[day] = counted.length + marked;
  if (reference !== null) days.correctedTo[day] = reference;
  const isValid = validityOfDay(facts, days, day).valid;
  const isMarkedOut = !isValid && marked > 0 && wouldBeValid(facts, days, day);
  days.state[day] =
    (due === 0 ? windowState.stopped : 0) | (isValid ? windowState.valid : 0) | (isMarkedOut ? windowState.marked : 0);
  days.kg[day] = sumOfLoads(of, first);
  if (counted.length === 0) return;
  const values = counted.map((at) => of.value[at] ?? Number.NaN);
  days.value[day] = factor.isWeighted && facts.flow !== null ? weigh(counted, values, volume) : meanOf(values);
  days.min[day] = Math.min(...values);
  days.max[day] = Math.max(...values);
}

function weigh(counted: readonly number[], values: readonly number[], volume: Float64Array | null): number {
  const { mean } = weighByFlow(
    counted.map((at, i) => ({ concentration: values[i] ?? null, volumeM3: volume?.[at] ?? null, valid: true })),
  );
  return mean === null ? Number.NaN : roundMean(mean);
}

/** kg of the valid hours from `first` on; NaN when none has any. */
function sumOfLoads(of: LawfulColumn, first: number): number {
  const loads = [...of.kg.subarray(first, first + hoursPerDay)].filter((kg) => !Number.isNaN(kg));
  return loads.length === 0 ? Number.NaN : roundMean(sumExactly(loads));
}

/** Hours without flow are no hours of discharge: the mean of a day asks for no value in them. */
export function validityOfDay(facts: JudgedSite, days: LawfulColumn, day: number): Validity {
  return judgeDay(facts, days, day, days.valid[day] ?? 0, days.marked[day] ?? 0);
}

function wouldBeValid(facts: JudgedSite, days: LawfulColumn, day: number): boolean {
  return judgeDay(facts, days, day, days.unmarked[day] ?? 0, 0).valid;
}

function judgeDay({ medium }: JudgedSite, days: LawfulColumn, day: number, valid: number, marked: number): Validity {
  const { due, received, excluded } = countsOf(days, day);
  const counts = finishCounts({ due, received, valid, marked, excluded });
  return judgeValidity(medium, "day", days.start[day] ?? 0, counts);
}
