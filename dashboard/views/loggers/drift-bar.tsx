// How far a logger's clock is off, as a bar from the middle: to the right it is behind, to the left ahead. The scale is that of
// orders of magnitude, because one second and one hour must both be seen.

import { judge, useLoggerWords } from "./logger-data.ts";

const longestMs = 3_600_000;
const exactMs = 1_000;

function format(ms: number): string {
  const seconds = Math.abs(ms) / 1000;
  return seconds < 10 ? seconds.toFixed(1) : String(Math.round(seconds));
}

export function DriftBar({ driftMs }: { readonly driftMs: number | null }) {
  const words = useLoggerWords();
  if (driftMs === null) return <span className="muted">—</span>;
  const size = Math.abs(driftMs);
  const share = size <= exactMs ? 0.02 : Math.min(1, Math.log10(size / exactMs) / Math.log10(longestMs / exactMs));
  const mark = judge("drift", size / 1000);
  return (
    <span className="drift-bar" data-mark={mark} data-side={driftMs < 0 ? "ahead" : "behind"}>
      <span className="drift-track" aria-hidden="true">
        <span className="drift-fill" style={{ width: `${Math.round(share * 50)}%` }} />
      </span>
      <span>{size <= exactMs ? words.exact : words.driftOf(format(driftMs), driftMs > 0)}</span>
    </span>
  );
}
