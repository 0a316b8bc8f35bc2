// The layers of the map, as the address holds them.

import { describe, expect, test } from "vitest";
import { siteKinds } from "#domain/site.ts";
import { isShown, layerOf, layers, readLayers, toggleLayer } from "./layers.ts";

describe("the layers", () => {
  test("hold every kind of site once, and each layer has one", () => {
    expect(new Set(siteKinds.map(layerOf))).toEqual(new Set(layers));
  });

  test("none in the address means all; words that are none are told", () => {
    expect(readLayers(null)).toEqual({ chosen: [], isWrong: false });
    expect(readLayers("air,outfall")).toEqual({ chosen: ["outfall", "air"], isWrong: false });
    expect(readLayers("air,moon")).toEqual({ chosen: ["air"], isWrong: true });
    expect(siteKinds.every((kind) => isShown([], kind))).toBe(true);
    expect(siteKinds.filter((kind) => isShown(["outfall"], kind))).toEqual(["water-outfall", "gas-outfall"]);
  });

  test("a chip takes its layer in and out; taking in the last one or out the last one shows all", () => {
    expect(toggleLayer([], "air")).toBe("air");
    expect(toggleLayer(["air"], "outfall")).toBe("outfall,air");
    expect(toggleLayer(["air"], "air")).toBeNull();
    expect(toggleLayer(layers.slice(0, -1), "building")).toBeNull();
  });
});
