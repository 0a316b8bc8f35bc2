// Proves the throttle: how many attempts, how long to wait, and that it stays small.

import { describe, expect, it } from "vitest";
import { createThrottle } from "./throttle.ts";

describe("throttling sign-in", () => {
  it("lets five attempts through in a minute, then says how long to wait", () => {
    const throttle = createThrottle({ attemptsPerMinute: 5 });
    for (let n = 0; n < 5; n += 1) expect(throttle.begin("k", n * 1000)).toBe(0);
    expect(throttle.begin("k", 10_000)).toBe(50_000);
    expect(throttle.begin("other", 10_000)).toBe(0);
    expect(throttle.begin("k", 60_000)).toBe(0);
    expect(throttle.begin("k", 60_001)).toBeGreaterThan(0);
  });

  it("forgets the failures when the attempt was a good one", () => {
    const throttle = createThrottle({ attemptsPerMinute: 1 });
    throttle.begin("k", 0);
    throttle.forgive("k");
    expect(throttle.begin("k", 1)).toBe(0);
  });

  it("stays small when somebody tries a million names", () => {
    const throttle = createThrottle({ attemptsPerMinute: 1 });
    for (let n = 0; n < 30_000; n += 1) throttle.begin(`name-${n}`, n);
    expect(throttle.begin("name-29999", 30_000)).toBeGreaterThan(0);
    expect(throttle.begin("name-0", 30_000)).toBe(0);
  });
});
