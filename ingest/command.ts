// Commands of people, applied in journal order: what they change, who did it (audit), and what came of it (outcome). Pure.

import type { Alarm } from "#domain/alarm.ts";
import type { Command, CommandEnvelope, CommandOutcome } from "#domain/command.ts";
import { conditionDefinition, systemSite } from "#domain/condition.ts";
import { findFactor } from "#domain/factor.ts";
import type { Entry } from "#domain/frame.ts";
import type { Limit } from "#domain/limit.ts";
import type { Site } from "#domain/site.ts";
import { acknowledge, type CommandStep, type Occasion, remark } from "./alarm/alarm.ts";
import type { Conditions } from "./alarm/conditions.ts";
import type { Judge } from "./alarm/judge.ts";
import type { Decisions } from "./decisions.ts";
import type { Loggers } from "./loggers/loggers.ts";
import type { Output } from "./output.ts";
import type { Registry, Series } from "./registry.ts";
import type { Requests, RequestOutcome } from "./requests.ts";

type Refused = Omit<Extract<CommandOutcome, { ok: false }>, "id" | "seq" | "ok">;
type Result =
  | { readonly ok: true; readonly result: unknown; readonly objects: readonly string[] }
  | ({ readonly ok: false; readonly objects: readonly string[] } & Refused);

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** What commands may change. */
export interface Subjects {
  readonly registry: Registry;
  readonly judge: Judge;
  readonly conditions: Conditions;
  readonly decisions: Decisions;
  readonly requests: Requests;
  readonly loggers: Pick<Loggers, "note" | "settled">;
}

export function applyCommand(entry: Entry, subjects: Subjects, output: Output): void {
  // Only the api writes commands, and it has checked their form: anything else here is a bug and must stop the process.
  const envelope = JSON.parse(utf8.decode(entry.payload)) as CommandEnvelope;
  const { id, actor, command } = envelope;
  const on: Occasion = { seq: entry.seq, eventTime: entry.receivedAt, receivedAt: entry.receivedAt };
  const result = apply(command, actor, on, subjects, output);
  output.state.outcomes.push(
    result.ok
      ? { id, ok: true, seq: entry.seq, result: result.result }
      : { id, ok: false, seq: entry.seq, code: result.code, detail: result.detail, current: result.current },
  );
  for (const object of result.objects) {
    output.state.audit.push({
      seq: entry.seq,
      at: entry.receivedAt,
      actor,
      action: command.type,
      object,
      outcome: result.ok ? "ok" : result.code,
      detail: result.ok ? auditDetail(command) : result.detail,
    });
  }
}

/** What the audit row says beyond actor, action and object. */
function auditDetail(command: Command): string {
  switch (command.type) {
    case "limits.put":
      return command.limits
        .map((limit) => limit.reason)
        .join("; ")
        .slice(0, 500);
    case "alarm.ack":
    case "alarm.comment":
      return command.comment ?? "";
    case "system.condition":
      return `${command.active ? "begins" : "ends"}: ${command.detail}`;
    case "frames.reprocess":
    case "frames.dismiss":
      return command.reason;
    case "device.request":
      return command.requests
        .map(({ command: word, reason }) => `${word} ${reason}`)
        .join("; ")
        .slice(0, 500);
    case "device.withdraw":
    case "limits.propose":
    case "limits.decide":
    case "marks.decide":
    case "hints.decide":
      return command.reason;
    case "marks.enter":
      return command.marks
        .map(({ label, reason }) => `${label} ${reason}`)
        .join("; ")
        .slice(0, 500);
    case "identity.note":
      return `${command.event}: ${command.detail}`;
    case "sites.import":
      return `import:${command.import}${command.says === null ? "" : `: ${command.says}`}`;
    case "sites.put":
    case "logger.lines":
    case "device.progress":
      return "";
  }
}

function apply(command: Command, actor: string, on: Occasion, subjects: Subjects, output: Output): Result {
  const { registry, judge, conditions, decisions, requests } = subjects;
  switch (command.type) {
    case "sites.put":
      return putSites(command.sites, registry, output);
    case "sites.import":
      return importSites(command, registry, output);
    case "limits.put":
      return putLimits(command.limits, on, registry, judge, output);
    case "alarm.ack":
      return moveAlarm(command.alarm, subjects, output, (alarm) =>
        acknowledge(alarm, command.expectedVersion, actor, command.comment, on),
      );
    case "alarm.comment":
      return moveAlarm(command.alarm, subjects, output, (alarm) =>
        remark(alarm, command.expectedVersion, actor, command.comment, on),
      );
    case "frames.reprocess":
      return { ok: true, ...decisions.reprocess(command, actor, on, output) };
    case "frames.dismiss":
      return { ok: true, ...decisions.dismiss(command, actor, on, output) };
    case "system.condition":
      conditions.meet(command.condition, command.active, command.detail, on, output);
      return { ok: true, result: null, objects: [conditionDefinition(command.condition)] };
    case "device.request":
      return requestResult(requests.create(command.requests, actor, on, output), command.requests);
    case "device.withdraw":
      return requestResult(requests.withdraw(command.request, command.reason, on, output), [{ id: command.request }]);
    case "limits.propose":
    case "limits.decide":
    case "marks.enter":
    case "marks.decide":
    case "hints.decide":
      return { ok: false, code: "invalid", detail: `${command.type} is not known yet`, current: null, objects: [] };
    case "identity.note":
      return { ok: true, result: null, objects: [command.site] };
    case "device.progress":
      // The record itself says what happened: a row of the audit for each step would say it twice.
      for (const request of requests.progress(command.progress, on, output)) subjects.loggers.settled(request);
      return { ok: true, result: null, objects: [] };
    case "logger.lines":
      subjects.loggers.note(command.lines, output);
      return { ok: true, result: null, objects: [] };
  }
}

