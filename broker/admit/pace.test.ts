// The pace of all devices together: nothing while ingest keeps up or is away, and no more than ingest does while it is behind.

import { describe, expect, it } from "vitest";
import { createPace, type Pace } from "./pace.ts";

/**
 * Devices with so many frames in flight that send the next one as soon as one is acknowledged, and an ingest that does `speed`
 * frames per second; answers with the backlog at the end of every second.
 */
const turnMs = 20;

function run(pace: Pace, speed: number, inFlight: number, seconds: number): number[] {
  const backlogs: number[] = [];
  /** By millisecond: how many frames become durable. */
  const due = new Map<number, number>([[1, inFlight]]);
  let [head, cursor] = [0, 0];
  for (let ms = 1; ms <= seconds * 1_000; ms++) {
    const durable = due.get(ms) ?? 0;
    head += durable;
    for (let i = 0; i < durable; i++) {
      const at = ms + turnMs + pace.takeMs(ms);
      due.set(at, (due.get(at) ?? 0) + 1);
    }
    cursor = Math.min(head, cursor + speed / 1_000);
    if (ms % 100 === 0) pace.note(ms, head, Math.floor(cursor));
    if (ms % 1_000 === 0) backlogs.push(head - cursor);
  }
  return backlogs;
}

describe("the pace", () => {
  it("holds nothing back while ingest keeps up", () => {
    const pace = createPace();
    run(pace, 10_000, 100, 3);
    expect(pace.takeMs(3_000)).toBe(0);
  });

  it("keeps the backlog below a second of ingest's work, however fast devices send", () => {
    for (const inFlight of [400, 1_600]) {
      const backlogs = run(createPace(), 10_000, inFlight, 12);
      for (const backlog of backlogs.slice(4)) expect(backlog).toBeLessThan(10_000);
    }
  });

  it("holds nothing back when ingest is away, or says nothing any more", () => {
    const pace = createPace();
    run(pace, 5_000, 1_600, 3);
    expect(pace.takeMs(3_000)).toBeGreaterThan(0);
    expect(pace.takeMs(6_000)).toBe(0);
    pace.note(6_100, 1_000_000, 1_000);
    pace.away();
    expect(pace.takeMs(6_200)).toBe(0);
  });
});
