// The book of cases: orders open cases and act on them, ticks of the journal run their clocks. Numbers are given without gaps per
// city and year; what a rule found opens one case, however often it is told. What is over leaves the book when there is no room
// (it stays in the state store); what rules have found is remembered longer. Pure.

import { bounds } from "#domain/bounds.ts";
import type { Case, CaseDraft, CaseLink } from "#domain/case.ts";
import { addLink, applyAct, formatLink, hasLink, mergeCases, openCase, remindCase } from "#domain/cases/acts.ts";
import { isEnded, ruleOf, stageTable } from "#domain/cases/stages.ts";
import { type CaseDone, type CaseOccasion, type CaseRules, writeStep } from "#domain/cases/step.ts";
import type { Command } from "#domain/command.ts";
import type { Site } from "#domain/site.ts";
import { formatDay } from "#domain/time.ts";
import { workingDays } from "#domain/working-days.ts";
import { type Answer, refuse } from "../answer.ts";
import type { TickFollower } from "../followers.ts";
import type { Occasion } from "../occasion.ts";
import type { Output } from "../output.ts";

type Open = Extract<Command, { type: "case.open" }>;
type Act = Extract<Command, { type: "case.act" }>;

export interface CasesBook extends TickFollower {
  /** The result is the case: a new one, or the one that was opened for the same finding. */
  open(command: Open, actor: string, on: Occasion, output: Output): Answer;
  act(command: Act, actor: string, on: Occasion, output: Output): Answer;
  readonly size: number;
  save(): SavedCases;
}

export interface SavedCases {
  readonly cases: readonly Case[];
  /** "130200-2026" → the last number given. */
  readonly numbers: readonly (readonly [string, number])[];
  /** What a rule found → the case. */
  readonly keys: readonly (readonly [string, string])[];
}

export const noCases: SavedCases = { cases: [], numbers: [], keys: [] };

interface Parts {
  readonly findSite: (id: string) => Pick<Site, "city" | "enterprise"> | undefined;
  readonly rules?: CaseRules;
}

const numberDigits = 5;

