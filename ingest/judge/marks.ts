// The book of marks: those that take data out of what counts, and those that wait to be accepted. An order enters marks or
// decides about one; what is rejected or withdrawn leaves the book and stays in the state store. Every effective mark is kept,
// however old: any hour may be judged again, and must be judged under the same marks. Pure.
//
//   enter ──in time──▶ entered ──accept──▶ accepted        effective: entered, accepted
//      └──too late──▶ late ──────accept──────▶┘
//   entered, late, accepted ──reject──▶ rejected │ ──withdraw, by whoever entered it──▶ withdrawn

import { bounds } from "#domain/bounds.ts";
import type { Command, MarkDraft } from "#domain/command.ts";
import { findFactor } from "#domain/factor.ts";
import { isMarkEffective, type Mark, markDeadlineOf, type MarkStatus } from "#domain/mark.ts";
import type { Site } from "#domain/site.ts";
import { dayMs, formatIso, minuteMs } from "#domain/time.ts";
import type { Occasion } from "../occasion.ts";
import { type Answer, refuse } from "../answer.ts";
import type { Output } from "../output.ts";
import type { AgendaDoor } from "./agenda-door.ts";

type Decide = Extract<Command, { type: "marks.decide" }>;

export interface MarksBook {
  /** All of them or none. */
  enter(drafts: readonly MarkDraft[], actor: string, on: Occasion, output: Output): Answer;
  decide(command: Decide, actor: string, on: Occasion, output: Output): Answer;
  /** Effective marks that touch [from, to) of this site, by begin. */
  effectiveIn(site: string, from: number, to: number): Mark[];
  readonly size: number;
  save(): SavedMarks;
}

export type SavedMarks = readonly Mark[];

interface Parts {
  readonly findSite: (id: string) => Site | undefined;
  readonly agenda: Pick<AgendaDoor, "mark">;
}

const decided: Readonly<Record<Decide["decision"], MarkStatus>> = {
  accept: "accepted",
  reject: "rejected",
  withdraw: "withdrawn",
};

export function createMarks({ findSite, agenda }: Parts, saved: SavedMarks = []): MarksBook {
  const byId = new Map<string, Mark>();
  /** By begin: a mark that touches a span begins at most one greatest length before it. */
  const bySite = new Map<string, Mark[]>();
  for (const mark of saved) keep(mark);

  function keep(mark: Mark): void {
    const isNew = !byId.has(mark.id);
    byId.set(mark.id, mark);
    const list = bySite.get(mark.site);
    if (list === undefined) bySite.set(mark.site, [mark]);
    else if (!isNew) list[list.findIndex(({ id }) => id === mark.id)] = mark;
    else if ((list.at(-1)?.from ?? 0) <= mark.from) list.push(mark);
    else list.splice(findBegin(list, mark.from + 1), 0, mark);
  }

  function drop({ id, site }: Mark): void {
    byId.delete(id);
    const left = (bySite.get(site) ?? []).filter((mark) => mark.id !== id);
    if (left.length === 0) bySite.delete(site);
    else bySite.set(site, left);
  }

  function findFault(draft: MarkDraft, now: number): string | null {
    const { id, site: siteId, factors, from, to } = draft;
    if (byId.has(id)) return `there is a mark ${id} already`;
    if (from % minuteMs !== 0 || to % minuteMs !== 0) return "a mark begins and ends with whole minutes";
    if (from >= to) return "a mark begins before it ends";
    if (to - from > bounds.markMsMax) return `a mark is not longer than ${bounds.markMsMax / dayMs} days`;
    if (from > now + bounds.markAheadMsMax)
      return `a mark begins at most ${bounds.markAheadMsMax / dayMs} days from now, not at ${formatIso(from)}`;
    const site = findSite(siteId);
    const strange = factors?.find((code) => findFactor(code) === undefined || site?.factors.includes(code) !== true);
    if (strange !== undefined) return `${siteId} has no factor ${strange}`;
    return factors?.length === 0 ? "a mark is about one factor at least; null means all" : null;
  }

  /** What has not been yet is judged under the mark when its time comes. */
  function tell({ site, from, to }: Mark, now: number): void {
    if (from < now) agenda.mark(site, from, Math.min(to, now));
  }

  return {
    enter(drafts, actor, { seq, receivedAt }, output) {
      const objects = drafts.map(({ id }) => `mark:${id}`);
      const stranger = drafts.find(({ site }) => findSite(site) === undefined);
      if (stranger !== undefined) return refuse("not-found", `no site ${stranger.site}`, objects);
      for (const draft of drafts) {
        const fault = findFault(draft, receivedAt);
        if (fault !== null) return refuse("invalid", fault, objects);
      }
      if (new Set(objects).size < objects.length) return refuse("invalid", "two marks have the same id", objects);
      if (byId.size + drafts.length > bounds.marksMax) {
        const detail = `${byId.size} marks count or wait to be accepted; more than ${bounds.marksMax} are not kept`;
        return refuse("illegal", detail, objects);
      }
      const entered = drafts.map(({ byEnterprise, ...draft }): Mark => {
        const { id, site, factors, label, from, to, reason, evidence } = draft;
        const status = receivedAt > markDeadlineOf(to) ? "late" : "entered";
        const about = { id, version: 1, site, factors, label, from, to, reason, evidence };
        const open = { decidedBy: null, decidedAt: null, decision: null };
        const own = byEnterprise === true ? { byEnterprise } : {};
        return { ...about, status, by: actor, ...own, at: receivedAt, ...open, seq };
      });
      for (const mark of entered) {
        keep(mark);
        output.state.marks.set(mark.id, mark);
        if (isMarkEffective(mark)) tell(mark, receivedAt);
      }
      return { ok: true, result: entered, objects };
    },

    decide({ mark: id, expectedVersion, decision, reason }, actor, { seq, receivedAt }, output) {
      const objects = [`mark:${id}`];
      const mark = byId.get(id);
      if (mark === undefined) return refuse("not-found", `no mark ${id} that may be decided about`, objects);
      if (mark.version !== expectedVersion)
        return refuse("conflict", `the mark is at version ${mark.version}`, objects, mark);
      if (decision === "accept" && mark.status === "accepted")
        return refuse("illegal", "the mark is accepted already", objects, mark);
      if (decision === "withdraw" && mark.by !== actor) {
        const detail = `only ${mark.by}, who entered it, may withdraw it; others reject it`;
        return refuse("illegal", detail, objects, mark);
      }
      const by = { decidedBy: actor, decidedAt: receivedAt, decision: reason };
      const next: Mark = { ...mark, version: mark.version + 1, status: decided[decision], ...by, seq };
      if (next.status === "accepted") keep(next);
      else drop(next);
      output.state.marks.set(id, next);
      if (isMarkEffective(next) !== isMarkEffective(mark)) tell(next, receivedAt);
      return { ok: true, result: next, objects };
    },

    effectiveIn(site, from, to) {
      const list = bySite.get(site) ?? [];
      const found: Mark[] = [];
      for (let i = findBegin(list, from - bounds.markMsMax); i < list.length; i++) {
        const mark = list[i];
        if (mark === undefined || mark.from >= to) break;
        if (mark.to > from && isMarkEffective(mark)) found.push(mark);
      }
      return found;
    },

    get size() {
      return byId.size;
    },

    save: () => [...byId.values()],
  };
}

/** The first place whose mark begins at `from` or later. */
function findBegin(list: readonly Mark[], from: number): number {
  let low = 0;
  for (let high = list.length; low < high;) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.from ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
