// The fields of a site as a form: texts on the way in, what was changed on the way out, what is wrong with them, and what somebody
// else changed meanwhile. Pure.

import type { Asset, AssetChanges } from "./asset-data.ts";

export const assetFields = [
  "name",
  "kind",
  "city",
  "enterprise",
  "maintainer",
  "lat",
  "lon",
  "intervalSeconds",
  "factors",
  "mn",
  "pw",
] as const;
export type AssetField = (typeof assetFields)[number];
export type AssetTexts = Readonly<Record<AssetField, string>>;

export function toTexts(asset: Asset): AssetTexts {
  const { name, kind, city, enterprise, maintainer, lat, lon, intervalSeconds, factors, mn } = asset;
  return {
    name,
    kind,
    city,
    enterprise: enterprise ?? "",
    maintainer: maintainer ?? "",
    lat: lat === null ? "" : String(lat),
    lon: lon === null ? "" : String(lon),
    intervalSeconds: String(intervalSeconds),
    factors: factors.join(" "),
    mn: mn ?? "",
    pw: "",
  };
}

const splitCodes = (text: string): string[] => text.split(/[\s,;，；]+/).filter((code) => code !== "");

const bounded: Readonly<Partial<Record<AssetField, readonly [least: number, most: number]>>> = {
  lat: [-90, 90],
  lon: [-180, 180],
  intervalSeconds: [1, 86_400],
};

export type AssetFault = "name" | "number" | "factors";

export function findAssetFaults(texts: AssetTexts): Readonly<Partial<Record<AssetField, AssetFault>>> {
  const faults: Partial<Record<AssetField, AssetFault>> = {};
  if (texts.name.trim() === "") faults.name = "name";
  if (splitCodes(texts.factors).length === 0) faults.factors = "factors";
  for (const field of ["lat", "lon", "intervalSeconds"] as const) {
    const text = texts[field].trim();
    const [least, most] = bounded[field] ?? [0, 0];
    const isLeftOut = text === "" && field !== "intervalSeconds";
    if (!isLeftOut && !(/^-?\d+(?:\.\d+)?$/.test(text) && Number(text) >= least && Number(text) <= most))
      faults[field] = "number";
  }
  return faults;
}

function valueOf(field: AssetField, text: string): unknown {
  const trimmed = text.trim();
  if (field === "factors") return splitCodes(trimmed);
  if (field === "lat" || field === "lon" || field === "intervalSeconds") return trimmed === "" ? null : Number(trimmed);
  return trimmed === "" ? null : trimmed;
}

/** Only what differs from what the form began with; a password only when one was written. */
export function listChanges(before: AssetTexts, after: AssetTexts): AssetChanges {
  const changed = assetFields.filter((field) => after[field].trim() !== before[field].trim());
  return Object.fromEntries(changed.map((field) => [field, valueOf(field, after[field])]));
}

/** What is not as it was when the form began. */
export function listConflicts(before: AssetTexts, now: AssetTexts): readonly AssetField[] {
  return assetFields.filter((field) => before[field] !== now[field]);
}
