// The last day of a station as one thin line: gaps are gaps. Its smallest and greatest number are said for whoever cannot see it.

import type { StationKind } from "#domain/stations/shapes.ts";
import { formatNumber, type Station, useStationWords } from "./station-data.ts";

const [width, height] = [120, 22];

/** Runs of values without a gap → points of a picture; the greatest value on top. */
export function drawRuns(trend: Station["trend"]): string[] {
  const values = trend.flatMap(([, value]) => (value === null ? [] : [value]));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const step = width / Math.max(1, trend.length - 1);
  const runs: string[][] = [[]];
  for (const [i, [, value]] of trend.entries()) {
    if (value === null) {
      if (runs.at(-1)?.length !== 0) runs.push([]);
      continue;
    }
    const share = most === least ? 0.5 : (value - least) / (most - least);
    const y = height - 2 - share * (height - 4);
    runs.at(-1)?.push(`${(i * step).toFixed(1)},${y.toFixed(1)}`);
  }
  // A value between two gaps is a dot: a line of no length with round ends.
  return runs.filter((run) => run.length > 0).map((run) => (run.length === 1 ? `${run[0]} ${run[0]}` : run.join(" ")));
}

export function Sparkline({ kind, trend }: { readonly kind: StationKind; readonly trend: Station["trend"] }) {
  const words = useStationWords();
  const values = trend.flatMap(([, value]) => (value === null ? [] : [value]));
  if (values.length === 0) return <span className="muted">{words.trendNone}</span>;
  const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => formatNumber(kind, value, ""));
  return (
    <svg
      className="station-spark"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={words.trendLabel(values.length, least ?? "", most ?? "")}
    >
      {drawRuns(trend).map((points) => (
        <polyline key={points} points={points} />
      ))}
    </svg>
  );
}
