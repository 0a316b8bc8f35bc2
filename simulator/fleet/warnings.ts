// Published standards judge hour and day means; a screen must warn earlier. So every site gets early-warning limits on its
// realtime values at 100 % of what the standard (or the permit) says about the mean.

import { limitsOfStandard } from "#domain/standard.ts";
import type { SiteDraft, SiteLimit } from "./device.ts";

const basisOrder = ["hour", "day"] as const;
const basisNames = { hour: "小时均值", day: "日均值" } as const;

/** Early-warning limits of an outfall; `permit` speaks where no standard of the library does. */
export function outfallWarnings(site: SiteDraft, permit: Readonly<Record<string, number>>): SiteLimit[] {
  const found = new Map<string, SiteLimit>();
  if (site.standard !== null) {
    const rows = limitsOfStandard(site, site.standard);
    for (const basis of basisOrder) {
      for (const row of rows) {
        if (row.basis !== basis || found.has(row.factor)) continue;
        const reason = `${basisNames[basis]}限值预警 · warning at the ${basis} limit: ${row.reason}`;
        found.set(row.factor, { site: site.id, factor: row.factor, max: row.max, min: row.min, reason });
      }
    }
  }
  for (const [factor, max] of Object.entries(permit)) {
    if (found.has(factor)) continue;
    found.set(factor, {
      site: site.id,
      factor,
      max,
      min: null,
      reason: "排污许可限值预警（虚构值） · early warning at the discharge permit (invented value)",
    });
  }
  if (site.factors.includes("w01001") && !found.has("w01001")) {
    found.set("w01001", {
      site: site.id,
      factor: "w01001",
      max: 9,
      min: 6,
      reason: "pH 6~9 · as in GB 18918-2002 and GB 13456-2012",
    });
  }
  return [...found.values()];
}

/** Limits of other sites: factor → [min, max] with one reason for all. */
export function statedLimits(
  site: SiteDraft,
  reason: string,
  bounds: Readonly<Record<string, readonly [min: number | null, max: number | null]>>,
): SiteLimit[] {
  return Object.entries(bounds).map(([factor, [min, max]]) => ({ site: site.id, factor, max, min, reason }));
}
