// Is a value still live? Decided by its own time, the interval it is expected in, and the server's clock: never by whether a
// message happened to arrive. Nothing here asks for the time.

import { staleAfterMs } from "#domain/site.ts";

/** unknown: nothing was ever received. */
export type Freshness = "fresh" | "stale" | "unknown";

/** Screens look once a second and then draw: what would be too old before the next look is drawn counts as stale already. */
const nextLookMs = 1_250;

export function freshness(timeMs: number | null, intervalSeconds: number, serverNowMs: number): Freshness {
  if (timeMs === null) return "unknown";
  return serverNowMs - timeMs > staleAfterMs(intervalSeconds) - nextLookMs ? "stale" : "fresh";
}
