// Where the names of the cities go: near their seats, inside their city, on as few sites as possible. Depends on places only,
// never on alarms, so that names do not jump when something happens. Pure.

import type { Points } from "./nearest.ts";

export interface LabelAnchor {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Is this point of the screen inside the city? */
  readonly isInside: (x: number, y: number) => boolean;
}

const height = 16;
/** Around each site this much is kept free: a mark may appear there. */
const airPx = 7;
const radii = [16, 34, 52, 72, 94];
const directions = 16;

interface Spot {
  readonly x: number;
  readonly y: number;
}

function overlaps(spot: Spot, width: number, x: number, y: number, reachX: number, reachY: number): boolean {
  return Math.abs(x - spot.x) < width / 2 + reachX && Math.abs(y - spot.y) < height / 2 + reachY;
}

/** Centres of the labels, one per anchor, in the same order. */
export function placeLabels(anchors: readonly LabelAnchor[], sites: Points): Spot[] {
  const placed: (Spot & { readonly width: number })[] = [];
  for (const anchor of anchors) {
    const reach = (radii.at(-1) ?? 0) + anchor.width;
    const near: Spot[] = [];
    for (let i = 0; i < sites.x.length; i += 1) {
      const x = sites.x[i] ?? Number.NaN;
      const y = sites.y[i] ?? Number.NaN;
      if (Math.abs(x - anchor.x) < reach && Math.abs(y - anchor.y) < reach) near.push({ x, y });
    }
    const cost = (spot: Spot, radius: number): number =>
      near.filter((site) => overlaps(spot, anchor.width, site.x, site.y, airPx, airPx)).length +
      placed.filter((other) => overlaps(spot, anchor.width, other.x, other.y, other.width / 2 + 4, height / 2 + 2))
        .length *
        60 +
      [-0.45, 0, 0.45].filter((part) => !anchor.isInside(spot.x + part * anchor.width, spot.y)).length * 8 +
      (spot.y > anchor.y ? 2 : 0) +
      radius * 0.05;
    let best = { x: anchor.x, y: anchor.y - 16 };
    let bestCost = cost(best, 16);
    for (const radius of radii) {
      for (let n = 0; n < directions; n += 1) {
        const angle = (n / directions) * 2 * Math.PI - Math.PI / 2;
        const spot = { x: anchor.x + Math.cos(angle) * radius * 1.25, y: anchor.y + Math.sin(angle) * radius };
        const spotCost = cost(spot, radius);
        if (spotCost >= bestCost) continue;
        best = spot;
        bestCost = spotCost;
      }
    }
    placed.push({ ...best, width: anchor.width });
  }
  return placed;
}
