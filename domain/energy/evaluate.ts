// A plant over a period: amounts of its meters, real and virtual, its balances and its indicators, all from the same numbers. Pure.

import { type Amount, nothing, sumThousandths, type Thousandths, toThousandths } from "./amount.ts";
import { type Balance, balanceOf, checkMeterTree, type TreeCheck } from "./balance.ts";
import { combine, orderMeters } from "./formula.ts";
import { storedM3 } from "./holder.ts";
import {
  carbonOf,
  type CoalSum,
  flareRate,
  gradeProcess,
  type Indicator,
  ownGeneration,
  perTonne,
  plantCoal,
  processCoal,
  type ProcessGrade,
} from "./indicators.ts";
import type { Plant } from "./plant.ts";

/** Amounts by meter, of one window. */
export type MeterAmounts = ReadonlyMap<string, Amount>;

/** Adds virtual meters to real ones. A formula that cannot be computed gives nothing: whoever keeps the record was told. */
export function withVirtualMeters(plant: Plant, real: MeterAmounts): MeterAmounts {
  const amounts = new Map(real);
  const ids = [...plant.meters.map(({ id }) => id), ...Object.keys(plant.products)];
  const ordered = orderMeters(ids, plant.virtualMeters);
  if (!ordered.ok) return amounts;
  for (const { id, terms } of ordered.order)
    amounts.set(
      id,
      combine(terms, (meter) => amounts.get(meter)),
    );
  return amounts;
}

/** Windows of the same length one after the other as one; their shares by time. */
export function joinAmounts(windows: readonly Amount[]): Amount {
  if (windows.length === 0) return nothing;
  let [coverage, attributed] = [0, 0];
  for (const each of windows) {
    coverage += each.coverage;
    attributed += each.attributed;
  }
  const amount = sumThousandths(windows.map((each) => each.amount));
  return { amount, coverage: coverage / windows.length, attributed: attributed / windows.length };
}

export interface HolderLevels {
  readonly node: string;
  /** Per cent at both ends of the period; null = no reading near enough. */
  readonly begin: number | null;
  readonly end: number | null;
}

/** By medium, what its holders gained. A holder without a level at either end counts as unchanged, and is named. */
export function storedByMedium(
  plant: Plant,
  levels: readonly HolderLevels[],
): { readonly stored: ReadonlyMap<string, Thousandths>; readonly unknown: readonly string[] } {
  const stored = new Map<string, Thousandths>();
  const unknown: string[] = [];
  for (const { node, medium, capacityM3 } of plant.holders) {
    const level = levels.find((each) => each.node === node);
    if (level === undefined || level.begin === null || level.end === null) {
      unknown.push(node);
      continue;
    }
    const gained = toThousandths(storedM3(level.end, capacityM3)) - toThousandths(storedM3(level.begin, capacityM3));
    stored.set(medium, (stored.get(medium) ?? 0) + gained);
  }
  return { stored, unknown };
}

export interface ProcessResult {
  readonly process: string;
  readonly coal: CoalSum;
  readonly grade: ProcessGrade | null;
  /** Of its product, in its unit. */
  readonly product: Amount;
}

export interface PlantResult {
  readonly balances: readonly Balance[];
  readonly coal: CoalSum;
  readonly carbon: ReturnType<typeof carbonOf>;
  readonly processes: readonly ProcessResult[];
  readonly ownGeneration: Indicator;
  /** By gas. */
  readonly flareRates: Readonly<Record<string, Indicator>>;
  /** kWh and m³ for one tonne of steel. */
  readonly powerPerTonne: Indicator;
  readonly waterPerTonne: Indicator;
  readonly gasRecoveredPerTonne: Indicator;
  readonly tree: readonly TreeCheck[];
  /** Holders whose level is not known at an end of the period. */
  readonly unknownHolders: readonly string[];
}

/** `at`: the day whose coefficients and limits hold, e.g. the beginning of the period. */
export function evaluatePlant(
  plant: Plant,
  amounts: MeterAmounts,
  levels: readonly HolderLevels[],
  coefficientSet: string,
  at: number,
): PlantResult {
  const all = withVirtualMeters(plant, amounts);
  const of = (meter: string): Amount | undefined => all.get(meter);
  const { stored, unknown } = storedByMedium(plant, levels);
  const media = [...new Set(plant.edges.map(({ medium }) => medium))];
  const balances = media.map((medium) => balanceOf(plant, medium, of, stored.get(medium) ?? 0));
  const balance = (medium: string): Balance | undefined => balances.find((each) => each.medium === medium);
  const coal = plantCoal(plant, of, stored, coefficientSet, at);
  const processes = Object.entries(plant.products).map(([process, meter]): ProcessResult => {
    const each = processCoal(plant, process, of, coefficientSet, at);
    const grade = each.value === null ? null : gradeProcess(process, each.value, at);
    return { process, coal: each, grade, product: of(meter) ?? nothing };
  });
  const steel = of(plant.products["converter"] ?? plant.products["eaf"] ?? "") ?? nothing;
  const used = (medium: string, side: "used" | "made"): Indicator => {
    const found = balance(medium);
    if (found === undefined) return { value: null, coverage: 0 };
    return perTonne({ amount: found[side], coverage: found.coverage, attributed: 0 }, steel);
  };
  const own = balance("elec");
  return {
    balances,
    coal,
    carbon: carbonOf(coal),
    processes,
    ownGeneration: own === undefined ? { value: null, coverage: 0 } : ownGeneration(own),
    flareRates: Object.fromEntries(
      plant.holders.flatMap(({ medium }) => {
        const found = balance(medium);
        return found === undefined ? [] : [[medium, flareRate(found)] as const];
      }),
    ),
    powerPerTonne: used("elec", "used"),
    waterPerTonne: used("nw", "used"),
    gasRecoveredPerTonne: used("ldg", "made"),
    tree: checkMeterTree(plant, of),
    unknownHolders: unknown,
  };
}
