// What the overview makes of the server's last day.

import { describe, expect, it } from "vitest";
import { hourMs } from "#domain/time.ts";
import { formatRate, listHours, roundUp, traceRates } from "./trend-data.ts";

const from = Date.UTC(2026, 10, 21, 2);
const answer = {
  alarms: {
    from: new Date(from).toISOString(),
    counts: Array.from({ length: 24 }, (_, hour) => hour),
    first: Array.from({ length: 24 }, (_, hour) => (hour === 5 ? 1 : 0)),
    cities: [],
  },
  readings: {
    // Ten-minute steps that begin a little later than the hours do.
    from: new Date(from + 10 * 60_000).toISOString(),
    stepSeconds: 600,
    perSecond: Array.from({ length: 144 }, (_, i) => (i < 5 ? 10 + i : null)),
  },
  lastChange: null,
};

describe("the hours of the last day", () => {
  it("have the alarms that began in them and the mean of the steps that were watched", () => {
    const hours = listHours(answer);
    expect(hours).toHaveLength(24);
    expect(hours[0]).toEqual({ at: from, alarms: 0, first: 0, perSecond: 12 });
    expect(hours[5]).toEqual({ at: from + 5 * hourMs, alarms: 5, first: 1, perSecond: null });
  });

  it("are drawn with gaps where nobody watched, never with a line across them", () => {
    const placeOf = (step: number, rate: number) => [step, rate] as const;
    expect(traceRates([1, 2, null, 3, null], placeOf)).toEqual(["0.0,1.0 1.0,2.0", "3.0,3.0 3.0,3.0"]);
  });

  it("have axes that end at numbers people read, and rates with a digit where it matters", () => {
    expect([0, 3, 7, 34, 1234].map(roundUp)).toEqual([4, 4, 8, 40, 2000]);
    expect([0, 0.84, 9.96, 1234.4].map(formatRate)).toEqual(["0", "0.8", "10.0", "1,234"]);
  });
});
