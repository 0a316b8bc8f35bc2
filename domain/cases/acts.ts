// What an act makes of a case: the next version and the row of its chain, or why not. Who may do it at all is asked before, by
// the role of whoever is signed in; here stand the stages, the second person, the clocks and the bounds. Pure.

import { bounds } from "../bounds.ts";
import type { Case, CaseAct, CaseDraft, CaseEvent, CaseEvidence, CaseLink, CaseStage } from "../case.ts";
import { decideReplies, takeReply } from "./replies.ts";
import { findMove, isEnded, reminderLevel, ruleOf } from "./stages.ts";
import {
  type CaseDone,
  type CaseOccasion,
  type CaseRefusal,
  type CaseRules,
  type CaseStep,
  illegal,
  writeStep,
} from "./step.ts";

export interface CaseFacts {
  readonly number: string;
  readonly city: string;
  readonly enterprise: string | null;
}

type Standing = Pick<Case, "stage" | "stageSince" | "dueAt" | "remindAt" | "reminders" | "steps">;

/** What follows from standing in a stage since now: its clock begins, nobody was reminded yet. */
function enterStage(known: Pick<Case, "steps">, stage: CaseStage, on: CaseOccasion, rules: CaseRules): Standing {
  const { workingDays } = ruleOf(stage, rules.table);
  const dueAt = workingDays === null ? null : rules.days.add(on.at, workingDays);
  const steps = [...known.steps, { stage, by: on.actor, at: on.at }];
  return { stage, stageSince: on.at, dueAt, remindAt: dueAt, reminders: 0, steps };
}

const nothingYet = {
  assignee: null,
  officer: null,
  replyDueAt: null,
  dispatch: null,
  evidence: [],
  replies: [],
  grounds: [],
  successor: null,
  outcome: null,
  closedAt: null,
} as const;

export function openCase(draft: CaseDraft, facts: CaseFacts, on: CaseOccasion, rules: CaseRules): CaseDone {
  const { id, site, title, origin, links, key, reason } = draft;
  const { number, city, enterprise } = facts;
  const about = { id, number, version: 1, site, city, enterprise, title, origin, links, key, seq: on.seq };
  const opened = { openedBy: on.actor, openedAt: on.at, ...enterStage({ steps: [] }, "opened", on, rules) };
  const next: Case = { ...nothingYet, ...about, ...opened };
  const event: CaseEvent = {
    case: id,
    version: 1,
    seq: on.seq,
    at: on.at,
    actor: on.actor,
    what: "open",
    from: null,
    to: "opened",
    reason,
    about: key,
    evidence: [],
  };
  return { ok: true, next, event };
}

export function hasLink(known: Pick<Case, "links">, link: CaseLink): boolean {
  return known.links.some(({ kind, id }) => kind === link.kind && id === link.id);
}

export function formatLink({ kind, id }: CaseLink): string {
  return `${kind}:${id}`;
}

/** One more link; null = there is room for no more. */
export function addLink(known: Case, link: CaseLink): readonly CaseLink[] | null {
  return known.links.length >= bounds.caseLinksMax ? null : [...known.links, link];
}

/** Why a stage may not be entered though the table has the move; null = it may. */
function findObstacle(known: Case, to: CaseStage, { actor }: CaseOccasion): string | null {
  if (to === "confirmed" && known.evidence.length === 0)
    return "a violation is confirmed on evidence, and there is none in the case";
  if (to === "explained" && !known.links.some(({ kind }) => kind === "mark"))
    return "link the mark that explains it first";
  const last = known.steps.at(-1);
  if (to === "closed" && last?.by === actor) return `${actor} brought it to ${known.stage}: another person closes it`;
  return null;
}

type Move = Extract<CaseAct, { kind: "move" }>;

