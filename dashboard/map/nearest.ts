// Which site is meant: the one under the pointer, or the next one in the direction of an arrow key.

export interface Points {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** Index of the point nearest to (`x`, `y`) within `within`; a lower `rank` wins inside that circle. NaN points never win. */
export function findNearest(
  points: Points,
  x: number,
  y: number,
  within: number,
  rank: (i: number) => number,
): number | null {
  let best: number | null = null;
  let bestRank = Number.POSITIVE_INFINITY;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let i = 0; i < points.x.length; i += 1) {
    const distance = Math.hypot((points.x[i] ?? Number.NaN) - x, (points.y[i] ?? Number.NaN) - y);
    if (!(distance <= within)) continue;
    const r = rank(i);
    if (r > bestRank || (r === bestRank && distance >= bestDistance)) continue;
    best = i;
    bestRank = r;
    bestDistance = distance;
  }
  return best;
}

export type Direction = "left" | "right" | "up" | "down";

const steps: Readonly<Record<Direction, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};

/** The neighbour of point `from` in a direction (y grows downwards): the nearest within 60° of it, far ones counting more when aside. */
export function findNeighbour(points: Points, from: number, direction: Direction): number | null {
  const [ux, uy] = steps[direction];
  const fromX = points.x[from] ?? Number.NaN;
  const fromY = points.y[from] ?? Number.NaN;
  let best: number | null = null;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let i = 0; i < points.x.length; i += 1) {
    const dx = (points.x[i] ?? Number.NaN) - fromX;
    const dy = (points.y[i] ?? Number.NaN) - fromY;
    const along = dx * ux + dy * uy;
    const aside = Math.abs(dx * uy - dy * ux);
    if (i === from || !(along > 0) || aside > along * Math.sqrt(3)) continue;
    const cost = along + 2 * aside;
    if (cost >= bestCost) continue;
    best = i;
    bestCost = cost;
  }
  return best;
}
