// Simulated time, and who is due next. The clock starts in the past, runs `speed` times faster than the wall and never
// passes it: when it has caught up it simply is the wall clock.

export interface SimulatedClock {
  readonly startMs: number;
  /** Simulated now for this wall time. */
  at(wallMs: number): number;
  /** Has simulated time reached the wall? */
  isCaughtUp(wallMs: number): boolean;
  /** Wall time at which it will have caught up. */
  readonly caughtUpAtMs: number;
}

export function createSimulatedClock(wallStartMs: number, backMs: number, speed: number): SimulatedClock {
  const startMs = wallStartMs - (speed > 1 ? backMs : 0);
  const caughtUpAtMs = speed > 1 ? wallStartMs + backMs / (speed - 1) : wallStartMs;
  return {
    startMs,
    caughtUpAtMs,
    at: (wallMs) => (wallMs >= caughtUpAtMs ? wallMs : startMs + (wallMs - wallStartMs) * speed),
    isCaughtUp: (wallMs) => wallMs >= caughtUpAtMs,
  };
}

export interface Agenda<T> {
  add(atMs: number, item: T): void;
  /** Removes and returns the earliest item due at or before `nowMs`. */
  takeDue(nowMs: number): T | undefined;
  nextAtMs(): number | undefined;
  readonly size: number;
}

/** A queue ordered by time; items of the same time leave in the order they came. */
export function createAgenda<T>(): Agenda<T> {
  // Latest first, so that taking is a pop. With some thousand entries an insertion is a short memmove: no heap needed.
  const entries: { readonly atMs: number; readonly item: T }[] = [];
  return {
    add: (atMs, item) => {
      let low = 0;
      let high = entries.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((entries[middle]?.atMs ?? 0) > atMs) low = middle + 1;
        else high = middle;
      }
      entries.splice(low, 0, { atMs, item });
    },
    takeDue: (nowMs) => {
      const last = entries.at(-1);
      if (last === undefined || last.atMs > nowMs) return undefined;
      entries.pop();
      return last.item;
    },
    nextAtMs: () => entries.at(-1)?.atMs,
    get size() {
      return entries.length;
    },
  };
}
