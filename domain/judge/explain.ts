// How a lawful hour or day came about, for the one who must defend or dispute it: every minute or hour with what it is worth and
// why it counts or not, the rule of the mean, its validity, the limit in force and the verdict. Made by the same functions that
// judged it, so it cannot tell another story.

import type { JudgedBasis } from "../judged.ts";
import { isMarkEffective, type Mark, marksFactor } from "../mark.ts";
import type { Judgement, JudgedLimit } from "../rules/exceedance.ts";
import { findRuleLines } from "../rules/rule-list.ts";
import { type Dated, isDatedInForce, type Sureness } from "../rules/sureness.ts";
import { judgeValidity, type PartExclusion, type Validity } from "../rules/validity.ts";
import { dayMs, hourMs, minuteMs } from "../time.ts";
import { referenceAt } from "./facts.ts";
import { formHours } from "./form.ts";
import { dayRule, formDays, type HourOfDay, meetHour, validityOfDay } from "./form-days.ts";
import { judgeValue } from "./judge.ts";
import { flowAt, layMinutes, meetMinute, type Met, nameOutcome, outcome, oxygenAt, waterMeter } from "./minutes.ts";
import type { JudgedFactor, JudgedSite, LawfulColumn, LawfulWindow, MinuteBlock } from "./shapes.ts";
import { countsOf, numberOrNull, readWindow } from "./windows.ts";
import { createYardsticks } from "./yardstick.ts";

export interface Formula {
  readonly text: string;
  readonly rule: string;
  readonly sureness: Sureness;
  readonly clause: string;
  readonly source: string;
}

/** One minute of an hour. */
export interface MinuteInput {
  /** Epoch ms. */
  readonly start: number;
  /** As measured. */
  readonly value: number | null;
  readonly oxygen: number | null;
  /** What is averaged: corrected where it is to be. */
  readonly corrected: number | null;
  readonly flow: number | null;
  readonly counts: boolean;
  /** Null: it counts. */
  readonly why: "missing" | "marked" | PartExclusion | null;
}

/** One hour of a day. */
export interface HourInput {
  readonly start: number;
  readonly value: number | null;
  readonly volumeM3: number | null;
  readonly kg: number | null;
  /** Minutes that count, and that were due. */
  readonly valid: number;
  readonly due: number;
  readonly counts: boolean;
  readonly why: Exclude<HourOfDay, "valid"> | null;
}

export interface Explanation<Input> {
  readonly basis: JudgedBasis;
  readonly window: LawfulWindow;
  readonly unit: string;
  readonly formula: Formula;
  readonly validity: Validity;
  readonly limit: JudgedLimit | null;
  readonly judgement: Judgement;
  readonly inputs: readonly Input[];
  /** Effective ones that touch the window and concern the factor, or the oxygen or flow that goes with it. */
  readonly marks: readonly Mark[];
}

/** Null when the site does not judge the factor. `block` holds at least the minutes of the hour. */
export function explainHour(
  facts: JudgedSite,
  code: string,
  block: MinuteBlock,
  marks: readonly Mark[],
  start: number,
): Explanation<MinuteInput> | null {
  const end = start + hourMs;
  const found = findFactor(facts, code);
  if (found === null) return null;
  const { factor, place } = found;
  const column = formHours(facts, block, marks, start, end).columns[place];
  if (column === undefined) return null;
  const validity = judgeValidity(facts.medium, "hour", start, countsOf(column, 0), facts.partsPerHour);
  const reference = referenceAt(factor, start);
  return {
    ...tell(facts, factor, "hour", column, 0, validity, marks),
    formula: formulaOf(
      reference === null ? "hour-mean.arithmetic" : "oxygen.correction",
      reference === null
        ? "Σ C / n over the minutes that count"
        : `Σ (C × (21 − ${reference}) / (21 − O2)) / n over the minutes that count`,
      start,
    ),
    inputs: listMinutes(facts, factor, block, marks, start, reference),
  };
}

