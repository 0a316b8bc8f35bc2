// A site and its limits → what judging must know of it: which factors are judged, by which limits, how many minutes are due,
// and which factors are the flow and the oxygen that go with them.

import { factorUnit, findFactor } from "../factor.ts";
import { type Limit, limitInForce } from "../limit.ts";
import { assessedFactors } from "../rules/transmission.ts";
import type { Site, SiteKind } from "../site.ts";
import { hourMs } from "../time.ts";
import type { JudgedFactor, JudgedMedium, JudgedSite } from "./shapes.ts";

interface Companions {
  readonly medium: JudgedMedium;
  readonly flow: string;
  readonly oxygen: string | null;
}

const companions: Partial<Record<SiteKind, Companions>> = {
  "gas-outfall": { medium: "flue-gas", flow: "a00000", oxygen: "a19001" },
  "water-outfall": { medium: "waste-water", flow: "w00000", oxygen: null },
};

/** kg in one m³, for one of the unit. Only these make a load, and only these are weighted by water. */
const kgPerM3: Readonly<Record<string, number>> = { "mg/L": 1e-3, "ug/L": 1e-6, "mg/m3": 1e-6, "ug/m3": 1e-9 };
/** m³ per second, for one of the unit. */
const m3PerSecond: Readonly<Record<string, number>> = { "L/s": 1e-3, "m3/h": 1 / 3600 };

export function kgOf(unit: string): number {
  return kgPerM3[unit] ?? Number.NaN;
}

export function flowOf(code: string): number {
  return m3PerSecond[findFactor(code)?.unit ?? ""] ?? Number.NaN;
}

/** Devices that report more seldom than once a minute have fewer minutes in an hour; one at least. */
export function partsPerHourOf(intervalSeconds: number): number {
  return Math.max(1, Math.min(60, Math.floor(hourMs / (intervalSeconds * 1000))));
}

export function isJudgedKind(kind: SiteKind): boolean {
  return companions[kind] !== undefined;
}

/** Null for sites of a kind that is not judged here. `limits` may hold those of other sites and bases too. */
export function judgedSiteOf(
  site: Pick<Site, "id" | "kind" | "factors" | "intervalSeconds">,
  limits: readonly Limit[],
): JudgedSite | null {
  const found = companions[site.kind];
  if (found === undefined) return null;
  const { medium, flow, oxygen } = found;
  const own = limits.filter((limit) => limit.site === site.id && limit.basis !== "realtime");
  const byFactor = Map.groupBy(own, ({ factor }) => factor);
  const listed = new Set(site.factors);
  const codes = new Set([...byFactor.keys(), ...assessedFactors(site.kind).filter((code) => listed.has(code))]);
  return {
    site: site.id,
    kind: site.kind,
    medium,
    intervalSeconds: site.intervalSeconds,
    partsPerHour: partsPerHourOf(site.intervalSeconds),
    factors: [...codes].sort().flatMap((code) => judgedFactorOf(code, site.kind, medium, byFactor.get(code) ?? [])),
    flow: listed.has(flow) ? flow : null,
    oxygen: oxygen !== null && listed.has(oxygen) ? oxygen : null,
  };
}

function judgedFactorOf(
  code: string,
  kind: SiteKind,
  medium: JudgedMedium,
  limits: readonly Limit[],
): readonly JudgedFactor[] {
  const factor = findFactor(code);
  if (factor === undefined || factor.counter) return [];
  const unit = factorUnit(factor, kind);
  const hasLoad = kgPerM3[unit] !== undefined;
  return [{ code, unit, decimals: factor.decimals, isWeighted: hasLoad && medium === "waste-water", hasLoad, limits }];
}

/** What to read from history: judged factors, then flow and oxygen; each once. */
export function codesOf({ factors, flow, oxygen }: JudgedSite): string[] {
  return [
    ...new Set([...factors.map(({ code }) => code), ...[flow, oxygen].filter((code): code is string => code !== null)]),
  ];
}

export function limitsOfBasis(factor: JudgedFactor, basis: string): Limit[] {
  return factor.limits.filter((limit) => limit.basis === basis);
}

/**
 * Reference oxygen of the lawful series at that time, per cent: that of the hour's limit, or of the day's where there is none
 * for hours. Null: it is not corrected.
 */
export function referenceAt(factor: JudgedFactor, timeMs: number): number | null {
  const limit =
    limitInForce(limitsOfBasis(factor, "hour"), timeMs) ?? limitInForce(limitsOfBasis(factor, "day"), timeMs);
  return limit?.refO2 ?? null;
}

/** Is the reference oxygen the same at all times of [from, to)? Then stored means may be judged again as they are. */
export function isSameReference(before: JudgedFactor, after: JudgedFactor, from: number, to: number): boolean {
  const changes = [...before.limits, ...after.limits].flatMap((limit) => [limit.from, limit.to ?? from]);
  const moments = [from, ...changes.filter((time) => time > from && time < to)];
  return moments.every((time) => referenceAt(before, time) === referenceAt(after, time));
}
