// One clock for the whole page: the server's time, once a second, on the second. Ages, durations and staleness follow it,
// so they go on when messages do not.

import { createObservable, type Observable } from "../state/observable.ts";

export interface Ticker {
  /** Server's clock, ms. */
  readonly now: Observable<number>;
  start(): void;
  stop(): void;
}

export function createTicker(offset: Observable<number>): Ticker {
  const now = createObservable(Date.now() + offset.get());
  let timer: ReturnType<typeof setTimeout> | null = null;
  let unsubscribe = (): void => undefined;

  function tick(): void {
    if (timer !== null) clearTimeout(timer);
    const serverMs = Date.now() + offset.get();
    now.set(serverMs);
    // A little past the second, so that the text shows the new one.
    timer = setTimeout(tick, 1010 - (((serverMs % 1000) + 1000) % 1000));
  }

  return {
    now,
    start() {
      unsubscribe = offset.subscribe(tick);
      tick();
    },
    stop() {
      unsubscribe();
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
