// What every view of a signed-in person may use: who it is, the register, the live stores, the clock; and the hooks that
// let React follow them.

import { createContext, useContext, useEffect, useState, useSyncExternalStore } from "react";
import type { Acknowledger } from "../feed/acknowledger.ts";
import type { Live } from "../feed/live.ts";
import type { Siren } from "../feed/siren.ts";
import type { Ticker } from "../feed/ticker.ts";
import type { Observable } from "../state/observable.ts";
import type { Pace } from "../state/pace.ts";
import type { SiteIndex } from "../state/site-index.ts";
import type { CityInfo, FactorInfo, User } from "../state/wire.ts";

export interface App {
  readonly user: User;
  readonly cities: readonly CityInfo[];
  readonly factors: Readonly<Record<string, FactorInfo>>;
  readonly sites: SiteIndex;
  readonly live: Live;
  readonly ticker: Ticker;
  /** How often charts and map are redrawn on this machine now. */
  readonly pace: Observable<Pace>;
  readonly siren: Siren;
  readonly acknowledger: Acknowledger;
  readonly signOut: () => void;
}

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) throw new Error("a view was drawn outside of the signed-in frame");
  return app;
}

export function useObservable<T>(observable: Observable<T>): T {
  return useSyncExternalStore(observable.subscribe, observable.get);
}

/** The same, but looked at no more often than so many times a second: for pictures that cost something to redraw. */
export function usePaced<T>(observable: Observable<T>, hertz: number): T {
  const [value, setValue] = useState(observable.get);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    let shownAt = performance.now();
    const show = (): void => {
      timer = null;
      shownAt = performance.now();
      setValue(() => observable.get());
    };
    const schedule = (): void => {
      timer ??= setTimeout(show, Math.max(0, shownAt + 1000 / hertz - performance.now()));
    };
    // What came between drawing and subscribing.
    show();
    const unsubscribe = observable.subscribe(schedule);
    return () => {
      unsubscribe();
      if (timer !== null) clearTimeout(timer);
    };
  }, [observable, hertz]);
  return value;
}

/** The server's clock, ms; changes once a second. */
export function useServerNow(): number {
  return useObservable(useApp().ticker.now);
}

export function mayAcknowledge(user: User): boolean {
  return user.role !== "viewer";
}
