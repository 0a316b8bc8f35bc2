// Indicators of a plant over a period: standard coal per tonne of steel and per tonne of a process, own generation, flare rates,
// water per tonne, carbon. Two ways of counting that are never mixed: the plant's fence (bought − sold − stock), and a process
// (used − recovered). Every number carries the least coverage of the meters it rests on. Pure.

import { type Amount, fromThousandths, nothing } from "./amount.ts";
import type { Balance } from "./balance.ts";
import { coefficientOn, type Coefficient } from "./coefficients.ts";
import { findDated } from "../rules/sureness.ts";
import carbonTable from "../tables/energy-carbon.json" with { type: "json" };
import processTable from "../tables/energy-processes.json" with { type: "json" };
import type { Plant } from "./plant.ts";

export interface Indicator {
  /** Null: it cannot be said, e.g. nothing was produced. */
  readonly value: number | null;
  readonly coverage: number;
}

export interface CoalPart {
  readonly medium: string;
  /** In the unit of the medium; used counts up, recovered counts down. */
  readonly amount: number;
  readonly kgce: number;
  readonly coefficient: Coefficient | null;
}

export interface CoalSum extends Indicator {
  /** kgce in all. */
  readonly kgce: number;
  readonly parts: readonly CoalPart[];
  /** Media for which no coefficient is known: they are not in the sum. */
  readonly unknown: readonly string[];
}

type AmountOf = (meter: string) => Amount | undefined;

interface Flow {
  readonly medium: string;
  readonly amount: Amount;
  readonly sign: 1 | -1;
}

function sumCoal(flows: readonly Flow[], per: Amount | null, set: string, at: number): CoalSum {
  const byMedium = new Map<string, number>();
  let coverage = per?.coverage ?? 1;
  for (const { medium, amount, sign } of flows) {
    byMedium.set(medium, (byMedium.get(medium) ?? 0) + sign * amount.amount);
    coverage = Math.min(coverage, amount.coverage);
  }
  const parts = [...byMedium].map(([medium, thousandths]): CoalPart => {
    const coefficient = coefficientOn(set, medium, at);
    const amount = fromThousandths(thousandths);
    return { medium, amount, kgce: amount * (coefficient?.kgcePerUnit ?? 0), coefficient };
  });
  const kgce = parts.reduce((sum, part) => sum + part.kgce, 0);
  const product = per === null ? null : fromThousandths(per.amount);
  return {
    kgce,
    parts,
    unknown: parts.filter(({ coefficient }) => coefficient === null).map(({ medium }) => medium),
    value: product === null || product <= 0 ? null : kgce / product,
    coverage,
  };
}

/** 吨钢综合能耗, kgce/t: what crossed the fence and what stores lost, over crude steel. `stored`: by medium, gained. */
export function plantCoal(
  plant: Plant,
  amountOf: AmountOf,
  stored: ReadonlyMap<string, number>,
  set: string,
  at: number,
): CoalSum {
  const kindOf = new Map(plant.nodes.map(({ id, kind }) => [id, kind] as const));
  const flows: Flow[] = [];
  for (const { medium, from, to, meter } of plant.edges) {
    const amount = amountOf(meter) ?? nothing;
    if (kindOf.get(from) === "bought") flows.push({ medium, amount, sign: 1 });
    if (kindOf.get(to) === "sold") flows.push({ medium, amount, sign: -1 });
  }
  for (const [medium, amount] of stored)
    flows.push({ medium, amount: { amount, coverage: 1, attributed: 0 }, sign: -1 });
  const steel = plant.products["converter"] ?? plant.products["eaf"];
  return sumCoal(flows, steel === undefined ? null : (amountOf(steel) ?? nothing), set, at);
}

/** 工序能耗, kgce/t: used − recovered of the nodes of a process over its product; converters are usually below zero. */
export function processCoal(plant: Plant, process: string, amountOf: AmountOf, set: string, at: number): CoalSum {
  const own = new Set(plant.nodes.filter((node) => node.process === process).map(({ id }) => id));
  const flows: Flow[] = [];
  for (const { medium, from, to, meter } of plant.edges) {
    // From one node of the process to another it neither comes nor goes.
    if (own.has(from) === own.has(to)) continue;
    flows.push({ medium, amount: amountOf(meter) ?? nothing, sign: own.has(to) ? 1 : -1 });
  }
  const product = plant.products[process];
  return sumCoal(flows, product === undefined ? null : (amountOf(product) ?? nothing), set, at);
}

export interface ProcessGrade {
  readonly standard: string;
  readonly limit: number;
  readonly access: number | null;
  readonly advanced: number;
  /** beyond: above the limit value. */
  readonly grade: "advanced" | "access" | "limit" | "beyond";
  readonly sureness: string;
  readonly source: string;
}

/** A process held against the limits in force (GB 21256 and others). Null: none is known. */
export function gradeProcess(process: string, kgcePerTonne: number, at: number): ProcessGrade | null {
  const row = findDated(
    processTable.limits.filter((each) => each.process === process),
    at,
  );
  if (row === undefined) return null;
  const { standard, limit, access, advanced, sureness, source } = row;
  const grade =
    kgcePerTonne <= advanced
      ? "advanced"
      : access !== null && kgcePerTonne <= access
        ? "access"
        : kgcePerTonne <= limit
          ? "limit"
          : "beyond";
  return { standard, limit, access, advanced, grade, sureness, source };
}

/** 放散率: flared of what was made. */
export function flareRate({ flared, made, coverage }: Balance): Indicator {
  return { value: made <= 0 ? null : flared / made, coverage };
}

/** 自发电率: made here of what was used here. */
export function ownGeneration({ made, used, coverage }: Balance): Indicator {
  return { value: used <= 0 ? null : made / used, coverage };
}

/** An amount for one tonne of a product, in the unit of the amount. */
export function perTonne(amount: Amount, product: Amount): Indicator {
  return {
    value: product.amount <= 0 ? null : amount.amount / product.amount,
    coverage: Math.min(amount.coverage, product.coverage),
  };
}

/** tCO2 for one tonne of steel: bought fuels by their factors, bought power by that of the grid. */
export function carbonOf(coal: CoalSum): Indicator & { readonly tonnes: number; readonly unknown: readonly string[] } {
  let tonnes = 0;
  const unknown: string[] = [];
  for (const { medium, amount } of coal.parts) {
    const row = carbonTable.find((each) => each.medium === medium);
    if (row === undefined) unknown.push(medium);
    else tonnes += amount * row.tonnesPerUnit;
  }
  const product = coal.value === null || coal.value === 0 ? null : coal.kgce / coal.value;
  return { tonnes, value: product === null ? null : tonnes / product, coverage: coal.coverage, unknown };
}
