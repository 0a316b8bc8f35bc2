// The pieces of the live engine that decide: what is asked for, how often pictures are redrawn, how sites are found, how columns
// grow.

import { describe, expect, test } from "vitest";
import { everything, formatSubscription, sitesMax, uniteInterests } from "./interest.ts";
import { createLatest } from "./latest.ts";
import { viewLink } from "./link-state.ts";
import { adaptPace, fullPace, goodSamples, paceOf, paces, type PaceState } from "./pace.ts";
import { findSites } from "./site-search.ts";

describe("what is asked for", () => {
  test("the union of what all parts of the screen want, each thing once", () => {
    const wanted = uniteInterests([{ sites: ["b", "a"] }, "none", { sites: ["a"], cities: ["130200"] }]);
    expect(wanted).toEqual({ all: false, heard: false, sites: ["a", "b"], cities: ["130200"] });
  });

  test("alarms of everywhere, whatever readings are wanted", () => {
    expect(formatSubscription(uniteInterests([]))).toEqual({ sites: [], alarms: "all", encoding: "deflate" });
    expect(formatSubscription(uniteInterests(["all", { sites: ["a"] }]))).toEqual({
      alarms: true,
      encoding: "deflate",
    });
  });

  test("when each site was heard last costs its newest reading only, unless readings are wanted beside it", () => {
    expect(formatSubscription(uniteInterests(["heard", "none"]))).toEqual({
      alarms: true,
      values: "newest",
      encoding: "deflate",
    });
    expect(uniteInterests(["heard", { sites: ["a"] }])).toEqual(everything);
  });

  test("more sites than a subscription may name are asked for as all", () => {
    const sites = Array.from({ length: sitesMax + 1 }, (_, i) => `s${i}`);
    expect(uniteInterests([{ sites }])).toEqual(everything);
  });
});

describe("the pace of costly pictures", () => {
  const slow = Array.from({ length: 30 }, () => 40);
  const fast = Array.from({ length: 60 }, () => 16.7);
  const run = (state: PaceState, samples: readonly (readonly number[])[]): PaceState =>
    samples.reduce((at, gaps) => adaptPace(at, gaps), state);

  test("slows the charts first, then the map, and stops at the slowest", () => {
    expect(paceOf(run(fullPace, [slow]))).toEqual({ chartHertz: 10, mapHertz: 10 });
    expect(paceOf(run(fullPace, [slow, slow]))).toEqual({ chartHertz: 4, mapHertz: 5 });
    expect(
      paceOf(
        run(
          fullPace,
          Array.from({ length: 9 }, () => slow),
        ),
      ),
    ).toEqual(paces.at(-1));
  });

  test("gets faster again only after several good samples in a row", () => {
    const slowed = run(fullPace, [slow, slow]);
    const almost = Array.from({ length: goodSamples - 1 }, () => fast);
    expect(run(slowed, almost).level).toBe(2);
    expect(run(slowed, [...almost, slow]).level).toBe(3);
    expect(run(slowed, [...almost, fast]).level).toBe(1);
  });

  test("one slow frame in a hundred slows nothing, and a sample that is too short says nothing", () => {
    expect(run(fullPace, [[...fast.slice(0, 59), 120]])).toEqual(fullPace);
    expect(run(fullPace, [[200, 200]])).toEqual(fullPace);
  });
});

test("a frame that was long on its way makes the link late although the socket speaks", () => {
  const live = { phase: "live", heardAt: 1000, lostAt: null } as const;
  expect(viewLink(live, 1500, 300).state).toBe("live");
  expect(viewLink(live, 1500, 4200)).toEqual({ state: "late", silentMs: 4200, since: null });
});

test("sites are found by parts of id or name in any order, the closest first", () => {
  const columns = {
    id: ["HB-130200-001", "HB-130200-011", "X-001"],
    name: ["唐山安康钢铁 总排口", "唐山恒宁热电 1#锅炉", "HB-130200-001 的备用"],
    kind: ["water-outfall", "gas-outfall", "gas-outfall"] as const,
    city: ["130200", "130200", "130200"],
    lat: [null, null, null],
    lon: [null, null, null],
    intervalSeconds: [60, 60, 60],
  };
  expect(findSites(columns, "hb-130200-001", 10)).toEqual({ rows: [0, 2], total: 2 });
  expect(findSites(columns, "热电 唐山", 10).rows).toEqual([1]);
  expect(findSites(columns, "唐山", 1)).toEqual({ rows: [0], total: 2 });
  expect(findSites(columns, "  ", 10).total).toBe(0);
});

test("ten thousand series keep their values while the columns grow", () => {
  const latest = createLatest();
  const n = 10_000;
  const newKeys = Array.from({ length: n }, (_, i) => [`s${i % 3000}`, `f${Math.floor(i / 3000)}`] as const);
  latest.apply({
    newKeys,
    index: Uint32Array.from({ length: n }, (_, i) => i),
    time: Float64Array.from({ length: n }, (_, i) => 1000 + i),
    value: Float64Array.from({ length: n }, (_, i) => i / 2),
    flag: new Uint8Array(n),
  });
  expect(latest.value("s0", "f0")).toEqual({ time: 1000, value: 0, flag: "N" });
  expect(latest.value("s999", "f3")).toEqual({ time: 10_999, value: 4999.5, flag: "N" });
  expect(latest.siteTime("s2999")).toBe(1000 + 8999);
});