function move(known: Case, { to, reason }: Move, on: CaseOccasion, rules: CaseRules): CaseStep {
  const { table } = rules;
  if (findMove(known.stage, to, table) === undefined) {
    const ways = table.moves.filter(({ from }) => from === known.stage).map((each) => each.to);
    if (known.stage === "triage") ways.push("dispatched");
    const hint = to === "dispatched" && known.stage === "triage" ? "dispatch it with an officer" : ways.join(", ");
    return illegal(`from ${known.stage} it does not go to ${to}; possible: ${hint === "" ? "nothing" : hint}`);
  }
  const obstacle = findObstacle(known, to, on);
  if (obstacle !== null) return illegal(obstacle);
  if (known.steps.length >= bounds.caseStepsMax && to !== "closed")
    return illegal(`the case made ${known.steps.length} moves; it can only be closed or transferred`);
  const ending = to === "closed" ? { outcome: known.stage, closedAt: on.at } : {};
  return writeStep(known, { parts: { ...enterStage(known, to, on, rules), ...ending } }, "move", reason, on);
}

type Dispatch = Extract<CaseAct, { kind: "dispatch" }>;

function dispatch(known: Case, act: Dispatch, on: CaseOccasion, rules: CaseRules): CaseStep {
  if (known.stage !== "triage" && known.stage !== "dispatched")
    return illegal(`an officer is sent from triage, not from ${known.stage}`);
  if (known.steps.length >= bounds.caseStepsMax)
    return illegal("the case made too many moves; it can only be closed or transferred");
  const { officer, vehicle, checklist, reason } = act;
  const sent = { officer, vehicle, checklist, by: on.actor, at: on.at };
  const parts = { ...enterStage(known, "dispatched", on, rules), officer, dispatch: sent };
  return writeStep(known, { parts, about: officer }, "dispatch", reason, on);
}

function addEvidence(known: Case, evidence: CaseEvidence, reason: string, on: CaseOccasion): CaseStep {
  if (known.evidence.some(({ id }) => id === evidence.id)) return illegal(`there is evidence ${evidence.id} already`);
  if (known.evidence.length >= bounds.caseEvidenceMax)
    return illegal(`a case has ${bounds.caseEvidenceMax} pieces of evidence at most`);
  const parts = { evidence: [...known.evidence, evidence] };
  return writeStep(known, { parts, about: evidence.name, evidence: [evidence.sha256] }, "evidence", reason, on);
}

type AskReply = Extract<CaseAct, { kind: "ask-reply" }>;

function askReply(known: Case, { workingDays, reason }: AskReply, on: CaseOccasion, { days }: CaseRules): CaseStep {
  if (known.enterprise === null) return illegal(`${known.site} belongs to no enterprise that could be asked`);
  const parts = { replyDueAt: days.add(on.at, workingDays) };
  return writeStep(known, { parts, about: known.enterprise }, "ask-reply", reason, on);
}

type Ground = Extract<CaseAct, { kind: "ground" }>;

function noteGround(known: Case, { exceedance, version, stands, reason }: Ground, on: CaseOccasion): CaseStep {
  const before = known.grounds.find((each) => each.exceedance === exceedance);
  // Told twice, or told of an older version: it is known.
  if (before !== undefined && before.version >= version) return illegal(`version ${version} is known`);
  if ((before?.stands ?? true) === stands) return illegal("that is how it stood before");
  const others = known.grounds.filter((each) => each.exceedance !== exceedance);
  const parts = { grounds: [...others, { exceedance, version, stands }] };
  const what = stands ? "ground-stands" : "ground-withdrawn";
  return writeStep(known, { parts, what, about: `exceedance:${exceedance}` }, "ground", reason, on);
}

function link(known: Case, act: Extract<CaseAct, { kind: "link" }>, on: CaseOccasion): CaseStep {
  if (hasLink(known, act.link)) return illegal(`${formatLink(act.link)} is linked already`);
  const links = addLink(known, act.link);
  if (links === null) return illegal(`a case has ${bounds.caseLinksMax} links at most`);
  return writeStep(known, { parts: { links }, about: formatLink(act.link) }, "link", act.reason, on);
}

