// Averaging windows: minute, hour and day in event time. A day is a UTC+8 calendar day, so its windows are shifted.

import { dayMs, hourMs, minuteMs, zoneOffsetMs } from "./time.ts";

export const tiers = ["1m", "1h", "1d"] as const;
export type Tier = (typeof tiers)[number];

export const tierMs: Readonly<Record<Tier, number>> = { "1m": minuteMs, "1h": hourMs, "1d": dayMs };

/** Number of the window that holds `timeMs`; consecutive windows have consecutive numbers. */
export function windowNumber(tier: Tier, timeMs: number): number {
  return tier === "1d" ? Math.floor((timeMs + zoneOffsetMs) / dayMs) : Math.floor(timeMs / tierMs[tier]);
}

/** Start (ms) of window `number`. */
export function windowStart(tier: Tier, number: number): number {
  return tier === "1d" ? number * dayMs - zoneOffsetMs : number * tierMs[tier];
}
