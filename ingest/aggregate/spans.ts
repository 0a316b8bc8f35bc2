// Closed windows that wait to be formed again from history: per site and tier a short list of spans, so that a logger that
// sends a year again costs a few numbers and not half a million. A span may hold windows that need it not: forming a window
// again from what is stored changes nothing. Pure.

import { bounds } from "#domain/bounds.ts";
import { addSpan, joinNearest, sizeOfSpans } from "#domain/span-list.ts";
import { type Tier, tiers } from "#domain/window.ts";

/** Windows `from` to `to` (both inclusive, by number) of all series of a site. */
export interface Span {
  readonly site: string;
  readonly tier: Tier;
  readonly from: number;
  readonly to: number;
}

export interface Spans {
  add(site: string, tier: Tier, from: number, to: number): void;
  /** Takes spans of at most `each` windows of every site and tier in turn, until there are `most` windows. */
  take(most: number, each: (tier: Tier) => number): Span[];
  /** Windows in all spans. */
  readonly windows: number;
  clear(): void;
  [Symbol.iterator](): Iterator<Span>;
}

export function createSpans(): Spans {
  const byTier: Record<Tier, Map<string, number[]>> = { "1m": new Map(), "1h": new Map(), "1d": new Map() };
  let windows = 0;

  function takeFrom(tier: Tier, site: string, most: number): Span {
    const list = byTier[tier].get(site) ?? [];
    const from = list[0] ?? 0;
    const to = Math.min(list[1] ?? 0, from + most - 1);
    if (to === list[1]) list.splice(0, 2);
    else list[0] = to + 1;
    if (list.length === 0) byTier[tier].delete(site);
    windows -= to - from + 1;
    return { site, tier, from, to };
  }

  return {
    add(site, tier, from, to) {
      let list = byTier[tier].get(site);
      if (list === undefined) {
        list = [];
        byTier[tier].set(site, list);
      }
      windows -= sizeOfSpans(list);
      addSpan(list, from, to, 1);
      if (list.length > 2 * bounds.reopenedSpansMax) joinNearest(list);
      windows += sizeOfSpans(list);
    },

    take(most, each) {
      const taken: Span[] = [];
      let left = most;
      while (left > 0 && windows > 0) {
        for (const tier of tiers) {
          for (const site of byTier[tier].keys()) {
            if (left <= 0) return taken;
            const span = takeFrom(tier, site, Math.min(left, each(tier)));
            left -= span.to - span.from + 1;
            taken.push(span);
          }
        }
      }
      return taken;
    },

    get windows() {
      return windows;
    },

    clear() {
      for (const tier of tiers) byTier[tier].clear();
      windows = 0;
    },

    *[Symbol.iterator]() {
      for (const tier of tiers) {
        for (const [site, list] of byTier[tier]) {
          for (let i = 0; i < list.length; i += 2) yield { site, tier, from: list[i] ?? 0, to: list[i + 1] ?? 0 };
        }
      }
    },
  };
}
