// What the rate of one device promises.

import { describe, expect, it } from "vitest";
import { createRate } from "./rate.ts";

describe("rate of one device", () => {
  it("a burst passes at once and what comes after it waits", () => {
    const rate = createRate(10, 5);
    expect([1, 2, 3, 4, 5].map(() => rate.takeMs(1000))).toEqual([0, 0, 0, 0, 0]);
    expect(rate.takeMs(1000)).toBe(100);
    expect(rate.takeMs(1000)).toBe(200);
  });

  it("in the long run a device is let through at its rate", () => {
    const rate = createRate(10, 5);
    let waits = 0;
    for (let i = 0; i < 1000; i++) if (rate.takeMs(i * 100) > 0) waits++;
    expect(waits).toBe(0);
  });

  it("a clock that jumps back grants nothing and takes nothing", () => {
    const rate = createRate(10, 1);
    expect(rate.takeMs(5000)).toBe(0);
    expect(rate.takeMs(1000)).toBe(100);
  });
});
