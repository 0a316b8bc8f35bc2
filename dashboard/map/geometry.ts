// The boundary file as things a canvas can draw: one path per city for filling, one mesh for lines, and the projection that
// places sites. The file's shared borders do not match to the last digit, so fills are never stroked.

import { geoMercator, geoPath, type GeoPermissibleObjects } from "d3-geo";
import type { FeatureCollection } from "geojson";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import type { Box } from "./view.ts";

export interface Geometry {
  readonly cities: readonly { readonly adcode: string; readonly path: Path2D; readonly box: Box }[];
  readonly borders: Path2D | null;
  readonly outline: Path2D | null;
  readonly box: Box;
  project(lon: number, lat: number): readonly [number, number] | null;
}

/** Map units: the province is about a thousand of them high. */
const unit = 1000;

/** Where Hebei lies when there is no file to say so (degrees). */
const fallbackCorners: GeoPermissibleObjects = {
  type: "MultiPoint",
  coordinates: [
    [113.4, 36.0],
    [119.9, 42.7],
  ],
};

export function createGeometry(topology: Topology | null): Geometry {
  const object = topology?.objects["cities"];
  if (topology === null || object?.type !== "GeometryCollection") {
    const projection = geoMercator().fitSize([unit, unit], fallbackCorners);
    return {
      cities: [],
      borders: null,
      outline: null,
      box: geoPath(projection).bounds(fallbackCorners),
      project: (lon, lat) => projection([lon, lat]),
    };
  }
  const collection = object as GeometryCollection;
  const features = feature(topology, collection) as FeatureCollection;
  const projection = geoMercator().fitSize([unit, unit], features);
  const path = geoPath(projection);
  return {
    cities: features.features.map((city) => ({
      adcode: String(city.id),
      path: new Path2D(path(city) ?? ""),
      box: path.bounds(city),
    })),
    borders: new Path2D(path(mesh(topology, collection, (a, b) => a !== b)) ?? ""),
    outline: new Path2D(path(mesh(topology, collection, (a, b) => a === b)) ?? ""),
    box: path.bounds(features),
    project: (lon, lat) => projection([lon, lat]),
  };
}

/** Fetches the boundary file; it is an asset of its own, so that approved data can take its place. */
export async function loadTopology(address: string, signal: AbortSignal): Promise<Topology> {
  const response = await fetch(address, { signal });
  if (!response.ok) throw new Error(`${address}: HTTP ${response.status}`);
  return (await response.json()) as Topology;
}
