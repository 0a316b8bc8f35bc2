// Cases as the api gives them: times as ISO 8601, the name of the site, whether it is overdue. Whoever is signed in for a plant gets
// the same form with less in it: what it was asked, what it answered, and what froze the reason; nothing of how it is looked into.

import * as z from "zod";
import { type Case, type CaseEvent, caseOrigins, type CaseStage, caseStages } from "#domain/case.ts";
import { isEnded } from "#domain/cases/stages.ts";
import { formatIso } from "#domain/time.ts";
import { workingDays } from "#domain/working-days.ts";
import type { User } from "#store/state/accounts.ts";
import { formatIsoOrNull } from "../format.ts";
import type { Rooms } from "../parts.ts";
import * as shapes from "../shapes.ts";

const int = z.number().int();
const time = shapes.isoTime;
const stage = z.enum(caseStages);

const evidence = z.object({
  id: z.string(),
  name: z.string(),
  mediaType: z.string(),
  bytes: int,
  sha256: z.string().meta({ description: "taken when it was captured" }),
  by: z.string(),
  at: time,
  takenAt: time.nullable(),
  place: z.object({ lat: z.number(), lon: z.number() }).nullable(),
  note: z.string(),
});

export const caseLink = z.object({
  kind: z.enum(["alarm", "exceedance", "hint", "mark", "frame", "limit", "case"]),
  id: z.string(),
});

export const caseShape = z
  .object({
    id: z.string(),
    number: z.string().meta({ description: "city, year, running number", example: "130200-2026-00017" }),
    version: int,
    site: z.string(),
    siteName: z.string().nullable(),
    city: z.string(),
    enterprise: z.string().nullable(),
    title: z.string(),
    origin: z.enum(caseOrigins),
    stage,
    openedBy: z.string(),
    openedAt: time,
    stageSince: time,
    dueAt: time.nullable().meta({ description: "the first moment that is too late; null: no clock runs" }),
    overdue: z.boolean(),
    calendarKnown: z.boolean().meta({
      description:
        "of dueAt; false: its year has no table of public holidays, only weekends and holidays of fixed date were left out",
    }),
    reminders: int,
    remindAt: time.nullable(),
    assignee: z.string().nullable(),
    officer: z.string().nullable(),
    replyDueAt: time.nullable(),
    replyCalendarKnown: z.boolean().meta({ description: "of replyDueAt, as calendarKnown" }),
    dispatch: z
      .object({ officer: z.string(), vehicle: z.string(), checklist: z.array(z.string()), by: z.string(), at: time })
      .nullable(),
    links: z.array(caseLink),
    evidence: z.array(evidence),
    replies: z.array(
      z.object({
        by: z.string(),
        at: time,
        text: z.string(),
        evidence: z.array(z.string()),
        late: z.boolean(),
        accepted: z.boolean().nullable(),
        decidedBy: z.string().nullable(),
        decidedAt: time.nullable(),
        decision: z.string().nullable(),
      }),
    ),
    grounds: z
      .array(z.object({ exceedance: z.string(), version: int, stands: z.boolean() }))
      .meta({ description: "what became of exceedances that were judged again since" }),
    steps: z.array(z.object({ stage, by: z.string(), at: time })),
    successor: z.string().nullable(),
    outcome: z.string().nullable().meta({ description: "the stage from which it was closed" }),
    closedAt: time.nullable(),
    key: z.string().nullable().meta({ description: "what a rule found; null: opened by hand" }),
    seq: int,
  })
  .meta({ id: "Case" });

export const caseEvent = z
  .object({
    case: z.string(),
    version: int,
    seq: int,
    at: time,
    actor: z.string(),
    what: z.string(),
    from: stage.nullable(),
    to: stage,
    reason: z.string(),
    about: z.string().nullable(),
    evidence: z.array(z.string()),
    place: int.meta({ description: "in the chain of all cases" }),
    hash: z.string(),
  })
  .meta({ id: "CaseEvent" });

/** While it is looked into, the plant is told that, and no more: a visit is not announced. */
const lookedInto: ReadonlySet<CaseStage> = new Set(["opened", "triage", "dispatched", "on-site", "evidence"]);

export function isPlantUser(user: User): boolean {
  return user.role === "enterprise";
}

