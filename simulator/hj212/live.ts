// What a logger wants to say now and never later: real-time data, states, notices. Of real-time data only the newest waits, so
// that a slow line gets fewer of them; what is let go is counted.

import type { LoggerCounts } from "./counts.ts";
import type { Saying } from "./speech.ts";

export interface Parcel extends Saying {
  /** Sent twice at once: a scenario's duplicate. */
  readonly twice?: boolean;
  readonly spoilt?: boolean;
  readonly onDone?: () => void;
}

export interface LiveQueue {
  push(parcel: Parcel): void;
  /** `swap`: it waits for the next one, and goes behind it. */
  pushRealtime(parcel: Parcel, swap: boolean): void;
  next(): Parcel | undefined;
  /** The line has gone, and with it everything that waits; `flying`: what was on its way, too. */
  lose(flying: Parcel | null): void;
  readonly size: number;
}

export const realtimeCommand = "2011";

/** `isUp`: is there a line? Without one real-time data is lost at once. */
export function createLiveQueue(counts: LoggerCounts, isUp: () => boolean): LiveQueue {
  const waiting: Parcel[] = [];
  let held: Parcel | null = null;

  function letGo(): void {
    const older = waiting.findIndex(({ cn }) => cn === realtimeCommand);
    if (older < 0) return;
    waiting.splice(older, 1);
    counts.realtimeLost++;
  }

  return {
    push: (parcel) => void waiting.push(parcel),
    pushRealtime(parcel, swap) {
      if (!isUp()) {
        counts.realtimeLost += held === null ? 1 : 2;
        held = null;
      } else if (held !== null) {
        letGo();
        waiting.push(parcel, held);
        held = null;
      } else if (swap) {
        held = parcel;
      } else {
        letGo();
        waiting.push(parcel);
      }
    },
    next: () => waiting.shift(),
    lose(flying) {
      if (flying?.cn === realtimeCommand) counts.realtimeLost++;
      counts.realtimeLost += waiting.filter(({ cn }) => cn === realtimeCommand).length;
      waiting.length = 0;
    },
    get size() {
      return waiting.length;
    },
  };
}
