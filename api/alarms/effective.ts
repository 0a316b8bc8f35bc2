// Which record holds for each thing that can happen at a site: for people who want to know why an alarm comes, or why it does not.
// Pure.

import type { AlarmDefinition } from "#domain/alarm-definition.ts";
import {
  type AlarmInstance,
  type AlarmPlace,
  instanceName,
  recordAt,
  valueRecordsAt,
  withPriority,
} from "#domain/alarms/in-force.ts";
import { conditionNames, conditionPriority, systemSite } from "#domain/condition.ts";
import { type Limit, limitBases, limitInForce } from "#domain/limit.ts";
import type { Site } from "#domain/site.ts";

export interface EffectiveRecord {
  readonly instance: AlarmInstance;
  readonly name: string;
  readonly record: AlarmDefinition;
  /** Of subject "limit": the one in force now. */
  readonly limit: Limit | null;
}

type Found = Omit<EffectiveRecord, "name">;

const system: AlarmPlace = { site: systemSite, enterprise: null, city: "", kind: "process", factor: null };

export function listSystemRecords(records: readonly AlarmDefinition[]): EffectiveRecord[] {
  return conditionNames.flatMap((condition) => {
    const record = recordAt(records, "system", null, system);
    const instance = { subject: "system", condition } as const;
    if (record === null) return [];
    const graded = withPriority(record, conditionPriority(condition));
    return [{ instance, name: instanceName(instance), record: graded, limit: null }];
  });
}

/** `records`: the one that was put last is the last. */
export function listEffective(
  records: readonly AlarmDefinition[],
  { id, enterprise, city, kind, factors }: Site,
  limits: readonly Limit[],
  now: number,
): EffectiveRecord[] {
  const place = (factor: string | null): AlarmPlace => ({ site: id, enterprise, city, kind, factor });
  const found: Found[] = [];
  const add = (instance: AlarmInstance, record: AlarmDefinition | null, limit: Limit | null = null): void => {
    if (record !== null) found.push({ instance, record, limit });
  };
  for (const factor of factors) {
    const at = place(factor);
    for (const basis of limitBases) {
      const own = limits.filter((limit) => limit.factor === factor && limit.basis === basis);
      const limit = limitInForce(own, now);
      if (limit !== null) add({ subject: "limit", factor, basis }, recordAt(records, "limit", basis, at), limit);
      for (const record of valueRecordsAt(records, basis, at))
        add({ subject: "value", factor, record: record.id }, record);
    }
    add({ subject: "quality", factor }, recordAt(records, "quality", null, at));
    add({ subject: "silence", factor }, recordAt(records, "silence", null, at));
  }
  add({ subject: "silence", factor: null }, recordAt(records, "silence", null, place(null)));
  return found.map((each) => ({ ...each, name: instanceName(each.instance) }));
}
