// Means of the history and the limits in force → the aligned columns uPlot wants. null = a gap to be seen; undefined = this
// series says nothing at this x. Limits are a step line of whatever was in force at each moment, never today's value for
// old data. Pure; times in ms, x in s.

import { isInForce } from "#domain/limit.ts";

/** [start ms, mean, min, max, count, valid count] */
export type MeanPoint = readonly [number, number | null, number | null, number | null, number, number, ...unknown[]];

export interface LimitSpan {
  readonly max: number | null;
  readonly min: number | null;
  readonly from: number;
  readonly to: number | null;
}

export interface ChartInput {
  readonly points: readonly MeanPoint[];
  /** Length of one mean, ms. */
  readonly stepMs: number;
  /** How often the site sends, ms: a longer silence is a gap. */
  readonly intervalMs: number;
  readonly limits: readonly LimitSpan[];
  readonly from: number;
  readonly to: number;
  /** The newest reading, when no mean holds it yet. */
  readonly tail: { readonly time: number; readonly value: number } | null;
}

type Cell = number | null | undefined;

/** x, mean, min, max, upper limit, lower limit */
export type ChartColumns = readonly [number[], Cell[], Cell[], Cell[], Cell[], Cell[]];

interface Row {
  readonly mean: Cell;
  readonly min: Cell;
  readonly max: Cell;
}

const gap: Row = { mean: null, min: null, max: null };
const silent: Row = { mean: undefined, min: undefined, max: undefined };

/** The mean is drawn in the middle of its window. */
function collectRows(input: ChartInput): Map<number, Row> {
  const rows = new Map<number, Row>();
  const expectedMs = Math.max(input.stepMs, Math.ceil(input.intervalMs / input.stepMs) * input.stepMs);
  let before: number | null = null;
  for (const [start, mean, min, max, , valid] of input.points) {
    const x = start + input.stepMs / 2;
    if (before !== null && x - before > 1.5 * expectedMs) rows.set(before + expectedMs / 2, gap);
    // A window without one valid reading has no mean, whatever number came along.
    rows.set(x, mean === null || valid === 0 ? gap : { mean, min, max });
    before = x;
  }
  const { tail } = input;
  if (tail === null || (before !== null && tail.time <= before)) return rows;
  if (before !== null && tail.time - before > 1.5 * expectedMs + input.stepMs) rows.set(before + expectedMs / 2, gap);
  rows.set(tail.time, { mean: tail.value, min: undefined, max: undefined });
  return rows;
}

export function buildColumns(input: ChartInput): ChartColumns {
  const rows = collectRows(input);
  const edges = [input.from, input.to];
  for (const limit of input.limits) {
    for (const edge of [limit.from, limit.to]) {
      if (edge !== null && edge > input.from && edge < input.to) edges.push(edge - 1, edge);
    }
  }
  for (const edge of edges) if (!rows.has(edge)) rows.set(edge, silent);
  const times = [...rows.keys()].filter((time) => time >= input.from && time <= input.to).sort((a, b) => a - b);
  const columns: ChartColumns = [[], [], [], [], [], []];
  for (const time of times) {
    const row = rows.get(time) ?? silent;
    const limit = input.limits.find((entry) => isInForce(entry, time));
    columns[0].push(time / 1000);
    columns[1].push(row.mean);
    columns[2].push(row.min);
    columns[3].push(row.max);
    columns[4].push(limit?.max ?? null);
    columns[5].push(limit?.min ?? null);
  }
  return columns;
}

/** Places of numbers that no line reaches, because a gap is on both sides: they are drawn as points or nobody sees them. */
export function findIsolated(cells: readonly Cell[]): number[] {
  const said = cells.flatMap((cell, i) => (cell === undefined ? [] : [{ cell, i }]));
  return said.flatMap(({ cell, i }, n) => {
    const isAlone = (said[n - 1]?.cell ?? null) === null && (said[n + 1]?.cell ?? null) === null;
    return cell !== null && isAlone ? [i] : [];
  });
}

/** Lower and upper end of the y axis: from zero when the data is near it, with air above. */
export function rangeY(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null || !Number.isFinite(min) || !Number.isFinite(max)) return [0, 1];
  const air = (max - min || Math.abs(max) || 1) * 0.08;
  if (min >= 0 && min < max * 0.6) return [0, max + air];
  return [min >= 0 ? Math.max(0, min - air) : min - air, max + air];
}
