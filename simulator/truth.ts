// Ground truth: what was injected, one JSON line per episode that really happened. Scores compare with it what the system
// concluded on its own.

import { formatIso } from "#domain/time.ts";
import type { TruthRecord } from "./device.ts";

/**
 * `from` and `to` are the first and the last event time that was touched (ISO 8601, UTC); `frames` how many frames were
 * changed, or withheld when the kind is silence.
 */
export function formatTruth({ episode, firstMs, lastMs, frames }: TruthRecord): string {
  return `${JSON.stringify({
    site: episode.site,
    factor: episode.factor,
    kind: episode.kind,
    from: formatIso(firstMs),
    to: formatIso(lastMs),
    frames,
    ...(episode.variant === null ? {} : { variant: episode.variant }),
    ...(episode.other === undefined ? {} : { other: episode.other }),
    ...(episode.lagMs === undefined ? {} : { lagMinutes: episode.lagMs / 60_000 }),
    ...(episode.factor === null ? {} : { strength: Math.round(episode.strength * 1000) / 1000 }),
  })}\n`;
}
