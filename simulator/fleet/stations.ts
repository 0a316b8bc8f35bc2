// The devices that are no outfalls: two to four stations of every other kind, and the energy centres of the steel works.

import type { City } from "#domain/city.ts";
import type { SiteKind, StandardKey } from "#domain/site.ts";
import { createRandom, hashText } from "../random.ts";
import type { Device, Profile, SiteDraft } from "./device.ts";
import { cityShort } from "./names.ts";
import { placeNear, type Place } from "./places.ts";
import { statedLimits } from "./warnings.ts";

type Bounds = Readonly<Record<string, readonly [min: number | null, max: number | null]>>;

interface StationType {
  readonly kind: SiteKind;
  readonly letter: string;
  readonly intervalSeconds: number;
  readonly factors: readonly string[];
  readonly standard: StandardKey | null;
  readonly reason: string;
  readonly bounds: Bounds;
  /** City adcode, name after the city's, variant of the model. */
  readonly places: readonly (readonly [adcode: string, name: string, variant: "city" | "industry" | "country"])[];
}

const nineItems = ["w01010", "w01001", "w01009", "w01014", "w01003", "w01019", "w21003", "w21011", "w21001"];
const weather = ["a01001", "a01002", "a01006", "a01007", "a01008"];

const stationTypes: readonly StationType[] = [
  {
    kind: "air-station",
    letter: "A",
    intervalSeconds: 60,
    factors: ["a34004", "a34002", "a21026", "a21004", "a21005", "a05024", ...weather],
    standard: { standard: "GB 3095-2026", industry: "ambient air", unit: "grade 2, transition to 2030-12-31" },
    reason: "",
    bounds: {},
    places: [
      ["130100", "高新区空气站", "city"],
      ["130200", "开平区空气站", "industry"],
      ["130400", "复兴区空气站", "industry"],
      ["130800", "双桥区空气站", "country"],
    ],
  },
  {
    // Total nitrogen is not assessed in rivers, so no published class is attached as a whole.
    kind: "water-station",
    letter: "W",
    intervalSeconds: 60,
    factors: nineItems,
    standard: null,
    reason: "GB 3838-2002 III 类（河流） · class III (river)",
    bounds: { w01001: [6, 9], w01009: [5, null], w01019: [null, 6], w21003: [null, 1], w21011: [null, 0.2] },
    places: [
      ["130100", "滹沱河断面水站", "city"],
      ["130200", "滦河断面水站", "country"],
      ["130600", "府河入淀口水站", "city"],
      ["130900", "南运河断面水站", "country"],
    ],
  },
  {
    kind: "drinking-water",
    letter: "D",
    intervalSeconds: 60,
    factors: [...nineItems, "w01016"],
    standard: null,
    reason: "GB 3838-2002 II 类 · class II",
    bounds: { w01001: [6, 9], w01009: [6, null], w01019: [null, 4], w21003: [null, 0.5], w21011: [null, 0.1] },
    places: [
      ["130100", "水库水源地取水口", "country"],
      ["130300", "水库水源地取水口", "country"],
    ],
  },
  {
    kind: "noise",
    letter: "N",
    intervalSeconds: 60,
    factors: ["LA", "Leq", "L10", "L50", "L90", "LMx", "LMn"],
    standard: { standard: "GB 3096-2008", industry: "sound environment", unit: "class 2" },
    reason: "",
    bounds: {},
    places: [
      ["130100", "中山路声环境站", "city"],
      ["130200", "新华道声环境站", "city"],
      ["131000", "新开路声环境站", "city"],
    ],
  },
  {
    kind: "radiation",
    letter: "R",
    intervalSeconds: 60,
    factors: ["X-GAMMA"],
    standard: null,
    reason: "项目默认值（无法定限值） · project default (no statutory value)",
    bounds: { "X-GAMMA": [null, 300] },
    places: [
      ["130100", "辐射环境自动站", "city"],
      ["130300", "辐射环境自动站", "country"],
      ["130700", "辐射环境自动站", "country"],
    ],
  },
  {
    kind: "building",
    letter: "B",
    intervalSeconds: 60,
    standard: null,
    reason: "",
    bounds: {},
    factors: ["light", "hvac", "power", "special"].flatMap((item) => [`b.${item}.use`, `b.${item}.total`]),
    places: [
      ["130100", "市级机关办公楼", "city"],
      ["130200", "市民中心", "city"],
      ["130600", "第一医院门诊楼", "city"],
    ],
  },
  {
    kind: "water-meter",
    letter: "M",
    intervalSeconds: 60,
    standard: null,
    reason: "",
    bounds: {},
    factors: ["w.intake", "w.intake.total", "w.supply.total", "w.use.total", "w.drain.total", "w.level"],
    places: [
      ["130900", "取水口计量站", "industry"],
      ["131100", "自备井计量站", "country"],
      ["130400", "取水口计量站", "industry"],
    ],
  },
  {
    kind: "process",
    letter: "P",
    intervalSeconds: 30,
    standard: null,
    reason: "",
    bounds: {},
    factors: ["e10201", "e10301", "e30201", "e50701", "g10201", "g10401", "g11101", "g11601", "g11901", "g12001"],
    places: [
      ["130200", "脱硫与污水处理工况", "industry"],
      ["130400", "脱硫与污水处理工况", "industry"],
    ],
  },
];

