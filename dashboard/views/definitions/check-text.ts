// Mistakes of a definition that its numbers alone do not show, by the very rules that the centre asks when it is put.

import { checkDefinition } from "#domain/alarms/definition.ts";
import type { FieldProblem, ReadDefinition } from "./definition-text.ts";

export function checkText({ id, draft }: ReadDefinition): FieldProblem[] {
  if (draft === null) return [];
  return checkDefinition({ id, version: 0, ...draft }).map(({ field, problem, hint }) => ({
    field,
    problem: { problem, hint },
  }));
}
