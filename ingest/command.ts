// Commands of people, applied in journal order: what they change, who did it (audit), and what came of it (outcome). Pure.

import type { AlarmAct } from "#domain/alarm-act.ts";
import type { Command, CommandEnvelope } from "#domain/command.ts";
import { conditionDefinition, systemSite } from "#domain/condition.ts";
import type { Entry } from "#domain/frame.ts";
import { isJudgedKind } from "#domain/judge/facts.ts";
import { isMeteredKind } from "#domain/metered.ts";
import type { Site } from "#domain/site.ts";
import type { AlarmBook } from "./alarm/book.ts";
import { act, actOnOne, beginOutOfService, endOutOfService, putDefinitions } from "./alarm/orders.ts";
import { type Answer, refuse } from "./answer.ts";
import type { CasesBook } from "./cases/cases.ts";
import type { Decisions } from "./decisions.ts";
import type { HintsBook } from "./judge/hints.ts";
import type { Agenda } from "./judge/agenda.ts";
import { watchFacts } from "./judge/facts-watch.ts";
import type { LimitsBook } from "./judge/limits.ts";
import type { MarksBook } from "./judge/marks.ts";
import type { Loggers } from "./loggers/loggers.ts";
import type { NoticesBook } from "./notices/notices.ts";
import type { Occasion } from "./occasion.ts";
import type { Output } from "./output.ts";
import type { Registry } from "./registry.ts";
import type { Requests, RequestOutcome } from "./requests.ts";
import type { ShiftsBook } from "./shifts/shifts.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** What commands may change. */
export interface Subjects {
  readonly registry: Registry;
  readonly alarms: AlarmBook;
  readonly decisions: Decisions;
  readonly requests: Requests;
  readonly loggers: Pick<Loggers, "note" | "settled">;
  readonly limits: LimitsBook;
  readonly marks: MarksBook;
  readonly hints: Pick<HintsBook, "decide">;
  readonly cases: Pick<CasesBook, "open" | "act">;
  readonly notices: Pick<NoticesBook, "apply">;
  readonly shifts: ShiftsBook;
  readonly agenda: Pick<Agenda, "recompute" | "again">;
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
      detail: result.ok ? (result.says ?? auditDetail(command)) : result.detail,
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
    case "judgement.recompute":
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
    case "alarm-definitions.put":
      return command.second === undefined ? command.reason : `${command.reason} (agreed: ${command.second})`;
    case "out-of-service.end":
    case "notices.put-policies":
    case "notices.remove-policy":
    case "notices.put-calendar":
      return command.reason;
    case "alarm.act":
      return actDetail(command.act);
    case "out-of-service.begin":
      return `${command.draft.workOrder}: ${command.draft.reason}`;
    case "case.open":
      return command.draft.reason;
    case "case.act":
      return `${command.act.kind}${"reason" in command.act ? `: ${command.act.reason}` : ""}`;
    case "shift.hand-over":
      return command.sha256;
    case "shift.accept":
      return command.ticked.join(", ");
    case "shift.note":
      return command.text.slice(0, 500);
    case "notices.test":
    case "notices.contact":
    case "notices.progress":
    case "shift.take":
    case "sites.put":
    case "logger.lines":
    case "device.progress":
      return "";
  }
}

function actDetail(act: AlarmAct): string {
  const why = "reason" in act ? `${act.reason} ` : "";
  const said = "comment" in act ? (act.comment ?? "") : "";
  return `${act.kind}: ${why}${said}`;
}

