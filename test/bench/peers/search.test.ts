// The search for the highest rate that holds, on systems that hold up to a known rate.

import { expect, it } from "vitest";
import { searchSustainedRate } from "./search.ts";

interface Found {
  readonly held: number | null;
  readonly tooHigh: number | null;
  readonly tried: readonly number[];
}

async function search(first: number, limit: number, trialsMax: number): Promise<Found> {
  const tried: number[] = [];
  const found = await searchSustainedRate(first, trialsMax, (rate) => {
    tried.push(rate);
    return Promise.resolve({ sustained: rate <= limit, trial: rate });
  });
  return { ...found, tried };
}

it("a rate that holds is found within six per cent, from below and from above, in at most seven trials", async () => {
  for (const first of [600, 900, 1_000, 1_100, 1_700]) {
    const { held, tooHigh, tried } = await search(first, 1_000, 7);
    expect(tried.length, `from ${first}`).toBeLessThanOrEqual(7);
    expect(held, `from ${first}`).toBeLessThanOrEqual(1_000);
    expect(held, `from ${first}`).toBeGreaterThan(1_000 / 1.06);
    expect(tooHigh, `from ${first}`).toBeGreaterThan(1_000);
  }
});

it("a first guess that is right within a fifth needs no more than four trials", async () => {
  for (const first of [810, 900, 1_000, 1_100, 1_240]) {
    const { held, tried } = await search(first, 1_000, 4);
    expect(tried.length, `from ${first}`).toBeLessThanOrEqual(4);
    expect(held, `from ${first}`).toBeLessThanOrEqual(1_000);
    expect(held, `from ${first}`).toBeGreaterThan(1_000 / 1.07);
  }
});

it("a rate that did not hold is never the answer", async () => {
  const { held, tooHigh } = await search(1_000, 10, 7);
  expect(held).toBeNull();
  expect(tooHigh).toBeCloseTo(1_000 * 0.8 ** 6);
});

it("trials that all held leave it open how much more would", async () => {
  expect(await search(100, 1_000, 3)).toMatchObject({ held: 156.25, tooHigh: null });
});
