// Drinking-water sources: the class of the water as of any surface water, the items of table 2 beside it, the steps at which
// somebody is called, and what share of the water complied.

import limitTable from "../tables/limits.json" with { type: "json" };
import stationTable from "../tables/stations.json" with { type: "json" };
import { findFactor } from "../factor.ts";
import { sumExactly } from "../rules/exact-sum.ts";
import { compareWithBound } from "../rules/rounding.ts";
import { readSureness } from "../rules/sureness.ts";
import { listHours, type StationHours } from "./hours.ts";
import {
  type Evaluation,
  type Figure,
  type Item,
  type Remark,
  type RuleNote,
  severities,
  type Severity,
} from "./shapes.ts";
import { alertWater } from "./water-alerts.ts";
import { evaluateWaterHour, type WaterFacts } from "./water.ts";

const settings = stationTable.drinkingWater;
const flowCode = "w00000";

export const zoneRule: RuleNote = { ...settings.zone, sureness: readSureness(settings.zone.sureness) };
const responseRule: RuleNote = { ...settings.response, sureness: readSureness(settings.response.sureness) };

const table2: ReadonlyMap<string, number> = new Map(
  limitTable.flatMap(({ standard, factor, max }) =>
    standard === settings.standard && factor !== null && max !== null ? [[factor, max] as const] : [],
  ),
);

function isAbove(value: number, bound: number): boolean {
  return compareWithBound(value, bound, "full").side === "above";
}

function countsIn({ value, why }: Item): boolean {
  return value !== null && why === null;
}

/** An item of table 2 has no class: it is within its limit, or it is not. */
function withTable2(item: Item): Item {
  const limit = table2.get(item.factor);
  if (limit === undefined) return item;
  const { value } = item;
  const multiple = countsIn(item) && value !== null && isAbove(value, limit) ? (value - limit) / limit : null;
  return { ...item, limit, side: "max", multiple };
}

function severityOf(step: string): Severity {
  return severities.find((each) => each === step) ?? "warning";
}

function findResponses(items: readonly Item[]): Remark[] {
  const { sureness } = responseRule;
  return items.flatMap((item): Remark[] => {
    const { factor, value } = item;
    if (!countsIn(item) || value === null) return [];
    const unit = findFactor(factor)?.unit ?? "";
    const limit = table2.get(factor);
    const beyond: Remark[] =
      limit !== undefined && isAbove(value, limit)
        ? [{ code: "table-2", severity: "alarm", factors: [factor], value, bound: limit, unit, sureness }]
        : [];
    // Of several steps the gravest is said.
    const step = settings.levels.findLast((each) => each.factor === factor && isAbove(value, each.above));
    if (step === undefined) return beyond;
    const severity = severityOf(step.step);
    return [
      ...beyond,
      { code: "response-level", severity, factors: [factor], value, bound: step.above, unit, sureness },
    ];
  });
}

/** The class of a surface water, looked at as a source of drinking water. */
export function asDrinkingWater(found: Evaluation, hours: StationHours, facts: WaterFacts): Evaluation {
  const items = found.items.map(withTable2);
  const remarks = [...findResponses(items), ...alertWater(hours, facts, found)];
  return { ...found, items, remarks, rules: [...found.rules, zoneRule, responseRule] };
}

/** Within the target class and table 2; null: it cannot be said. */
function complies({ value, items }: Evaluation, target: number): boolean | null {
  if (value === null) return null;
  return value <= target && items.every((item) => !table2.has(item.factor) || item.multiple === null);
}

/** 水质达标率 of [from, to): by volume where every hour has a flow, else by hours. */
export function complianceOf(
  hours: StationHours,
  factors: readonly string[],
  facts: WaterFacts,
  from: number,
  to: number,
): Figure[] {
  const judged = listHours(from, to).flatMap((start) => {
    const found = evaluateWaterHour(hours, factors, facts, start);
    // What is only the newest of some hours ago says nothing about this hour.
    if (!found.items.some((item) => item.index !== null && item.at === start)) return [];
    const isFine = complies({ ...found, items: found.items.map(withTable2) }, facts.target);
    return isFine === null ? [] : [{ isFine, flow: hours.at(flowCode, start)?.mean ?? null }];
  });
  const byVolume = judged.length > 0 && judged.every(({ flow }) => flow !== null && flow >= 0);
  const weigh = (part: typeof judged): number => sumExactly(part.map(({ flow }) => (byVolume ? (flow ?? 0) : 1)));
  const all = weigh(judged);
  const share = all > 0 ? (100 * weigh(judged.filter(({ isFine }) => isFine))) / all : null;
  const sureness = byVolume ? readSureness(settings.compliance.sureness) : "default";
  return [
    { name: byVolume ? "compliance-by-volume" : "compliance-by-hours", value: share, unit: "%", sureness },
    { name: "compliance-hours", value: judged.length, unit: "h", sureness },
  ];
}
