// Domain rows → the shapes of the contract: the same fields, times as ISO 8601. Pure.

import type { Alarm } from "#domain/alarm.ts";
import { cities } from "#domain/city.ts";
import { factorUnit, findFactor } from "#domain/factor.ts";
import type { Limit } from "#domain/limit.ts";
import type { SiteKind } from "#domain/site.ts";
import { formatIso } from "#domain/time.ts";

export function formatIsoOrNull(timeMs: number | null): string | null {
  return timeMs === null ? null : formatIso(timeMs);
}

export function formatAlarm(alarm: Alarm) {
  return {
    ...alarm,
    onset: formatIso(alarm.onset),
    cleared: formatIsoOrNull(alarm.cleared),
    ackedAt: formatIsoOrNull(alarm.ackedAt),
    annunciatedAt: formatIsoOrNull(alarm.annunciatedAt),
    suppression:
      alarm.suppression === null ? null : { ...alarm.suppression, until: formatIsoOrNull(alarm.suppression.until) },
    comments: alarm.comments.map((comment) => ({ ...comment, at: formatIso(comment.at) })),
  };
}

/** An open-ended limit of a standard may begin at 0: "since ever". */
export function formatLimit(limit: Limit) {
  const { from, to, refO2 = null, decimals = null } = limit;
  return { ...limit, from: formatIso(from), to: formatIsoOrNull(to), refO2, decimals };
}

/** The factor as it is kept at sites of this kind; a code that no table has any more keeps its name. */
export function formatFactor(code: string, kind: SiteKind) {
  const factor = findFactor(code);
  if (factor === undefined) return { code, nameZh: code, nameEn: code, unit: "", decimals: 2 };
  const { nameZh, nameEn, decimals } = factor;
  return { code, nameZh, nameEn, unit: factorUnit(factor, kind), decimals };
}

export function formatCities() {
  return cities.map(({ adcode, nameZh, nameEn, lat, lon }) => ({ adcode, nameZh, nameEn, lat, lon }));
}
