// Limits of standards that an older program remembered in its checkpoint: without their reference oxygen, and some from a column
// that is not the site's. Made again from the library with the same id and version, as a replay of the journal would make them.

import type { Limit } from "#domain/limit.ts";
import { limitsOfStandard } from "#domain/standard.ts";
import type { Registry } from "../registry.ts";

/** Changes the registry; answers with the limits that are others now. None when the checkpoint is of this program. */
export function mendOlderLimits(registry: Registry): Limit[] {
  const mended: Limit[] = [];
  for (const { site } of sitesWithOlder(registry)) {
    const wanted = site.standard === null ? [] : limitsOfStandard(site, site.standard);
    for (const limit of registry.limitsOf(site.id)) {
      if (!isOlder(limit)) continue;
      const made = wanted.find(({ id }) => id === limit.id);
      const whole: Limit = { ...(made ?? { ...limit, refO2: null, decimals: null }), version: limit.version };
      registry.putLimit(whole);
      mended.push(whole);
    }
  }
  return mended;
}

function isOlder({ id, refO2 }: Limit): boolean {
  return id.endsWith(":standard") && refO2 === undefined;
}

function sitesWithOlder(registry: Registry): Set<ReturnType<Registry["siteOf"]>> {
  const found = new Set<ReturnType<Registry["siteOf"]>>();
  for (const [series, { limits }] of registry.watches) {
    if ([...limits.realtime, ...limits.hour, ...limits.day].some(isOlder)) found.add(registry.siteOf(series));
  }
  return found;
}
