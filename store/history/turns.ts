// One thing at a time: work that is handed in while other work runs waits for it. A piece that fails stands for itself.

export type TakeTurn = <T>(work: () => Promise<T>) => Promise<T>;

export function createTurns(): TakeTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    // The one who handed it in hears of the failure.
    last = done.catch(() => undefined);
    return done;
  };
}
