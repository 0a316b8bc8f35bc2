// Which record holds for what can happen at one site, and what that is called. The most specific place wins: site before enterprise
// before city before kind before all; at the same place one that names the factor before one that does not, an enabled one
// before a disabled one, and then the one that was put last.

import type { AlarmDefinition, AlarmScope, AlarmSubject } from "../alarm-definition.ts";
import { type LimitBasis, limitBases } from "../limit.ts";
import type { SiteKind } from "../site.ts";

/** A point that something can happen at. */
export interface AlarmPlace {
  readonly site: string;
  readonly enterprise: string | null;
  readonly city: string;
  readonly kind: SiteKind;
  /** Null: the site as a whole. */
  readonly factor: string | null;
}

/** In the scope of a record about silence: each factor by itself. (Null is the site as a whole there.) */
export const everyFactor = "*";

export function scopeFits(scope: AlarmScope, place: AlarmPlace, subject: AlarmSubject): boolean {
  const { site, enterprise, city, kind, factor } = scope;
  if (site !== null && site !== place.site) return false;
  if (enterprise !== null && enterprise !== place.enterprise) return false;
  if (city !== null && city !== place.city) return false;
  if (kind !== null && kind !== place.kind) return false;
  if (factor === everyFactor) return place.factor !== null;
  if (factor === null) return subject !== "silence" || place.factor === null;
  return factor === place.factor;
}

/** The higher, the more specific. */
export function specificityOf({ site, enterprise, city, kind, factor }: AlarmScope): number {
  return (
    (site === null ? 0 : 16) +
    (enterprise === null ? 0 : 8) +
    (city === null ? 0 : 4) +
    (kind === null ? 0 : 2) +
    (factor === null || factor === everyFactor ? 0 : 1)
  );
}

/**
 * The record that holds for a subject (and basis) at a place, newest last in `records`. It may be a disabled one: then there is
 * no such alarm there. Null: no record says anything. For "value" see `valueRecordsAt`.
 */
export function recordAt(
  records: Iterable<AlarmDefinition>,
  subject: AlarmSubject,
  basis: LimitBasis | null,
  place: AlarmPlace,
): AlarmDefinition | null {
  let best: AlarmDefinition | null = null;
  let bestRank = -1;
  for (const record of records) {
    if (record.subject !== subject || record.basis !== basis || !scopeFits(record.scope, place, subject)) continue;
    const rank = 2 * specificityOf(record.scope) + (record.enabled ? 1 : 0);
    if (rank >= bestRank) {
      best = record;
      bestRank = rank;
    }
  }
  return best;
}

/** Records with numbers of their own that hold at a place; each makes an instance of its own. */
export function valueRecordsAt(
  records: Iterable<AlarmDefinition>,
  basis: LimitBasis,
  place: AlarmPlace,
): AlarmDefinition[] {
  const found: AlarmDefinition[] = [];
  for (const record of records) {
    if (record.subject === "value" && record.basis === basis && scopeFits(record.scope, place, "value")) {
      found.push(record);
    }
  }
  return found;
}

/** What an instance is about. */
export type AlarmInstance =
  | { readonly subject: "limit"; readonly factor: string; readonly basis: LimitBasis }
  | { readonly subject: "value"; readonly factor: string; readonly record: string }
  | { readonly subject: "silence"; readonly factor: string | null }
  | { readonly subject: "quality"; readonly factor: string }
  | { readonly subject: "system"; readonly condition: string };

export function instanceName(instance: AlarmInstance): string {
  switch (instance.subject) {
    case "limit":
      return `limit:${instance.factor}:${instance.basis}`;
    case "value":
      return `value:${instance.record}:${instance.factor}`;
    case "silence":
      return `silence:${instance.factor ?? "site"}`;
    case "quality":
      return `quality:${instance.factor}`;
    case "system":
      return `system:${instance.condition}`;
  }
}

/** Null: the text is the name of no instance. */
export function parseInstance(name: string): AlarmInstance | null {
  const [subject, second, third, ...rest] = name.split(":");
  if (second === undefined || second === "" || rest.length > 0) return null;
  if (subject === "limit") {
    const basis = limitBases.find((each) => each === third);
    return basis === undefined ? null : { subject, factor: second, basis };
  }
  if (subject === "value") {
    return third === undefined || third === "" ? null : { subject, record: second, factor: third };
  }
  if (third !== undefined) return null;
  if (subject === "silence") return { subject, factor: second === "site" ? null : second };
  if (subject === "quality") return { subject, factor: second };
  return subject === "system" ? { subject, condition: second } : null;
}

/** The record under another priority, e.g. that of one condition of the centre. */
export function withPriority(record: AlarmDefinition, priority: 1 | 2 | 3 | 4): AlarmDefinition {
  return { ...record, levels: record.levels.map((level) => ({ ...level, priority })) };
}