export function createCases(
  { findSite, rules = { table: stageTable, days: workingDays } }: Parts,
  saved: SavedCases = noCases,
): CasesBook {
  const byId = new Map<string, Case>(saved.cases.map((each) => [each.id, each]));
  const numbers = new Map<string, number>(saved.numbers);
  const byKey = new Map<string, string>(saved.keys);
  let openCount = saved.cases.filter(({ stage }) => !isEnded(stage)).length;
  let nextReminder = findNextReminder();

  function findNextReminder(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { remindAt } of byId.values()) if (remindAt !== null && remindAt < next) next = remindAt;
    return next;
  }

  /** The oldest that are over go; open ones always find room. */
  function makeRoom(): void {
    for (const { id, stage } of byId.values()) {
      if (byId.size < bounds.casesKept) return;
      if (isEnded(stage)) byId.delete(id);
    }
  }

  function keep({ next, event }: Pick<CaseDone, "next" | "event">, output: Output): void {
    const before = byId.get(next.id);
    if (before === undefined) makeRoom();
    openCount += Number(!isEnded(next.stage)) - Number(before !== undefined && !isEnded(before.stage));
    byId.set(next.id, next);
    if (next.remindAt !== null && next.remindAt < nextReminder) nextReminder = next.remindAt;
    output.state.cases.set(next.id, next);
    output.state.caseEvents.push(event);
  }

  function remember(key: string, id: string): void {
    byKey.set(key, id);
    for (const oldest of byKey.keys()) {
      if (byKey.size <= bounds.caseKeysMax) return;
      byKey.delete(oldest);
    }
  }

  function takeNumber(city: string, at: number): string {
    const series = `${city}-${formatDay(at).slice(0, 4)}`;
    const number = (numbers.get(series) ?? 0) + 1;
    numbers.set(series, number);
    return `${series}-${String(number).padStart(numberDigits, "0")}`;
  }

  /** The same finding again: what is new of it goes to its case, unless that is judged or over. */
  function addMore(known: Case, draft: CaseDraft, on: CaseOccasion, output: Output): Case {
    if (!ruleOf(known.stage, rules.table).takesMore) return known;
    let now = known;
    for (const link of draft.links) {
      const links = hasLink(now, link) ? null : addLink(now, link);
      if (links === null) continue;
      const done = writeStep(now, { parts: { links }, about: formatLink(link) }, "link", draft.reason, on);
      keep(done, output);
      now = done.next;
    }
    return now;
  }

  function open({ draft }: Open, actor: string, { seq, receivedAt }: Occasion, output: Output): Answer {
    const on: CaseOccasion = { actor, seq, at: receivedAt };
    const objects = [`case:${draft.id}`];
    const site = findSite(draft.site);
    if (site === undefined) return refuse("not-found", `no site ${draft.site}`, objects);
    if (byId.has(draft.id)) return refuse("invalid", `there is a case ${draft.id} already`, objects);
    if (draft.links.length > bounds.caseLinksMax)
      return refuse("invalid", `a case has ${bounds.caseLinksMax} links at most`, objects);
    const earlier = draft.key === null ? undefined : byKey.get(draft.key);
    if (earlier !== undefined) {
      const known = byId.get(earlier);
      // It is over for long: its finding is dealt with.
      if (known === undefined) return { ok: true, result: null, objects: [`case:${earlier}`] };
      return { ok: true, result: addMore(known, draft, on, output), objects: [`case:${known.id}`] };
    }
    if (openCount >= bounds.casesOpenMax) {
      const detail = `${openCount} cases are not over; more than ${bounds.casesOpenMax} are not kept`;
      return refuse("illegal", detail, objects);
    }
    const facts = { number: takeNumber(site.city, receivedAt), city: site.city, enterprise: site.enterprise };
    const done = openCase({ ...draft, links: withoutRepeats(draft.links) }, facts, on, rules);
    if (draft.key !== null) remember(draft.key, draft.id);
    keep(done, output);
    return { ok: true, result: done.next, objects };
  }

  function merge(source: Case, into: string, reason: string, on: CaseOccasion, output: Output): Answer {
    const objects = [`case:${source.id}`, `case:${into}`];
    const target = byId.get(into);
    if (target === undefined) return refuse("not-found", `no case ${into} that could take it`, objects);
    const merged = mergeCases(source, target, reason, on, rules);
    if (!merged.ok) return refuse(merged.code, merged.detail, objects, source);
    keep(merged.source, output);
    keep(merged.target, output);
    // What is found again goes on where the case goes on.
    for (const [key, id] of byKey) if (id === source.id) byKey.set(key, target.id);
    return { ok: true, result: merged.source.next, objects };
  }

  function act(command: Act, actor: string, { seq, receivedAt }: Occasion, output: Output): Answer {
    const on: CaseOccasion = { actor, seq, at: receivedAt };
    const objects = [`case:${command.case}`];
    const known = byId.get(command.case);
    if (known === undefined) return refuse("not-found", `no case ${command.case} that may be acted on`, objects);
    if (known.version !== command.expectedVersion)
      return refuse("conflict", `the case is at version ${known.version}`, objects, known);
    if (command.act.kind === "merge") return merge(known, command.act.into, command.act.reason, on, output);
    const reopens = command.act.kind === "reopen" && isEnded(known.stage);
    if (reopens && openCount >= bounds.casesOpenMax)
      return refuse("illegal", `${openCount} cases are not over; more are not kept`, objects, known);
    const done = applyAct(known, command.act, on, rules);
    if (!done.ok) return refuse(done.code, done.detail, objects, known);
    keep(done, output);
    return { ok: true, result: done.next, objects };
  }

  return {
    open,
    act,
    tick({ seq, receivedAt }, output) {
      if (receivedAt < nextReminder) return;
      const on: CaseOccasion = { actor: "system", seq, at: receivedAt };
      for (const known of byId.values()) {
        if (known.remindAt === null || known.remindAt > receivedAt) continue;
        keep(remindCase(known, "reminder", `overdue in the stage ${known.stage}`, on, rules), output);
      }
      nextReminder = findNextReminder();
    },
    get size() {
      return byId.size;
    },
    save: () => ({ cases: [...byId.values()], numbers: [...numbers], keys: [...byKey] }),
  };
}

function withoutRepeats(links: readonly CaseLink[]): CaseLink[] {
  const seen = new Set<string>();
  return links.filter((link) => {
    const text = formatLink(link);
    const isNew = !seen.has(text);
    seen.add(text);
    return isNew;
  });
}
