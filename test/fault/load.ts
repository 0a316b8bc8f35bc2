// Devices that send without pause and write down what was acknowledged: every reading is unique by its time and carries a
// value that follows from it, so that a store can be compared with the list of acknowledgements alone.

import type { AlarmJson, Credentials } from "#test/harness/api-client.ts";
import { connectDevice, type Device } from "#test/harness/device.ts";

/** How many publishes of one device may wait for their acknowledgement. */
const inFlightMax = 8;

export interface LoadDevice {
  readonly site: string;
  /** Event time → was it acknowledged? Sent but unanswered ones may or may not be there. */
  readonly sent: ReadonlyMap<number, "acknowledged" | "unknown">;
  connect(address: string): Promise<void>;
  /** Sends until the connection is gone or `stop` is called. */
  run(): Promise<void>;
  /** What no acknowledgement came for is sent again, as a device does. */
  repeatUnknown(): Promise<void>;
  stop(): Promise<void>;
}

/** Value of a reading: from its time alone. Crosses the limit of 50 slowly, so that alarms come and go. */
export function valueAt(site: number, time: number): number {
  const wave = 40 + 30 * Math.sin((time / 40 + site * 20) / 100);
  return Math.round(wave * 1000) / 1000;
}

export const loadLimit = 50;

/** `from`: where this device's event times begin; every frame is one millisecond later. */
export function createLoadDevice(index: number, credentials: Credentials, from: number): LoadDevice {
  const sent = new Map<number, "acknowledged" | "unknown">();
  let device: Device | null = null;
  let next = from;
  let going = false;

  async function publish(time: number): Promise<void> {
    if (device === null) return;
    try {
      await device.send({ w01018: valueAt(index, time), w01001: 7 }, { time });
      sent.set(time, "acknowledged");
    } catch {
      going = false; // the line is gone: whether it arrived is not known
    }
  }

  return {
    site: credentials.username,
    sent,
    async connect(address) {
      device = await connectDevice(address, credentials, { clientId: `load-${index}`, keepalive: 0 });
    },
    async run() {
      going = true;
      const line = device;
      await Promise.all(
        Array.from({ length: inFlightMax }, async () => {
          while (going && line !== null && !line.closed) {
            const time = next++;
            sent.set(time, "unknown");
            // A client that is cut off keeps its promise open for ever: the close ends the wait.
            await Promise.race([publish(time), closed(line)]);
          }
        }),
      );
    },
    async repeatUnknown() {
      const unknown = [...sent].filter(([, state]) => state === "unknown").map(([time]) => time);
      await Promise.all(unknown.map(publish));
    },
    async stop() {
      going = false;
      await device?.end();
      device = null;
    },
  };
}

function closed(device: Device): Promise<void> {
  if (device.closed) return Promise.resolve();
  return new Promise((done) => device.client.once("close", () => done()));
}

/** What the alarm of a site must be, from the readings that are stored alone; times ascending. */
export function expectedAlarm(
  site: number,
  times: readonly number[],
): { readonly active: boolean; readonly onsetOf: ReadonlyMap<number, true> } {
  const onsets = new Map<number, true>();
  let active = false;
  for (const time of times) {
    const beyond = valueAt(site, time) > loadLimit;
    if (beyond && !active) onsets.set(time, true);
    active = beyond;
  }
  return { active, onsetOf: onsets };
}

export function openAlarmOf(alarms: readonly AlarmJson[], site: string): AlarmJson | undefined {
  return alarms.find((alarm) => alarm.site === site && alarm.state !== "normal");
}
