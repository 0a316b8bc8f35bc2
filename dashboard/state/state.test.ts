// Clock, link, latest values, staleness, city rows.

import { describe, expect, test } from "vitest";
import { addAlarms, emptyBook } from "./alarm-book.ts";
import { addSummaries, summarizeCities } from "./city-summary.ts";
import { addSample, clockOffset, noSamples } from "./clock.ts";
import { createLatest, type LatestColumns } from "./latest.ts";
import { initialLink, viewLink } from "./link-state.ts";
import { createSiteIndex } from "./site-index.ts";
import { freshness } from "./staleness.ts";
import { readAlarms } from "./wire.ts";

function columns(newKeys: [string, string][], rows: [number, number, number, number][]): LatestColumns {
  return {
    newKeys,
    index: Uint32Array.from(rows, (row) => row[0]),
    time: Float64Array.from(rows, (row) => row[1]),
    value: Float64Array.from(rows, (row) => row[2]),
    flag: Uint8Array.from(rows, (row) => row[3]),
  };
}

describe("the server's clock", () => {
  test("the sample with the shortest way decides", () => {
    let samples = noSamples;
    for (const [server, own] of [
      [10_000, 5_400],
      [15_000, 10_020],
      [20_000, 15_300],
    ] as const) {
      samples = addSample(samples, server, own);
    }
    expect(clockOffset(samples)).toBe(4_980);
  });

  test("a clock that is set back is followed after six heartbeats", () => {
    let samples = addSample(noSamples, 100_000, 0);
    for (let i = 1; i <= 6; i += 1) samples = addSample(samples, i, 0);
    expect(clockOffset(samples)).toBe(6);
  });

  test("before anything was heard the own clock has to do", () => {
    expect(clockOffset(noSamples)).toBe(0);
  });
});

describe("the link", () => {
  test("a silent socket is late although it is open, and down when it is given up", () => {
    const live = { phase: "live", heardAt: 1000, lostAt: null } as const;
    expect(viewLink(live, 7_900).state).toBe("live");
    expect(viewLink(live, 9_000)).toEqual({ state: "late", silentMs: 8000, since: null });
    expect(viewLink({ ...live, phase: "waiting", lostAt: 1000 }, 14_000)).toEqual({
      state: "down",
      silentMs: 13_000,
      since: 1000,
    });
  });

  test("a socket that is open again but has not caught up is neither live nor down", () => {
    expect(viewLink({ phase: "syncing", heardAt: 1000, lostAt: 1000 }, 2000).state).toBe("resync");
    expect(viewLink({ phase: "connecting", heardAt: 1000, lostAt: 1000 }, 2000).state).toBe("down");
    expect(viewLink(initialLink, 5).state).toBe("connecting");
  });
});

describe("latest values", () => {
  test("an older reading never replaces a newer one, a revision of the same moment does", () => {
    const latest = createLatest();
    latest.apply(columns([["s", "w01018"]], [[0, 100, 1, 0]]));
    latest.apply(columns([], [[0, 90, 2, 0]]));
    expect(latest.value("s", "w01018")).toEqual({ time: 100, value: 1, flag: "N" });
    latest.apply(columns([], [[0, 100, 3, 2]]));
    expect(latest.value("s", "w01018")).toEqual({ time: 100, value: 3, flag: "M" });
  });

  test("a site is as new as its newest series", () => {
    const latest = createLatest();
    latest.apply(
      columns(
        [
          ["s", "a"],
          ["s", "b"],
        ],
        [
          [0, 100, 1, 0],
          [1, 50, 1, 0],
        ],
      ),
    );
    expect(latest.siteTime("s")).toBe(100);
    expect(latest.siteTime("t")).toBeNull();
    expect(latest.value("s", "c")).toBeNull();
  });
});

test("a value is seen to be stale by twice its interval and five seconds, at a look a second, whether messages come or not", () => {
  expect(freshness(0, 60, 123_750)).toBe("fresh");
  expect(freshness(0, 60, 123_751)).toBe("stale");
  expect(freshness(null, 60, 123_751)).toBe("unknown");
});

test("a city row counts its sites, those heard from, and what is open there", () => {
  const index = createSiteIndex({
    id: ["a", "b", "c"],
    name: ["A", "B", "C"],
    kind: ["water-outfall", "gas-outfall", "gas-outfall"],
    city: ["130100", "130100", "130200"],
    lat: [38, 38, 39],
    lon: [114, 114, 118],
    intervalSeconds: [60, 60, 60],
  });
  const wire = { version: 1, site: "a", priority: 1, onset: 1, active: true, acked: false, state: "unack-active" };
  const book = addAlarms(
    emptyBook,
    readAlarms([
      { ...wire, id: "1" },
      { ...wire, id: "2", priority: 2, acked: true, state: "ack-active" },
      { ...wire, id: "3", active: false, state: "rtn-unack" },
      { ...wire, id: "4", site: "unheard-of" },
    ]),
  );
  const rows = summarizeCities(["130100", "130200"], index, ["fresh", "stale", "unknown"], book);
  expect(rows[0]).toEqual({
    adcode: "130100",
    sites: 2,
    fresh: 1,
    stale: 1,
    active: { 1: 1, 2: 1, 3: 0, 4: 0 },
    unacked: 2,
  });
  expect(rows[1]?.stale).toBe(1);
  expect(addSummaries(rows).sites).toBe(3);
});
