// Sums and means that do not depend on the order of what is summed: the exact sum of the doubles, rounded once. A judgement
// must come out the same however late its hours arrived. (Shewchuk's expansion, as in the fsum of other languages.)

/** The exact sum of finite numbers as the nearest double. */
export function sumExactly(values: Iterable<number>): number {
  // Parts that do not overlap, the smallest first: together they are the exact sum so far.
  const parts: number[] = [];
  for (const value of values) {
    let carried = value;
    let kept = 0;
    const length = parts.length;
    for (let i = 0; i < length; i += 1) {
      const part = parts[i] ?? 0;
      const sum = carried + part;
      // What the addition lost, told by the larger of the two.
      const rest = Math.abs(carried) < Math.abs(part) ? carried - (sum - part) : part - (sum - carried);
      if (rest !== 0) parts[kept++] = rest;
      carried = sum;
    }
    parts.length = kept;
    parts.push(carried);
  }
  return foldParts(parts);
}

function foldParts(parts: readonly number[]): number {
  let i = parts.length - 1;
  let sum = parts[i] ?? 0;
  let rest = 0;
  while (i > 0 && rest === 0) {
    i -= 1;
    const part = parts[i] ?? 0;
    const next = sum + part;
    rest = part - (next - sum);
    sum = next;
  }
  // Half-way between two doubles the smaller parts decide, which the addition above has not seen.
  const below = parts[i - 1];
  if (rest !== 0 && below !== undefined && rest < 0 === below < 0) {
    const doubled = rest * 2;
    const next = sum + doubled;
    if (next - sum === doubled) return next;
  }
  return sum;
}

/** Null for no values: no data is not zero. */
export function meanExactly(values: readonly number[]): number | null {
  return values.length === 0 ? null : sumExactly(values) / values.length;
}

const meanScale = 1e9;
/** Above it nine decimals do not fit any more. */
const meanMax = 1e6;

/**
 * A quotient has as many decimals as fit; of these the first nine say something, a thousand times finer than sums of readings
 * are. With fewer a mean is stored in less and written twice as fast. NaN stays NaN.
 */
export function roundMean(mean: number): number {
  return Math.abs(mean) < meanMax ? Math.round(mean * meanScale) / meanScale : mean;
}
