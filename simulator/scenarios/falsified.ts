// The scenario "falsified": which outlet lies when and how, and which honest ones have trouble that looks like it. Every outlet
// has one role for the whole run; planning is a pure function of seed, site and day (UTC+8). Scores compare with what is
// planned here and acted out.

import { dayMs, hourMs, minuteMs, zoneOffsetMs } from "#domain/time.ts";
import type { Device } from "../fleet/device.ts";
import { createRandom, hashText, mix, type Random } from "../random.ts";
import { type Episode, type EpisodeKind, type FalsifiedKind, falsifiedKinds } from "./episode.ts";
import { createShow, isNearZero, pollutantsOf } from "./falsify.ts";
import type { Scenario } from "./scenario.ts";

/** Of the outfalls, and of the days of those. */
const liarShare = 0.45;
const lieChance = 0.6;
const troubleChance = 0.6;

interface Role {
  readonly kind: FalsifiedKind;
  readonly other: string | null;
}

/** Hours that an episode lasts. */
const lengths: Readonly<Partial<Record<EpisodeKind, readonly [number, number]>>> = {
  constant: [4, 9],
  clip: [6, 10],
  mirror: [9, 12],
  smooth: [5, 9],
  "abused-flags": [7, 10],
  "process-stop": [1, 4],
  drift: [16, 20],
  "back-blow": [18, 22],
  silence: [0.5, 2],
  maintenance: [0.5, 1.5],
  calibration: [0.3, 0.5],
};
const lengthDefault = [3, 7] as const;
const waterConstant = [11, 16] as const;

const troublesOfGas = ["process-stop", "back-blow", "drift", "silence", "maintenance", "calibration"] as const;
const troublesOfWater = ["drift", "silence", "maintenance", "calibration"] as const;

function fits(device: Device, kind: FalsifiedKind, partner: Device | undefined): boolean {
  const { profile } = device;
  const pollutants = pollutantsOf(device);
  if (pollutants.length === 0 || isNearZero(device)) return false;
  if (profile.type === "water") return kind === "constant" || kind === "step-drop";
  if (profile.type !== "gas") return false;
  if (kind === "simultaneous") return pollutants.length >= 3;
  if (kind === "dilution" || kind === "oxygen-low") return profile.oxygenPercent !== null;
  return kind !== "mirror" || partner !== undefined;
}

/** Each liar, in seeded order, takes the kind that fewest have, so that a small run has them all. */
function giveRoles(devices: readonly Device[], seed: number): Map<string, Role | "calm"> {
  const roles = new Map<string, Role | "calm">();
  const outfalls = devices
    .filter(({ site }) => site.kind === "water-outfall" || site.kind === "gas-outfall")
    .map((device) => ({ device, rank: hashText(device.site.id, mix(seed, 0xfa15)) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ device }) => device);
  const byWorks = Map.groupBy(outfalls, ({ site }) => `${site.enterprise} ${site.factors.join(" ")}`);
  const takers = new Map<FalsifiedKind, number>();
  const takersOf = (kind: FalsifiedKind): number => takers.get(kind) ?? 0;
  let liars = Math.round(outfalls.length * liarShare);
  for (const device of outfalls) {
    if (liars === 0) break;
    const { site } = device;
    if (roles.has(site.id)) continue;
    const works = byWorks.get(`${site.enterprise} ${site.factors.join(" ")}`) ?? [];
    const partner = works.find((each) => each !== device && !roles.has(each.site.id) && !isNearZero(each));
    const [kind] = falsifiedKinds
      .filter((each) => fits(device, each, partner))
      .toSorted((a, b) => takersOf(a) - takersOf(b));
    if (kind === undefined) continue;
    takers.set(kind, takersOf(kind) + 1);
    const other = kind === "mirror" ? (partner?.site.id ?? null) : null;
    // The outlet that is mirrored shows itself, and nothing else.
    if (other !== null) roles.set(other, "calm");
    roles.set(site.id, { kind, other });
    liars--;
  }
  return roles;
}

function strengthOf(kind: EpisodeKind, random: Random): number {
  switch (kind) {
    case "step-drop":
      return random.between(0.6, 0.8);
    case "simultaneous":
      return random.between(0.4, 0.7);
    case "dilution":
      return random.between(0.5, 0.8);
    case "mirror":
      return random.between(0.05, 0.4);
    case "flow-low":
      return random.between(0.4, 0.8);
    default:
      return random.next();
  }
}

const oneFactor: ReadonlySet<EpisodeKind> = new Set(["constant", "clip", "step-drop", "abused-flags", "calibration"]);

function planDay(device: Device, role: Role | "calm" | undefined, day: number, seed: number): Episode[] {
  if (role === "calm") return [];
  const random = createRandom(mix(mix(device.seed, seed), day));
  const isWater = device.profile.type === "water";
  if (random.next() >= (role === undefined ? troubleChance : lieChance)) return [];
  const kind = role === undefined ? random.pick(isWater ? troublesOfWater : troublesOfGas) : role.kind;
  const [least, most] = isWater && kind === "constant" ? waterConstant : (lengths[kind] ?? lengthDefault);
  const lengthMs = Math.round((random.between(least, most) * hourMs) / minuteMs) * minuteMs;
  const latest = dayMs - lengthMs - hourMs;
  const fromMs = day * dayMs - zoneOffsetMs + Math.floor(random.between(0.5 * hourMs, latest) / minuteMs) * minuteMs;
  const factor = oneFactor.has(kind) ? random.pick(pollutantsOf(device)) : null;
  const about = { site: device.site.id, kind, factor, fromMs, toMs: fromMs + lengthMs };
  const episode: Episode = { ...about, strength: strengthOf(kind, random), variant: null };
  if (kind === "mirror" && role !== undefined && role.other !== null) return [{ ...episode, other: role.other }];
  if (kind === "replay") {
    // Yesterday at this hour, or some hours ago: it must not reach into itself.
    const lagMinutes = random.next() < 0.5 ? 1440 : Math.ceil(lengthMs / minuteMs) + 60 + random.below(480);
    return [{ ...episode, lagMs: Math.min(1440, lagMinutes) * minuteMs }];
  }
  if (kind !== "process-stop") return [episode];
  const upMs = Math.min(episode.toMs + 2 * hourMs, (day + 1) * dayMs - zoneOffsetMs);
  return [episode, { ...episode, kind: "start-up", fromMs: episode.toMs, toMs: upMs }];
}

export function createFalsified(devices: readonly Device[], seed: number): Scenario {
  const roles = giveRoles(devices, seed);
  const byId = new Map(devices.map((device) => [device.site.id, device]));
  return {
    name: "falsified",
    planHour(device, hour) {
      const fromMs = hour * hourMs;
      const day = Math.floor((fromMs + zoneOffsetMs) / dayMs);
      const { kind } = device.site;
      if (kind !== "water-outfall" && kind !== "gas-outfall") return [];
      return planDay(device, roles.get(device.site.id), day, seed).filter(
        (episode) => episode.fromMs >= fromMs && episode.fromMs < fromMs + hourMs,
      );
    },
    planOpenings: () => [],
    showOf: (device) => createShow(device, (site) => byId.get(site)),
  };
}
