// Blocks of means: asked of a store that has them, made of single series for one that has not, and taken apart again. Pure.

import type { HistoryReader, MeanBlock, MeanBlockQuery, MeanSeries } from "./history.ts";

export async function readMeanBlock(reader: HistoryReader, query: MeanBlockQuery): Promise<MeanBlock> {
  if (reader.readMeanBlock !== undefined) return reader.readMeanBlock(query);
  const { tier, from, to, limit } = query;
  const series: MeanSeries[] = [];
  for (const { site, factors } of query.sites)
    series.push(...(await reader.readMeans({ site, factors, tier, from, to, limit })));
  return joinMeanSeries(series);
}

export function joinMeanSeries(series: readonly MeanSeries[]): MeanBlock {
  const from = new Uint32Array(series.length + 1);
  for (const [index, one] of series.entries()) from[index + 1] = (from[index] ?? 0) + one.start.length;
  const block = createMeanBlock(from);
  for (const [index, one] of series.entries()) {
    const at = from[index] ?? 0;
    block.start.set(one.start, at);
    block.mean.set(one.mean, at);
    block.min.set(one.min, at);
    block.max.set(one.max, at);
    block.count.set(one.count, at);
    block.valid.set(one.valid, at);
  }
  return block;
}

/** A block for so many points per series, to be filled. */
export function createMeanBlock(from: Uint32Array): MeanBlock {
  const points = from.at(-1) ?? 0;
  return {
    from,
    start: new Float64Array(points),
    mean: new Float64Array(points),
    min: new Float64Array(points),
    max: new Float64Array(points),
    count: new Uint32Array(points),
    valid: new Uint32Array(points),
  };
}

export function splitMeanBlock(block: MeanBlock, factors: readonly string[]): MeanSeries[] {
  return factors.map((factor, index) => {
    const [from, to] = [block.from[index] ?? 0, block.from[index + 1] ?? 0];
    const part = (column: Float64Array | Uint32Array): number[] => Array.from(column.subarray(from, to));
    return {
      factor,
      start: part(block.start),
      mean: part(block.mean),
      min: part(block.min),
      max: part(block.max),
      count: part(block.count),
      valid: part(block.valid),
    };
  });
}
