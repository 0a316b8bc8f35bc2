// A stack of a rough run: sulphur dioxide with its oxygen and flow, judged by the hour at reference oxygen. Most of its minutes
// are there; now and then one lacks its oxygen, or has a flag. And orders that change what it and the others are judged by.

import type { Command } from "#domain/command.ts";

export const stack = "G-1";
export const stackFactors = ["a21026", "a19001", "a00000"] as const;

export interface RoughStack {
  /** Values of one message. */
  values(): Record<string, unknown>;
  limit(max: number, refO2: number | null): Command;
  /** The next order about what is judged by; the time is that of the devices. */
  next(now: number): Command;
}

export function createRoughStack(random: () => number, sites: readonly string[]): RoughStack {
  function pick<T>(items: readonly T[], otherwise: T): T {
    return items[Math.floor(random() * items.length)] ?? otherwise;
  }

  function limit(max: number, refO2: number | null): Command {
    const place = { site: stack, factor: "a21026", basis: "hour", from: 0, to: null } as const;
    const rest = { id: `${stack}:a21026:hour`, max, min: null, reason: "permit", by: "admin", source: "site" };
    return { type: "limits.put", limits: [{ ...place, ...rest, refO2 }] };
  }

  return {
    values() {
      const value = Math.round(200 + random() * 300) / 10;
      const a21026 = random() < 0.05 ? { value, flag: pick(["C", "F"], "C") } : value;
      const oxygen = random() < 0.1 ? {} : { a19001: 15 + Math.round(random() * 60) / 10 };
      return { a21026, ...oxygen, a00000: Math.round(random() * 1e6) / 10 };
    },
    limit,
    next(now) {
      const kind = random();
      if (kind < 0.5) return limit(30 + Math.floor(random() * 30), pick([null, 16, 16], 16));
      if (kind < 0.8) {
        // A factor that nobody judged before.
        const site = pick(sites, stack);
        const about = { id: `${site}:ph`, site, factor: "w01001", basis: "hour", from: 0, to: null } as const;
        const rest = { min: 6, max: 8.5, reason: "permit", by: "admin", source: "site" };
        return { type: "limits.put", limits: [{ ...about, ...rest }] };
      }
      const from = now - Math.floor(random() * 3 * 3_600_000);
      return { type: "judgement.recompute", sites: null, from, to: now, reason: "to see that it is the same" };
    },
  };
}
