// Flow: what passes somewhere, as a rate per hour and as the total since the meters were put up, both exact at any moment. Flows
// are added and subtracted; what is in balance as flows is in balance on every meter, also across restarts and gaps.

import { dayMs, hourMs, zoneOffsetMs } from "#domain/time.ts";
import { createRandom, mix, type Random } from "../../random.ts";
import { metersZeroMs, type Wave, waveTotal, waveValue } from "../wave.ts";

export interface Flow {
  /** Per hour, now. */
  rate(timeMs: number): number;
  /** Since the meters were put up. */
  total(timeMs: number): number;
}

export function waveFlow(wave: Wave): Flow {
  return { rate: (timeMs) => waveValue(wave, timeMs), total: (timeMs) => waveTotal(wave, timeMs) };
}

export function times(flow: Flow, factor: number): Flow {
  return { rate: (timeMs) => flow.rate(timeMs) * factor, total: (timeMs) => flow.total(timeMs) * factor };
}

export function plus(...flows: readonly Flow[]): Flow {
  return {
    rate: (timeMs) => flows.reduce((sum, flow) => sum + flow.rate(timeMs), 0),
    total: (timeMs) => flows.reduce((sum, flow) => sum + flow.total(timeMs), 0),
  };
}

export function minus(flow: Flow, ...others: readonly Flow[]): Flow {
  return plus(flow, ...others.map((other) => times(other, -1)));
}

/** Something that comes in equal beats: `perBeat` at an even rate from `fromMs` to `toMs` of every `periodMs`. */
export function createBeats(
  perBeat: number,
  periodMs: number,
  window: { readonly fromMs: number; readonly toMs: number },
  offsetMs: number,
): Flow {
  const { fromMs, toMs } = window;
  const length = toMs - fromMs;
  const zero = metersZeroMs - offsetMs;
  const since = (timeMs: number): number => {
    const beats = Math.floor((timeMs - zero) / periodMs);
    const into = timeMs - zero - beats * periodMs;
    return beats * perBeat + (perBeat * Math.min(length, Math.max(0, into - fromMs))) / length;
  };
  const start = since(metersZeroMs);
  return {
    rate(timeMs) {
      const into = (((timeMs - zero) % periodMs) + periodMs) % periodMs;
      return into >= fromMs && into < toMs ? (perBeat * hourMs) / length : 0;
    },
    total: (timeMs) => since(timeMs) - start,
  };
}

/** Something that happens on some days: from … to, at its own strength. */
export interface Happening {
  readonly fromMs: number;
  readonly toMs: number;
  readonly strength: number;
}

export interface Happenings {
  /** Those that begin on local days up to the one of this moment, oldest first. */
  until(timeMs: number): readonly Happening[];
}

/** At most one a day, on about `share` of the days; all of it within its day. */
export function createHappenings(
  seed: number,
  share: number,
  draw: (random: Random) => Omit<Happening, never>,
): Happenings {
  const found: Happening[] = [];
  let days = 0;
  return {
    until(timeMs) {
      const wanted = Math.floor((timeMs - metersZeroMs) / dayMs) + 1;
      for (; days < wanted; days++) {
        const random = createRandom(mix(seed, days));
        if (random.next() >= share) continue;
        const { fromMs, toMs, strength } = draw(random);
        const day = metersZeroMs + days * dayMs;
        found.push({ fromMs: day + fromMs, toMs: day + toMs, strength });
      }
      return found;
    },
  };
}

/** An even rate while something happens: `perStrength` per hour times its strength. */
export function happeningFlow(happenings: Happenings, perStrength: number): Flow {
  return {
    rate(timeMs) {
      const now = findNow(happenings.until(timeMs), timeMs);
      return now === null ? 0 : perStrength * now.strength;
    },
    total(timeMs) {
      let sum = 0;
      for (const { fromMs, toMs, strength } of happenings.until(timeMs)) {
        if (fromMs >= timeMs) break;
        sum += (strength * (Math.min(toMs, timeMs) - fromMs)) / hourMs;
      }
      return perStrength * sum;
    },
  };
}

export function findNow(list: readonly Happening[], timeMs: number): Happening | null {
  for (let i = list.length - 1; i >= 0; i--) {
    const each = list[i];
    if (each === undefined || each.toMs <= timeMs) return null;
    if (each.fromMs <= timeMs) return each;
  }
  return null;
}

/** The local day that holds a moment begins then. */
export function localDay(timeMs: number): number {
  return Math.floor((timeMs + zoneOffsetMs) / dayMs) * dayMs - zoneOffsetMs;
}
