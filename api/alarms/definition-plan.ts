// What an import of records would do: each of them new, changed field by field, or the same; and every problem at its line. Pure.

import type { AlarmDefinition } from "#domain/alarm-definition.ts";
import { definitionFields } from "./definition-shapes.ts";
import type { ReadText, TextProblem } from "./definitions-yaml.ts";

export interface FieldChange {
  readonly field: string;
  /** As JSON; null: it was not there. */
  readonly before: string | null;
  readonly after: string;
}

export interface PlannedDefinition {
  readonly id: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly outcome: "new" | "changed" | "same";
  readonly line: number | null;
  readonly changes: readonly FieldChange[];
}

export interface DefinitionOrder {
  readonly definition: Omit<AlarmDefinition, "version">;
  /** 0: it is new. */
  readonly expectedVersion: number;
}

export interface DefinitionPlan {
  readonly items: readonly PlannedDefinition[];
  readonly problems: readonly TextProblem[];
  /** What is to be put: nothing for what is the same. */
  readonly orders: readonly DefinitionOrder[];
}

/** The order of fields does not count. */
function formatValue(value: unknown): string {
  const sorted = (_key: string, part: unknown): unknown =>
    isRecord(part) ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))) : part;
  return JSON.stringify(value, sorted) ?? "null";
}

/** Objects are compared field by field ("deadband.value"), lists as a whole. */
export function listChanges(before: unknown, after: unknown, path = ""): FieldChange[] {
  if (formatValue(before) === formatValue(after)) return [];
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => listChanges(before[key], after[key], path === "" ? key : `${path}.${key}`));
  }
  return [
    {
      field: path,
      before: before === undefined ? null : formatValue(before),
      after: formatValue(after),
    },
  ];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a record says, without its version and what a program of another time may have added. */
function contentOf(definition: Omit<AlarmDefinition, "version">): Record<string, unknown> {
  const all: Readonly<Record<string, unknown>> = { ...definition };
  return Object.fromEntries(Object.keys(definitionFields).map((field) => [field, all[field]]));
}

/** `check` says what is wrong with a record beyond its form. */
export function planDefinitions(
  text: ReadText,
  inForce: ReadonlyMap<string, AlarmDefinition>,
  check: (definition: AlarmDefinition) => readonly Omit<TextProblem, "line" | "id">[],
): DefinitionPlan {
  const problems = [...text.problems];
  const items: PlannedDefinition[] = [];
  const orders: DefinitionOrder[] = [];
  for (const { version, definition, lineOf } of text.definitions) {
    const { id, nameZh, nameEn } = definition;
    const known = inForce.get(id);
    const expectedVersion = known?.version ?? 0;
    const changes = listChanges(known === undefined ? {} : contentOf(known), contentOf(definition));
    for (const each of check({ ...definition, version: expectedVersion }))
      problems.push({ ...each, line: lineOf(each.field), id });
    if (version !== null && version !== expectedVersion && changes.length > 0) {
      const problem =
        known === undefined ? "there is no such record yet" : `it is at version ${expectedVersion}, not ${version}`;
      const hint = "export again and carry your changes over, or leave `version` out to put yours over it";
      problems.push({ line: lineOf("version"), id, field: "version", problem, hint });
    }
    const outcome = known === undefined ? "new" : changes.length > 0 ? "changed" : "same";
    items.push({ id, nameZh, nameEn, outcome, line: lineOf("id"), changes: known === undefined ? [] : changes });
    if (outcome !== "same") orders.push({ definition, expectedVersion });
  }
  return { items, problems, orders };
}
