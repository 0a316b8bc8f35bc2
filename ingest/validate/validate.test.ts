// The edges of what is taken, remarked on and refused.

import { describe, expect, it } from "vitest";
import { bounds } from "#domain/bounds.ts";
import { quality } from "#domain/reading.ts";
import { checkTime, isOutOfRange, rangeQuality, timeQuality } from "./validate.ts";

const now = Date.UTC(2026, 10, 22);

describe("an event time", () => {
  it("may be ahead by the tolerance and no more", () => {
    expect(checkTime(now + bounds.clockAheadMsMax, now)).toBeNull();
    expect(checkTime(now + bounds.clockAheadMsMax + 1, now)).toBe("time-in-future");
  });

  it("may be as old as the oldest back-fill and no older", () => {
    expect(checkTime(now - bounds.readingAgeMsMax, now)).toBeNull();
    expect(checkTime(now - bounds.readingAgeMsMax - 1, now)).toBe("time-too-old");
  });

  it("is remarked on when it is late or ahead", () => {
    const remarks = [
      0,
      -bounds.lateMsNoted,
      -bounds.lateMsNoted - 1,
      bounds.clockAheadMsNoted,
      bounds.clockAheadMsNoted + 1,
    ];
    expect(remarks.map((offset) => timeQuality(now + offset, now))).toEqual([
      0,
      0,
      quality.late,
      0,
      quality.clockAhead,
    ]);
  });
});

describe("a value", () => {
  it("is refused only outside of what is possible, its ends included", () => {
    expect([-1, 0, 14, 14.01].map((value) => isOutOfRange(value, { min: 0, max: 14 }))).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it("outside the usual measuring range is remarked on; without a known range nothing is said", () => {
    expect([5, 500].map((value) => rangeQuality(value, { rangeMin: 0, rangeMax: 100 }))).toEqual([0, quality.range]);
    expect(rangeQuality(1e9, { rangeMin: null, rangeMax: null })).toBe(0);
  });
});
