// Lawful windows held against the limits in force at their first moment → which of them exceed. One comparison for fresh
// windows and for stored ones (rejudge.ts): the rules of domain/rules/exceedance.ts.

import type { ExceedingWindow, JudgedBasis, VerdictCause, VerdictCounts, VerdictRange } from "../judged.ts";
import { type Judgement, judgeMean } from "../rules/exceedance.ts";
import type { Validity } from "../rules/validity.ts";
import {
  type JudgedFactor,
  type JudgedMedium,
  type JudgedSite,
  type JudgedUnder,
  type LawfulColumn,
  type LawfulWindows,
  windowState,
} from "./shapes.ts";
import { basisMs, hasState, listMarkedOut, numberOrNull } from "./windows.ts";
import { createYardsticks, type Yardstick } from "./yardstick.ts";

export const verdict = { unknown: 0, within: 1, exceeding: 2 } as const;

export interface Judged {
  /** One for each factor of the facts. */
  readonly ranges: readonly VerdictRange[];
  /** The same order; one verdict for each window. */
  readonly verdicts: readonly Uint8Array[];
}

/** A mean that is valid; of others there is nothing to be said. */
const valid: Validity = {
  valid: true,
  why: null,
  rule: null,
  sureness: null,
  needed: null,
  counts: { due: 0, received: 0, valid: 0, marked: 0, excluded: {}, missing: 0, surplus: 0 },
};

export interface MeanToJudge {
  readonly start: number;
  readonly value: number;
  /** Parts that count, and that were due. */
  readonly valid: number;
  readonly due: number;
  readonly correctedTo: number | null;
}

export function judgeValue(
  factor: JudgedFactor,
  medium: JudgedMedium,
  basis: JudgedBasis,
  { limit }: Yardstick,
  mean: Pick<MeanToJudge, "start" | "value" | "correctedTo">,
  validity: Validity = valid,
): Judgement {
  return judgeMean(
    {
      factor: factor.code,
      unit: factor.unit,
      basis,
      startMs: mean.start,
      value: numberOrNull(mean.value),
      validity,
      correctedTo: mean.correctedTo,
      medium,
    },
    limit,
  );
}

/** Null: it does not exceed. */
export function exceedingWindow(
  judgement: Judgement,
  factor: JudgedFactor,
  basis: JudgedBasis,
  mean: MeanToJudge,
): ExceedingWindow | null {
  if (judgement.status !== "exceeding" || judgement.bound === null || judgement.side === null) return null;
  return {
    start: mean.start,
    end: mean.start + basisMs[basis],
    value: judgement.value,
    compared: judgement.compared,
    bound: judgement.bound,
    side: judgement.side,
    unit: factor.unit,
    multiple: judgement.multiple,
    method: judgement.method,
    valid: mean.valid,
    due: mean.due,
    correctedTo: mean.correctedTo,
    limitId: judgement.limitId,
    limitVersion: judgement.limitVersion,
    source: judgement.source,
    rule: judgement.rule,
    sureness: judgement.sureness,
  };
}

/** All windows of all factors. A factor without a limit has a range as well: what exceeded under one does not any more. */
export function judgeWindows(
  facts: JudgedSite,
  windows: LawfulWindows,
  cause: VerdictCause,
  { seq, at }: JudgedUnder,
): Judged {
  const { site, basis, from, to } = windows;
  const verdicts: Uint8Array[] = [];
  const ranges = windows.columns.map((column, f): VerdictRange => {
    const factor = facts.factors[f];
    if (factor?.code !== column.factor)
      throw new Error(`${site}: windows of ${column.factor} are not those of the facts`);
    const found = new Uint8Array(column.start.length);
    const exceeding = judgeColumn(factor, facts.medium, basis, column, found);
    verdicts.push(found);
    return { site, factor: factor.code, basis, from, to, cause, seq, at, exceeding, marked: listMarkedOut(column) };
  });
  return { ranges, verdicts };
}

function judgeColumn(
  factor: JudgedFactor,
  medium: JudgedMedium,
  basis: JudgedBasis,
  column: LawfulColumn,
  found: Uint8Array,
): ExceedingWindow[] {
  const yardsticks = createYardsticks(factor, medium, basis);
  const exceeding: ExceedingWindow[] = [];
  for (let i = 0; i < column.start.length; i += 1) {
    if (!hasState(column, i, windowState.valid)) continue;
    const mean: MeanToJudge = {
      start: column.start[i] ?? 0,
      value: column.value[i] ?? Number.NaN,
      valid: column.valid[i] ?? 0,
      due: column.due[i] ?? 0,
      correctedTo: numberOrNull(column.correctedTo[i]),
    };
    const judgement = judgeValue(factor, medium, basis, yardsticks.at(mean.start), mean);
    found[i] = verdict[judgement.status];
    const window = exceedingWindow(judgement, factor, basis, mean);
    if (window !== null) exceeding.push(window);
  }
  return exceeding;
}

/** Windows from `from` (inclusive) to `to` (exclusive), as places. */
export function countVerdicts(verdicts: Uint8Array, from: number, to: number): VerdictCounts {
  let [within, exceeding] = [0, 0];
  for (let i = from; i < to; i += 1) {
    if (verdicts[i] === verdict.within) within += 1;
    else if (verdicts[i] === verdict.exceeding) exceeding += 1;
  }
  return { within, exceeding, unknown: to - from - within - exceeding };
}
