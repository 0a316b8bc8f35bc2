// A month of simulated steel works: readings of every meter as devices send them (rounded, with counters that turn over, are
// replaced, fall silent or tell nonsense), counted by the product's own arithmetic, against what the simulator knows. Where
// nothing was lost every indicator must be the true one; where something was lost, nothing may be created and the coverage says so.

import { type Amount, fromThousandths } from "#domain/energy/amount.ts";
import { amountsOf, followCounter, type MeterFacts } from "#domain/energy/counter.ts";
import type { Plant } from "#domain/energy/plant.ts";
import { evaluatePlant, joinAmounts, type PlantResult } from "#domain/energy/evaluate.ts";
import { coefficientOn } from "#domain/energy/coefficients.ts";
import { findFactor } from "#domain/factor.ts";
import { dayMs, hourMs, minuteMs, parseDay } from "#domain/time.ts";
import { createPlantRecord, tapsOf, unitNames } from "#simulator/fleet/plant-record.ts";
import { createWorks, gases, units, type Works } from "#simulator/models/works/works.ts";
import type { Flow } from "#simulator/models/works/flow.ts";
import { createRandom, mix, type Random } from "#simulator/random.ts";

export const energyFaults = ["none", "turns", "replaced", "silent", "wild"] as const;
export type EnergyFault = (typeof energyFaults)[number];

export interface EnergyLine {
  readonly plant: string;
  readonly faults: EnergyFault;
  readonly indicators: number;
  /** Of all indicators of the plant: |told − true| / |true|. */
  readonly maxRelativeError: number;
  readonly worst: string;
  /** Of all balances: |imbalance − what the simulator lost| over what came in. */
  readonly maxImbalanceError: number;
  /** The least coverage of a meter. */
  readonly coverage: number;
  /** Meters that counted more than passed: must be none. */
  readonly created: number;
}

export interface EnergySize {
  readonly plants: number;
  readonly days: number;
  readonly seed: number;
}

const from = parseDay("2026-10-01") ?? 0;
/** Readings before and after the month belong to its first and last minutes. */
const margin = 30 * minuteMs;
const turn = 1_000_000;

export function scoreEnergy({ plants, days, seed }: EnergySize): EnergyLine[] {
  const lines: EnergyLine[] = [];
  for (let i = 0; i < plants; i++) {
    const random = createRandom(mix(seed, i));
    const works = createWorks(mix(seed, 1_000 + i), Math.round(random.between(4, 10) * 10) / 10);
    const of = readPlant(`P${i + 1}`, works, from + days * dayMs);
    for (const faults of energyFaults) lines.push(scorePlant(of, faults, random));
  }
  return lines;
}

/** A plant and what passed its meters, minute by minute: looked up once for all faults. */
interface ReadPlant {
  readonly plant: Plant;
  readonly works: Works;
  readonly to: number;
  readonly meters: readonly { readonly id: string; readonly decimals: number; readonly totals: Totals }[];
}

interface Totals {
  at(timeMs: number): number;
  readonly perHourMax: number;
}

function readPlant(name: string, works: Works, to: number): ReadPlant {
  const draft = createPlantRecord({ id: name, name, enterprise: name, city: "130200" }, works, 100_000, 0);
  const meters = draft.meters.map(({ id, factor }) => {
    const flow = flowOf(works, id);
    const begin = from - margin;
    const minutes = Float64Array.from({ length: (to + margin - begin) / minuteMs + 1 }, (_, i) =>
      flow.total(begin + i * minuteMs),
    );
    const at = (timeMs: number): number => minutes[Math.round((timeMs - begin) / minuteMs)] ?? 0;
    let most = 0;
    for (let i = 1; i < minutes.length; i++) most = Math.max(most, (minutes[i] ?? 0) - (minutes[i - 1] ?? 0));
    return { id, decimals: findFactor(factor)?.decimals ?? 1, totals: { at, perHourMax: most * 60 } };
  });
  return { plant: { ...draft, version: 1 }, works, to, meters };
}

function scorePlant({ plant, works, to, meters }: ReadPlant, faults: EnergyFault, random: Random): EnergyLine {
  const amounts = new Map<string, Amount>();
  let created = 0;
  for (const { id, decimals, totals } of meters) {
    const counted = count(totals, decimals, faults, to, random);
    amounts.set(id, counted);
    // A reading is rounded to its decimals at both ends.
    if (fromThousandths(counted.amount) > totals.at(to) - totals.at(from) + 0.2) created++;
  }
  const levels = plant.holders.map(({ node, medium }) => {
    const { level } = works.gas[gases.find((gas) => gas === medium) ?? "bfg"].holder;
    return { node, begin: level(from), end: level(to) };
  });
  const result = evaluatePlant(plant, amounts, levels, "equivalent", from);
  const compared = compare(result, works, to);
  const wrong = compared.map(({ name: what, told, true: real }) => ({
    what,
    error: Math.abs(told - real) / Math.abs(real),
  }));
  const worst = wrong.reduce((a, b) => (b.error > a.error ? b : a), { what: "", error: 0 });
  return {
    plant: plant.id,
    faults,
    indicators: compared.length,
    maxRelativeError: worst.error,
    worst: worst.what,
    maxImbalanceError: imbalanceError(result, works, to),
    coverage: Math.min(...[...amounts.values()].map(({ coverage }) => coverage)),
    created,
  };
}