/** May this person see the case at all? Of a suspicion the plant knows once it is asked about it. */
export function maySee(user: User, known: Case): boolean {
  if (!isPlantUser(user)) return true;
  if (known.enterprise === null || known.enterprise !== user.enterprise) return false;
  return known.origin !== "falsification" || known.replyDueAt !== null || known.replies.length > 0;
}

/** Which evidence a plant may see: what the centre froze by itself, and what its own people handed in. */
export function isPlantEvidence(user: User, known: Case, id: string): boolean {
  const found = known.evidence.find((each) => each.id === id);
  if (found === undefined) return false;
  return (
    found.by === "system" || found.by === user.username || known.replies.some(({ evidence: ids }) => ids.includes(id))
  );
}

function cutForPlant(user: User, known: Case): Case {
  const { openedAt } = known;
  const isHidden = lookedInto.has(known.stage);
  return {
    ...known,
    stage: isHidden ? "triage" : known.stage,
    stageSince: isHidden ? openedAt : known.stageSince,
    dueAt: known.stage === "rectifying" ? known.dueAt : null,
    openedBy: "",
    reminders: 0,
    remindAt: null,
    assignee: null,
    officer: null,
    dispatch: null,
    links: known.links.filter(({ kind }) => kind === "exceedance" || kind === "mark"),
    evidence: known.evidence.filter(({ id }) => isPlantEvidence(user, known, id)),
    steps: [],
    successor: known.stage === "merged" ? known.successor : null,
    outcome: known.outcome,
    key: null,
  };
}

/** Stages as a plant may ask for them: it cannot find out by asking which of the hidden ones it is. */
export function plantStages(stages: readonly CaseStage[]): CaseStage[] {
  const asked = stages.filter((each) => !lookedInto.has(each));
  return stages.includes("triage") ? [...asked, ...lookedInto] : asked;
}

const plantEvents: ReadonlySet<string> = new Set(["ask-reply", "reply", "decide-reply"]);

export function mayKnowEvent(user: User, { what }: Pick<CaseEvent, "what">): boolean {
  return !isPlantUser(user) || plantEvents.has(what);
}

export function formatEvent<T extends CaseEvent>(user: User, event: T) {
  const isCut = isPlantUser(user);
  const hide = (each: CaseStage): CaseStage => (isCut && lookedInto.has(each) ? "triage" : each);
  const from = event.from === null ? null : hide(event.from);
  return { ...event, from, to: hide(event.to), at: formatIso(event.at), evidence: [...event.evidence] };
}

/** The first moment that is too late may lie in the year behind. */
function isCalendarKnown(dueAt: number | null): boolean {
  return dueAt === null || workingDays.isYearKnown(dueAt - 1);
}

export function formatCase({ memory, now }: Pick<Rooms, "memory" | "now">, user: User, stored: Case) {
  const known = isPlantUser(user) ? cutForPlant(user, stored) : stored;
  const { dispatch, dueAt } = known;
  return {
    ...known,
    siteName: memory.site(known.site)?.name ?? null,
    openedAt: formatIso(known.openedAt),
    stageSince: formatIso(known.stageSince),
    dueAt: formatIsoOrNull(dueAt),
    overdue: dueAt !== null && !isEnded(known.stage) && dueAt <= now(),
    calendarKnown: isCalendarKnown(dueAt),
    remindAt: formatIsoOrNull(known.remindAt),
    replyDueAt: formatIsoOrNull(known.replyDueAt),
    replyCalendarKnown: isCalendarKnown(known.replyDueAt),
    closedAt: formatIsoOrNull(known.closedAt),
    dispatch:
      dispatch === null ? null : { ...dispatch, checklist: [...dispatch.checklist], at: formatIso(dispatch.at) },
    links: [...known.links],
    evidence: known.evidence.map((each) => ({
      ...each,
      at: formatIso(each.at),
      takenAt: formatIsoOrNull(each.takenAt),
    })),
    replies: known.replies.map((reply) => ({
      ...reply,
      at: formatIso(reply.at),
      decidedAt: formatIsoOrNull(reply.decidedAt),
      evidence: [...reply.evidence],
    })),
    grounds: [...known.grounds],
    steps: known.steps.map((step) => ({ ...step, at: formatIso(step.at) })),
  };
}
