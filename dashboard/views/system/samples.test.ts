// Proves how counters become rates: over seconds and not over instants, with gaps where a role began anew.

import { describe, expect, it } from "vitest";
import { lastOf, rateOf, type Sample, type SystemAnswer } from "./system-data.ts";

function sample(seconds: number, count: number | null): Sample {
  return { at: seconds * 1000, answer: { ingest: { backlogEntries: count } } as SystemAnswer };
}
const read = (answer: SystemAnswer): number | null => answer.ingest.backlogEntries;

describe("the rate of a counter", () => {
  it("is what was added per second over the last eight seconds", () => {
    const samples = [0, 2, 4, 6, 8, 10, 12].map((at) => sample(at, at < 10 ? 0 : (at - 8) * 100));
    const line = rateOf(samples, read);
    expect(line.map(([at]) => at / 1000)).toEqual([2, 4, 6, 8, 10, 12]);
    expect(line.map(([, rate]) => rate)).toEqual([0, 0, 0, 0, 25, 50]);
  });

  it("is a gap where the counter began anew or nobody answered, and goes on behind it", () => {
    const samples = [sample(0, 900), sample(2, 1_000), sample(4, 10), sample(6, 30), sample(8, null), sample(10, 50)];
    expect(rateOf(samples, read).map(([, rate]) => rate)).toEqual([50, null, 10, null, null]);
    expect(lastOf(rateOf([...samples, sample(12, 70)], read))).toBe(10);
  });

  it("is unknown from one answer alone", () => {
    expect(rateOf([sample(0, 5)], read)).toEqual([]);
    expect(lastOf([])).toBeNull();
  });
});
