// The fleet: sums, ids, names, places, limits, and that a seed decides everything.

import { describe, expect, it } from "vitest";
import { bounds } from "#domain/bounds.ts";
import { cities } from "#domain/city.ts";
import { findFactor } from "#domain/factor.ts";
import { isSiteId, siteKinds } from "#domain/site.ts";
import { limitsOfStandard } from "#domain/standard.ts";
import { createFleet } from "./fleet.ts";
import { apportion } from "./random.ts";

const fleet = createFleet(7);
const outfalls = fleet.filter(({ site }) => site.kind.endsWith("-outfall"));

describe("the fleet", () => {
  it("has exactly the outfalls of every city", () => {
    for (const city of cities) {
      const mine = outfalls.filter(({ site }) => site.city === city.adcode);
      expect(mine.filter(({ site }) => site.kind === "water-outfall")).toHaveLength(city.outfallsWater);
      expect(mine.filter(({ site }) => site.kind === "gas-outfall")).toHaveLength(city.outfallsGas);
    }
    expect(outfalls).toHaveLength(1211);
  });

  it("has thirteen energy centres where the steel plants are", () => {
    for (const city of cities) {
      const mine = fleet.filter(({ site }) => site.kind === "energy-centre" && site.city === city.adcode);
      expect(mine).toHaveLength(city.steelPlants);
    }
  });

  it("has two to four stations of every other kind", () => {
    for (const kind of siteKinds) {
      if (kind.endsWith("-outfall") || kind === "energy-centre") continue;
      const count = fleet.filter(({ site }) => site.kind === kind).length;
      expect(count).toBeGreaterThanOrEqual(2);
      expect(count).toBeLessThanOrEqual(4);
    }
  });

  it("gives every site an id of its own that may be a topic", () => {
    expect(new Set(fleet.map(({ site }) => site.id)).size).toBe(fleet.length);
    for (const { site } of fleet) expect(isSiteId(site.id)).toBe(true);
    for (const { site } of outfalls) expect(site.id).toMatch(/^HB-13\d{4}-\d{3}$/);
    expect(new Set(fleet.map(({ site }) => site.name)).size).toBe(fleet.length);
  });

  it("is the same for the same seed and another one for another seed", () => {
    expect(createFleet(7)).toEqual(fleet);
    expect(createFleet(8)).not.toEqual(fleet);
  });

  it("measures only factors the table knows", () => {
    for (const { site } of fleet) {
      expect(site.factors.length).toBeGreaterThan(0);
      expect(new Set(site.factors).size).toBe(site.factors.length);
      for (const code of site.factors) expect(findFactor(code), `${site.id} ${code}`).toBeDefined();
    }
  });

  it("names a standard of the library wherever it names one", () => {
    for (const { site } of outfalls) {
      if (site.standard !== null) expect(limitsOfStandard(site, site.standard).length, site.name).toBeGreaterThan(0);
    }
    expect(outfalls.filter(({ site }) => site.standard !== null).length).toBeGreaterThan(800);
  });

  it("has an early-warning limit at every outfall", () => {
    for (const { site, limits } of outfalls) {
      expect(
        limits.some((limit) => limit.max !== null && limit.factor !== "w01001"),
        site.name,
      ).toBe(true);
      for (const limit of limits) {
        expect(site.factors).toContain(limit.factor);
        expect(limit.reason.length).toBeLessThanOrEqual(bounds.textCharsMax);
      }
    }
  });

  it("stands near its cities, inside the province", () => {
    for (const { site } of fleet) {
      const city = cities.find((entry) => entry.adcode === site.city);
      expect(Math.abs((site.lat ?? 0) - (city?.lat ?? 0)), site.id).toBeLessThan(0.95);
      expect(Math.abs((site.lon ?? 0) - (city?.lon ?? 0)), site.id).toBeLessThan(1);
    }
  });

  it("keeps its proportions at other sizes", () => {
    for (const sites of [0, 1, 22, 60, 3000]) {
      const small = createFleet(7, { sites, energyCentres: 2, stations: false });
      expect(small).toHaveLength(sites + 2);
      expect(new Set(small.map(({ site }) => site.id)).size).toBe(small.length);
    }
  });
});

describe("sharing out whole things", () => {
  it("loses none and respects the room", () => {
    expect(apportion(10, [1, 1, 1])).toEqual([4, 3, 3]);
    expect(apportion(10, [5, 1], [3, 9])).toEqual([3, 7]);
    expect(apportion(4, [1, 0], [2, 5])).toEqual([2, 2]);
    expect(() => apportion(5, [1], [4])).toThrow(/no room/);
  });
});
