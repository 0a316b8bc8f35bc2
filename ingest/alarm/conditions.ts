// Alarms about the system itself, one occurrence per condition at a time. Pure.

import type { Alarm } from "#domain/alarm.ts";
import { conditionDefinition, type ConditionName, conditionPriority, systemSite } from "#domain/condition.ts";
import type { Output } from "../output.ts";
import { type CommandStep, meetCondition, type Occasion, type Step } from "./alarm.ts";

export interface Conditions {
  meet(name: ConditionName, active: boolean, detail: string, on: Occasion, output: Output): void;
  /** The occurrence with this id that is not back to normal, or null. */
  find(id: string): Alarm | null;
  take(done: Extract<CommandStep, { ok: true }>, output: Output): void;
  /** Occurrences that are not back to normal. */
  open(): Alarm[];
}

export function createConditions(saved: readonly Alarm[] = []): Conditions {
  const byDefinition = new Map<string, Alarm>(saved.map((alarm) => [alarm.definition, alarm] as const));

  function keep({ alarm, transition }: Step, output: Output): void {
    if (alarm.state === "normal") byDefinition.delete(alarm.definition);
    else byDefinition.set(alarm.definition, alarm);
    output.state.alarms.set(alarm.id, alarm);
    output.live.alarms.push(alarm);
    if (transition !== null) output.state.transitions.push(transition);
  }

  return {
    meet(name, active, detail, on, output) {
      const id = conditionDefinition(name);
      const definition = { site: systemSite, factor: null, id, unit: "", priority: conditionPriority(name) };
      const step = meetCondition(byDefinition.get(id) ?? null, definition, active, detail, on);
      if (step !== null) keep(step, output);
    },
    find: (id) => [...byDefinition.values()].find((alarm) => alarm.id === id) ?? null,
    take: (done, output) => keep(done.step, output),
    open: () => [...byDefinition.values()],
  };
}
