// An integrated steel works of some million tonnes a year: what each unit makes, takes and gives, medium by medium, as flows. The
// same flows are read at the energy centre and at the units, so parts and wholes agree but for what is lost on the way, and that
// is known here and nowhere else. Magnitudes per tonne follow a public model plant and rules of thumb, not measured data.
//
//   sintering ─▶ blast furnaces ─▶ converters ─▶ rolling        power plant: burns what gas is left over
//   coking ──coke──┘   │ bfg          │ ldg                      air separation: oxygen, nitrogen, argon
//      └─ cog          ▼              ▼
//                   holder         holder, in beats

import { hourMs, minuteMs } from "#domain/time.ts";
import { createRandom, mix } from "../../random.ts";
import { createWave, metersZeroMs, waveSlopePerHour, waveValue } from "../wave.ts";
import { createBeats, createHappenings, type Flow, happeningFlow, minus, plus, times, waveFlow } from "./flow.ts";
import { createHolder, type Holder, type LevelPath, tripAt } from "./holder.ts";

export const units = ["sinter", "coking", "blast-furnace", "converter", "rolling", "power", "air-separation"] as const;
export type Unit = (typeof units)[number];

/** What a unit has to do with a medium. */
export interface Tap {
  readonly unit: Unit;
  readonly medium: string;
  readonly way: "use" | "make";
  readonly flow: Flow;
}

export const gases = ["bfg", "cog", "ldg"] as const;
export type Gas = (typeof gases)[number];

export interface GasSystem {
  readonly made: Flow;
  readonly flared: Flow;
  readonly lost: Flow;
  readonly holder: Holder;
  readonly capacityM3: number;
}

export interface Works {
  readonly taps: readonly Tap[];
  readonly gas: Readonly<Record<Gas, GasSystem>>;
  /** Tonnes, by unit that makes them. */
  readonly products: Readonly<Partial<Record<Unit, Flow>>>;
  /** By medium: what disappears between those who make or buy it and those who use it, and is metered nowhere. */
  readonly lost: Readonly<Record<string, Flow>>;
  /** Electricity from the grid. */
  readonly bought: Flow;
}

/** Shares that are lost on the way. */
const lostShare: Readonly<Record<string, number>> = {
  elec: 0.012,
  steam: 0.04,
  bfg: 0.005,
  cog: 0.004,
  ldg: 0.006,
  o2: 0.015,
  n2: 0.02,
  ar: 0.01,
};

/** For one tonne of the unit's product: [unit, medium, way, amount, swing]. */
const perTonne: readonly (readonly [unit: Unit, medium: string, way: "use" | "make", amount: number, swing: number])[] =
  [
    ["sinter", "elec", "use", 46, 0.04],
    ["sinter", "elec", "make", 18, 0.05],
    ["sinter", "bfg", "use", 12, 0.06],
    ["sinter", "cog", "use", 6, 0.06],
    ["sinter", "coke", "use", 0.052, 0.02],
    ["sinter", "steam", "make", 0.05, 0.08],
    ["sinter", "nw", "use", 0.12, 0.08],
    ["coking", "coal", "use", 1.33, 0.01],
    ["coking", "coke", "make", 1, 0],
    ["coking", "cog", "make", 420, 0.02],
    ["coking", "cog", "use", 115, 0.05],
    ["coking", "bfg", "use", 300, 0.05],
    ["coking", "elec", "use", 58, 0.04],
    ["coking", "elec", "make", 105, 0.05],
    ["coking", "steam", "make", 0.1, 0.06],
    ["coking", "nw", "use", 0.6, 0.08],
    ["blast-furnace", "coke", "use", 0.37, 0.02],
    ["blast-furnace", "bfg", "make", 1_430, 0.03],
    ["blast-furnace", "elec", "use", 115, 0.03],
    ["blast-furnace", "elec", "make", 38, 0.05],
    ["blast-furnace", "o2", "use", 45, 0.05],
    ["blast-furnace", "n2", "use", 40, 0.05],
    ["blast-furnace", "steam", "use", 0.03, 0.1],
    ["blast-furnace", "nw", "use", 0.75, 0.06],
    ["converter", "elec", "use", 36, 0.06],
    ["converter", "o2", "use", 55, 0.05],
    ["converter", "n2", "use", 40, 0.06],
    ["converter", "ar", "use", 2.5, 0.08],
    ["converter", "ldg", "use", 12, 0.08],
    ["converter", "steam", "make", 0.075, 0.1],
    ["converter", "nw", "use", 0.5, 0.06],
    ["rolling", "elec", "use", 105, 0.06],
    ["rolling", "cog", "use", 85, 0.06],
    ["rolling", "bfg", "use", 150, 0.06],
    ["rolling", "ldg", "use", 25, 0.07],
    ["rolling", "ng", "use", 2.8, 0.1],
    ["rolling", "nw", "use", 0.7, 0.07],
    ["rolling", "steam", "use", 0.02, 0.1],
  ];

