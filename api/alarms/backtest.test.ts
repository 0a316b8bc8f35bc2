// Back-tests: which limit was in force when, the book as it would be, and what is counted.

import { describe, expect, it } from "vitest";
import type { BacktestRaise } from "#domain/alarms/backtest.ts";
import type { Exceedance } from "#domain/judged.ts";
import type { Limit } from "#domain/limit.ts";
import { hourMs, minuteMs } from "#domain/time.ts";
import { builtInDefinitions } from "#domain/alarms/built-in.ts";
import { makeSite } from "#test/contract/state-rows.ts";
import { type BacktestParts, cutLimits, runBacktest } from "./backtest.ts";
import { createTally } from "./backtest-tally.ts";

const limit = (max: number, from: number, to: number | null, source = "site"): Limit => ({
  id: `${max}`,
  version: 1,
  site: "S",
  factor: "w01018",
  max,
  min: null,
  basis: "hour",
  from,
  to,
  reason: "permit",
  by: "admin",
  source,
});
const raise = (onset: number, cleared: number | null, priority: 1 | 2 = 2, calls = 1): BacktestRaise => ({
  at: onset,
  onset,
  cleared,
  level: 1,
  priority,
  calls,
});
const exceedance = (id: string, start: number): Exceedance =>
  ({ id, site: "S", factor: "w01018", basis: "hour", start, end: start + hourMs }) as Exceedance;

describe("the limits of a span", () => {
  it("are cut where one takes over, a site's own before a standard's, with gaps where none is in force", () => {
    const all = [limit(50, 0, null, "GB"), limit(40, 100, 200), limit(30, 150, 160), limit(9, 900, null)];
    expect(cutLimits(all, 50, 250).map(({ from, to, max }) => [from, to, max])).toEqual([
      [50, 100, 50],
      [100, 150, 40],
      [150, 160, 30],
      [160, 200, 40],
      [200, 250, 50],
    ]);
    expect(cutLimits([limit(40, 100, 150)], 0, 120)).toEqual([{ from: 100, to: 120, max: 40, min: null }]);
    expect(cutLimits([], 0, 100)).toEqual([]);
  });
});

describe("a back-test counts", () => {
  it("raises, calls, priorities and sites, the busiest first", () => {
    const tally = createTally();
    tally.add({
      site: "A",
      factor: "f",
      before: [raise(0, 1), raise(2, 3, 1, 2)],
      after: [raise(0, 1)],
      exceedances: [],
    });
    tally.add({ site: "B", factor: "f", before: [raise(0, 1), raise(2, 3), raise(4, 5)], after: [], exceedances: [] });
    expect(tally.report()).toMatchObject({
      before: {
        raises: 5,
        calls: 6,
        byPriority: { 1: 1, 2: 4, 3: 0, 4: 0 },
        byDay: [{ day: "1970-01-01", raises: 5 }],
        bySite: [
          { site: "B", raises: 3 },
          { site: "A", raises: 2 },
        ],
      },
      after: { raises: 1, calls: 1, bySite: [{ site: "A", raises: 1 }] },
    });
  });

  it("exceedances that an alarm told of before and none tells of after, each once", () => {
    const tally = createTally();
    const exceedances = [exceedance("told", 0), exceedance("lost", hourMs), exceedance("never", 5 * hourMs)];
    const before = [raise(hourMs / 2, hourMs + 1)];
    tally.add({ site: "S", factor: "w01018", before, after: [raise(hourMs / 2, hourMs)], exceedances });
    expect(tally.report()).toMatchObject({ confirmed: 3, missedConfirmed: 1, missed: [{ id: "lost", start: hourMs }] });
    // Another record tells of it still.
    tally.add({ site: "S", factor: "w01018", before: [], after: [raise(hourMs + 5, null)], exceedances });
    expect(tally.report()).toMatchObject({ confirmed: 3, missedConfirmed: 0 });
  });
});

describe("a back-test that nobody waits for", () => {
  it("reads no further than the sites in work and the next ones", async () => {
    const limits = [limit(50, 0, null)];
    const sites = Array.from({ length: 40 }, (_, i) => makeSite(`S-${i}`, { factors: ["w01018"] }));
    // So long that one site is a question.
    const spanMs = 1_400_000 * minuteMs;
    let reads = 0;
    const empty = { factor: "w01018", start: [], mean: [], min: [], max: [], count: [], valid: [] };
    const parts: BacktestParts = {
      state: {
        limits: async () => limits,
        exceedances: async () => ({ items: [], total: 0, next: null }),
      },
      history: {
        readRaw: async () => [],
        readMeans: async () => {
          reads++;
          return [empty];
        },
      },
    };
    const record = builtInDefinitions.find(({ id }) => id === "limit-hour");
    const records = record === undefined ? [] : [record];
    const work = runBacktest(parts, { sites, records, candidates: records, from: 0, to: spanMs });
    expect((await work.next()).value).toEqual({ progress: { done: 1, total: 40 } });
    await work.next();
    await work.return(undefined);
    await new Promise((resolve) => setImmediate(resolve));
    expect(reads).toBe(3);
  });
});
