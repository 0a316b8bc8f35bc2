// A plant as data: what flows (media), where from and where to (nodes and edges), what counts it (meters), and what stores it
// (holders). A record with versions; balances, indicators and pictures are drawn from it and from nothing else.
//
//   source ──edge (medium, meter)──▶ process ──edge──▶ process …
//                                       │  ▲
//                                       ▼  │
//                                     holder ──▶ flare
//
// Every edge is counted by one meter, real or virtual; what a node of a medium takes in and does not give out, store, use or
// lose is its imbalance, and that is a number of its own.

import mediaTable from "../tables/energy-media.json" with { type: "json" };
import processTable from "../tables/energy-processes.json" with { type: "json" };

export interface Medium {
  readonly code: string;
  readonly nameZh: string;
  readonly nameEn: string;
  /** In which it is counted: kWh, m3, t or GJ. */
  readonly unit: string;
  readonly kind: string;
}

export const media: readonly Medium[] = mediaTable;

export function findMedium(code: string): Medium | undefined {
  return media.find((medium) => medium.code === code);
}

export interface Process {
  readonly code: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly productUnit: string;
  readonly productFactor: string;
}

export const processes: readonly Process[] = processTable.processes;

/**
 * bought, sold: across the fence. made: produced here. network: where a medium comes together and goes apart. process: uses and
 * makes. store: a holder or a stock pile. flare, loss: gone.
 */
export const nodeKinds = ["bought", "sold", "made", "network", "process", "store", "flare", "loss"] as const;
export type NodeKind = (typeof nodeKinds)[number];

export interface PlantNode {
  readonly id: string;
  readonly kind: NodeKind;
  readonly nameZh: string;
  readonly nameEn: string;
  /** Code of the process it belongs to; null = none. */
  readonly process: string | null;
}

export interface PlantEdge {
  readonly id: string;
  readonly medium: string;
  readonly from: string;
  readonly to: string;
  readonly meter: string;
}

/** A counter of a site. */
export interface RealMeter {
  readonly id: string;
  readonly site: string;
  /** Code of a counter, e.g. "bfg.use.total". */
  readonly factor: string;
  readonly medium: string;
  /** The meter that counts this one and its neighbours together; null = none. */
  readonly parent: string | null;
  readonly turnsAt: number | null;
  readonly ratio: number;
  readonly perHourMax: number | null;
}

/** Counted from others, e.g. "grid - mill1 - mill2" or "0.593 * bfg + cog". */
export interface VirtualMeter {
  readonly id: string;
  readonly medium: string;
  readonly formula: string;
}

export interface Holder {
  readonly node: string;
  readonly medium: string;
  readonly site: string;
  /** Level in per cent of the capacity. */
  readonly levelFactor: string;
  readonly capacityM3: number;
  /** Per cent: stops below, warns below, warns above, flares above. */
  readonly lowLow: number;
  readonly low: number;
  readonly high: number;
  readonly highHigh: number;
}

export interface Plant {
  readonly id: string;
  readonly version: number;
  /** In force from (ms, inclusive). */
  readonly from: number;
  readonly name: string;
  readonly enterprise: string;
  readonly city: string;
  readonly nodes: readonly PlantNode[];
  readonly edges: readonly PlantEdge[];
  readonly meters: readonly RealMeter[];
  readonly virtualMeters: readonly VirtualMeter[];
  readonly holders: readonly Holder[];
  /** Process → meter of its product. */
  readonly products: Readonly<Record<string, string>>;
  /** kW that the contract with the grid allows in any quarter of an hour; null = not known. */
  readonly contractKw: number | null;
}
