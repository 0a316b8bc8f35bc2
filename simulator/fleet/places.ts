// Where things stand: the city itself or one of its county towns, so that the map shows towns and not a cloud. County
// towns are from memory, ± 0.05°; all lie inside the province and away from the sea.

import type { City } from "#domain/city.ts";
import type { Random } from "../random.ts";

/** City adcode → towns as [lat, lon]. */
const towns: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  "130100": [
    [38.26, 114.19],
    [38.03, 114.84],
    [37.88, 114.65],
    [38.18, 114.56],
    [38.22, 114.97],
    [37.75, 114.78],
    [38.0, 114.15],
  ],
  "130200": [
    [40.01, 118.7],
    [39.74, 118.7],
    [39.89, 117.74],
    [40.19, 117.96],
    [39.58, 118.09],
    [39.5, 118.68],
    [40.14, 118.31],
  ],
  "130300": [
    [39.72, 119.16],
    [39.89, 118.87],
    [39.89, 119.23],
    [40.07, 119.3],
    [40.2, 119.25],
  ],
  "130400": [
    [36.7, 114.2],
    [36.57, 113.67],
    [36.36, 114.37],
    [36.78, 114.5],
    [36.84, 114.72],
    [36.48, 114.95],
    [36.56, 114.75],
  ],
  "130500": [
    [36.86, 114.5],
    [37.07, 114.68],
    [37.29, 114.51],
    [37.37, 114.69],
    [37.35, 115.03],
    [37.06, 115.03],
    [37.0, 115.25],
  ],
  "130600": [
    [39.02, 115.66],
    [38.78, 115.49],
    [38.71, 115.15],
    [39.33, 115.85],
    [38.95, 115.65],
    [38.85, 115.15],
    [38.7, 115.78],
  ],
  "130700": [
    [40.61, 115.05],
    [40.41, 115.27],
    [40.76, 114.73],
    [40.97, 115.27],
    [40.67, 114.42],
    [40.83, 115.3],
  ],
  "130800": [
    [40.77, 118.16],
    [40.94, 117.34],
    [40.61, 118.48],
    [41.2, 117.9],
    [41.0, 118.67],
    [40.42, 117.5],
  ],
  "130900": [
    [38.42, 116.08],
    [38.44, 116.83],
    [38.3, 116.8],
    [38.07, 116.55],
    [38.23, 117.1],
    [38.19, 116.12],
    [37.88, 116.55],
  ],
  "131000": [
    [39.1, 116.4],
    [39.44, 116.3],
    [39.32, 116.5],
    [38.86, 116.46],
    [39.76, 117.0],
    [38.7, 116.63],
  ],
  "131100": [
    [37.54, 115.72],
    [38.02, 115.55],
    [37.8, 115.9],
    [38.23, 115.73],
    [37.87, 115.3],
    [37.69, 116.26],
  ],
};

export interface Place {
  readonly lat: number;
  readonly lon: number;
}

function round(degrees: number): number {
  return Math.round(degrees * 1e5) / 1e5;
}

/** A place near `centre`, `spread` degrees being one standard deviation. */
export function placeNear(centre: Place, spread: number, random: Random): Place {
  return {
    lat: round(centre.lat + spread * random.normal()),
    lon: round(centre.lon + spread * 1.25 * random.normal()),
  };
}

/** Somewhere in the city: `urban` of all things stand in the city proper, the others in and around county towns. */
export function placeIn(city: City, urban: number, random: Random): Place {
  const list = towns[city.adcode] ?? [];
  if (list.length === 0 || random.next() < urban) return placeNear(city, 0.045, random);
  const [lat, lon] = random.pick(list);
  return placeNear({ lat, lon }, 0.03, random);
}
