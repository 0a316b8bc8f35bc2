// What one device still has to deliver: frames waiting, and frames on the way that nobody has acknowledged yet. Bounded;
// when full, the oldest waiting frame is given up, and the caller is told so that it can be counted and reported.

export interface Outbox {
  /** Frames waiting or on the way. */
  readonly size: number;
  readonly inFlight: number;
  /** Adds a frame; returns how many frames had to be given up for it (0 or 1). */
  push(payload: string): number;
  /** The next frame to send, or null when none waits or enough are on the way. */
  take(): { readonly id: number; readonly payload: string } | null;
  acknowledge(id: number): void;
  /** The line broke: everything on the way waits again, in its old order, ahead of the rest. */
  rewind(): void;
}

export const outboxFramesMax = 240;
const inFlightMax = 16;

export function createOutbox(framesMax = outboxFramesMax): Outbox {
  let waiting: string[] = [];
  const flying = new Map<number, string>();
  let nextId = 1;
  return {
    get size() {
      return waiting.length + flying.size;
    },
    get inFlight() {
      return flying.size;
    },
    push: (payload) => {
      waiting.push(payload);
      if (waiting.length + flying.size <= framesMax) return 0;
      waiting.shift();
      return 1;
    },
    take: () => {
      if (flying.size >= inFlightMax) return null;
      const payload = waiting.shift();
      if (payload === undefined) return null;
      const id = nextId++;
      flying.set(id, payload);
      return { id, payload };
    },
    acknowledge: (id) => {
      flying.delete(id);
    },
    rewind: () => {
      waiting = [...flying.values(), ...waiting];
      flying.clear();
    },
  };
}
