// The flows of a plant as links of a picture: who gives how much of which medium to whom, in its own unit or in tonnes of standard
// coal. What a balance cannot account for is a link of its own, never hidden. Pure.

import { fromThousandths, nothing } from "./amount.ts";
import type { Balance } from "./balance.ts";
import { coefficientOn } from "./coefficients.ts";
import type { MeterAmounts } from "./evaluate.ts";
import type { Plant } from "./plant.ts";

export interface FlowLink {
  readonly from: string;
  readonly to: string;
  readonly medium: string;
  /** In the unit of the medium. */
  readonly amount: number;
  /** Tonnes of standard coal; null: no coefficient is known. */
  readonly tce: number | null;
  readonly coverage: number;
  readonly kind: "metered" | "stored" | "imbalance";
}

/** Ids of nodes that are in no plant: where imbalances go, and where they come from. */
export const imbalanceNode = "imbalance";

/** One link for each pair of nodes and medium; `balances` tell what is stored and what is left over. */
export function linksOf(
  plant: Plant,
  amounts: MeterAmounts,
  balances: readonly Balance[],
  coefficientSet: string,
  at: number,
): FlowLink[] {
  const links = new Map<string, FlowLink>();
  const add = (link: Omit<FlowLink, "tce">): void => {
    if (link.amount === 0) return;
    const kgce = coefficientOn(coefficientSet, link.medium, at)?.kgcePerUnit ?? null;
    const key = `${link.from} ${link.to} ${link.medium} ${link.kind}`;
    const known = links.get(key);
    const amount = (known?.amount ?? 0) + link.amount;
    const coverage = Math.min(known?.coverage ?? 1, link.coverage);
    links.set(key, { ...link, amount, coverage, tce: kgce === null ? null : (amount * kgce) / 1_000 });
  };
  for (const { from, to, medium, meter } of plant.edges) {
    const { amount, coverage } = amounts.get(meter) ?? nothing;
    add({ from, to, medium, amount: fromThousandths(amount), coverage, kind: "metered" });
  }
  for (const { medium, stored, imbalance, coverage } of balances) {
    const net = networkOf(plant, medium);
    const store = plant.holders.find((holder) => holder.medium === medium)?.node;
    if (store !== undefined)
      add({ ...ends(net, store, stored), medium, amount: Math.abs(fromThousandths(stored)), coverage, kind: "stored" });
    const left = Math.abs(fromThousandths(imbalance));
    add({ ...ends(net, imbalanceNode, imbalance), medium, amount: left, coverage, kind: "imbalance" });
  }
  return [...links.values()];
}

function ends(net: string, other: string, amount: number): Pick<FlowLink, "from" | "to"> {
  return amount >= 0 ? { from: net, to: other } : { from: other, to: net };
}

/** The node of a medium at which it comes together; the medium itself where there is none. */
export function networkOf(plant: Plant, medium: string): string {
  const networks = new Set(plant.nodes.filter(({ kind }) => kind === "network").map(({ id }) => id));
  const edge = plant.edges.find((each) => each.medium === medium && (networks.has(each.from) || networks.has(each.to)));
  if (edge === undefined) return medium;
  return networks.has(edge.from) ? edge.from : edge.to;
}
