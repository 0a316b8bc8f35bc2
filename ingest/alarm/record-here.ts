// The record that holds now for one thing that can happen at one site. One that is disabled holds as well: what it began ends. Pure.

import type { AlarmDefinition } from "#domain/alarm-definition.ts";
import { scopeFits, withPriority } from "#domain/alarms/in-force.ts";
import { conditionPriority, isConditionName, systemSite } from "#domain/condition.ts";
import type { Place } from "./instances.ts";
import type { Records } from "./records.ts";

type RecordBook = Pick<Records, "get" | "inForce">;

/** Null: there is none, and nothing can happen. */
export function findRecord(records: RecordBook, place: Place): AlarmDefinition | null {
  const { what, basis, factor, state } = place;
  switch (what.subject) {
    case "value":
      return valueRecord(records, what.record, place);
    case "system":
      return systemRecord(records, what.condition);
    case "limit":
    case "silence":
    case "quality":
      return state === null ? null : records.inForce({ subject: what.subject, basis, factor }, state.site);
  }
}

/** One that speaks of something else by now is as good as disabled here. */
function valueRecord(records: RecordBook, id: string, { basis, factor, state }: Place): AlarmDefinition | null {
  const record = records.get(id);
  if (record === undefined || state === null) return null;
  const { site } = state;
  const isHere =
    record.subject === "value" &&
    record.basis === basis &&
    scopeFits(record.scope, { ...site, site: site.id, factor }, "value");
  return isHere ? record : { ...record, subject: "value", basis, enabled: false };
}

/** One record for all conditions of the system; how urgent each is stands in their own table. */
function systemRecord(records: RecordBook, condition: string): AlarmDefinition | null {
  const site = { id: systemSite, enterprise: null, city: "", kind: "process" } as const;
  const record = records.inForce({ subject: "system", basis: null, factor: null }, site);
  if (record === null || !isConditionName(condition)) return record;
  return withPriority(record, conditionPriority(condition));
}
