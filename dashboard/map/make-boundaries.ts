// Turns the province file of ECharts 4.9 (Apache-2.0) into `hebei.topo.json`: eleven cities, about a quarter of the
// vertices, shared borders merged into arcs, winding checked. Run by hand when the boundary changes, never in a build:
//   mkdir F && cd F && npm init -y && npm i echarts@4.9.0 topojson-server@3.0.1 topojson-simplify@3.0.3
//   node dashboard/map/make-boundaries.ts F
// The three packages stay outside this repository; only the output is kept.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { geoArea, geoContains } from "d3-geo";
import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from "geojson";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { cities } from "#domain/city.ts";
import { Failure } from "#domain/failure.ts";

interface EncodedGeometry {
  readonly type: "Polygon" | "MultiPolygon";
  readonly coordinates: readonly string[] | readonly (readonly string[])[];
  readonly encodeOffsets: readonly unknown[];
}

interface EncodedFile {
  readonly features: readonly {
    readonly id: string;
    readonly properties: { readonly name: string };
    readonly geometry: EncodedGeometry;
  }[];
}

const shareOfVertices = 0.25;
const quantization = 1e4;

const folder = process.argv[2];
if (folder === undefined)
  throw new Failure("usage", "which folder holds the packages?", { hint: "see the head of this file" });
const requireFrom = createRequire(resolve(folder, "package.json"));
const { topology: makeTopology } = requireFrom("topojson-server") as {
  topology: (objects: Record<string, FeatureCollection>, quantization: number) => Topology;
};
const { presimplify, quantile, simplify } = requireFrom("topojson-simplify") as {
  presimplify: (topology: Topology) => Topology;
  quantile: (topology: Topology, share: number) => number;
  simplify: (topology: Topology, weightMin: number) => Topology;
};

/** One ring of ECharts' encoding: zigzag deltas as characters, in 1/1024 degree. */
function decodeRing(text: string, offset: readonly [number, number]): Position[] {
  const ring: Position[] = [];
  let [x, y] = offset;
  for (let i = 0; i + 1 < text.length; i += 2) {
    const dx = text.charCodeAt(i) - 64;
    const dy = text.charCodeAt(i + 1) - 64;
    x += (dx >> 1) ^ -(dx & 1);
    y += (dy >> 1) ^ -(dy & 1);
    ring.push([x / 1024, y / 1024]);
  }
  const first = ring[0];
  const last = ring.at(-1);
  if (first !== undefined && last !== undefined && (first[0] !== last[0] || first[1] !== last[1]))
    ring.push([...first]);
  return ring;
}

function decodePolygon(rings: readonly string[], offsets: readonly unknown[]): Position[][] {
  return rings.map((ring, i) => decodeRing(ring, offsets[i] as [number, number]));
}

function decodeGeometry(geometry: EncodedGeometry): MultiPolygon {
  const polygons =
    geometry.type === "Polygon"
      ? [decodePolygon(geometry.coordinates as readonly string[], geometry.encodeOffsets)]
      : (geometry.coordinates as readonly (readonly string[])[]).map((rings, i) =>
          decodePolygon(rings, geometry.encodeOffsets[i] as readonly unknown[]),
        );
  return { type: "MultiPolygon", coordinates: polygons };
}

/** d3 reads a ring on the sphere: wound the wrong way it means "the whole world but this". */
function rewind(polygon: Position[][]): Position[][] {
  const area = geoArea({ type: "Polygon", coordinates: polygon });
  return area > 2 * Math.PI ? polygon.map((ring) => [...ring].reverse()) : polygon;
}

const source = JSON.parse(
  readFileSync(requireFrom.resolve("echarts/map/json/province/hebei.json"), "utf8"),
) as EncodedFile;
const features = source.features.map(({ id, geometry }): Feature<MultiPolygon> => {
  const decoded = decodeGeometry(geometry);
  return {
    type: "Feature",
    id,
    properties: { adcode: id },
    geometry: { ...decoded, coordinates: decoded.coordinates.map((polygon) => rewind(polygon)) },
  };
});
const whole = makeTopology({ cities: { type: "FeatureCollection", features } }, 1e5);
const weighted = presimplify(whole);
const simple = simplify(weighted, quantile(weighted, shareOfVertices));
// Through GeoJSON once more: quantising joins what simplification left, and drops arcs nobody uses.
const small = makeTopology(
  { cities: feature(simple, simple.objects["cities"] as GeometryCollection) as FeatureCollection },
  quantization,
);

const check = feature(small, small.objects["cities"] as GeometryCollection) as FeatureCollection<
  Polygon | MultiPolygon
>;
if (check.features.length !== 11) throw new Failure("boundaries", `${check.features.length} features instead of 11`);
for (const { id, geometry } of check.features) {
  if (geoArea(geometry) > 1) throw new Failure("boundaries", `${String(id)} is wound the wrong way`);
  const city = cities.find((entry) => entry.adcode === id);
  if (city === undefined) throw new Failure("boundaries", `${String(id)} is no city of Hebei`);
  if (!geoContains(geometry, [city.lon, city.lat]))
    throw new Failure("boundaries", `the seat of ${city.nameEn} is outside of it`);
}

const text = JSON.stringify(small);
writeFileSync(new URL("hebei.topo.json", import.meta.url), `${text}\n`);
const vertices = (arcs: Topology["arcs"]): number => arcs.reduce((sum, arc) => sum + arc.length, 0);
process.stdout.write(
  `${vertices(whole.arcs)} → ${vertices(small.arcs)} vertices, ${whole.arcs.length} → ${small.arcs.length} arcs, ` +
    `${text.length} bytes, ${gzipSync(text, { level: 9 }).length} gzipped\n`,
);
