// Name → which site misbehaves when. Planning is a pure function of (seed, site, hour), so the same run can be planned
// again; only outfalls misbehave.

import { hourMs, minuteMs } from "#domain/time.ts";
import type { Device } from "../fleet/device.ts";
import { createRandom, hashText, mix, type Random } from "../random.ts";
import { nonsenseVariants, type Episode, type EpisodeKind } from "./episode.ts";
import { createFalsified } from "./falsified.ts";
import type { Show } from "./falsify.ts";

export const scenarioNames = ["everyday", "calm", "storm", "falsified"] as const;
export type ScenarioName = (typeof scenarioNames)[number];

export function isScenarioName(text: string): text is ScenarioName {
  return (scenarioNames as readonly string[]).includes(text);
}

export interface Scenario {
  readonly name: ScenarioName;
  /** Episodes of this site that begin in this hour of event time (whole hours since the epoch). */
  planHour(device: Device, hour: number): readonly Episode[];
  /** Episodes that begin right after one of the openings, so that a screen has something to show at once. */
  planOpenings(device: Device): readonly Episode[];
  /** What a device shows under its episodes, where that is more than its model and a raised value. */
  showOf?(device: Device): Show;
}

/** What a site of the everyday group does: how often per hour, for how many minutes. */
interface Habit {
  readonly kinds: readonly EpisodeKind[];
  /** Share of all outfalls. */
  readonly share: number;
  readonly atLeast: number;
  readonly chancePerHour: number;
  readonly minutes: readonly [number, number];
}

const everydayHabits: readonly Habit[] = [
  { kinds: ["exceed"], share: 0.01, atLeast: 5, chancePerHour: 0.5, minutes: [5, 20] },
  { kinds: ["silence", "line-loss"], share: 0.01, atLeast: 1, chancePerHour: 0.6, minutes: [3, 10] },
  { kinds: ["nonsense"], share: 0.005, atLeast: 1, chancePerHour: 0.7, minutes: [2, 10] },
  { kinds: ["maintenance", "calibration"], share: 0.008, atLeast: 1, chancePerHour: 0.4, minutes: [10, 30] },
  { kinds: ["duplicate"], share: 0.004, atLeast: 1, chancePerHour: 0.5, minutes: [2, 10] },
  { kinds: ["disorder"], share: 0.004, atLeast: 1, chancePerHour: 0.5, minutes: [2, 10] },
];

/** Sites that exceed right after an opening. */
const openingCount = 5;
const openingStaggerMs = 2_000;
const stormShare = 0.2;
const stormMs = 10 * minuteMs;
const stormEveryHours = 2;

function isOutfall(device: Device): boolean {
  return device.site.kind === "water-outfall" || device.site.kind === "gas-outfall";
}

/** A factor whose upper limit can be exceeded, or null when the device has none. */
function pickFactor(device: Device, random: Random): string | null {
  const candidates = device.limits.filter((limit) => limit.max !== null && limit.factor !== "w01001");
  return candidates.length === 0 ? null : random.pick(candidates).factor;
}

function createEpisode(
  device: Device,
  kind: EpisodeKind,
  fromMs: number,
  lengthMs: number,
  random: Random,
): Episode | null {
  const needsFactor = kind === "exceed" || kind === "calibration";
  const factor = needsFactor ? pickFactor(device, random) : null;
  if (needsFactor && factor === null) return null;
  return {
    site: device.site.id,
    kind,
    factor,
    fromMs,
    toMs: fromMs + lengthMs,
    strength: random.between(0.15, 0.9),
    variant: kind === "nonsense" ? random.pick(nonsenseVariants) : null,
  };
}

/** Outfalls in seeded order; groups are cut from the front, so they never overlap. */
function rankOutfalls(devices: readonly Device[], seed: number): Device[] {
  return devices
    .filter(isOutfall)
    .map((device) => ({ device, rank: hashText(device.site.id, mix(seed, 0x7ce4)) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ device }) => device);
}

function createEveryday(devices: readonly Device[], seed: number, openings: readonly number[]): Scenario {
  const ranked = rankOutfalls(devices, seed);
  const habitOf = new Map<string, Habit>();
  const openers = new Map<string, number>();
  let next = 0;
  for (const habit of everydayHabits) {
    const count = Math.max(habit.atLeast, Math.round(ranked.length * habit.share));
    for (const device of ranked.slice(next, next + count)) {
      if (habit.kinds[0] === "exceed" && openers.size < openingCount) openers.set(device.site.id, openers.size);
      habitOf.set(device.site.id, habit);
    }
    next += count;
  }
  return {
    name: "everyday",
    planHour: (device, hour) => {
      const habit = habitOf.get(device.site.id);
      if (habit === undefined) return [];
      const random = createRandom(mix(mix(device.seed, seed), hour));
      if (random.next() >= habit.chancePerHour) return [];
      const fromMs = hour * hourMs + random.between(0, hourMs);
      const lengthMs = random.between(habit.minutes[0], habit.minutes[1]) * minuteMs;
      const episode = createEpisode(device, random.pick(habit.kinds), fromMs, lengthMs, random);
      return episode === null ? [] : [episode];
    },
    planOpenings: (device) => {
      const place = openers.get(device.site.id);
      if (place === undefined) return [];
      return openings.flatMap((openingMs, i) => {
        const random = createRandom(mix(mix(device.seed, seed), -1 - i));
        const lengthMs = random.between(5, 20) * minuteMs;
        return createEpisode(device, "exceed", openingMs + place * openingStaggerMs, lengthMs, random) ?? [];
      });
    },
  };
}

function createStorm(devices: readonly Device[], seed: number, openings: readonly number[]): Scenario {
  const ranked = rankOutfalls(devices, seed);
  const struck = new Set(ranked.slice(0, Math.ceil(ranked.length * stormShare)).map((device) => device.site.id));
  const strike = (device: Device, fromMs: number, salt: number): Episode[] => {
    if (!struck.has(device.site.id)) return [];
    const random = createRandom(mix(mix(device.seed, seed), salt));
    const episode = createEpisode(device, "exceed", fromMs + random.between(0, 5_000), stormMs, random);
    return episode === null ? [] : [episode];
  };
  return {
    name: "storm",
    planHour: (device, hour) =>
      hour % stormEveryHours === 0 ? strike(device, hour * hourMs + 30 * minuteMs, hour) : [],
    planOpenings: (device) => openings.flatMap((openingMs, i) => strike(device, openingMs, -1 - i)),
  };
}

/** `openings`: moments of event time after which something should be seen within seconds, e.g. the start of the run. */
export function createScenario(
  name: ScenarioName,
  devices: readonly Device[],
  seed: number,
  openings: readonly number[],
): Scenario {
  if (name === "everyday") return createEveryday(devices, seed, openings);
  if (name === "storm") return createStorm(devices, seed, openings);
  if (name === "falsified") return createFalsified(devices, seed);
  return { name, planHour: () => [], planOpenings: () => [] };
}