function apply(command: Command, actor: string, on: Occasion, subjects: Subjects, output: Output): Answer {
  const { alarms, decisions, requests, limits, marks } = subjects;
  switch (command.type) {
    case "sites.put":
      return putSites(command.sites, actor, on, subjects, output);
    case "sites.import":
      return importSites(command, actor, on, subjects, output);
    case "limits.put":
      return watched(command.limits, subjects, () => limits.put(command.limits, on, output));
    case "limits.propose":
      return limits.propose(command, actor, on, output);
    case "limits.decide": {
      const change = limits.save().find(({ id }) => id === command.change);
      return watched(change?.limits ?? [], subjects, () => limits.decide(command, actor, on, output));
    }
    case "marks.enter":
      return marked(
        command.marks.map(({ site }) => site),
        marks.enter(command.marks, actor, on, output),
        actor,
        alarms,
        on,
        output,
      );
    case "marks.decide": {
      const answer = marks.decide(command, actor, on, output);
      // Only its own site: what else happens to wait for the store must not matter.
      const site = output.state.marks.get(command.mark)?.site;
      return marked(site === undefined ? [] : [site], answer, actor, alarms, on, output);
    }
    case "judgement.recompute":
      return recompute(command, subjects);
    case "alarm.ack": {
      const { alarm, expectedVersion, comment } = command;
      return actOnOne(alarms, { alarm, expectedVersion }, { kind: "ack", comment }, actor, on, output);
    }
    case "alarm.comment": {
      const { alarm, expectedVersion, comment } = command;
      return actOnOne(alarms, { alarm, expectedVersion }, { kind: "comment", comment }, actor, on, output);
    }
    case "frames.reprocess":
      return { ok: true, ...decisions.reprocess(command, actor, on, output) };
    case "frames.dismiss":
      return { ok: true, ...decisions.dismiss(command, actor, on, output) };
    case "system.condition":
      alarms.meetCondition(command.condition, command.active, command.detail, on, output);
      return { ok: true, result: null, objects: [conditionDefinition(command.condition)] };
    case "device.request":
      return requestResult(requests.create(command.requests, actor, on, output), command.requests);
    case "device.withdraw":
      return requestResult(requests.withdraw(command.request, command.reason, on, output), [{ id: command.request }]);
    case "alarm.act":
      return act(alarms, command, actor, on, output);
    case "alarm-definitions.put":
      return putDefinitions(alarms, command, actor, on, output);
    case "out-of-service.begin":
      return beginOutOfService(alarms, command, actor, on, output);
    case "out-of-service.end":
      return endOutOfService(alarms, command, actor, on, output);
    case "case.open":
      return subjects.cases.open(command, actor, on, output);
    case "case.act":
      return subjects.cases.act(command, actor, on, output);
    case "notices.put-policies":
    case "notices.remove-policy":
    case "notices.put-calendar":
    case "notices.contact":
    case "notices.progress":
    case "notices.test":
      return subjects.notices.apply(command, on, output);
    case "hints.decide":
      return subjects.hints.decide(command, actor, on, output);
    case "shift.take":
      return subjects.shifts.take(command, actor, on, output);
    case "shift.note":
      return subjects.shifts.note(command, actor, on, output);
    case "shift.hand-over":
      return subjects.shifts.handOver(command, actor, on, output);
    case "shift.accept":
      return subjects.shifts.accept(command, actor, on, output);
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

function requestResult(outcome: RequestOutcome, of: readonly { readonly id: string }[]): Answer {
  const objects = of.map(({ id }) => `request:${id}`);
  if (outcome.ok) return { ok: true, result: outcome.requests, objects };
  return { ok: false, code: outcome.code, detail: outcome.detail, current: null, objects };
}

function putSites(
  sites: readonly Omit<Site, "version">[],
  by: string,
  on: Occasion,
  { registry, limits, agenda, alarms }: Pick<Subjects, "registry" | "limits" | "agenda" | "alarms">,
  output: Output,
): Answer {
  if (sites.some((site) => site.id === systemSite))
    return refuse("invalid", `${systemSite} is the system itself`, [systemSite]);
  const done: Site[] = [];
  for (const each of sites) {
    const known = registry.sites.get(each.id)?.site;
    const site: Site = { ...each, version: (known?.version ?? 0) + 1 };
    const judgeAgain = watchFacts({ registry, agenda }, site.id, "recompute");
    const state = registry.putSite(site);
    output.state.sites.set(site.id, site);
    output.live.sites.set(site.id, site);
    limits.follow(state, on, output);
    const unlisted = known?.factors.filter((code) => !site.factors.includes(code)) ?? [];
    alarms.siteChanged(site.id, unlisted, by, on, output);
    judgeAgain();
    done.push(site);
  }
  return { ok: true, result: done, objects: done.map((site) => site.id) };
}

/** Alarms of a site are held back while a mark covers them. */
function marked(
  sites: readonly string[],
  answer: Answer,
  by: string,
  alarms: AlarmBook,
  on: Occasion,
  output: Output,
): Answer {
  if (answer.ok) for (const site of new Set(sites)) alarms.marksChanged(site, by, on, output);
  return answer;
}

/** A first limit makes a factor judged that was not. */
function watched(limits: readonly { readonly site: string }[], subjects: Subjects, change: () => Answer): Answer {
  const watches = [...new Set(limits.map(({ site }) => site))].map((site) => watchFacts(subjects, site, "limit"));
  const answer = change();
  for (const judgeAgain of watches) judgeAgain();
  return answer;
}

function recompute(
  { sites, from, to }: Extract<Command, { type: "judgement.recompute" }>,
  { registry, agenda }: Subjects,
): Answer {
  const stranger = sites?.find((site) => !registry.sites.has(site));
  if (stranger !== undefined) return refuse("not-found", `no site ${stranger}`, sites ?? []);
  let count = 0;
  for (const { site } of sites === null ? registry.order : sites.flatMap((id) => registry.sites.get(id) ?? [])) {
    if (!isJudgedKind(site.kind) && !isMeteredKind(site.kind)) continue;
    agenda.recompute(site.id, from, to);
    count++;
  }
  return { ok: true, result: { sites: count }, objects: sites ?? ["judgement"] };
}

/** The decision itself is one object of the audit, and each site names it. */
function importSites(
  command: Extract<Command, { type: "sites.import" }>,
  by: string,
  on: Occasion,
  subjects: Pick<Subjects, "registry" | "limits" | "agenda" | "alarms">,
  output: Output,
): Answer {
  const versionOf = (id: string): number => subjects.registry.sites.get(id)?.site.version ?? 0;
  const fresh = command.sites.filter(({ site, expectedVersion }) => versionOf(site.id) === expectedVersion);
  const skipped = command.sites.filter((each) => !fresh.includes(each)).map(({ site }) => site.id);
  const decision = command.says === null ? [] : [`import:${command.import}`];
  const put = putSites(
    fresh.map(({ site }) => site),
    by,
    on,
    subjects,
    output,
  );
  return put.ok ? { ok: true, result: { skipped }, objects: [...decision, ...put.objects] } : put;
}