function device(site: SiteDraft, seed: number, profile: Profile, limits: Device["limits"]): Device {
  return { site, seed: hashText(site.id, seed), profile, limits };
}

/** All stations, the same ones for every fleet size. */
export function createStations(cities: readonly City[], seed: number): Device[] {
  const devices: Device[] = [];
  for (const type of stationTypes) {
    const perCity = new Map<string, number>();
    for (const [adcode, name, variant] of type.places) {
      const city = cities.find((entry) => entry.adcode === adcode);
      if (city === undefined) throw new Error(`stations: no city ${adcode}`);
      const number = (perCity.get(adcode) ?? 0) + 1;
      perCity.set(adcode, number);
      const id = `HB-${adcode}-${type.letter}${String(number).padStart(2, "0")}`;
      const place = placeNear(city, variant === "country" ? 0.08 : 0.03, createRandom(hashText(id, seed)));
      const site: SiteDraft = {
        id,
        name: cityShort(city.nameZh) + name,
        kind: type.kind,
        city: adcode,
        enterprise: null,
        ...place,
        factors: type.factors,
        intervalSeconds: type.intervalSeconds,
        standard: type.standard,
        simulated: true,
      };
      devices.push(device(site, seed, { type: "station", variant }, statedLimits(site, type.reason, type.bounds)));
    }
  }
  return devices;
}

const withTotal = [
  "elec.use",
  "elec.make",
  "elec.buy",
  "bfg.make",
  "bfg.use",
  "bfg.flare",
  "cog.make",
  "cog.use",
  "cog.flare",
  "ldg.make",
  "ldg.use",
  "ldg.flare",
  "ng.use",
  "steam.make",
  "steam.use",
  "o2.make",
  "o2.use",
  "n2.make",
  "n2.use",
  "ar.make",
  "ar.use",
  "air.use",
  "nw.use",
  "rw.use",
  "coal.use",
  "coke.use",
  "coke.make",
];
const energyFactors = [
  ...withTotal,
  ...withTotal.map((code) => `${code}.total`),
  "elec.demand",
  "elec.pf",
  "elec.u",
  ...["bfg", "cog", "ldg"].flatMap((gas) => [`${gas}.holder.level`, `${gas}.pressure`, `${gas}.calorific`]),
  "prod.sinter.total",
  "prod.iron.total",
  "prod.steel.total",
  "prod.rolled.total",
];

/** The energy centre of one steel works. Holder and voltage limits as in a public model plant; the contract demand is invented. */
export function createEnergyCentre(
  id: string,
  steel: { readonly short: string; readonly full: string; readonly place: Place; readonly city: string },
  seed: number,
): Device {
  const random = createRandom(hashText(id, seed));
  const crudeMtPerYear = Math.round(random.between(4, 10) * 10) / 10;
  const site: SiteDraft = {
    id,
    name: `${steel.short} 能源管控中心`,
    kind: "energy-centre",
    city: steel.city,
    enterprise: steel.full,
    lat: steel.place.lat,
    lon: steel.place.lon,
    factors: energyFactors,
    intervalSeconds: 10,
    standard: null,
    simulated: true,
  };
  const limits = statedLimits(site, "operating limit of the energy centre (project default)", {
    "bfg.holder.level": [15, 90],
    "cog.holder.level": [15, 90],
    "ldg.holder.level": [15, 88],
    "elec.u": [105, null],
    "elec.demand": [null, Math.round(crudeMtPerYear * 27_000)],
  });
  return device(site, seed, { type: "energy", crudeMtPerYear }, limits);
}
