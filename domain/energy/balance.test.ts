// Balances close exactly, whatever the meters say; indicators are those worked out by hand.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Amount } from "./amount.ts";
import { balanceOf, checkMeterTree } from "./balance.ts";
import { carbonOf, flareRate, gradeProcess, ownGeneration, plantCoal, processCoal } from "./indicators.ts";
import type { Plant, PlantNode, RealMeter } from "./plant.ts";

const node = (id: string, kind: PlantNode["kind"], process: string | null = null): PlantNode => ({
  id,
  kind,
  nameZh: id,
  nameEn: id,
  process,
});
const meter = (id: string, medium: string, parent: string | null = null): RealMeter => ({
  id,
  site: "P",
  factor: `${id}.total`,
  medium,
  parent,
  turnsAt: null,
  ratio: 1,
  perHourMax: null,
});

const plant: Plant = {
  id: "P",
  version: 1,
  from: 0,
  name: "P",
  enterprise: "P",
  city: "130200",
  contractKw: 200_000,
  nodes: [
    node("grid", "bought"),
    node("power-plant", "made"),
    node("gas-net", "network"),
    node("bf", "process", "blast-furnace"),
    node("bof", "process", "converter"),
    node("holder", "store"),
    node("torch", "flare"),
    node("neighbour", "sold"),
  ],
  edges: [
    { id: "1", medium: "elec", from: "grid", to: "gas-net", meter: "buy" },
    { id: "2", medium: "elec", from: "power-plant", to: "gas-net", meter: "own" },
    { id: "3", medium: "elec", from: "gas-net", to: "bf", meter: "bf-elec" },
    { id: "4", medium: "elec", from: "gas-net", to: "bof", meter: "bof-elec" },
    { id: "5", medium: "elec", from: "gas-net", to: "neighbour", meter: "sell" },
    { id: "6", medium: "ldg", from: "bof", to: "gas-net", meter: "ldg-make" },
    { id: "7", medium: "ldg", from: "gas-net", to: "bf", meter: "ldg-use" },
    { id: "8", medium: "ldg", from: "gas-net", to: "torch", meter: "ldg-flare" },
    { id: "9", medium: "ldg", from: "gas-net", to: "holder", meter: "ldg-in" },
  ],
  meters: [
    meter("buy", "elec"),
    meter("bf-elec", "elec", "buy"),
    meter("bof-elec", "elec", "buy"),
    ...["own", "sell"].map((id) => meter(id, "elec")),
    ...["ldg-make", "ldg-use", "ldg-flare", "ldg-in"].map((id) => meter(id, "ldg")),
    meter("iron", ""),
    meter("steel", ""),
  ],
  virtualMeters: [],
  holders: [],
  products: { "blast-furnace": "iron", converter: "steel" },
};

function amounts(given: Readonly<Record<string, number>>, coverage = 1) {
  return (id: string): Amount | undefined => {
    const value = given[id];
    return value === undefined ? undefined : { amount: Math.round(value * 1_000), coverage, attributed: 0 };
  };
}

const month = Date.UTC(2026, 9, 1);
const given = {
  buy: 60_000_000,
  own: 140_000_000,
  "bf-elec": 90_000_000,
  "bof-elec": 105_000_000,
  sell: 4_000_000,
  "ldg-make": 50_000_000,
  "ldg-use": 47_000_000,
  "ldg-flare": 1_500_000,
  "ldg-in": 900_000,
  iron: 360_000,
  steel: 400_000,
};

