// The layers of the map: kinds of sites that belong together, as the address names them: `layer=outfall,air`. None named means
// all of them. Pure.

import type { SiteKind } from "#domain/site.ts";

export const layers = ["outfall", "steel", "air", "water", "radiation", "noise", "building"] as const;
export type Layer = (typeof layers)[number];

const layerOfKind: Readonly<Record<SiteKind, Layer>> = {
  "water-outfall": "outfall",
  "gas-outfall": "outfall",
  "energy-centre": "steel",
  process: "steel",
  "air-station": "air",
  "water-station": "water",
  "drinking-water": "water",
  "water-meter": "water",
  radiation: "radiation",
  noise: "noise",
  building: "building",
};

export function layerOf(kind: SiteKind): Layer {
  return layerOfKind[kind];
}

export interface LayersRead {
  /** In the order of the chips; empty = all. */
  readonly chosen: readonly Layer[];
  /** Something in the text is no layer. */
  readonly isWrong: boolean;
}

export function readLayers(text: string | null): LayersRead {
  const parts = (text ?? "").split(",").filter((part) => part !== "");
  const chosen = layers.filter((layer) => parts.includes(layer));
  return { chosen, isWrong: parts.some((part) => !layers.some((layer) => layer === part)) };
}

/** The text for the address with this layer taken in or out; null = all. */
export function toggleLayer(chosen: readonly Layer[], layer: Layer): string | null {
  const next = layers.filter((each) => chosen.includes(each) !== (each === layer));
  return next.length === 0 || next.length === layers.length ? null : next.join();
}

/** Is a site of this kind drawn? */
export function isShown(chosen: readonly Layer[], kind: SiteKind): boolean {
  return chosen.length === 0 || chosen.includes(layerOf(kind));
}
