// A short line of the last minutes: no axis, the newest point marked, gaps left open. From zero to its largest value, so that
// a small flutter does not look like a storm. The number beside it says the same in words.

import type { Line } from "./system-data.ts";

const width = 200;
const height = 34;

/** Polylines between the gaps, as "x,y x,y". */
export function traceLine(line: Line): string[] {
  const [first, last] = [line.at(0), line.at(-1)];
  if (first === undefined || last === undefined || first[0] === last[0]) return [];
  const most = Math.max(...line.map(([, value]) => value ?? 0)) || 1;
  const pieces: string[][] = [[]];
  for (const [at, value] of line) {
    if (value === null) pieces.push([]);
    else {
      const x = ((at - first[0]) / (last[0] - first[0])) * width;
      const y = height - 2 - (value / most) * (height - 4);
      pieces.at(-1)?.push(`${x.toFixed(1)},${y.toFixed(1)}`);
    }
  }
  return pieces.filter((piece) => piece.length > 1).map((piece) => piece.join(" "));
}

export function Spark({ line, title }: { readonly line: Line; readonly title: string }) {
  const pieces = traceLine(line);
  return (
    <svg className="spark" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={title}>
      <title>{title}</title>
      <line className="spark-base" x1="0" x2={width} y1={height - 1} y2={height - 1} />
      {pieces.map((points, i) => (
        <polyline key={i} points={points} />
      ))}
    </svg>
  );
}
