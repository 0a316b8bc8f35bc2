// (seed, sizes) → the fleet: outfalls spread over the cities as domain/city.ts says, energy centres, stations. Names are
// invented; the same seed always gives the same fleet. Draws from no clock and no other chance.

import { cities, type City } from "#domain/city.ts";
import { standardLimits } from "#domain/standard.ts";
import type { Device, Profile, SiteDraft } from "./fleet/device.ts";
import { cityShort, createWords } from "./fleet/names.ts";
import { groups, outlets, type Group, type Outlet } from "./fleet/outlets.ts";
import { placeIn, placeNear, type Place } from "./fleet/places.ts";
import { createEnergyCentre, createStations } from "./fleet/stations.ts";
import { outfallWarnings } from "./fleet/warnings.ts";
import { apportion, createRandom, hashText, mix, type Random } from "./random.ts";

export interface FleetSize {
  readonly sites: number;
  readonly energyCentres: number;
  readonly stations: boolean;
}

export const fleetSizeDefault: FleetSize = { sites: 1211, energyCentres: 13, stations: true };
const outfallIntervalSeconds = 15;

interface Enterprise {
  readonly short: string;
  readonly full: string;
  readonly place: Place;
  readonly group: Group;
  readonly outlets: Outlet[];
}

/** How many outfalls of every type stand in every city: [city][outlet type], both sums kept. */
function spreadOutlets(total: number): number[][] {
  const cells = apportion(
    total,
    cities.flatMap((city) => [city.outfallsWater, city.outfallsGas]),
  );
  const grid = cities.map(() => outlets.map(() => 0));
  for (const medium of ["water", "gas"] as const) {
    const room = cities.map((_, i) => cells[i * 2 + (medium === "water" ? 0 : 1)] ?? 0);
    const mine = outlets.map((outlet) => (outlet.medium === medium ? outlet.count : 0));
    const perType = apportion(
      room.reduce((a, b) => a + b, 0),
      mine,
    );
    outlets.forEach((outlet, o) => {
      if (outlet.medium !== medium) return;
      const named = Object.keys(outlet.cities).length > 0;
      const weights = cities.map((city, c) => (named ? (outlet.cities[city.adcode] ?? 0) : (room[c] ?? 0)));
      apportion(perType[o] ?? 0, weights, room).forEach((count, c) => {
        const row = grid[c];
        if (row !== undefined) row[o] = count;
        room[c] = (room[c] ?? 0) - count;
      });
    });
  }
  return grid;
}

/** Enterprises of one city with their outlets dealt out in turn; steel works are as many as the city has. */
function createEnterprises(city: City, counts: readonly number[], energyCentres: number, random: Random): Enterprise[] {
  const nextWord = createWords(random);
  const enterprises: Enterprise[] = [];
  for (const [name, group] of Object.entries(groups)) {
    const mine = outlets.flatMap((outlet, o) =>
      outlet.group === name ? Array.from({ length: counts[o] ?? 0 }, () => outlet) : [],
    );
    const steel = name === "steel";
    const wanted = steel
      ? Math.max(energyCentres, Math.min(city.steelPlants, mine.length), mine.length > 0 ? 1 : 0)
      : Math.ceil(mine.length / group.perEnterprise);
    const fresh = Array.from({ length: wanted }, (): Enterprise => {
      const short = cityShort(city.nameZh) + nextWord() + group.suffix;
      const urban = steel ? 0.15 : group.company ? 0.35 : 0.45;
      const place = placeIn(city, urban, random);
      return { short, full: group.company ? `${short}有限公司` : short, place, group: outletGroup(name), outlets: [] };
    });
    mine.forEach((outlet, i) => fresh[i % wanted]?.outlets.push(outlet));
    enterprises.push(...fresh);
  }
  return enterprises;
}

