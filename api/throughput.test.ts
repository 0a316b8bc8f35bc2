// The readings per second of a day: what is counted, what is a gap, what survives a restart.

import { describe, expect, it } from "vitest";
import { createThroughput, throughputStepMs, throughputSteps } from "./throughput.ts";

const start = Date.UTC(2026, 10, 22);

describe("readings per second", () => {
  it("are what the counter grew by, over the time it was watched, in the step of the later look", () => {
    const line = createThroughput(null);
    for (let s = 0; s <= 600; s += 10) line.note(1_000 + s * 50, start + s * 1_000);
    const { from, values } = line.perSecond(start + throughputStepMs + 1);
    expect(from).toBe(start + throughputStepMs - (throughputSteps - 1) * throughputStepMs);
    expect(values).toHaveLength(throughputSteps);
    expect(values.at(-2)).toBe(50);
    expect(values.at(-1)).toBe(50);
    expect(values.at(-3)).toBeNull();
  });

  it("are unknown, not zero or negative, where nobody looked and where the counter was begun anew", () => {
    const line = createThroughput(null);
    line.note(100, start);
    line.note(900, start + 3 * throughputStepMs);
    line.note(5, start + 3 * throughputStepMs + 10_000);
    expect(line.perSecond(start + 3 * throughputStepMs + 10_000).values.every((value) => value === null)).toBe(true);
    line.note(25, start + 3 * throughputStepMs + 20_000);
    expect(line.perSecond(start + 3 * throughputStepMs + 20_000).values.at(-1)).toBe(2);
  });

  it("of before a restart are still there, but the time between is a gap; a broken text is no line", () => {
    const before = createThroughput(null);
    before.note(0, start);
    before.note(600, start + 60_000);
    const after = createThroughput(before.format());
    after.note(90_000, start + 2 * throughputStepMs);
    after.note(90_010, start + 2 * throughputStepMs + 10_000);
    expect(after.perSecond(start + 2 * throughputStepMs + 10_000).values.slice(-3)).toEqual([10, null, 1]);
    expect(
      createThroughput('[[1,2,3],["x"')
        .perSecond(start)
        .values.every((value) => value === null),
    ).toBe(true);
  });

  it("of more than a day ago are forgotten", () => {
    const line = createThroughput(null);
    for (let step = 0; step < 2 * throughputSteps; step += 1) {
      line.note(step * 100, start + step * throughputStepMs);
      line.note(step * 100 + 100, start + step * throughputStepMs + 60_000);
    }
    expect((JSON.parse(line.format()) as unknown[]).length).toBe(throughputSteps);
  });
});
