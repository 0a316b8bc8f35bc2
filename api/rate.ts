// A token bucket per device: so many frames at once, so many per second in the long run. Pure: the time is an argument.

import { bounds } from "#domain/bounds.ts";

interface Bucket {
  tokens: number;
  at: number;
}

export interface Rate {
  /** Takes one frame's token; false when there is none. */
  take(key: string, now: number): boolean;
}

export function createRate(
  perSecond: number = bounds.deviceFramesPerSecond,
  burst: number = bounds.deviceFramesBurst,
): Rate {
  const buckets = new Map<string, Bucket>();
  return {
    take(key, now) {
      const bucket = buckets.get(key) ?? { tokens: burst, at: now };
      const refilled = bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * perSecond;
      bucket.tokens = Math.min(burst, refilled);
      bucket.at = now;
      buckets.set(key, bucket);
      if (bucket.tokens < 1) return false;
      bucket.tokens -= 1;
      return true;
    },
  };
}
