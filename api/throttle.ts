// Counting attempts in a sliding minute, per key. Pure: the time comes as an argument. Bounded: when too many keys are
// known, those not tried for longest are forgotten.

export interface Throttle {
  /** Counts an attempt before its outcome is known; answers the ms to wait when there were too many already, else 0. */
  begin(key: string, now: number): number;
  /** The attempt was a good one: everything counted for the key is forgotten. */
  forgive(key: string): void;
}

const windowMs = 60_000;
const keysMax = 10_000;

export function createThrottle(options: { readonly attemptsPerMinute: number }): Throttle {
  const attempts = new Map<string, number[]>();

  /** A used key moves to the end, so the first ones are the oldest; many at once, so that this is rare. */
  function dropOldestKeys(): void {
    let left = keysMax / 10;
    for (const key of attempts.keys()) {
      if (left === 0) return;
      attempts.delete(key);
      left -= 1;
    }
  }

  return {
    begin(key, now) {
      const times = (attempts.get(key) ?? []).filter((at) => now - at < windowMs);
      const [oldest] = times;
      if (oldest !== undefined && times.length >= options.attemptsPerMinute) return oldest + windowMs - now;
      times.push(now);
      attempts.delete(key);
      if (attempts.size >= keysMax) dropOldestKeys();
      attempts.set(key, times);
      return 0;
    },
    forgive(key) {
      attempts.delete(key);
    },
  };
}
