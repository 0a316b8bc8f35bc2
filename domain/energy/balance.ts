// Balance of a medium in a plant over a period: what came in, what it was used for, what was lost, what is stored, and the rest
// that nobody accounts for. The rest is the imbalance (计量不平衡): always its own number, never spread over the others. Pure.
//
//   bought + made = used + sold + flared + lost + stored (end - begin) + imbalance        in whole thousandths, exactly

import { type Amount, nothing, sumThousandths, type Thousandths } from "./amount.ts";
import type { NodeKind, Plant, PlantEdge } from "./plant.ts";

export interface Balance {
  readonly medium: string;
  readonly bought: Thousandths;
  readonly made: Thousandths;
  readonly used: Thousandths;
  readonly sold: Thousandths;
  readonly flared: Thousandths;
  readonly lost: Thousandths;
  /** What stores hold more at the end than at the beginning. */
  readonly stored: Thousandths;
  readonly imbalance: Thousandths;
  /** Of what came in; null when nothing did. */
  readonly imbalanceShare: number | null;
  /** The least covered of its meters, 0 … 1: below 1 the imbalance may only be what was not heard. */
  readonly coverage: number;
}

type Side = "bought" | "made" | "used" | "sold" | "flared" | "lost";

const sideOfSource: Readonly<Partial<Record<NodeKind, Side>>> = { bought: "bought", made: "made", process: "made" };
const sideOfTarget: Readonly<Partial<Record<NodeKind, Side>>> = {
  process: "used",
  sold: "sold",
  flare: "flared",
  loss: "lost",
};

/** `stored`: by medium, what its holders gained. Edges between two networks of one medium, and into and out of stores, are inside. */
export function balanceOf(
  plant: Plant,
  medium: string,
  amountOf: (meter: string) => Amount | undefined,
  stored: Thousandths,
): Balance {
  const kindOf = new Map(plant.nodes.map(({ id, kind }) => [id, kind] as const));
  const sides: Record<Side, Thousandths[]> = { bought: [], made: [], used: [], sold: [], flared: [], lost: [] };
  let coverage = 1;
  const meters = new Set<string>();
  for (const edge of plant.edges) {
    if (edge.medium !== medium) continue;
    const side = sideOf(edge, kindOf);
    if (side.length === 0) continue;
    const { amount, coverage: share } = amountOf(edge.meter) ?? nothing;
    for (const each of side) sides[each].push(amount);
    if (!meters.has(edge.meter)) coverage = Math.min(coverage, share);
    meters.add(edge.meter);
  }
  const sum = (side: Side): Thousandths => sumThousandths(sides[side]);
  const [bought, made, used, sold, flared, lost] = [
    sum("bought"),
    sum("made"),
    sum("used"),
    sum("sold"),
    sum("flared"),
    sum("lost"),
  ];
  const into = bought + made;
  const imbalance = sumThousandths([into, -used, -sold, -flared, -lost, -stored]);
  const imbalanceShare = into === 0 ? null : imbalance / into;
  return { medium, bought, made, used, sold, flared, lost, stored, imbalance, imbalanceShare, coverage };
}

/** An edge from one process straight to another is made and used at once. */
function sideOf({ from, to }: PlantEdge, kindOf: ReadonlyMap<string, NodeKind>): Side[] {
  const [source, target] = [kindOf.get(from), kindOf.get(to)];
  const sides: Side[] = [];
  const made = source === undefined ? undefined : sideOfSource[source];
  const used = target === undefined ? undefined : sideOfTarget[target];
  if (made !== undefined) sides.push(made);
  if (used !== undefined) sides.push(used);
  return sides;
}

export interface TreeCheck {
  readonly parent: string;
  readonly children: readonly string[];
  readonly parentAmount: Thousandths;
  readonly childrenAmount: Thousandths;
  /** |parent − children| / parent; null when the parent counted nothing. */
  readonly share: number | null;
  readonly coverage: number;
}

/** Every meter that others belong to, held against them. */
export function checkMeterTree(plant: Plant, amountOf: (meter: string) => Amount | undefined): TreeCheck[] {
  const byParent = Map.groupBy(
    plant.meters.filter(({ parent }) => parent !== null),
    ({ parent }) => parent ?? "",
  );
  return [...byParent].map(([parent, meters]) => {
    const parts = meters.map(({ id }) => amountOf(id) ?? nothing);
    const whole = amountOf(parent) ?? nothing;
    const childrenAmount = sumThousandths(parts.map(({ amount }) => amount));
    return {
      parent,
      children: meters.map(({ id }) => id),
      parentAmount: whole.amount,
      childrenAmount,
      share: whole.amount === 0 ? null : Math.abs(whole.amount - childrenAmount) / Math.abs(whole.amount),
      coverage: Math.min(whole.coverage, ...parts.map(({ coverage }) => coverage)),
    };
  });
}
