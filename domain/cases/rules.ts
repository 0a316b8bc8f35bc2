// The rules by which cases open (tables/case-rules.json), as data with their parameters, and the keys of what they find: the same
// key is the same finding, however often it is found. Pure.

import table from "../tables/case-rules.json" with { type: "json" };

export const caseRuleIds = [
  "day-exceedance",
  "hour-exceedances",
  "missing-data",
  "falsification",
  "alarm-unacknowledged",
] as const;
export type CaseRuleId = (typeof caseRuleIds)[number];

export interface CaseRule {
  readonly id: CaseRuleId;
  readonly enabled: boolean;
  readonly parameters: Readonly<Record<string, number>>;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly saysZh: string;
  readonly saysEn: string;
}

export interface CaseRuleTable {
  readonly source: string;
  readonly sureness: string;
  readonly everySeconds: number;
  readonly opensPerTurnMax: number;
  readonly rules: readonly CaseRule[];
}

function readRules(raw: typeof table): CaseRuleTable {
  const rules = caseRuleIds.map((id): CaseRule => {
    const found = raw.rules.filter((rule) => rule.id === id);
    const [rule] = found;
    if (rule === undefined || found.length > 1) throw new Error(`case-rules: ${id} once`);
    const parameters = Object.fromEntries(
      Object.entries(rule.parameters).filter((each): each is [string, number] => typeof each[1] === "number"),
    );
    return { ...rule, id, parameters };
  });
  return { ...raw, rules };
}

export const caseRuleTable: CaseRuleTable = readRules(table);

export function caseRule(id: CaseRuleId, { rules }: CaseRuleTable = caseRuleTable): CaseRule {
  const rule = rules.find((each) => each.id === id);
  if (rule === undefined) throw new Error(`case-rules: no rule ${id}`);
  return rule;
}

export function parameterOf(rule: CaseRule, name: string): number {
  const value = rule.parameters[name];
  if (value === undefined) throw new Error(`case-rules: ${rule.id} has no ${name}`);
  return value;
}

/** "day-exceedance:SITE:FACTOR:" – what all findings of one rule at one series begin with. */
export function seriesKey(rule: CaseRuleId, site: string, factor: string): string {
  return `${rule}:${site}:${factor}:`;
}
