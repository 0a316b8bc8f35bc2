// Admission of one frame that a device sent: its rate, the pace of ingest, the journal. The same for every way by which MQTT
// brings it.

import { bounds } from "#domain/bounds.ts";
import { type Channel, type Door, doorNames, entryKinds } from "#domain/frame.ts";
import type { Appender } from "#store/journal/journal.ts";
import type { Pace } from "../admit/pace.ts";
import { createRate, type Rate } from "../admit/rate.ts";
import type { BrokerMetrics } from "./metrics.ts";

export interface Device {
  readonly site: string;
  readonly rate: Rate;
  connections: number;
  /** It subscribed to what it publishes: every frame must go through the broker library. */
  listensToItself: boolean;
  /** Frames that must wait, oldest first: what came later goes behind them, since the order of messages has a meaning. */
  readonly held: Held[];
}

interface Held {
  readonly arrivedAt: number;
  readonly dueAt: number;
  readonly append: () => void;
}

export function createDevice(site: string): Device {
  const rate = createRate(bounds.deviceFramesPerSecond, bounds.deviceFramesBurst);
  return { site, rate, connections: 0, listensToItself: false, held: [] };
}

export interface Admission {
  /** `done` is called when the frame is on disk, or when it never will be. */
  admit(
    device: Device,
    door: Door,
    channel: Channel,
    promised: boolean,
    payload: Uint8Array,
    done: (failure: Error | null) => void,
  ): void;
  /** Frames that were read and are not on disk yet. */
  readonly pending: number;
}

export interface AdmissionParts {
  readonly journal: Appender;
  readonly pace: Pace;
  readonly metrics: BrokerMetrics;
  readonly now: () => number;
}

const fullRetryMs = 250;

export function createAdmission({ journal, pace, metrics, now }: AdmissionParts): Admission {
  let pending = 0;

  /** Appends what is due of a device, in its order, and comes back for the rest. While the disk takes nothing, all waits. */
  function release(device: Device): void {
    for (let [first] = device.held; first !== undefined; [first] = device.held) {
      const at = now();
      // A clock that jumped back holds nothing.
      const dueMs = at < first.arrivedAt ? 0 : first.dueAt - at;
      const waitMs = journal.writable ? dueMs : fullRetryMs;
      if (waitMs > 0) {
        setTimeout(release, waitMs, device);
        return;
      }
      device.held.shift();
      first.append();
    }
  }

  return {
    admit(device, door, channel, promised, payload, done) {
      const arrivedAt = now();
      pending++;
      const append = (): void => {
        journal.append(entryKinds.frame, door, channel, promised, arrivedAt, device.site, payload, (failure) => {
          pending--;
          if (failure === null) {
            if (promised) metrics.acknowledged(doorNames[door]);
            else metrics.unpromised();
            metrics.commitSeconds((now() - arrivedAt) / 1000);
          }
          done(failure);
        });
      };
      const ownMs = device.rate.takeMs(arrivedAt);
      if (ownMs > 0) metrics.throttled();
      const paceMs = pace.takeMs(arrivedAt);
      if (paceMs > 0) metrics.paced();
      const waitMs = Math.max(ownMs, paceMs);
      if (waitMs === 0 && device.held.length === 0 && journal.writable) {
        append();
        return;
      }
      // Nothing can be promised now: the frame waits, and while it waits its socket is not read.
      device.held.push({ arrivedAt, dueAt: arrivedAt + waitMs, append });
      if (device.held.length === 1) release(device);
    },
    get pending() {
      return pending;
    },
  };
}