/** The n-th reminder of this stage, by the clock or by hand. */
export function remindCase(known: Case, what: string, reason: string, on: CaseOccasion, rules: CaseRules): CaseDone {
  const reminders = known.reminders + 1;
  const { everyWorkingDays } = rules.table.reminders;
  // A clock that is not over yet goes on; one that is over rings again.
  const isOver = known.remindAt !== null && known.remindAt <= on.at;
  // At least a day: reminders of nought days would never end.
  const remindAt = isOver ? rules.days.add(on.at, Math.max(1, everyWorkingDays)) : known.remindAt;
  const about = reminderLevel(reminders, rules.table);
  return writeStep(known, { parts: { reminders, remindAt }, about }, what, reason, on);
}

/** Acts that still make sense when nobody owes a next step. */
const actsAfterEnd: ReadonlySet<CaseAct["kind"]> = new Set(["comment", "ground", "reopen"]);

export function applyAct(
  known: Case,
  act: Exclude<CaseAct, { kind: "merge" }>,
  on: CaseOccasion,
  rules: CaseRules,
): CaseStep {
  if (isEnded(known.stage) && !actsAfterEnd.has(act.kind))
    return illegal(
      `the case is ${known.stage}${known.successor === null ? "" : `, and goes on as ${known.successor}`}`,
    );
  switch (act.kind) {
    case "move":
      return move(known, act, on, rules);
    case "comment":
      return writeStep(known, { parts: {} }, act.kind, act.reason, on);
    case "assign":
      return writeStep(known, { parts: { assignee: act.user }, about: act.user }, act.kind, act.reason, on);
    case "dispatch":
      return dispatch(known, act, on, rules);
    case "evidence":
      return addEvidence(known, act.evidence, act.reason, on);
    case "ask-reply":
      return askReply(known, act, on, rules);
    case "reply":
      return takeReply(known, act, on);
    case "decide-reply":
      return decideReplies(known, act, on);
    case "remind":
      return remindCase(known, act.kind, act.reason, on, rules);
    case "link":
      return link(known, act, on);
    case "transfer": {
      const parts = { ...enterStage(known, "transferred", on, rules), successor: act.to, closedAt: on.at };
      return writeStep(known, { parts, about: act.to }, act.kind, act.reason, on);
    }
    case "reopen": {
      if (known.stage !== "closed") return illegal(`only a closed case is reopened, not one that is ${known.stage}`);
      const parts = { ...enterStage(known, "triage", on, rules), outcome: null, closedAt: null };
      return writeStep(known, { parts }, act.kind, act.reason, on);
    }
    case "ground":
      return noteGround(known, act, on);
  }
}

export interface Merged {
  readonly ok: true;
  /** The case that ends, and the one that goes on. */
  readonly source: CaseDone;
  readonly target: CaseDone;
}

/** One plant's cases only: what one enterprise may see of a case is not for another. */
export function mergeCases(
  source: Case,
  target: Case,
  reason: string,
  on: CaseOccasion,
  rules: CaseRules,
): Merged | CaseRefusal {
  if (source.id === target.id) return illegal("a case is not merged into itself");
  for (const each of [source, target]) {
    if (isEnded(each.stage)) return illegal(`${each.number} is ${each.stage}`);
  }
  const isSamePlant = source.enterprise !== null && source.enterprise === target.enterprise;
  if (source.site !== target.site && !isSamePlant)
    return illegal(`${source.number} and ${target.number} are about different enterprises`);
  const fresh = [...source.links, { kind: "case", id: source.id } as const].filter((each) => !hasLink(target, each));
  if (target.links.length + fresh.length > bounds.caseLinksMax)
    return illegal(`a case has ${bounds.caseLinksMax} links at most`);
  const ending = { ...enterStage(source, "merged", on, rules), successor: target.id, closedAt: on.at };
  const joined = { parts: { links: [...target.links, ...fresh] }, about: source.number, what: "merged-in" };
  return {
    ok: true,
    source: writeStep(source, { parts: ending, about: target.number }, "merge", reason, on),
    target: writeStep(target, joined, "merged-in", reason, on),
  };
}
