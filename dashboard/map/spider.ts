// Sites that lie on each other even when one looks closely are drawn apart, around the place they share, each with a leg to
// where it really is: otherwise the lower one could neither be seen nor opened. Pure; pixels of the screen.

/** Closer than this two sites cover each other. */
export const touchPx = 9;
/** Between neighbours on the circle. */
const gapPx = 20;
const radiusLeast = 15;
/** Against the whole province: only from here on sites are taken apart; before that one zooms in. */
export const spiderZoom = 6;

export interface Spread {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Sites that were moved, with the place they really have: index, x, y. */
  readonly legs: readonly (readonly [site: number, x: number, y: number])[];
}

interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Sites by squares of the screen, so that only neighbours are compared. */
function sortIntoSquares({ x, y }: Points): Map<string, number[]> {
  const squares = new Map<string, number[]>();
  for (let i = 0; i < x.length; i += 1) {
    if (Number.isNaN(x[i] ?? Number.NaN)) continue;
    const key = `${Math.floor((x[i] ?? 0) / touchPx)} ${Math.floor((y[i] ?? 0) / touchPx)}`;
    const square = squares.get(key);
    if (square === undefined) squares.set(key, [i]);
    else square.push(i);
  }
  return squares;
}

function findTouching(points: Points, squares: ReadonlyMap<string, number[]>, i: number): number[] {
  const [px, py] = [points.x[i] ?? 0, points.y[i] ?? 0];
  const [column, row] = [Math.floor(px / touchPx), Math.floor(py / touchPx)];
  const found: number[] = [];
  for (let dx = -1; dx <= 1; dx += 1) {
    for (let dy = -1; dy <= 1; dy += 1) {
      for (const j of squares.get(`${column + dx} ${row + dy}`) ?? []) {
        if (Math.hypot((points.x[j] ?? 0) - px, (points.y[j] ?? 0) - py) < touchPx) found.push(j);
      }
    }
  }
  return found.sort((a, b) => a - b);
}

/** Each site with those that touch it is a group, in the order of the register; a site belongs to one group. */
export function spreadOverlaps(points: Points): Spread {
  const squares = sortIntoSquares(points);
  const [x, y] = [points.x.slice(), points.y.slice()];
  const legs: [number, number, number][] = [];
  const done = new Set<number>();
  for (let i = 0; i < points.x.length; i += 1) {
    if (done.has(i) || Number.isNaN(points.x[i] ?? Number.NaN)) continue;
    const group = findTouching(points, squares, i).filter((j) => !done.has(j));
    for (const j of group) done.add(j);
    if (group.length < 2) continue;
    const radius = Math.max(radiusLeast, (group.length * gapPx) / (2 * Math.PI));
    const [cx, cy] = [points.x[i] ?? 0, points.y[i] ?? 0];
    group.forEach((j, n) => {
      const angle = (n / group.length) * 2 * Math.PI - Math.PI / 2;
      legs.push([j, points.x[j] ?? cx, points.y[j] ?? cy]);
      x[j] = cx + Math.cos(angle) * radius;
      y[j] = cy + Math.sin(angle) * radius;
    });
  }
  return { x, y, legs };
}
