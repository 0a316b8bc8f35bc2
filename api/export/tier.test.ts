// Proves which resolution a picture gets: never more points than its pixels can show, never coarser than they need.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayMs, hourMs, minuteMs } from "#domain/time.ts";
import { meanMs, pickInterval } from "./tier.ts";

const at = Date.UTC(2026, 10, 22);
const pick = (lengthMs: number, width = 1_200, readingMs = 10_000) =>
  pickInterval({ from: at - lengthMs, to: at, width, readingMs });

describe("the resolution of a picture", () => {
  it.each([
    ["an hour", hourMs, "raw"],
    ["a day", dayMs, "1m"],
    ["a week", 7 * dayMs, "10m"],
    ["a month", 31 * dayMs, "1h"],
    ["a year", 365 * dayMs, "1d"],
    ["five years", 5 * 365 * dayMs, "1d"],
  ])("of %s in 1,200 pixels, of a site that sends every ten seconds, is %3$s", (_, lengthMs, interval) => {
    expect(pick(lengthMs)).toBe(interval);
  });

  it("is raw for a month of a station that sends every hour", () => {
    expect(pick(31 * dayMs, 1_200, hourMs)).toBe("raw");
  });

  it("becomes coarser on a small screen", () => {
    expect(pick(dayMs, 300)).toBe("10m");
    expect(pick(31 * dayMs, 300)).toBe("1d");
  });

  it("never puts more than two means on a pixel unless days are already too many, and is never coarser than that needs", () => {
    const steps = ["1m", "10m", "1h", "1d"] as const;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4_000 * dayMs }),
        fc.integer({ min: 100, max: 10_000 }),
        fc.integer({ min: 1_000, max: dayMs }),
        (lengthMs, width, readingMs) => {
          const interval = pick(lengthMs, width, readingMs);
          const fits = (stepMs: number): boolean => lengthMs / stepMs <= 2 * width;
          if (interval === "raw") return lengthMs / readingMs <= width;
          const finer = steps[steps.indexOf(interval) - 1];
          return (interval === "1d" || fits(meanMs[interval])) && (finer === undefined || !fits(meanMs[finer]));
        },
      ),
    );
    expect(pick(minuteMs, 100, 1_000)).toBe("raw");
  });
});
