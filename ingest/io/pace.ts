// How fast something goes: what was done in the last half minute, by the second.

export interface Pace {
  add(count: number): void;
  /** In all. */
  readonly done: number;
  readonly perSecond: number;
}

const spanMs = 30_000;

export function createPace(now: () => number): Pace {
  const steps: { readonly at: number; readonly count: number }[] = [];
  let done = 0;

  function forget(): void {
    const since = now() - spanMs;
    const kept = steps.findIndex(({ at }) => at > since);
    steps.splice(0, kept < 0 ? steps.length : kept);
  }

  return {
    add(count) {
      done += count;
      steps.push({ at: now(), count });
      forget();
    },
    get done() {
      return done;
    },
    get perSecond() {
      forget();
      const recent = steps.reduce((sum, { count }) => sum + count, 0);
      return Math.round((recent * 10_000) / spanMs) / 10;
    },
  };
}
