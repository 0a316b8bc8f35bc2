// Notices when an order changes what judging knows of a site beside the numbers of its limits: which factors are judged, how many
// minutes are due, whether there is a flow, to which oxygen is corrected. What was judged before was judged by other facts, so it
// is judged again: what stands then is what it would have been if the facts had been so from the beginning. Pure.

import { judgedSiteOf, referenceAt } from "#domain/judge/facts.ts";
import type { JudgedFactor, JudgedSite } from "#domain/judge/shapes.ts";
import type { VerdictCause } from "#domain/judged.ts";
import type { Registry } from "../registry.ts";
import type { Agenda } from "./agenda.ts";

interface Parts {
  readonly registry: Pick<Registry, "sites" | "limitsOf">;
  readonly agenda: Pick<Agenda, "again">;
}

function factsOf({ registry }: Parts, id: string): JudgedSite | null {
  const known = registry.sites.get(id)?.site;
  return known === undefined ? null : judgedSiteOf(known, registry.limitsOf(id));
}

function describe({ medium, partsPerHour, factors, flow, oxygen }: JudgedSite): string {
  return [medium, partsPerHour, flow, oxygen, ...factors.map(({ code, unit }) => `${code} ${unit}`)].join("|");
}

/** From when on this factor is corrected to another oxygen than before; null: never. */
function findOtherReference(before: JudgedFactor, after: JudgedFactor): number | null {
  const changes = [...before.limits, ...after.limits].flatMap(({ from, to }) => [from, to ?? from]);
  const moments = [Number.NEGATIVE_INFINITY, ...changes.toSorted((a, b) => a - b)];
  return moments.find((time) => referenceAt(before, time) !== referenceAt(after, time)) ?? null;
}

/** From when on the site is judged by other facts; null: never. */
function findChange(before: JudgedSite, after: JudgedSite | null): number | null {
  if (after === null || describe(before) !== describe(after)) return Number.NEGATIVE_INFINITY;
  const moments = before.factors.flatMap((factor, i) => {
    const now = after.factors[i];
    const from = now === undefined ? null : findOtherReference(factor, now);
    return from === null ? [] : [from];
  });
  return moments.length === 0 ? null : Math.min(...moments);
}

/** Call it before the change; what it returns, behind it. */
export function watchFacts(parts: Parts, site: string, cause: VerdictCause): () => void {
  const before = factsOf(parts, site);
  return () => {
    // Of a site that was not judged before there is nothing to do again.
    const from = before === null ? null : findChange(before, factsOf(parts, site));
    if (from !== null) parts.agenda.again(site, from, cause);
  };
}
