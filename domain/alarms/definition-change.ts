// May a record become what somebody wants it to be? What it is about stays, for its occurrences go on under the new version; and
// a record of a highly managed class is not switched off, put into a milder class or replaced by a milder one by one person
// alone. Pure.

import type { AlarmDefinition } from "../alarm-definition.ts";
import { builtInDefinitions, findAlarmClass } from "./built-in.ts";
import type { DefinitionProblem } from "./shapes.ts";

/** Empty = the change may be put, as far as the record before is concerned. */
export function checkChange(known: AlarmDefinition | undefined, wanted: AlarmDefinition): DefinitionProblem[] {
  if (known === undefined) return [];
  const fields = (["subject", "basis"] as const).filter((field) => known[field] !== wanted[field]);
  return fields.map((field) => ({
    field,
    problem: `it is ${known[field] ?? "none"} in the record that is there, and cannot become ${wanted[field] ?? "none"}`,
    hint: "what a record is about stays: make another record under an id of its own, and disable this one",
  }));
}

/** Does it call people about something highly managed? */
function isManaged({ enabled, class: name }: AlarmDefinition): boolean {
  return enabled && findAlarmClass(name)?.highlyManaged === true;
}

function isAsBefore(known: AlarmDefinition, wanted: AlarmDefinition): boolean {
  const { site, enterprise, city, kind, factor } = known.scope;
  const { scope } = wanted;
  const isSamePlace = scope.site === site && scope.enterprise === enterprise && scope.city === city;
  const isSameKind = scope.kind === kind && scope.factor === factor;
  return isSamePlace && isSameKind && known.enabled === wanted.enabled && known.class === wanted.class;
}

/**
 * Must another administrator agree? Null = no. `current`: a record as it is now. Beside the record itself counts what it takes the
 * place of: a milder record for one site switches the record for all off there.
 */
export function findLowering(
  known: AlarmDefinition | undefined,
  wanted: AlarmDefinition,
  current: (id: string) => AlarmDefinition | undefined,
): DefinitionProblem | null {
  if (isManaged(wanted)) return null;
  const { subject, basis } = wanted;
  const isNew = known === undefined || !isAsBefore(known, wanted);
  const replaced = builtInDefinitions
    .filter((each) => each.subject === subject && each.basis === basis && subject !== "value")
    .map((each) => current(each.id) ?? each);
  const lowered = known !== undefined && isManaged(known) ? known : isNew ? replaced.find(isManaged) : undefined;
  if (lowered === undefined) return null;
  return {
    field: "second",
    problem: `${lowered.id} is of the highly managed class ${lowered.class}: one person alone does not switch it off or make it milder`,
    hint: "another administrator agrees with name and password (second), one record at a time",
  };
}
