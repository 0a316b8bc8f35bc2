// Are there enough valid values behind a mean to say how the window was? As judging asks it of an hour: a stack needs 45 of 60
// minutes, waste water one result. Days are compared with what they have: judging them needs their hours (domain/judge). Pure.

import { partsPerHourOf } from "./judge/facts.ts";
import { findValidityRule, partsNeeded } from "./rules/validity.ts";
import type { Site, SiteKind } from "./site.ts";

/** Kinds whose hours have a rule; the others need one valid value. */
const media: Partial<Record<SiteKind, string>> = {
  "gas-outfall": "flue-gas",
  "water-outfall": "waste-water",
  "air-station": "air",
  noise: "noise",
};

export function isMeanKnown(
  site: Pick<Site, "kind" | "intervalSeconds">,
  basis: "hour" | "day",
  { start, valid }: { readonly start: number; readonly valid: number },
): boolean {
  return valid >= (basis === "hour" ? valuesNeeded(site, start) : 1);
}

/** How many valid values an hour needs; devices that report more often than once a minute need more of them. */
export function valuesNeeded({ kind, intervalSeconds }: Pick<Site, "kind" | "intervalSeconds">, start: number): number {
  const medium = media[kind];
  const rule = medium === undefined ? undefined : findValidityRule(medium, "hour", start);
  if (rule === undefined) return 1;
  const parts = partsPerHourOf(intervalSeconds);
  const perMinute = rule.of === "minute" ? Math.max(1, Math.floor(60 / intervalSeconds)) : 1;
  return Math.max(1, partsNeeded(rule, parts, start, parts) * perMinute);
}