describe("a balance", () => {
  it("has the imbalance as its own number", () => {
    const elec = balanceOf(plant, "elec", amounts(given), 0);
    expect(elec).toMatchObject({ bought: 6e10, made: 14e10, used: 19.5e10, sold: 4e9, imbalance: 1e9, coverage: 1 });
    expect(elec.imbalanceShare).toBe(0.005);
    // The edge into the holder is inside: what counts is how much it holds more.
    const gas = balanceOf(plant, "ldg", amounts(given), 800_000_000);
    expect(gas.imbalance).toBe(50e9 - 47e9 - 1.5e9 - 0.8e9);
    expect(flareRate(gas).value).toBe(0.03);
    expect(ownGeneration(elec).value).toBeCloseTo(140 / 195, 12);
  });

  it("closes exactly for any amounts", () => {
    const any = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 });
    fc.assert(
      fc.property(fc.array(any, { minLength: 9, maxLength: 9 }), any, (list, stored) => {
        const ids = ["buy", "own", "bf-elec", "bof-elec", "sell", "ldg-make", "ldg-use", "ldg-flare", "ldg-in"];
        const of = (id: string): Amount => ({ amount: list[ids.indexOf(id)] ?? 0, coverage: 1, attributed: 0 });
        for (const medium of ["elec", "ldg"]) {
          const { bought, made, used, sold, flared, lost, imbalance, ...rest } = balanceOf(plant, medium, of, stored);
          expect(bought + made).toBe(used + sold + flared + lost + rest.stored + imbalance);
        }
      }),
    );
  });

  it("says how much of the time it knows", () => {
    expect(balanceOf(plant, "elec", amounts(given, 0.8), 0).coverage).toBe(0.8);
    const { own: _, ...without } = given;
    expect(balanceOf(plant, "elec", amounts(without), 0).coverage).toBe(0);
  });

  it("holds a meter against those below it", () => {
    expect(checkMeterTree(plant, amounts({ ...given, buy: 200_000_000 }))).toEqual([
      {
        parent: "buy",
        children: ["bf-elec", "bof-elec"],
        parentAmount: 200e9,
        childrenAmount: 195e9,
        share: 0.025,
        coverage: 1,
      },
    ]);
  });
});

describe("indicators", () => {
  it("of the plant count what crossed the fence and what stores lost", () => {
    const coal = plantCoal(plant, amounts(given), new Map([["ldg", 800_000_000]]), "equivalent", month);
    // (60 − 4) GWh × 0.1229 − 0.8 Mm³ × 0.2714, over 400,000 t
    expect(coal.value).toBeCloseTo((56e6 * 0.1229 - 0.8e6 * 0.2714) / 400_000, 9);
    expect(coal.unknown).toEqual([]);
  });

  it("of a process count what it used less what it gave, so that a converter is below zero", () => {
    const coal = processCoal(plant, "converter", amounts(given), "equivalent", month);
    expect(coal.value).toBeCloseTo((105e6 * 0.1229 - 50e6 * 0.2714) / 400_000, 9);
    expect(coal.value).toBeLessThan(0);
    const other = processCoal(plant, "converter", amounts(given), "equal-value", month);
    expect(other.kgce).toBeCloseTo(105e6 * 0.3 - 50e6 * 0.2714, 3);
  });

  it("say nothing where nothing was produced", () => {
    expect(processCoal(plant, "converter", amounts({ ...given, steel: 0 }), "equivalent", month).value).toBeNull();
  });

  it("are held against the edition in force on the day", () => {
    expect(gradeProcess("converter", -11, Date.UTC(2026, 4, 1))).toMatchObject({
      standard: "GB 21256-2013",
      grade: "limit",
    });
    expect(gradeProcess("converter", -11, month)).toMatchObject({ standard: "GB 21256-2025", grade: "beyond" });
    expect(gradeProcess("converter", -30, month)).toMatchObject({ grade: "advanced" });
    expect(gradeProcess("hot-rolling", 50, month)).toBeNull();
  });

  it("count carbon of what was bought", () => {
    const coal = plantCoal(plant, amounts(given), new Map(), "equivalent", month);
    expect(carbonOf(coal).tonnes).toBeCloseTo(56e6 * 0.0005703, 6);
    expect(carbonOf(coal).value).toBeCloseTo((56e6 * 0.0005703) / 400_000, 12);
  });
});
