// What a run to an end promises: it comes to its end, also when a line is down just then.

import { describe, expect, it } from "vitest";
import { waitFor } from "#test/harness/wait.ts";
import type { Actor } from "../device.ts";
import { createFleet } from "../fleet.ts";
import { createSimulatedClock } from "../schedule.ts";
import type { Link } from "./mqtt-link.ts";
import { createRunner } from "./runner.ts";

const secondMs = 1_000;

/** Sends a frame every second; its line is down from `lostFromMs` on, and stays so. */
function createLosingActor(device: Actor["device"], lostFromMs: number): Actor {
  return {
    device,
    sendDelayMs: 0,
    nextEventAfter: (timeMs) => (Math.floor(timeMs / secondMs) + 1) * secondMs,
    step: (eventMs) => (eventMs < lostFromMs ? { frames: ["frame"], online: true } : { frames: [], online: false }),
    observe: () => ({ draft: null, online: true, nonsense: null, duplicate: false, disorder: false }),
    finish: () => undefined,
  };
}

/** Whose last frame is on its way when the line goes down, and is acknowledged only over a line. */
function createBrokenLink(): Link & { readonly sent: number } {
  let [pending, sent, up] = [0, 0, true];
  return {
    get pending() {
      return pending;
    },
    get sent() {
      return sent;
    },
    get connected() {
      return up;
    },
    start: () => undefined,
    send: () => {
      sent++;
      pending = 1;
    },
    setLine: (wanted) => {
      if (wanted && !up) pending = 0;
      up = wanted;
    },
    setPassword: () => undefined,
    stop: () => Promise.resolve(),
  };
}

describe("a run to an end", () => {
  it("is done although a line went down before it and would have stayed down", async () => {
    const [device] = createFleet(1);
    if (device === undefined) throw new Error("no device");
    const link = createBrokenLink();
    const clock = createSimulatedClock(Date.now(), 60 * secondMs, 1_000);
    const actor = createLosingActor(device, clock.startMs + 30 * secondMs);
    const untilMs = clock.caughtUpAtMs;
    const runner = createRunner({ actors: [actor], linkOf: () => link, clock, wallNow: Date.now, untilMs });
    runner.start();
    await waitFor("the end", () => (runner.isDone() ? true : undefined), { deadlineMs: 5_000 });
    runner.stop();
    expect(link.sent).toBeGreaterThan(20);
    expect(link.pending).toBe(0);
  });
});