/** `dayStartMs`: start of a day of UTC+8. `block` holds at least the minutes of the day. */
export function explainDay(
  facts: JudgedSite,
  code: string,
  block: MinuteBlock,
  marks: readonly Mark[],
  dayStartMs: number,
): Explanation<HourInput> | null {
  const found = findFactor(facts, code);
  if (found === null) return null;
  const { factor, place } = found;
  const hours = formHours(facts, block, marks, dayStartMs, dayStartMs + dayMs);
  const [of, column] = [hours.columns[place], formDays(facts, hours).columns[place]];
  if (of === undefined || column === undefined) return null;
  const reference = referenceAt(factor, dayStartMs);
  const rule = dayRule(facts, factor);
  const isWeighted = rule === "flow-mean.weighted";
  return {
    ...tell(facts, factor, "day", column, 0, validityOfDay(facts, column, 0), marks),
    formula: formulaOf(
      rule,
      isWeighted ? "Σ (C × Q) / Σ Q over valid hours with flow" : "Σ C / n over valid hours",
      dayStartMs,
    ),
    inputs: Array.from(of.start, (start, at): HourInput => {
      const hour = meetHour(facts, factor, of, hours.volume, reference, at);
      return {
        start,
        value: numberOrNull(of.value[at]),
        volumeM3: numberOrNull(hours.volume?.[at]),
        kg: numberOrNull(of.kg[at]),
        valid: of.valid[at] ?? 0,
        due: of.due[at] ?? 0,
        counts: hour === "valid",
        why: hour === "valid" ? null : hour,
      };
    }),
  };
}

function findFactor(facts: JudgedSite, code: string): { readonly factor: JudgedFactor; readonly place: number } | null {
  const place = facts.factors.findIndex((each) => each.code === code);
  const factor = facts.factors[place];
  return factor === undefined ? null : { factor, place };
}

function tell(
  facts: JudgedSite,
  factor: JudgedFactor,
  basis: JudgedBasis,
  column: LawfulColumn,
  at: number,
  validity: Validity,
  marks: readonly Mark[],
): Omit<Explanation<never>, "formula" | "inputs"> {
  const window = readWindow(column, basis, at);
  const { start, end } = window;
  const yardstick = createYardsticks(factor, facts.medium, basis).at(start);
  const mean = { start, value: window.value ?? Number.NaN, correctedTo: window.correctedTo };
  const concerned = [factor.code, facts.oxygen, facts.flow].filter((code) => code !== null);
  return {
    basis,
    window,
    unit: factor.unit,
    validity,
    limit: yardstick.limit,
    judgement: judgeValue(factor, facts.medium, basis, yardstick, mean, validity),
    marks: marks.filter(
      (mark) =>
        isMarkEffective(mark) &&
        mark.from < end &&
        mark.to > start &&
        concerned.some((code) => marksFactor(mark, code)),
    ),
  };
}

function listMinutes(
  facts: JudgedSite,
  factor: JudgedFactor,
  block: MinuteBlock,
  marks: readonly Mark[],
  start: number,
  reference: number | null,
): MinuteInput[] {
  const lanes = layMinutes(block, marks, start, start + hourMs, waterMeter(facts));
  const [lane, oxygen, flow] = [lanes.of(factor.code), lanes.of(facts.oxygen), lanes.of(facts.flow)];
  const met: Met = { value: Number.NaN, isCountedUnmarked: false };
  return Array.from({ length: lanes.length }, (_, at): MinuteInput => {
    const code = lane === null ? outcome.missing : meetMinute(lane, oxygen, reference, at, met);
    const name = nameOutcome(code);
    return {
      start: start + at * minuteMs,
      value: numberOrNull(lane?.mean[at]),
      oxygen: oxygenAt(oxygen, at),
      corrected: lane === null ? null : numberOrNull(met.value),
      flow: numberOrNull(flowAt(flow, at)),
      counts: name === "counts",
      why: name === "counts" ? null : name,
    };
  });
}

function formulaOf(rule: string, text: string, timeMs: number): Formula {
  const lines = findRuleLines(rule);
  const line = lines.find((each: Dated) => isDatedInForce(each, timeMs)) ?? lines.at(-1);
  if (line === undefined) throw new Error(`the list of rules lacks ${rule}`);
  return { text, rule, sureness: line.sureness, clause: line.clause, source: line.source };
}
