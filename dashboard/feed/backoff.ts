// How long to wait before the n-th attempt: full jitter, so that two hundred screens do not come back in the same second.

const firstMs = 500;
/** A line that is mended is noticed soon; two hundred screens are forty attempts a second then. */
const mostMs = 5_000;

/** `random` is in [0, 1); attempt 0 is the first after a loss. The result is in ms. */
export function backoffMs(attempt: number, random: number): number {
  const ceiling = Math.min(mostMs, firstMs * 2 ** Math.min(attempt, 10));
  // Never at once: a server that refuses is not hammered.
  return Math.round(100 + random * ceiling);
}
