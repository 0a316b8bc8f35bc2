// The record of a simulated steel works: its units as sites with meters, and how media go between them. What the centre reads and
// what the units read are the same flows, so the record closes but for what is lost on the way.

import type { Plant, PlantEdge, PlantNode, RealMeter } from "#domain/energy/plant.ts";
import { gases, type Tap, type Unit, units, type Works } from "../models/works/works.ts";

interface UnitNames {
  /** Ends the id of its site. */
  readonly letters: string;
  readonly zh: string;
  readonly en: string;
  readonly process: string;
}

export const unitNames: Readonly<Record<Unit, UnitNames>> = {
  sinter: { letters: "SIN", zh: "烧结", en: "sintering", process: "sinter" },
  coking: { letters: "COK", zh: "焦化", en: "coking", process: "coking" },
  "blast-furnace": { letters: "BF", zh: "高炉", en: "blast furnaces", process: "blast-furnace" },
  converter: { letters: "BOF", zh: "转炉", en: "converters", process: "converter" },
  rolling: { letters: "ROL", zh: "轧钢", en: "rolling mills", process: "hot-rolling" },
  power: { letters: "PWR", zh: "自备电厂", en: "power plant", process: "power" },
  "air-separation": { letters: "ASU", zh: "制氧", en: "air separation", process: "air-separation" },
};

/** Factor of what a unit produces, where it is counted in tonnes. */
export const productFactors: Readonly<Partial<Record<Unit, string>>> = {
  sinter: "prod.sinter.total",
  coking: "prod.cokeout.total",
  "blast-furnace": "prod.iron.total",
  converter: "prod.steel.total",
  rolling: "prod.rolled.total",
};

/** Bought across the fence: at the centre's own meters. Coke is what is missing. */
const boughtMeters: Readonly<Record<string, string>> = {
  elec: "buy.elec",
  ng: "use.ng",
  coal: "use.coal",
  nw: "use.nw",
  coke: "buy.coke",
};

export function unitSite(centre: string, unit: Unit): string {
  return `${centre}-${unitNames[unit].letters}`;
}

export interface RecordDraft extends Omit<Plant, "version" | "from"> {
  readonly from: number;
}

/** What unit and medium say, added up over its taps: a unit has one meter for it. */
export function tapsOf(works: Works, unit: Unit): readonly Tap[] {
  return works.taps.filter((tap) => tap.unit === unit);
}

export function createPlantRecord(
  centre: { readonly id: string; readonly name: string; readonly enterprise: string; readonly city: string },
  works: Works,
  contractKw: number,
  from: number,
): RecordDraft {
  const media = [...new Set(works.taps.map(({ medium }) => medium))];
  const nodes: PlantNode[] = [];
  const edges: PlantEdge[] = [];
  const meters: RealMeter[] = [];
  const node = (
    id: string,
    kind: PlantNode["kind"],
    nameZh: string,
    nameEn: string,
    process: string | null = null,
  ): void => {
    nodes.push({ id, kind, nameZh, nameEn, process });
  };
  const edge = (medium: string, source: string, target: string, meter: string): void => {
    edges.push({ id: `${source}>${target}:${medium}`, medium, from: source, to: target, meter });
  };
  const meter = (id: string, site: string, factor: string, medium: string): void => {
    meters.push({ id, site, factor, medium, parent: null, turnsAt: null, ratio: 1, perHourMax: null });
  };

  for (const medium of media) node(`net.${medium}`, "network", `${medium} 管网`, `${medium} network`);
  node("bought", "bought", "外购", "bought");
  for (const unit of units) {
    const { zh, en, process } = unitNames[unit];
    node(unit, "process", zh, en, process);
    const site = unitSite(centre.id, unit);
    for (const key of new Set(tapsOf(works, unit).map(({ medium, way }) => `${medium} ${way}`))) {
      const [medium = "", way = ""] = key.split(" ");
      const id = `${unit}.${medium}.${way}`;
      meter(id, site, `${medium}.${way}.total`, medium);
      if (way === "use") edge(medium, `net.${medium}`, unit, id);
      else edge(medium, unit, `net.${medium}`, id);
    }
    const product = productFactors[unit];
    if (product !== undefined) meter(`product.${unit}`, site, product, "product");
  }
  meter("buy.elec", centre.id, "elec.buy.total", "elec");
  for (const medium of ["ng", "coal", "nw"]) meter(`use.${medium}`, centre.id, `${medium}.use.total`, medium);
  for (const [medium, id] of Object.entries(boughtMeters)) edge(medium, "bought", `net.${medium}`, id);
  for (const medium of gases) {
    node(`holder.${medium}`, "store", `${medium} 柜`, `${medium} holder`);
    node(`torch.${medium}`, "flare", `${medium} 放散`, `${medium} flare`);
    meter(`flare.${medium}`, centre.id, `${medium}.flare.total`, medium);
    edge(medium, `net.${medium}`, `torch.${medium}`, `flare.${medium}`);
  }
  const usesCoke = units.filter((unit) =>
    tapsOf(works, unit).some(({ medium, way }) => medium === "coke" && way === "use"),
  );
  const missing = usesCoke.map((unit) => `${unit}.coke.use`).join(" + ");
  return {
    ...centre,
    from,
    nodes,
    edges,
    meters,
    virtualMeters: [{ id: "buy.coke", medium: "coke", formula: `${missing} - coking.coke.make` }],
    holders: gases.map((medium) => ({
      node: `holder.${medium}`,
      medium,
      site: centre.id,
      levelFactor: `${medium}.holder.level`,
      capacityM3: works.gas[medium].capacityM3,
      lowLow: 10,
      low: 15,
      high: medium === "ldg" ? 88 : 90,
      highHigh: 95,
    })),
    products: Object.fromEntries(
      Object.keys(productFactors).map((unit) => [unitNames[unit as Unit].process, `product.${unit}`] as const),
    ),
    contractKw,
  };
}
