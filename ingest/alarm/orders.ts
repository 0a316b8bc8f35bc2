// What people order about alarms: acts on occurrences that were on the screen, records, and what is out of service. Each alarm
// of an act says for itself whether it holds. Pure.

import type { Alarm } from "#domain/alarm.ts";
import type { ActResult, ActTarget, AlarmAct } from "#domain/alarm-act.ts";
import type { AlarmDefinition } from "#domain/alarm-definition.ts";
import { type ActInput, amendEnded } from "#domain/alarms/acts.ts";
import { checkDefinition } from "#domain/alarms/definition.ts";
import { checkChange, findLowering } from "#domain/alarms/definition-change.ts";
import { bounds } from "#domain/bounds.ts";
import type { Command } from "#domain/command.ts";
import { type Answer, refuse } from "../answer.ts";
import type { Occasion } from "../occasion.ts";
import type { Output } from "../output.ts";
import type { AlarmBook } from "./book.ts";
import type { Instance } from "./instances.ts";

type Put = Extract<Command, { type: "alarm-definitions.put" }>;

function actOn(
  book: AlarmBook,
  { alarm: id, expectedVersion }: ActTarget,
  act: AlarmAct,
  actor: string,
  channel: string,
  on: Occasion,
  output: Output,
): ActResult {
  const instance = book.instances.byAlarm(id);
  if (instance === undefined) {
    const detail = "no such alarm that is not back to normal";
    return { alarm: id, ok: false, code: "not-found", detail, current: null };
  }
  const input = { kind: "act", on, act, expectedVersion, actor, channel } as const;
  if (instance.memory.alarm?.id !== id) return actOnEnded(book, instance, input, output);
  const result = book.instances.stepInstance(instance, input, output);
  const refusal = result?.refusal ?? null;
  if (refusal !== null) {
    const { code, detail, current } = refusal;
    return { alarm: id, ok: false, code, detail, current };
  }
  const current: Alarm | null = result?.steps.at(-1)?.alarm ?? instance.memory.alarm;
  return { alarm: id, ok: true, code: null, detail: null, current };
}

/** It is over, and something of it is remembered: remarks, its case, and its shelf, which would hide the next one. */
function actOnEnded(book: AlarmBook, instance: Instance, input: ActInput, output: Output): ActResult {
  const { last, memory } = instance;
  const id = last?.id ?? "";
  const refused = (code: "conflict" | "illegal" | "not-found", detail: string): ActResult => {
    return { alarm: id, ok: false, code, detail, current: last };
  };
  if (last === null) return refused("not-found", "no such alarm that is not back to normal");
  const { expectedVersion, act } = input;
  if (expectedVersion !== null && expectedVersion !== last.version)
    return refused("conflict", `the alarm is at version ${last.version}, not ${expectedVersion}: look at it again`);
  const takesShelf = act.kind === "unshelve";
  if (takesShelf && memory.alarm !== null)
    return refused("illegal", `the shelf is over ${memory.alarm.id} by now: take it away there`);
  if (takesShelf && memory.shelf === null) return refused("illegal", "it is not shelved");
  const step = amendEnded(last, input);
  if ("code" in step) return refused(step.code, step.detail);
  if (takesShelf) book.instances.stepInstance(instance, input, output);
  book.instances.amend(instance, step, output);
  return { alarm: id, ok: true, code: null, detail: null, current: step.alarm };
}

/** The order itself always holds; what came of it is said for each alarm. */
export function act(
  book: AlarmBook,
  command: Extract<Command, { type: "alarm.act" }>,
  actor: string,
  on: Occasion,
  output: Output,
): Answer {
  const { act: wanted, channel, targets } = command;
  if (targets.length > bounds.actTargetsMax)
    return refuse("invalid", `at most ${bounds.actTargetsMax} alarms in one act`, []);
  const results = targets.map((target) => actOn(book, target, wanted, actor, channel, on, output));
  return { ok: true, result: results, objects: results.filter(({ ok }) => ok).map(({ alarm }) => alarm) };
}

/** Orders on one alarm, as they were before acts: the answer is the alarm, or why not. */
export function actOnOne(
  book: AlarmBook,
  target: ActTarget,
  wanted: AlarmAct,
  actor: string,
  on: Occasion,
  output: Output,
): Answer {
  const { ok, code, detail, current } = actOn(book, target, wanted, actor, "api", on, output);
  const objects = [target.alarm];
  if (ok) return { ok: true, result: current, objects };
  return refuse(code ?? "illegal", detail ?? "", objects, current);
}

/** All of them or none. */
export function putDefinitions(
  book: AlarmBook,
  { definitions, reason, second }: Put,
  actor: string,
  on: Occasion,
  output: Output,
): Answer {
  const { records } = book;
  const objects = definitions.map(({ id }) => `alarm-definition:${id}`);
  if (new Set(objects).size < objects.length) return refuse("invalid", "two records have the same id", objects);
  const fresh = definitions.filter(({ id }) => records.get(id) === undefined).length;
  if (records.size + fresh > bounds.alarmDefinitionsMax)
    return refuse("illegal", `no more than ${bounds.alarmDefinitionsMax} records are kept`, objects);
  const done: AlarmDefinition[] = [];
  for (const { expectedVersion, ...wanted } of definitions) {
    const known = records.get(wanted.id);
    const version = known?.version ?? 0;
    if (version !== expectedVersion) {
      const detail = `${wanted.id} is at version ${version}, not ${expectedVersion}`;
      return refuse("conflict", detail, objects, known ?? null);
    }
    const definition: AlarmDefinition = { ...wanted, version: version + 1 };
    const [fault] = [...checkDefinition(definition), ...checkChange(known, definition)];
    if (fault !== undefined)
      return refuse("invalid", `${wanted.id}, ${fault.field}: ${fault.problem}. ${fault.hint}`, objects, known ?? null);
    const lowering = findLowering(known, definition, (id) => records.get(id));
    if (lowering !== null && (second === undefined || second === actor))
      return refuse("illegal", `${wanted.id}: ${lowering.problem}. ${lowering.hint}`, objects, known ?? null);
    done.push(definition);
  }
  const says = second === undefined ? reason : `${reason} (agreed: ${second})`;
  for (const definition of done) {
    records.put(definition);
    output.state.alarmDefinitions.push({ definition, reason: says, by: actor, seq: on.seq, at: on.receivedAt });
  }
  book.recordsChanged(done, on, output);
  return { ok: true, result: done, objects };
}

export function beginOutOfService(
  book: AlarmBook,
  command: Extract<Command, { type: "out-of-service.begin" }>,
  actor: string,
  on: Occasion,
  output: Output,
): Answer {
  const answer = book.outOfService.begin(command, actor, on, output);
  if (answer.ok) book.outOfServiceChanged(actor, on, output);
  return answer;
}

export function endOutOfService(
  book: AlarmBook,
  command: Extract<Command, { type: "out-of-service.end" }>,
  actor: string,
  on: Occasion,
  output: Output,
): Answer {
  const answer = book.outOfService.end(command, actor, on, output);
  if (answer.ok) book.outOfServiceChanged(actor, on, output);
  return answer;
}
