// The waste-water outlets: how much flows, in which rhythm, and under which standard.

import type { WaterOutlet } from "./outlets.ts";
import { basinCities, cokingCities, standardKey, steelCities } from "./preferences.ts";

const basins = "DB13/2795-2018, DB13/2796-2018, DB13/2797-2018";
const basinsIndustry = "WWTP and direct dischargers in Daqing, Ziya, Heilonggang-Yundong basins (Hebei)";
const class1a = standardKey("GB 18918-2002", "urban wastewater treatment plant (城镇污水处理厂)", "class 1A");
const sewage = ["w00000", "w01001", "w01010", "w01018", "w21003", "w21011", "w21001"] as const;

type WaterRow = Omit<WaterOutlet, "medium" | "factors" | "permit" | "numbered" | "label"> & {
  readonly extra?: readonly string[];
  readonly permit?: Readonly<Record<string, number>>;
  readonly label?: string;
};
function water(row: WaterRow): WaterOutlet {
  return {
    permit: {},
    label: "总排口",
    numbered: false,
    ...row,
    medium: "water",
    factors: [...sewage, ...(row.extra ?? [])],
  };
}

export const waterOutlets: readonly WaterOutlet[] = [
  water({
    key: "steel-water",
    group: "steel",
    count: 22,
    cities: steelCities,
    curve: "continuous",
    extra: ["w22001"],
    standard: standardKey(
      "GB 13456-2012 Table 3",
      "iron and steel, integrated works (钢铁联合企业)",
      "special limits (特别排放限值) direct",
    ),
    flowLPerSecond: [60, 260],
  }),
  water({
    key: "coking-water",
    group: "coking",
    count: 13,
    cities: cokingCities,
    curve: "continuous",
    extra: ["w23002", "w21016"],
    standard: standardKey("GB 16171-2012 Table 2", "coking (炼焦化学)", "direct"),
    flowLPerSecond: [12, 45],
  }),
  water({
    key: "paper",
    group: "paper",
    count: 45,
    curve: "shifts",
    standard: null,
    flowLPerSecond: [25, 140],
    cities: { "130600": 6, "130200": 2, "130500": 1, "131100": 1, "130100": 1 },
    permit: { w01018: 60, w21003: 5, w21001: 10, w21011: 0.5 },
  }),
  water({
    key: "textile",
    group: "textile",
    count: 50,
    curve: "shifts",
    standard: null,
    flowLPerSecond: [20, 90],
    cities: { "130600": 4, "130100": 3, "130500": 2, "130400": 2, "131100": 1 },
    permit: { w01018: 80, w21003: 10, w21001: 15, w21011: 0.5 },
  }),
  water({
    key: "chemical",
    group: "chemical",
    count: 95,
    curve: "continuous",
    standard: null,
    flowLPerSecond: [15, 120],
    cities: { "130100": 6, "130900": 5, "130200": 2, "131100": 2, "130500": 1, "130600": 1 },
    permit: { w01018: 80, w21003: 8, w21001: 20, w21011: 0.8 },
  }),
  water({
    key: "food",
    group: "food",
    count: 60,
    cities: {},
    curve: "shifts",
    standard: null,
    flowLPerSecond: [8, 60],
    permit: { w01018: 100, w21003: 12, w21001: 25, w21011: 1 },
  }),
  water({
    key: "park-basin",
    group: "park",
    count: 30,
    cities: basinCities,
    curve: "shifts",
    flowLPerSecond: [150, 600],
    standard: standardKey(basins, basinsIndustry, "general control area"),
  }),
  water({
    key: "municipal-basin",
    group: "municipal",
    count: 80,
    cities: basinCities,
    curve: "municipal",
    flowLPerSecond: [200, 1500],
    standard: standardKey(basins, basinsIndustry, "key control area"),
  }),
  water({
    key: "park",
    group: "park",
    count: 44,
    cities: {},
    curve: "shifts",
    flowLPerSecond: [120, 500],
    standard: class1a,
  }),
  water({
    key: "municipal",
    group: "municipal",
    count: 130,
    cities: {},
    curve: "municipal",
    flowLPerSecond: [150, 1400],
    standard: class1a,
  }),
];