/** Tonnes per hour for each Mt/a of crude steel. */
const tonnesPerHour: Readonly<Partial<Record<Unit, number>>> = {
  sinter: 138,
  coking: 46,
  "blast-furnace": 101,
  rolling: 109,
};
const steelPerHour = 114;

/** A heat: tapped every 38 minutes; gas is recovered from the 7th to the 17th minute of it. */
const heat = { periodMs: 38 * minuteMs, fromMs: 7 * minuteMs, toMs: 17 * minuteMs, m3PerTonne: 105 };
/** Stoves are changed every three quarters of an hour. */
const stove = { count: 8, periodMs: 45 * minuteMs, fromMs: 0, toMs: 38 * minuteMs, m3PerTonne: 410 };

export function createWorks(seed: number, crudeMtPerYear: number): Works {
  const seedOf = (n: number): number => mix(seed, n);
  const wave = (n: number, mean: number, swing: number): Flow =>
    waveFlow(createWave(seedOf(n), mean * crudeMtPerYear, swing));

  // Blast furnaces stand for some hours now and then: iron, its gas and what belongs to it are missing by that share.
  const stands = createHappenings(seedOf(1), 0.04, (random) => {
    const from = random.between(1, 14) * hourMs;
    return { fromMs: from, toMs: from + random.between(2, 6) * hourMs, strength: random.between(0.25, 0.4) };
  });
  const peaks = createHappenings(seedOf(2), 0.35, (random) => {
    const from = Math.round(random.between(8, 21) * 4) * 15 * minuteMs;
    return { fromMs: from, toMs: from + random.between(18, 40) * minuteMs, strength: random.between(0.05, 0.12) };
  });

  const steel = wave(10, steelPerHour, 0.04);
  const products: Partial<Record<Unit, Flow>> = { converter: steel };
  Object.entries(tonnesPerHour).forEach(([unit, mean], i) => {
    const flow = wave(11 + i, mean, 0.04);
    const down = happeningFlow(stands, -mean * crudeMtPerYear);
    if (unit === "blast-furnace") products["blast-furnace"] = plus(flow, down);
    else if (unit === "sinter" || unit === "coking" || unit === "rolling") products[unit] = flow;
  });

  const taps: Tap[] = perTonne.map(([unit, medium, way, amount, swing], i) => {
    const mean = (unit === "converter" ? steelPerHour : (tonnesPerHour[unit] ?? 0)) * amount;
    const flow = swing === 0 ? times(products[unit] ?? steel, amount) : wave(100 + i, mean, swing);
    if (unit !== "blast-furnace") return { unit, medium, way, flow };
    return { unit, medium, way, flow: plus(flow, happeningFlow(stands, -mean * crudeMtPerYear)) };
  });
  const sum = (medium: string, way: Tap["way"]): Flow =>
    plus(...taps.filter((tap) => tap.medium === medium && tap.way === way).map(({ flow }) => flow));
  const add = (unit: Unit, medium: string, way: Tap["way"], flow: Flow): void => {
    taps.push({ unit, medium, way, flow });
  };

  // Gas in beats.
  const random = createRandom(seedOf(3));
  const converters = 3;
  const perHeat = (steelPerHour * crudeMtPerYear * heat.m3PerTonne * heat.periodMs) / hourMs / converters;
  const heats = Array.from({ length: converters }, (_, i) =>
    createBeats(perHeat, heat.periodMs, heat, (heat.periodMs * i) / converters + random.between(0, 3 * minuteMs)),
  );
  add("converter", "ldg", "make", plus(...heats));
  const stoveMean = (tonnesPerHour["blast-furnace"] ?? 0) * crudeMtPerYear * stove.m3PerTonne;
  const perStove = (stoveMean * stove.periodMs) / hourMs / stove.count;
  const stoves = Array.from({ length: stove.count }, (_, i) =>
    createBeats(perStove, stove.periodMs, stove, (stove.periodMs * i) / stove.count + random.between(0, 2 * minuteMs)),
  );
  add("blast-furnace", "bfg", "use", plus(...stoves));

  const gas = {
    bfg: createGas("bfg", 60_000),
    cog: createGas("cog", 15_000),
    ldg: createGas("ldg", 24_000),
  };

  function createGas(medium: Gas, capacityPerMt: number): GasSystem {
    const place = gases.indexOf(medium);
    const capacityM3 = capacityPerMt * crudeMtPerYear;
    const made = sum(medium, "make");
    const torch = createWave(
      seedOf(300 + place),
      ({ bfg: 430, cog: 40, ldg: 90 } as const)[medium] * crudeMtPerYear,
      0.8,
    );
    const trips = createHappenings(
      seedOf(310 + place),
      ({ bfg: 0.03, cog: 0.02, ldg: 0.11 } as const)[medium],
      (draw) => tripAt(Math.floor(draw.between(1, 20)), Math.floor(draw.between(70, 130)), draw.between(0.75, 1)),
    );
    const left = { bfg: 18_000, cog: 1_500, ldg: 5_400 } as const;
    const holder = createHolder({
      capacityM3,
      path: holderPath(medium, place, made, capacityM3 / 100),
      fullPercent: 95,
      trips,
      notTakenPerHour: left[medium] * crudeMtPerYear,
    });
    const flared = plus(waveFlow(torch), holder.flared);
    const lost = times(made, lostShare[medium] ?? 0);
    // The power plant burns what the others leave: that is what keeps the holder on its path.
    add("power", medium, "use", minus(made, flared, lost, holder.stored, sum(medium, "use")));
    return { made, flared, lost, holder, capacityM3 };
  }

  /** A slow path. The holder of converter gas swallows the beat of the heats, so that what is taken from it is steady. */
  function holderPath(medium: Gas, place: number, made: Flow, perPercent: number): LevelPath {
    const slow = createWave(seedOf(320 + place), 54, 0.24, { shape: "slow" });
    const path: LevelPath = {
      value: (timeMs) => waveValue(slow, timeMs),
      slope: (timeMs) => waveSlopePerHour(slow, timeMs),
    };
    if (medium !== "ldg") return path;
    const mean = (perHeat * converters * hourMs) / heat.periodMs;
    return {
      value: (timeMs) =>
        path.value(timeMs) + (made.total(timeMs) - (mean * (timeMs - metersZeroMs)) / hourMs) / perPercent,
      slope: (timeMs) => path.slope(timeMs) + (made.rate(timeMs) - mean) / perPercent,
    };
  }

  // Oxygen, nitrogen, argon: made for whoever uses them, and a little more.
  for (const medium of ["o2", "n2", "ar"])
    add("air-separation", medium, "make", times(sum(medium, "use"), 1 / (1 - (lostShare[medium] ?? 0))));
  add("air-separation", "elec", "use", times(sum("o2", "make"), 0.65));
  add("air-separation", "nw", "use", wave(90, 6, 0.08));

  // Steam that nobody else needs turns the turbines.
  const steamMade = sum("steam", "make");
  add("power", "steam", "use", minus(steamMade, sum("steam", "use"), times(steamMade, lostShare["steam"] ?? 0)));
  add("power", "nw", "use", wave(91, 70, 0.08));
  add("power", "elec", "use", wave(92, 2_600, 0.05));
  // kWh of a cubic metre: a good quarter of its heat; and of a tonne of steam.
  const kwh = { bfg: 0.24, cog: 1.3, ldg: 0.55 } as const;
  const burnt = gases.map((medium) => times(powerUse(medium), kwh[medium]));
  add("power", "elec", "make", plus(...burnt, times(powerUse("steam"), 120)));

  function powerUse(medium: string): Flow {
    return (
      taps.find((tap) => tap.unit === "power" && tap.medium === medium && tap.way === "use")?.flow ?? wave(99, 0, 0)
    );
  }

  // Auxiliaries and arc furnaces stand at the converters' bus; they make the peaks of the demand.
  add(
    "converter",
    "elec",
    "use",
    plus(wave(93, steelPerHour * 85, 0.08), happeningFlow(peaks, 57_000 * crudeMtPerYear)),
  );

  const used = sum("elec", "use");
  const made = sum("elec", "make");
  const bought = minus(times(used, 1 / (1 - (lostShare["elec"] ?? 0))), made);
  const lost: Record<string, Flow> = { elec: minus(plus(bought, made), used) };
  for (const medium of ["steam", "o2", "n2", "ar"]) lost[medium] = minus(sum(medium, "make"), sum(medium, "use"));
  for (const medium of gases) lost[medium] = gas[medium].lost;
  return { taps, gas, products, lost, bought };
}
