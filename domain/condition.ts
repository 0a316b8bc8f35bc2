// Conditions of the system itself that an operator must know of: they become alarms in the same list as all others.

import type { Priority } from "./alarm.ts";
import conditionTable from "./tables/conditions.json" with { type: "json" };

export const conditionNames = [
  "journal-blocked",
  "journal-damaged",
  "ingest-stalled",
  "history-behind",
  "ledger-unbalanced",
  "certificate-expiring",
  "upstream-away",
  "pipeline-late",
  "journal-filling",
  "notification-failing",
  "alarm-engine-stalled",
] as const;
export type ConditionName = (typeof conditionNames)[number];

/** The site that system alarms belong to; no device can have it, because the registry refuses the name. */
export const systemSite = "system";

export function isConditionName(text: string): text is ConditionName {
  return conditionNames.some((name) => name === text);
}

const definitionPrefix = "system:";

/** Definition id of the alarm, e.g. "system:history-behind". */
export function conditionDefinition(name: ConditionName): string {
  return `${definitionPrefix}${name}`;
}

/** The condition that a definition id is about, or null. */
export function parseConditionDefinition(id: string): ConditionName | null {
  const name = id.slice(definitionPrefix.length);
  return id.startsWith(definitionPrefix) && isConditionName(name) ? name : null;
}

/** How urgent it is, from the table. */
export function conditionPriority(name: ConditionName): Priority {
  const priority = conditionTable.find((row) => row.name === name)?.priority;
  if (priority === 1 || priority === 2 || priority === 3 || priority === 4) return priority;
  throw new Error(`conditions.json: no priority for ${name}`);
}

/** What it is called where no screen brings words of its own, e.g. on a sheet that is signed. */
export function nameCondition(name: ConditionName): { readonly zh: string; readonly en: string } {
  const row = conditionTable.find((each) => each.name === name);
  return { zh: row?.nameZh ?? name, en: row?.nameEn ?? name };
}
