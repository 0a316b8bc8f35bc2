// How fast one device may send: a token bucket. Over the rate a frame is not refused but waits, and while it waits the
// socket is not read. Pure; time is an argument.

export interface Rate {
  /** Takes one token; returns how long (ms) the frame must wait, 0 = not at all. */
  takeMs(nowMs: number): number;
}

export function createRate(perSecond: number, burst: number): Rate {
  let tokens = burst;
  let lastMs = -1;
  return {
    takeMs(nowMs) {
      if (lastMs >= 0) tokens = Math.min(burst, tokens + (Math.max(0, nowMs - lastMs) * perSecond) / 1000);
      lastMs = nowMs;
      tokens -= 1;
      return tokens >= 0 ? 0 : Math.ceil((-tokens * 1000) / perSecond);
    },
  };
}
