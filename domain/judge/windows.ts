// Columns of lawful windows: made, filled and read. No arithmetic of the law here.

import type { JudgedBasis } from "../judged.ts";
import { finishCounts, type PartCounts, type PartExclusion, partExclusions } from "../rules/validity.ts";
import { dayMs, hourMs } from "../time.ts";
import { type LawfulColumn, type LawfulWindow, windowState } from "./shapes.ts";

export const basisMs: Readonly<Record<JudgedBasis, number>> = { hour: hourMs, day: dayMs };
const reasons = partExclusions.length;

function nans(length: number): Float64Array {
  return new Float64Array(length).fill(Number.NaN);
}

export function createColumn(factor: string, unit: string, from: number, length: number, each: number): LawfulColumn {
  return {
    factor,
    unit,
    start: Float64Array.from({ length }, (_, i) => from + i * each),
    value: nans(length),
    min: nans(length),
    max: nans(length),
    due: new Uint32Array(length),
    received: new Uint32Array(length),
    valid: new Uint32Array(length),
    marked: new Uint32Array(length),
    unmarked: new Uint32Array(length),
    excluded: new Uint16Array(length * reasons),
    state: new Uint8Array(length),
    kg: nans(length),
    correctedTo: nans(length),
  };
}

export function addExcluded(column: LawfulColumn, i: number, reason: number): void {
  const at = i * reasons + reason;
  column.excluded[at] = (column.excluded[at] ?? 0) + 1;
}

export function excludedOf(column: LawfulColumn, i: number, why: PartExclusion): number {
  return column.excluded[i * reasons + partExclusions.indexOf(why)] ?? 0;
}

export function countsOf(column: LawfulColumn, i: number): PartCounts {
  const excluded: Partial<Record<PartExclusion, number>> = {};
  partExclusions.forEach((why, reason) => {
    const count = column.excluded[i * reasons + reason] ?? 0;
    if (count > 0) excluded[why] = count;
  });
  return finishCounts({
    due: column.due[i] ?? 0,
    received: column.received[i] ?? 0,
    valid: column.valid[i] ?? 0,
    marked: column.marked[i] ?? 0,
    excluded,
  });
}

export function hasState(column: LawfulColumn, i: number, state: number): boolean {
  return ((column.state[i] ?? 0) & state) !== 0;
}

export function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

export function readWindow(column: LawfulColumn, basis: JudgedBasis, i: number): LawfulWindow {
  const start = column.start[i] ?? Number.NaN;
  const { due, received, valid, marked, excluded } = countsOf(column, i);
  return {
    start,
    end: start + basisMs[basis],
    value: numberOrNull(column.value[i]),
    min: numberOrNull(column.min[i]),
    max: numberOrNull(column.max[i]),
    due,
    received,
    valid,
    marked,
    excluded,
    isValid: hasState(column, i, windowState.valid),
    isStopped: hasState(column, i, windowState.stopped),
    isMarkedOut: hasState(column, i, windowState.marked),
    kg: numberOrNull(column.kg[i]),
    correctedTo: numberOrNull(column.correctedTo[i]),
  };
}

/** Starts of the windows that do not count because of marks. */
export function listMarkedOut(column: LawfulColumn): number[] {
  const starts: number[] = [];
  column.state.forEach((state, i) => {
    if ((state & windowState.marked) !== 0) starts.push(column.start[i] ?? 0);
  });
  return starts;
}
