// Looking at the map and finding sites on it; the boundary file itself.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { geoArea, geoContains } from "d3-geo";
import type { FeatureCollection } from "geojson";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { describe, expect, test } from "vitest";
import { cities } from "#domain/city.ts";
import { placeLabels } from "./labels.ts";
import { findNearest, findNeighbour } from "./nearest.ts";
import { spreadOverlaps, touchPx } from "./spider.ts";
import { fitView, panBy, zoomAt, type Box } from "./view.ts";

const box: Box = [
  [0, 0],
  [100, 200],
];
const size = { width: 400, height: 440 };

describe("the view", () => {
  const fitted = fitView(box, size, 20);

  test("the whole box fits with its margin and stands in the middle", () => {
    expect(fitted).toEqual({ k: 2, x: 100, y: 20 });
  });

  test("zooming keeps the point under the pointer where it is", () => {
    const view = zoomAt(fitted, 3, 150, 120, fitted);
    expect((150 - view.x) / view.k).toBeCloseTo((150 - fitted.x) / fitted.k);
    expect(view.k).toBe(6);
  });

  test("zooming ends at the whole province and at forty times it", () => {
    expect(zoomAt(fitted, 0.1, 0, 0, fitted).k).toBe(2);
    expect(zoomAt(fitted, 1e6, 0, 0, fitted).k).toBe(80);
  });

  test("the province cannot be pushed off the screen", () => {
    const view = panBy(fitted, 1e6, -1e6, box, size);
    expect((size.width / 2 - view.x) / view.k).toBe(0);
    expect((size.height / 2 - view.y) / view.k).toBe(200);
  });
});

describe("finding sites", () => {
  const points = { x: [0, 10, 11, Number.NaN, 0], y: [0, 0, 5, 0, 50] };

  test("the site under the pointer is the nearest one, but a marked one nearby comes first", () => {
    expect(findNearest(points, 10, 1, 8, () => 0)).toBe(1);
    expect(findNearest(points, 10, 3, 8, (i) => (i === 2 ? 0 : 1))).toBe(2);
    expect(findNearest(points, 30, 30, 8, () => 0)).toBeNull();
  });

  test("an arrow key goes to the neighbour in its direction and never to a site without a place", () => {
    expect(findNeighbour(points, 0, "right")).toBe(1);
    expect(findNeighbour(points, 0, "down")).toBe(4);
    expect(findNeighbour(points, 0, "left")).toBeNull();
  });
});

describe("sites on one place", () => {
  const x = Float64Array.from([100, 100, 103, 300, Number.NaN, 100]);
  const y = Float64Array.from([50, 50, 52, 50, Number.NaN, 50]);
  const spread = spreadOverlaps({ x, y });

  test("are drawn apart, so that each can be pointed at, with a leg to where it really is", () => {
    const apart = [0, 1, 2, 5].map((i) => [spread.x[i] ?? 0, spread.y[i] ?? 0] as const);
    for (const [i, a] of apart.entries()) {
      for (const b of apart.slice(i + 1)) expect(Math.hypot(a[0] - b[0], a[1] - b[1])).toBeGreaterThan(2 * touchPx);
    }
    expect(spread.legs.map(([site, legX, legY]) => [site, legX, legY])).toEqual([
      [0, 100, 50],
      [1, 100, 50],
      [2, 103, 52],
      [5, 100, 50],
    ]);
  });

  test("leave a site that stands alone where it is, and one without a place without one", () => {
    expect([spread.x[3], spread.y[3]]).toEqual([300, 50]);
    expect(spread.x[4]).toBeNaN();
  });
});

test("the name of a city keeps off its sites and off other names, and stays inside the city", () => {
  const sites = { x: [100, 104, 96, 100, 108], y: [84, 80, 84, 88, 84] };
  const anchor = { x: 100, y: 100, width: 40, isInside: (x: number) => x > 60 && x < 400 };
  const [first, second] = placeLabels([anchor, { ...anchor, x: 110 }], sites);
  const covered = sites.x.filter(
    (x, i) => Math.abs(x - (first?.x ?? 0)) < 20 && Math.abs((sites.y[i] ?? 0) - (first?.y ?? 0)) < 8,
  );
  expect(covered).toEqual([]);
  expect(first?.x).toBeGreaterThan(60);
  expect(Math.abs((first?.x ?? 0) - (second?.x ?? 0)) >= 40 || Math.abs((first?.y ?? 0) - (second?.y ?? 0)) >= 16).toBe(
    true,
  );
});

describe("the boundary file", () => {
  const text = readFileSync(new URL("hebei.topo.json", import.meta.url), "utf8");
  const topology = JSON.parse(text) as Topology;
  const { features } = feature(topology, topology.objects["cities"] as GeometryCollection) as FeatureCollection;

  test("holds the eleven cities, each wound the right way and around its seat", () => {
    expect(features.map((entry) => String(entry.id)).sort()).toEqual(cities.map((city) => city.adcode).sort());
    for (const { id, geometry } of features) {
      const city = cities.find((entry) => entry.adcode === id);
      expect(geoArea(geometry)).toBeLessThan(0.1);
      expect(geoContains(geometry, [city?.lon ?? 0, city?.lat ?? 0])).toBe(true);
    }
  });

  test("stays below 20 kB compressed", () => {
    expect(gzipSync(text, { level: 9 }).length).toBeLessThan(20_000);
  });
});