function outletGroup(name: string): Group {
  const found = outlets.find((outlet) => outlet.group === name);
  if (found === undefined) throw new Error(`fleet: no outlet of group ${name}`);
  return found.group;
}

function createProfile(outlet: Outlet, random: Random): Profile {
  const between = (range: readonly [number, number]): number => random.between(range[0], range[1]);
  if (outlet.medium === "water")
    return { type: "water", flowLPerSecond: between(outlet.flowLPerSecond), curve: outlet.curve };
  const refOxygen: Record<string, number> = {};
  for (const row of standardLimits) {
    const key = outlet.standard;
    if (key === null || row.standard !== key.standard || row.industry !== key.industry || row.sourceUnit !== key.unit)
      continue;
    if (row.refO2 !== null && outlet.factors.includes(row.factor)) refOxygen[row.factor] = row.refO2;
  }
  return {
    type: "gas",
    flowM3PerHour: between(outlet.flowM3PerHour),
    temperatureC: between(outlet.temperatureC),
    moisturePercent: between(outlet.moisturePercent),
    oxygenPercent: outlet.oxygenPercent === null ? null : between(outlet.oxygenPercent),
    refOxygen,
    curve: outlet.curve,
  };
}

/** The outfalls of one enterprise, numbered as in its discharge permit: DA… for gas, DW… for water. */
function createOutfalls(enterprise: Enterprise, city: City, firstNumber: number, seed: number): Device[] {
  const perMedium = { gas: 0, water: 0 };
  const perType = new Map<string, number>();
  return enterprise.outlets.map((outlet, i) => {
    const id = `HB-${city.adcode}-${String(firstNumber + i).padStart(3, "0")}`;
    const random = createRandom(hashText(id, seed));
    const permitNumber = `${outlet.medium === "gas" ? "DA" : "DW"}${String(++perMedium[outlet.medium]).padStart(3, "0")}`;
    const number = (perType.get(outlet.key) ?? 0) + 1;
    perType.set(outlet.key, number);
    const site: SiteDraft = {
      id,
      name: `${enterprise.short} ${outlet.numbered ? `${number}#` : ""}${outlet.label} ${permitNumber}`,
      kind: outlet.medium === "gas" ? "gas-outfall" : "water-outfall",
      city: city.adcode,
      enterprise: enterprise.full,
      ...placeNear(enterprise.place, 0.0022, random),
      factors: outlet.factors,
      intervalSeconds: outfallIntervalSeconds,
      standard: outlet.standard,
      simulated: true,
    };
    const profile = createProfile(outlet, random);
    return { site, seed: hashText(id, seed), profile, limits: outfallWarnings(site, outlet.permit) };
  });
}

/** The whole fleet. Ids: `HB-{adcode}-{seq}` for outfalls, `…-E01` energy centres, `…-A01` and so on for stations. */
export function createFleet(seed: number, size: FleetSize = fleetSizeDefault): Device[] {
  const grid = spreadOutlets(size.sites);
  const centres = apportion(
    size.energyCentres,
    cities.map((city) => city.steelPlants),
  );
  const devices: Device[] = [];
  const energy: Device[] = [];
  cities.forEach((city, c) => {
    const random = createRandom(mix(seed, Number(city.adcode)));
    const enterprises = createEnterprises(city, grid[c] ?? [], centres[c] ?? 0, random);
    let number = 1;
    for (const enterprise of enterprises) {
      const outfalls = createOutfalls(enterprise, city, number, seed);
      number += outfalls.length;
      devices.push(...outfalls);
    }
    const steel = enterprises.filter((enterprise) => enterprise.group === "steel").slice(0, centres[c] ?? 0);
    steel.forEach((works, i) => {
      const id = `HB-${city.adcode}-E${String(i + 1).padStart(2, "0")}`;
      energy.push(createEnergyCentre(id, { ...works, city: city.adcode }, seed));
    });
  });
  return [...devices, ...energy, ...(size.stations ? createStations(cities, seed) : [])];
}
