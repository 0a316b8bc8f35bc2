// Air, river, drinking water, noise and background radiation: weather and traffic make them, not a plant. Magnitudes as
// usual in Hebei; episodes of heavy pollution are not modelled.

import type { Device } from "../fleet/device.ts";
import { mix } from "../random.ts";
import { clamp } from "./clamp.ts";
import type { Model } from "./model.ts";
import { wander } from "./noise.ts";
import { curveAt, season, warmthOfDay } from "./pattern.ts";

const airFactor = { city: 1, industry: 1.2, country: 0.6 } as const;
/** Cities on the plateau, with their usual air pressure in kPa. */
const plateauKPa: Readonly<Record<string, number>> = { "130700": 93.2, "130800": 97.2 };

export function createAirModel(device: Device, variant: keyof typeof airFactor): Model {
  const seedOf = (n: number): number => mix(device.seed, n);
  const dirt = airFactor[variant];
  const sea = plateauKPa[device.site.city] ?? 101.2;
  return (timeMs) => {
    const summer = season(timeMs);
    const stagnation = wander(seedOf(1), timeMs);
    const traffic = 0.5 + 0.5 * curveAt("traffic", timeMs);
    const fine = clamp(36 * dirt * (1 - 0.4 * summer) * (0.8 + 0.2 * traffic) * (1 + 0.5 * stagnation), 4, 180);
    const nitrogenDioxide = clamp(32 * dirt * traffic * (1 - 0.25 * summer) * (1 + 0.35 * stagnation), 4, 120);
    const ozone =
      (62 + 38 * summer) * curveAt("sun", timeMs) * (1 + 0.2 * wander(seedOf(2), timeMs)) -
      0.3 * (nitrogenDioxide - 30);
    return new Map([
      ["a34004", fine],
      ["a34002", fine * 1.45 + 14 + 8 * wander(seedOf(3), timeMs)],
      ["a21026", clamp(11 * dirt * (1 - 0.35 * summer) * (1 + 0.4 * wander(seedOf(4), timeMs)), 2, 80)],
      ["a21004", nitrogenDioxide],
      ["a21005", clamp(0.75 * dirt * traffic * (1 - 0.3 * summer) * (1 + 0.3 * stagnation), 0.2, 4)],
      ["a05024", clamp(ozone, 4, 185)],
      ["a01001", 13 + 14 * summer + 4.5 * warmthOfDay(timeMs) + 2 * wander(seedOf(5), timeMs)],
      ["a01002", clamp(57 + 13 * summer - 15 * warmthOfDay(timeMs) + 14 * wander(seedOf(6), timeMs), 8, 99)],
      ["a01006", sea - 0.9 * summer + 0.5 * wander(seedOf(7), timeMs)],
      ["a01007", clamp(2.1 - 1.4 * stagnation + 0.6 * warmthOfDay(timeMs), 0.2, 15)],
      ["a01008", (((230 + 150 * wander(seedOf(8), timeMs)) % 360) + 360) % 360],
    ]);
  };
}

/** Base values of a river of class III and of a reservoir of class II. */
const rivers = {
  "water-station": {
    saturation: 0.93,
    conductivity: 940,
    turbidity: 17,
    permanganate: 3.7,
    ammonia: 0.36,
    phosphorus: 0.095,
    nitrogen: 3.3,
  },
  "drinking-water": {
    saturation: 0.97,
    conductivity: 390,
    turbidity: 4.2,
    permanganate: 2.2,
    ammonia: 0.09,
    phosphorus: 0.028,
    nitrogen: 1.5,
  },
} as const;

export function createRiverModel(device: Device): Model {
  const seedOf = (n: number): number => mix(device.seed, n);
  const base = device.site.kind === "drinking-water" ? rivers["drinking-water"] : rivers["water-station"];
  return (timeMs) => {
    const temperature = clamp(
      13.5 + 11.5 * season(timeMs) + 0.8 * warmthOfDay(timeMs) + wander(seedOf(1), timeMs),
      0.5,
      29,
    );
    const run = wander(seedOf(2), timeMs);
    const swing = (n: number, share: number): number => 1 + share * (0.5 * run + 0.5 * wander(seedOf(n), timeMs));
    const values = new Map([
      ["w01010", temperature],
      ["w01001", 7.9 + 0.15 * warmthOfDay(timeMs) + 0.15 * wander(seedOf(3), timeMs)],
      // Fresh water saturates at 468 / (31.6 + T) mg/L [GB 3838-2002, remark to table 1].
      [
        "w01009",
        (468 / (31.6 + temperature)) *
          base.saturation *
          (1 + 0.05 * warmthOfDay(timeMs) + 0.04 * wander(seedOf(4), timeMs)),
      ],
      ["w01014", base.conductivity * swing(5, 0.15)],
      ["w01003", base.turbidity * swing(6, 0.6)],
      ["w01019", base.permanganate * swing(7, 0.35)],
      ["w21003", base.ammonia * swing(8, 0.6) * (1 - 0.2 * season(timeMs))],
      ["w21011", base.phosphorus * swing(9, 0.45)],
      ["w21001", base.nitrogen * swing(10, 0.3)],
    ]);
    if (device.site.kind === "drinking-water") values.set("w01016", 6 * swing(11, 0.6) * (1 + 0.5 * season(timeMs)));
    return values;
  };
}

export function createNoiseModel(device: Device): Model {
  const seedOf = (n: number): number => mix(device.seed, n);
  return (timeMs) => {
    const level = 47.5 + 8 * curveAt("traffic", timeMs) - 3.2 + 1.8 * wander(seedOf(1), timeMs);
    const unrest = 1 + 0.2 * wander(seedOf(2), timeMs);
    return new Map([
      ["LA", level - 1 + 4 * wander(seedOf(3), timeMs)],
      ["Leq", level],
      ["L10", level + 3 * unrest],
      ["L50", level - 2.2 * unrest],
      ["L90", level - 6.5 * unrest],
      ["LMx", level + 14 * unrest],
      ["LMn", level - 10.5 * unrest],
    ]);
  };
}

export function createRadiationModel(device: Device): Model {
  const base = 78 + (device.seed % 24);
  return (timeMs) => new Map([["X-GAMMA", base + 2.4 * wander(mix(device.seed, 1), timeMs)]]);
}
