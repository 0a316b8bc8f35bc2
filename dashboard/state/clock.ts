// The server's clock as seen from here. Every heartbeat gives one sample "server minus ours"; travel time only makes a
// sample smaller, so the largest of the last few is the best one, and a clock that is set anew is followed within them.

export interface ClockSamples {
  readonly offsets: readonly number[];
}

const samplesKept = 6;

export const noSamples: ClockSamples = { offsets: [] };

export function addSample(samples: ClockSamples, serverMs: number, ownMs: number): ClockSamples {
  return { offsets: [...samples.offsets, serverMs - ownMs].slice(-samplesKept) };
}

/** What to add to our clock to get the server's; 0 until something was heard. */
export function clockOffset(samples: ClockSamples): number {
  return samples.offsets.length === 0 ? 0 : Math.max(...samples.offsets);
}

/** From here the person is told that this machine's clock is wrong. */
export const offsetWarnMs = 2000;
