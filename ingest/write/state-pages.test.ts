// Proves that pages are bounded, complete and in order.

import { describe, expect, it } from "vitest";
import { bounds } from "#domain/bounds.ts";
import type { LatestRow, LivePage } from "#domain/live.ts";
import type { Site } from "#domain/site.ts";
import { type PageSource, statePage, stateStart } from "./state-pages.ts";

const at = Date.UTC(2026, 10, 22);

function makeSource(siteCount: number, values: number): PageSource {
  const rest = { enterprise: null, lat: null, lon: null, standard: null, mn: null, simulated: true, version: 1 };
  const siteAt = (place: number): Site | undefined =>
    place >= siteCount
      ? undefined
      : { id: `S${place}`, name: "", kind: "process", city: "130100", factors: [], intervalSeconds: 60, ...rest };
  // Every second site has no values yet.
  const latestAt = (place: number): LatestRow[] =>
    Array.from({ length: place % 2 === 0 ? values : 0 }, (_, i) => [
      `S${place}`,
      `f${i}`,
      at + i,
      place + i,
      i % 2 === 0 ? "N" : "B",
      i,
      at + 1,
    ]);
  return { seq: 9, siteCount, siteAt, latestAt, openAlarms: () => [] };
}

function allPages(source: PageSource): LivePage[] {
  const pages: LivePage[] = [stateStart(source)];
  for (let next = pages[0]?.next ?? null; next !== null; next = pages.at(-1)?.next ?? null) {
    pages.push(statePage(source, next));
  }
  return pages;
}

describe("pages of the state", () => {
  it("hold every site once, in order, and no page is much larger than its bound", () => {
    const pages = allPages(makeSource(6_001, 10));
    expect(pages.length).toBeGreaterThan(3);
    expect(pages.flatMap((page) => page.sites.map((site) => site.id))).toEqual(
      Array.from({ length: 6_001 }, (_, n) => `S${n}`),
    );
    for (const { latest, sites } of pages) {
      expect(latest.time.length + sites.length).toBeLessThanOrEqual(bounds.livePageRows + 10);
      expect(latest.counts.length).toBe(sites.length);
      expect(latest.counts.reduce((sum, count) => sum + count, 0)).toBe(latest.time.length);
    }
  });

  it("carry every value as it is", () => {
    const { latest } = stateStart(makeSource(1, 3));
    expect(latest).toEqual({
      counts: Uint32Array.of(3),
      codes: ["f0", "f1", "f2"],
      factor: Uint16Array.of(0, 1, 2),
      time: Float64Array.of(at, at + 1, at + 2),
      value: Float64Array.of(0, 1, 2),
      flag: Uint8Array.of(0, 7, 0),
      quality: Uint16Array.of(0, 1, 2),
      receivedAt: Float64Array.of(at + 1, at + 1, at + 1),
    });
  });

  it("are one empty page when there is nothing", () => {
    expect(allPages(makeSource(0, 0))).toMatchObject([{ sites: [], siteCount: 0, next: null, alarms: [] }]);
  });
});
