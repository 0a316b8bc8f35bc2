// Proves that coalescing loses no series and no alarm, and counts what it replaced.

import { describe, expect, it } from "vitest";
import type { LatestRow } from "#domain/live.ts";
import { createCoalescer } from "./coalesce.ts";

function row(site: string, factor: string, value: number): LatestRow {
  return [site, factor, 1, value, "N", 0, 2];
}

describe("coalescing", () => {
  it("keeps the newest reading of every series and counts the replaced ones", () => {
    const coalescer = createCoalescer();
    coalescer.add({ latest: [row("a", "x", 1), row("a", "y", 2)], alarms: [], sites: [] });
    coalescer.add({ latest: [row("a", "x", 3), row("b", "x", 4)], alarms: [], sites: ["a"] });
    const taken = coalescer.take();
    expect(taken.latest.map((one) => one[3])).toEqual([3, 2, 4]);
    expect([taken.merged, taken.sites]).toEqual([1, ["a"]]);
  });

  it("is empty after taking", () => {
    const coalescer = createCoalescer();
    coalescer.add({ latest: [row("a", "x", 1)], alarms: [], sites: [] });
    coalescer.take();
    expect([coalescer.isEmpty, coalescer.bytes, coalescer.take().merged]).toEqual([true, 0, 0]);
  });
});
