// What a day of each judged factor came to: hours due, received and valid, minutes by why they do not count, verdicts, the mean
// that counts and the load. Days that are not over yet are told as far as their hours go.

import type { JudgedDay, JudgedHours, VerdictCounts } from "../judged.ts";
import { roundMean, sumExactly } from "../rules/exact-sum.ts";
import { addCounts, noParts } from "../rules/validity.ts";
import { dayMs, dayStart, formatDay, hourMs } from "../time.ts";
import { isDryHour } from "./form.ts";
import { validityOfDay } from "./form-days.ts";
import { countVerdicts, type Judged } from "./judge.ts";
import {
  type JudgedFactor,
  type JudgedSite,
  type JudgedUnder,
  type LawfulColumn,
  type LawfulDays,
  type LawfulHours,
  windowState,
} from "./shapes.ts";
import { countsOf, hasState, numberOrNull } from "./windows.ts";

/** Why a day that is not over has no mean. */
export const notOver = "not-over";

const noVerdicts: VerdictCounts = { within: 0, exceeding: 0, unknown: 0 };

/** The hours begin with a day. `judged`: the verdicts on these hours and days (judge.ts). */
export function judgedDays(
  facts: JudgedSite,
  hours: LawfulHours,
  days: LawfulDays,
  judged: { readonly hours: Pick<Judged, "verdicts">; readonly days: Pick<Judged, "verdicts"> },
  { seq, at }: JudgedUnder,
): JudgedDay[] {
  if (dayStart(hours.from) !== hours.from) throw new Error(`${hours.site}: hours of a judged day begin within it`);
  const told: JudgedDay[] = [];
  facts.factors.forEach((factor, f) => {
    const column = hours.columns[f];
    if (column === undefined) throw new Error(`${hours.site}: no lawful hours of ${factor.code}`);
    for (let start = hours.from; start < hours.to; start += dayMs) {
      const [first, end] = [start, Math.min(start + dayMs, hours.to)].map((time) => (time - hours.from) / hourMs);
      const isDry = (hour: number): boolean => isDryHour(facts, factor, hours.volume, hour);
      const of: DayOfHours = { column, first: first ?? 0, end: end ?? 0, verdicts: judged.hours.verdicts[f], isDry };
      const day = start >= days.from && start < days.to ? (start - days.from) / dayMs : null;
      told.push({
        site: hours.site,
        day: formatDay(start),
        factor: factor.code,
        ...tellHours(of),
        ...tellMean(facts, factor, of, days.columns[f], day, judged.days.verdicts[f]),
        unit: factor.unit,
        seq,
        at,
      });
    }
  });
  return told;
}

interface DayOfHours {
  readonly column: LawfulColumn;
  /** Places in the column, from (inclusive) to (exclusive). */
  readonly first: number;
  readonly end: number;
  readonly verdicts: Uint8Array | undefined;
  /** Nothing flowed in that hour. */
  readonly isDry: (hour: number) => boolean;
}

function tellHours({
  column,
  first,
  end,
  verdicts,
  isDry,
}: DayOfHours): Pick<JudgedDay, "hours" | "parts" | "hourVerdicts"> {
  let parts = noParts;
  let [received, valid, stopped, marked] = [0, 0, 0, 0];
  for (let i = first; i < end; i += 1) {
    parts = addCounts(parts, countsOf(column, i));
    if (hasState(column, i, windowState.stopped) || isDry(i)) {
      stopped += 1;
      continue;
    }
    if ((column.received[i] ?? 0) > 0) received += 1;
    if (hasState(column, i, windowState.valid)) valid += 1;
    if (hasState(column, i, windowState.marked)) marked += 1;
  }
  const hours: JudgedHours = { due: end - first - stopped, received, valid, stopped, marked };
  return { hours, parts, hourVerdicts: verdicts === undefined ? noVerdicts : countVerdicts(verdicts, first, end) };
}

function tellMean(
  facts: JudgedSite,
  factor: JudgedFactor,
  { column, first, end }: DayOfHours,
  days: LawfulColumn | undefined,
  day: number | null,
  verdicts: Uint8Array | undefined,
): Pick<JudgedDay, "dayVerdicts" | "value" | "isValid" | "why" | "rule" | "kg"> {
  if (days === undefined || day === null) {
    const loads = [...column.kg.subarray(first, end)].filter((kg) => !Number.isNaN(kg));
    const kg = loads.length === 0 ? null : roundMean(sumExactly(loads));
    return { dayVerdicts: noVerdicts, value: null, isValid: false, why: notOver, rule: null, kg };
  }
  if (days.factor !== factor.code) throw new Error(`${facts.site}: days of ${days.factor}, not ${factor.code}`);
  const { valid, why, rule } = validityOfDay(facts, days, day);
  return {
    dayVerdicts: verdicts === undefined ? noVerdicts : countVerdicts(verdicts, day, day + 1),
    value: numberOrNull(days.value[day]),
    isValid: valid,
    why,
    rule,
    kg: numberOrNull(days.kg[day]),
  };
}
