// Small measures on columns with gaps: medians, quantiles, runs. NaN is "not there" everywhere.

export interface Run {
  readonly from: number;
  readonly to: number;
  /** Members; those bridged are not counted. */
  readonly size: number;
}

/** Runs of members, in which up to `gapMax` others are bridged, with `least` members or more. */
export function listRuns(
  from: number,
  to: number,
  least: number,
  gapMax: number,
  isIn: (i: number) => boolean,
): readonly Run[] {
  const runs: Run[] = [];
  let start = -1;
  let last = -1;
  let size = 0;
  const end = (): void => {
    if (size >= least) runs.push({ from: start, to: last + 1, size });
    size = 0;
  };
  for (let i = from; i < to; i++) {
    if (!isIn(i)) continue;
    if (size > 0 && i - last > gapMax + 1) end();
    if (size === 0) start = i;
    last = i;
    size++;
  }
  end();
  return runs;
}

/** Of values in order; NaN when there are none. */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function sortValid(values: Float64Array, from: number, to: number): Float64Array {
  const found = new Float64Array(Math.max(0, to - from));
  let n = 0;
  for (let i = Math.max(0, from); i < to && i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isNaN(value)) found[n++] = value;
  }
  return found.subarray(0, n).sort();
}

/** NaN where fewer than `least` values are there. */
export function medianOf(values: Float64Array, from: number, to: number, least = 1): number {
  const sorted = sortValid(values, from, to);
  return sorted.length < least ? Number.NaN : quantileOf(sorted, 0.5);
}

/** Median of the distances from the median. */
export function scatterOf(values: Float64Array, from: number, to: number, median: number): number {
  const sorted = sortValid(values, from, to);
  for (let i = 0; i < sorted.length; i++) sorted[i] = Math.abs((sorted[i] ?? 0) - median);
  return quantileOf(sorted.sort(), 0.5);
}

/** 0.5 at what a rule asks for, 1 at four times as much. */
export function scoreOf(found: number, needed: number): number {
  const score = 0.5 + 0.25 * Math.log2(Math.max(1, found / needed));
  return Math.round(Math.min(1, score) * 1000) / 1000;
}

/** For sentences: four digits say enough. */
export function shorten(value: number): number {
  return Number(value.toPrecision(4));
}
