// The search for the highest rate that holds, on systems that hold up to a known rate.

import { expect, it } from "vitest";
import { searchSustainedRate } from "./search.ts";

async function search(first: number, limit: number): Promise<{ found: number | null; tried: number[] }> {
  const tried: number[] = [];
  const found = await searchSustainedRate(first, (rate) => {
    tried.push(rate);
    return Promise.resolve({ sustained: rate <= limit, trial: rate });
  });
  return { found, tried };
}

it("a rate that holds is found within six per cent, from below and from above, in at most seven trials", async () => {
  for (const first of [600, 900, 1_000, 1_100, 1_700]) {
    const { found, tried } = await search(first, 1_000);
    expect(tried.length, `from ${first}`).toBeLessThanOrEqual(7);
    expect(found, `from ${first}`).toBeLessThanOrEqual(1_000);
    expect(found, `from ${first}`).toBeGreaterThan(1_000 / 1.06);
  }
});

it("a rate that did not hold is never the answer", async () => {
  expect((await search(1_000, 10)).found).toBeNull();
});
