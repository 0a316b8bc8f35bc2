// How often costly pictures are redrawn on this machine. When frames come late for a while the charts slow down first, then
// the map; when they are on time for longer, they get faster again. The alarm list is never slowed. Pure.

export interface Pace {
  readonly chartHertz: number;
  readonly mapHertz: number;
}

/** From the fastest to the slowest. */
export const paces: readonly Pace[] = [
  { chartHertz: 30, mapHertz: 10 },
  { chartHertz: 10, mapHertz: 10 },
  { chartHertz: 4, mapHertz: 5 },
  { chartHertz: 4, mapHertz: 2 },
];

export interface PaceState {
  readonly level: number;
  /** Samples in a row that were slow (positive) or fast (negative). */
  readonly streak: number;
}

export const fullPace: PaceState = { level: 0, streak: 0 };

/** 95th percentile of the gaps between frames, ms. */
export const slowFrameMs = 25;
export const fastFrameMs = 19;
/** A sample is taken every five seconds: slow at once, fast again after four good ones. */
export const goodSamples = 4;

export function percentile95(gapsMs: readonly number[]): number {
  const sorted = gapsMs.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? 0;
}

export function adaptPace(state: PaceState, gapsMs: readonly number[]): PaceState {
  if (gapsMs.length < 5) return state;
  const gap = percentile95(gapsMs);
  if (gap > slowFrameMs) return { level: Math.min(paces.length - 1, state.level + 1), streak: 0 };
  if (gap > fastFrameMs || state.level === 0) return { level: state.level, streak: 0 };
  const streak = state.streak + 1;
  return streak < goodSamples ? { level: state.level, streak } : { level: state.level - 1, streak: 0 };
}

export function paceOf(state: PaceState): Pace {
  return paces[state.level] ?? { chartHertz: 4, mapHertz: 2 };
}