/** What a meter of the record counts. */
function flowOf(works: Works, meter: string): Flow {
  const [unit = "", medium = "", way = ""] = meter.split(".");
  const sum = (flows: readonly Flow[]): Flow => ({
    rate: (at) => flows.reduce((all, flow) => all + flow.rate(at), 0),
    total: (at) => flows.reduce((all, flow) => all + flow.total(at), 0),
  });
  if (unit === "product") return works.products[units.find((each) => each === medium) ?? "converter"] ?? sum([]);
  if (unit === "buy") return works.bought;
  if (unit === "flare") return works.gas[gases.find((gas) => gas === medium) ?? "bfg"].flared;
  const of = unit === "use" ? works.taps : tapsOf(works, units.find((each) => each === unit) ?? "power");
  const wanted = unit === "use" ? { medium, way: "use" } : { medium, way };
  return sum(of.filter((tap) => tap.medium === wanted.medium && tap.way === wanted.way).map(({ flow }) => flow));
}

/** As a device would send it every minute, then counted hour by hour. */
function count(totals: Totals, decimals: number, faults: EnergyFault, to: number, random: Random): Amount {
  const scale = 10 ** decimals;
  const time: number[] = [];
  const value: number[] = [];
  const start = totals.at(from - margin);
  const changeAt = from + (Math.floor(random.between(2, 6) * 24) + 0.5) * hourMs;
  const silence = [from + random.between(1, 3) * dayMs, 0];
  silence[1] = (silence[0] ?? 0) + random.between(1, 20) * hourMs;
  const offset = faults === "replaced" ? totals.at(changeAt) : 0;
  const round = (dial: number): number => Math.round(dial * scale) / scale;
  const dialAt = (at: number): number => {
    const total = totals.at(at);
    if (faults === "turns") return round((total - start + turn * 0.93) % turn);
    return round(faults === "replaced" && at > changeAt ? total - offset + 17 : total);
  };
  for (let at = from - margin; at <= to + margin; at += minuteMs) {
    if (faults === "silent" && at > (silence[0] ?? 0) && at < (silence[1] ?? 0)) continue;
    if (faults === "silent" && random.next() < 0.002) continue;
    time.push(at);
    const wild = faults === "wild" && at > from + hourMs && at < to - hourMs && random.next() < 0.0005;
    value.push(wild ? round(dialAt(at) * random.between(0, 3)) : dialAt(at));
  }
  const facts: MeterFacts = {
    turnsAt: faults === "turns" ? turn : null,
    ratio: 1,
    perHourMax: faults === "wild" ? Math.max(1, totals.perHourMax) * 1.5 : null,
    gapMs: 3 * minuteMs,
    changes: faults === "replaced" ? [{ time: changeAt, last: round(offset), first: 17 }] : [],
  };
  const edges = Array.from({ length: Math.round((to - from) / hourMs) + 1 }, (_, hour) => from + hour * hourMs);
  return joinAmounts(amountsOf(followCounter({ time, value }, facts), edges));
}

interface Compared {
  readonly name: string;
  readonly told: number;
  readonly true: number;
}

/** Every indicator, worked out a second time from the simulator's own flows and nothing of the record. */
function compare(result: PlantResult, works: Works, to: number): Compared[] {
  const passed = (flow: Flow): number => flow.total(to) - flow.total(from);
  const steel = passed(works.products.converter ?? works.bought);
  const kgce = (medium: string): number => coefficientOn("equivalent", medium, from)?.kgcePerUnit ?? 0;
  const all = (medium: string, way: string): number =>
    works.taps
      .filter((tap) => tap.medium === medium && tap.way === way)
      .reduce((sum, { flow }) => sum + passed(flow), 0);
  const stored = gases.reduce((sum, gas) => sum + passed(works.gas[gas].holder.stored) * kgce(gas), 0);
  const bought =
    passed(works.bought) * kgce("elec") +
    ["ng", "coal", "nw"].reduce((sum, each) => sum + all(each, "use") * kgce(each), 0);
  const coke = (all("coke", "use") - all("coke", "make")) * kgce("coke");
  const compared: Compared[] = [
    { name: "kgce/t of the plant", told: result.coal.value ?? 0, true: (bought + coke - stored) / steel },
    { name: "own generation", told: result.ownGeneration.value ?? 0, true: all("elec", "make") / all("elec", "use") },
    { name: "kWh/t", told: result.powerPerTonne.value ?? 0, true: all("elec", "use") / steel },
    { name: "m³ water/t", told: result.waterPerTonne.value ?? 0, true: all("nw", "use") / steel },
    { name: "m³ LDG/t", told: result.gasRecoveredPerTonne.value ?? 0, true: all("ldg", "make") / steel },
  ];
  for (const gas of gases) {
    const { flared, made } = works.gas[gas];
    compared.push({
      name: `flare rate ${gas}`,
      told: result.flareRates[gas]?.value ?? 0,
      true: passed(flared) / passed(made),
    });
  }
  for (const unit of units) {
    const product = works.products[unit];
    if (product === undefined) continue;
    const sum = tapsOf(works, unit).reduce(
      (kg, { medium, way, flow }) => kg + (way === "use" ? 1 : -1) * passed(flow) * kgce(medium),
      0,
    );
    const told = result.processes.find(({ process }) => process === unitNames[unit].process)?.coal.value ?? 0;
    compared.push({ name: `kgce/t ${unit}`, told, true: sum / passed(product) });
  }
  return compared;
}

/** What the simulator lost on the way is the imbalance, and nothing else is. */
function imbalanceError(result: PlantResult, works: Works, to: number): number {
  let worst = 0;
  for (const { medium, imbalance, bought, made } of result.balances) {
    const flow = works.lost[medium];
    const lost = flow === undefined ? 0 : flow.total(to) - flow.total(from);
    const into = fromThousandths(bought + made);
    if (into > 0) worst = Math.max(worst, Math.abs(fromThousandths(imbalance) - lost) / into);
  }
  return worst;
}
