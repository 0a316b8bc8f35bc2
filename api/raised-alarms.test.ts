// What counts as raised, and in which hour.

import { describe, expect, it } from "vitest";
import { hourMs } from "#domain/time.ts";
import type { AlarmStep } from "#store/state/state.ts";
import { createRaisedAlarms, raisedFrom } from "./raised-alarms.ts";

const now = Date.UTC(2026, 10, 22, 9, 30);
let place = 0;
function step(receivedAt: number, more: Partial<AlarmStep> = {}): AlarmStep {
  place += 1;
  const moved = { before: "normal", to: "unack-active" } as const;
  return { place, site: "S", city: "130200", priority: 2, ...moved, receivedAt, ...more };
}
const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

describe("the alarms raised in a day", () => {
  it("are those whose condition has come, once more after it was gone too; what people did is not counted", () => {
    const raised = createRaisedAlarms();
    raised.note([
      step(now),
      step(now, { before: "unack-active", to: "ack-active" }),
      step(now, { before: "ack-active", to: "normal" }),
      step(now, { before: "rtn-unack", to: "unack-active" }),
      step(now, { before: "unack-active", to: "unack-active" }),
    ]);
    expect(raised.counts(now).counts.at(-1)).toBe(2);
  });

  it("stand in the hour they were raised in, of priority 1 and by city, and leave after a day", () => {
    const raised = createRaisedAlarms();
    raised.note([
      step(raisedFrom(now), { priority: 1 }),
      step(raisedFrom(now) - 1),
      step(now - hourMs, { city: "130600" }),
      step(now, { city: null }),
    ]);
    const { from, counts, first, cities } = raised.counts(now);
    expect(from).toBe(Date.UTC(2026, 10, 21, 10));
    expect([counts.length, counts[0], counts[22], counts[23], sum(counts)]).toEqual([24, 1, 1, 1, 3]);
    expect([first[0], sum(first)]).toEqual([1, 1]);
    expect(cities.map(({ city, counts: own }) => [city, sum(own)])).toEqual([
      ["130200", 1],
      ["130600", 1],
    ]);
    expect(sum(raised.counts(now + hourMs).counts)).toBe(2);
    expect(sum(raised.counts(now + 30 * hourMs).counts)).toBe(0);
  });
});
