// Many latencies in little memory: counts in buckets that grow by one per cent, so that a percentile is right to one per
// cent however many there are. Milliseconds in, milliseconds out. Pure.

const growth = Math.log(1.01);
/** Below a microsecond there is nothing to tell apart; above three hours neither. */
const smallestMs = 0.001;
const buckets = Math.ceil(Math.log(1e7 / smallestMs) / growth);

export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export interface Latencies {
  readonly count: number;
  add(ms: number): void;
  /** The latency that `share` (0…1) of all do not exceed; NaN when there is none. */
  at(share: number): number;
  percentiles(): Percentiles;
}

export function createLatencies(): Latencies {
  const counts = new Float64Array(buckets);
  let count = 0;
  let max = 0;

  function at(share: number): number {
    if (count === 0) return Number.NaN;
    const wanted = Math.max(1, Math.ceil(share * count));
    let seen = 0;
    for (let bucket = 0; bucket < buckets; bucket++) {
      seen += counts[bucket] ?? 0;
      // The upper edge of the bucket: never flattering.
      if (seen >= wanted) return Math.min(max, smallestMs * Math.exp((bucket + 1) * growth));
    }
    return max;
  }

  return {
    get count() {
      return count;
    },
    add(ms) {
      const bucket = ms <= smallestMs ? 0 : Math.min(buckets - 1, Math.floor(Math.log(ms / smallestMs) / growth));
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      count++;
      if (ms > max) max = ms;
    },
    at,
    percentiles: () => ({ p50: at(0.5), p90: at(0.9), p99: at(0.99), max: count === 0 ? Number.NaN : max }),
  };
}
