// Devices that send without pause and write down what was acknowledged: every reading is unique by its time and carries a
// value that follows from it, so that a store can be compared with the list of acknowledgements alone.

import type { Credentials } from "#test/harness/api-client.ts";
import { connectDevice, type Device } from "#test/harness/device.ts";

/** How many publishes of one device may wait for their acknowledgement. */
const inFlightMax = 8;

export const loadLimit = 50;

export interface LoadDevice {
  readonly index: number;
  readonly site: string;
  /** Event time → was it acknowledged? An unanswered one may or may not have arrived. */
  readonly sent: ReadonlyMap<number, "acknowledged" | "unknown">;
  connect(address: string): Promise<void>;
  /** Sends until the connection is gone or `stop` is called. */
  run(): Promise<void>;
  /** What no acknowledgement came for is sent again, oldest first, as a device does. */
  repeatUnknown(): Promise<void>;
  stop(): Promise<void>;
}

/** The value of the device's reading at this time. It crosses the limit now and then, so that alarms come and go. */
export function valueAt(index: number, time: number): number {
  return Math.round((45 + 20 * Math.sin(time / 15 + index)) * 1000) / 1000;
}

/** `from`: event time of the first frame; each further one is a millisecond later. */
export function createLoadDevice(index: number, credentials: Credentials, from: number): LoadDevice {
  const sent = new Map<number, "acknowledged" | "unknown">();
  let device: Device | null = null;
  let next = from;
  let going = false;

  /** True when the broker has acknowledged. */
  async function publish(line: Device, time: number): Promise<boolean> {
    // A client that is cut off may leave its promise open for ever: the close ends the wait.
    const answered = line.send({ w01018: valueAt(index, time), w01001: 7 }, { time }).then(
      () => true,
      () => false,
    );
    const done = await Promise.race([answered, whenClosed(line)]);
    if (done) sent.set(time, "acknowledged");
    return done;
  }

  return {
    index,
    site: credentials.username,
    sent,
    async connect(address) {
      device = await connectDevice(address, credentials, { clientId: `load-${index}`, keepalive: 0 });
    },
    async run() {
      going = true;
      const line = device;
      if (line === null) return;
      const sendOn = async (): Promise<void> => {
        while (going && !line.closed) {
          const time = next++;
          sent.set(time, "unknown");
          if (!(await publish(line, time))) return;
        }
      };
      await Promise.all(Array.from({ length: inFlightMax }, sendOn));
    },
    async repeatUnknown() {
      const line = device;
      if (line === null) return;
      const unknown = [...sent].filter(([, state]) => state === "unknown").map(([time]) => time);
      await Promise.all(unknown.map((time) => publish(line, time)));
    },
    async stop() {
      going = false;
      await device?.end();
      device = null;
    },
  };
}

const ends = new WeakMap<Device, Promise<false>>();

/** One promise per connection, however many wait for it. */
function whenClosed(device: Device): Promise<false> {
  if (device.closed) return Promise.resolve(false);
  let end = ends.get(device);
  if (end === undefined) {
    end = new Promise((done) => device.client.once("close", () => done(false)));
    ends.set(device, end);
  }
  return end;
}

/** Numbers between 0 and 1 that a seed repeats (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
