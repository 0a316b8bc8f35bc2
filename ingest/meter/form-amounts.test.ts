// Hours of counters as rows of history.

import { describe, expect, it } from "vitest";
import { hourMs, minuteMs } from "#domain/time.ts";
import { createMeanColumns } from "#store/history/history.ts";
import { pushAmounts } from "./form-amounts.ts";

const facts = () => ({ turnsAt: null, ratio: 1, perHourMax: null, gapMs: 3 * minuteMs, changes: [] });

describe("hours of counters", () => {
  it("are one point with all counters that are known, in their units, with what is sure and how much of the hour is", () => {
    const means = createMeanColumns();
    const steady = Array.from({ length: 181 }, (_, i) => i * minuteMs);
    const series = [
      { factor: "elec.use.total", time: steady, value: steady.map((_, i) => 1_000 + 2 * i) },
      { factor: "nw.use.total", time: [0, 30 * minuteMs, 90 * minuteMs], value: [5, 8, 14] },
    ];
    pushAmounts("P", series, facts, 0, 2, 7, means);
    expect(means.start).toEqual([0, hourMs, 2 * hourMs]);
    expect(means.valuesFrom).toEqual([0, 2, 4]);
    expect(means.factor).toEqual([
      "elec.use.total-sum",
      "nw.use.total-sum",
      "elec.use.total-sum",
      "nw.use.total-sum",
      "elec.use.total-sum",
    ]);
    expect(means.mean).toEqual([120, 6, 120, 3, 120]);
    // Gaps: the total is known, when it came about is not.
    expect(means.min).toEqual([120, 0, 120, 0, 120]);
    expect(means.count).toEqual([60, 60, 60, 60, 60]);
    expect(means.valid).toEqual([60, 60, 60, 30, 60]);
    expect([means.site[0], means.tier[0], means.seq[0]]).toEqual(["P", "1h", 7]);
  });

  it("are none where nothing is known", () => {
    const means = createMeanColumns();
    pushAmounts("P", [{ factor: "elec.use.total", time: [0, minuteMs], value: [1, 2] }], facts, 5, 6, 1, means);
    expect(means.site).toEqual([]);
  });
});
