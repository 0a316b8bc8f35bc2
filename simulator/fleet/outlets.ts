// What kinds of outfalls there are, how many of 1,211, where they stand and which published standard applies. The mix is
// plausible, not official; industries whose standard the limits library lacks get invented permit values instead.

import type { StandardKey } from "#domain/site.ts";
import type { CurveName } from "../models/pattern.ts";
import { gasOutlets } from "./gas-outlets.ts";
import { waterOutlets } from "./water-outlets.ts";

export const groups = {
  steel: { suffix: "钢铁", company: true, perEnterprise: 16 },
  power: { suffix: "热电", company: true, perEnterprise: 3 },
  cement: { suffix: "水泥", company: true, perEnterprise: 4 },
  coking: { suffix: "焦化", company: true, perEnterprise: 6 },
  glass: { suffix: "玻璃", company: true, perEnterprise: 2 },
  waste: { suffix: "环保能源", company: true, perEnterprise: 2 },
  coating: { suffix: "新材料", company: true, perEnterprise: 2 },
  chemical: { suffix: "药业", company: true, perEnterprise: 2 },
  paper: { suffix: "纸业", company: true, perEnterprise: 1 },
  textile: { suffix: "印染", company: true, perEnterprise: 1 },
  food: { suffix: "食品", company: true, perEnterprise: 1 },
  park: { suffix: "工业园区污水处理厂", company: false, perEnterprise: 1 },
  municipal: { suffix: "污水处理厂", company: false, perEnterprise: 1 },
} as const;
export type Group = keyof typeof groups;

interface OutletBase {
  readonly key: string;
  readonly group: Group;
  /** Of 1,211 outfalls. */
  readonly count: number;
  readonly label: string;
  /** Are there several in one works, told apart by number: 3#烧结机头? */
  readonly numbered: boolean;
  readonly standard: StandardKey | null;
  /** Factor → highest value of the (invented) discharge permit, where no standard of the library applies. */
  readonly permit: Readonly<Record<string, number>>;
  readonly factors: readonly string[];
  /** City adcode → weight; empty = everywhere by the room that is left. */
  readonly cities: Readonly<Record<string, number>>;
  readonly curve: CurveName;
}

export interface WaterOutlet extends OutletBase {
  readonly medium: "water";
  readonly flowLPerSecond: readonly [number, number];
}

export interface GasOutlet extends OutletBase {
  readonly medium: "gas";
  readonly flowM3PerHour: readonly [number, number];
  readonly temperatureC: readonly [number, number];
  readonly moisturePercent: readonly [number, number];
  /** Usual oxygen; null where none is measured (dust outlets). */
  readonly oxygenPercent: readonly [number, number] | null;
}

export type Outlet = WaterOutlet | GasOutlet;

/** In the order in which they choose their cities: the choosy ones first. */
export const outlets: readonly Outlet[] = [...gasOutlets, ...waterOutlets];
