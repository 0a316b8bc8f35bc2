// The eleven prefecture-level cities of Hebei with their share of outfalls (a plausible allocation, not an official one).

import cityTable from "./tables/cities.json" with { type: "json" };

export interface City {
  /** GB/T 2260 code. */
  readonly adcode: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly lat: number;
  readonly lon: number;
  readonly outfallsWater: number;
  readonly outfallsGas: number;
  readonly steelPlants: number;
}

export const cities: readonly City[] = cityTable;