function requestResult(outcome: RequestOutcome, of: readonly { readonly id: string }[]): Result {
  const objects = of.map(({ id }) => `request:${id}`);
  if (outcome.ok) return { ok: true, result: outcome.requests, objects };
  return { ok: false, code: outcome.code, detail: outcome.detail, current: null, objects };
}

function putSites(sites: readonly Omit<Site, "version">[], registry: Registry, output: Output): Result {
  if (sites.some((site) => site.id === systemSite)) {
    return {
      ok: false,
      code: "invalid",
      detail: `${systemSite} is the system itself`,
      current: null,
      objects: [systemSite],
    };
  }
  const done: Site[] = [];
  for (const each of sites) {
    const known = registry.sites.get(each.id)?.site;
    const site: Site = { ...each, version: (known?.version ?? 0) + 1 };
    registry.putSite(site);
    output.state.sites.set(site.id, site);
    output.live.sites.set(site.id, site);
    // The limits a standard brings with it are rows like any other.
    for (const limit of registry.limitsOf(site.id)) {
      if (!limit.id.endsWith(":standard")) continue;
      output.state.limits.set(limit.id, limit);
      output.live.limits.set(limit.id, limit);
    }
    done.push(site);
  }
  return { ok: true, result: done, objects: done.map((site) => site.id) };
}

/** The decision itself is one object of the audit, and each site names it. */
function importSites(command: Extract<Command, { type: "sites.import" }>, registry: Registry, output: Output): Result {
  const versionOf = (id: string): number => registry.sites.get(id)?.site.version ?? 0;
  const fresh = command.sites.filter(({ site, expectedVersion }) => versionOf(site.id) === expectedVersion);
  const skipped = command.sites.filter((each) => !fresh.includes(each)).map(({ site }) => site.id);
  const decision = command.says === null ? [] : [`import:${command.import}`];
  const put = putSites(
    fresh.map(({ site }) => site),
    registry,
    output,
  );
  return put.ok ? { ok: true, result: { skipped }, objects: [...decision, ...put.objects] } : put;
}

function putLimits(
  limits: readonly Omit<Limit, "version">[],
  on: Occasion,
  registry: Registry,
  judge: Judge,
  output: Output,
): Result {
  const unknown = limits.find((limit) => !registry.sites.has(limit.site));
  const objects = limits.map((limit) => limit.id);
  if (unknown !== undefined)
    return { ok: false, code: "not-found", detail: `no site ${unknown.site}`, current: null, objects };
  const strange = limits.find((limit) => findFactor(limit.factor) === undefined);
  if (strange !== undefined) {
    return { ok: false, code: "invalid", detail: `no factor ${strange.factor}`, current: null, objects };
  }
  const done: Limit[] = [];
  const touched: [Series, Limit][] = [];
  for (const each of limits) {
    const state = registry.sites.get(each.site);
    const offset = state === undefined ? -1 : registry.offsetOf(state, each.factor);
    if (state === undefined || offset < 0) continue; // checked above
    const { watch } = registry.watch(state, offset);
    const version = watch.limits[each.basis].filter((other) => other.source === "site").length + 1;
    const limit: Limit = { ...each, version };
    const series = registry.putLimit(limit);
    output.state.limits.set(limit.id, limit);
    output.live.limits.set(limit.id, limit);
    done.push(limit);
    if (series !== null) touched.push([series, limit]);
  }
  for (const [series, limit] of touched) {
    const { time, value } = registry.series.columns;
    const newest = {
      time: time[series.index] ?? Number.NEGATIVE_INFINITY,
      value: value[series.index] ?? 0,
      flag: registry.series.flagOf(series.index),
    };
    judge.meetChange(series, newest, limit.basis, on, output);
  }
  return { ok: true, result: done, objects };
}

function moveAlarm(id: string, subjects: Subjects, output: Output, move: (alarm: Alarm) => CommandStep): Result {
  const found = findAlarm(id, subjects, output);
  if (found === null) {
    const detail = "no such alarm that is not back to normal";
    return { ok: false, code: "not-found", detail, current: null, objects: [id] };
  }
  const done = move(found.alarm);
  if (!done.ok) return { ok: false, code: done.code, detail: done.detail, current: found.alarm, objects: [id] };
  found.take(done);
  return { ok: true, result: done.step.alarm, objects: [id] };
}

interface FoundAlarm {
  readonly alarm: Alarm;
  take(done: Extract<CommandStep, { ok: true }>): void;
}

function findAlarm(id: string, { judge, conditions }: Subjects, output: Output): FoundAlarm | null {
  const condition = conditions.find(id);
  if (condition !== null) return { alarm: condition, take: (done) => conditions.take(done, output) };
  const found = judge.findAlarm(id);
  return found === null ? null : { alarm: found.alarm, take: (done) => judge.take(found, done, output) };
}
