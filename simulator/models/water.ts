// Waste water: the flow follows its curve, concentrations follow the flow a little and the season a little, and wander
// together within bounds. Total nitrogen is never below ammonia nitrogen.

import type { Device, Profile } from "../fleet/device.ts";
import { mix, unit } from "../random.ts";
import { clamp, clampToInstrument, normalShareMax, upperLimits } from "./clamp.ts";
import type { Model } from "./model.ts";
import { wander } from "./noise.ts";
import { curveAt, season, warmthOfDay } from "./pattern.ts";

type WaterProfile = Extract<Profile, { type: "water" }>;

/** How strongly a concentration follows the flow, and how much higher it is in winter. */
const habits: Readonly<Record<string, { readonly flow: number; readonly winter: number }>> = {
  w01018: { flow: 0.25, winter: 0.04 },
  w21003: { flow: 0.2, winter: 0.22 },
  w21001: { flow: 0.1, winter: 0.12 },
  w21011: { flow: 0.18, winter: 0.03 },
};
const restless = { flow: 0.1, winter: 0 };

export function createWaterModel(device: Device, profile: WaterProfile): Model {
  const limits = upperLimits(device);
  const seedOf = (n: number): number => mix(device.seed, n);
  const pollutants = device.site.factors
    .filter((code) => !["w00000", "w01001", "w01010"].includes(code))
    .map((code, i) => {
      const limit = limits.get(code) ?? 1;
      return {
        code,
        limit,
        base: limit * (0.33 + 0.27 * unit(seedOf(10 + i))),
        seed: seedOf(40 + i),
        habit: habits[code] ?? restless,
      };
    });
  const shared = seedOf(1);
  const neutral = 7.15 + 0.5 * unit(seedOf(2));

  return (timeMs) => {
    const load = curveAt(profile.curve, timeMs) * (1 + 0.1 * wander(seedOf(3), timeMs));
    const plant = wander(shared, timeMs);
    const values = new Map<string, number>();
    values.set("w00000", clampToInstrument("w00000", profile.flowLPerSecond * Math.max(0.05, load)));
    values.set("w01001", clamp(neutral + 0.22 * wander(seedOf(4), timeMs), 6.3, 8.7));
    values.set("w01010", 17 + 7.5 * season(timeMs) + 0.5 * warmthOfDay(timeMs) + 1.2 * wander(seedOf(5), timeMs));
    for (const { code, limit, base, seed, habit } of pollutants) {
      const swing = 1 + 0.16 * plant + 0.16 * wander(seed, timeMs);
      const value = base * swing * (1 + habit.flow * (load - 1)) * (1 - habit.winter * season(timeMs));
      values.set(code, clamp(value, 0.04 * limit, normalShareMax * limit));
    }
    const ammonia = values.get("w21003") ?? 0;
    const nitrogen = values.get("w21001");
    if (nitrogen !== undefined) values.set("w21001", Math.max(nitrogen, 1.15 * ammonia + 0.4));
    return values;
  };
}
