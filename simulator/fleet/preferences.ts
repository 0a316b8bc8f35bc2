// Which cities an industry of this table prefers, by weight; a plausible allocation, not an official one.

import type { StandardKey } from "#domain/site.ts";

export const steelCities = {
  "130200": 5,
  "130400": 3,
  "130100": 1,
  "130300": 1,
  "130500": 1,
  "130800": 1,
  "130900": 1,
};
export const basinCities = { "130100": 4, "130400": 3, "130500": 3, "130600": 4, "130900": 3, "131100": 2 };
export const cokingCities = { "130200": 6, "130400": 4, "130500": 2, "130100": 1 };
export const cementCities = {
  "130200": 4,
  "130100": 3,
  "130400": 3,
  "130500": 2,
  "130600": 2,
  "130300": 1,
  "130800": 1,
};

export function standardKey(standard: string, industry: string, unit: string): StandardKey {
  return { standard, industry, unit };
}
