// The records in force: those that come with the program, and over them the newest versions that people have put.

import type { AlarmDefinition } from "#domain/alarm-definition.ts";
import { builtInDefinitions } from "#domain/alarms/built-in.ts";
import { findLowering } from "#domain/alarms/definition-change.ts";
import type { DefinitionProblem } from "#domain/alarms/shapes.ts";
import type { AlarmBookReader } from "#store/state/alarm-reader.ts";
import { Problem } from "../problem.ts";
import type { KnownDefinition } from "./definition-shapes.ts";

type Reader = Pick<AlarmBookReader, "alarmDefinitions" | "alarmDefinitionVersions">;

/** By id. */
export async function listDefinitions(state: Reader): Promise<KnownDefinition[]> {
  const known = new Map<string, KnownDefinition>();
  for (const definition of builtInDefinitions) known.set(definition.id, { definition, put: null });
  for (const { definition, ...put } of await state.alarmDefinitions()) known.set(definition.id, { definition, put });
  return [...known.values()].toSorted((a, b) => (a.definition.id < b.definition.id ? -1 : 1));
}

export type RecordsInForce = ReadonlyMap<string, AlarmDefinition>;

export async function mapDefinitions(state: Reader): Promise<RecordsInForce> {
  return new Map((await listDefinitions(state)).map(({ definition }) => [definition.id, definition]));
}

/** Why another administrator must agree; null = one is enough. */
export function needsSecond(record: AlarmDefinition, inForce: RecordsInForce): DefinitionProblem | null {
  return findLowering(inForce.get(record.id), record, (id) => inForce.get(id));
}

/** In the order in which they were put, the newest last: of two that are equally specific the newer one holds. */
export async function listInForce(state: Reader): Promise<KnownDefinition[]> {
  const all = await listDefinitions(state);
  const places = new Map(builtInDefinitions.map(({ id }, place) => [id, place]));
  const placeOf = ({ definition, put }: KnownDefinition): readonly [number, number] => [
    put?.seq ?? 0,
    places.get(definition.id) ?? 0,
  ];
  return all.toSorted((a, b) => placeOf(a)[0] - placeOf(b)[0] || placeOf(a)[1] - placeOf(b)[1]);
}

export async function findDefinition(state: Reader, id: string): Promise<KnownDefinition> {
  const found = (await listDefinitions(state)).find(({ definition }) => definition.id === id);
  if (found === undefined) throw new Problem("definition-not-found", `there is no record ${id}`);
  return found;
}

/** Newest first, down to the one that came with the program. */
export async function listVersions(state: Reader, id: string): Promise<KnownDefinition[]> {
  const versions = (await state.alarmDefinitionVersions(id)).map(({ definition, ...put }) => ({ definition, put }));
  const first = builtInDefinitions.find((definition) => definition.id === id);
  return first === undefined ? versions : [...versions, { definition: first, put: null }];
}
