// Limits as orders change them: each change is a version of its own, and where another limit is in force than before, what was
// judged there is judged again. Where two persons are asked for, a proposal waits until another one than its author approves. Pure.
//
//   put ─────────────────────────────▶ version + 1 ──▶ agenda: where another limit is in force now
//   propose ──▶ draft ──approve by another──▶ put
//                 └───reject │ withdraw by the author

import { bounds } from "#domain/bounds.ts";
import type { Command } from "#domain/command.ts";
import { findFactor } from "#domain/factor.ts";
import { isJudgedKind, isSameReference, judgedSiteOf } from "#domain/judge/facts.ts";
import { judgedBases } from "#domain/judged.ts";
import type { Limit } from "#domain/limit.ts";
import type { LimitChange, LimitChangeStatus } from "#domain/limit-change.ts";
import { assessedFactors } from "#domain/rules/transmission.ts";
import type { Site } from "#domain/site.ts";
import { limitsOfStandard } from "#domain/standard.ts";
import { dayStart } from "#domain/time.ts";
import type { Occasion } from "../occasion.ts";
import type { AlarmBook } from "../alarm/book.ts";
import { type Answer, refuse, type RefusedAnswer } from "../answer.ts";
import type { Output } from "../output.ts";
import type { Registry, Series, SiteState } from "../registry.ts";
import type { AgendaDoor } from "./agenda-door.ts";
import { findChangedSpan } from "./changed-span.ts";
import { changeStandard, isOfStandard } from "./standard-limits.ts";

type Wanted = Omit<Limit, "version">;
type Propose = Extract<Command, { type: "limits.propose" }>;
type Decide = Extract<Command, { type: "limits.decide" }>;

export interface LimitsBook {
  put(limits: readonly Wanted[], on: Occasion, output: Output): Answer;
  /** What the standard of this site brings now, after the site was put. */
  follow(state: SiteState, on: Occasion, output: Output): void;
  propose(command: Propose, actor: string, on: Occasion, output: Output): Answer;
  decide(command: Decide, actor: string, on: Occasion, output: Output): Answer;
  save(): SavedLimitChanges;
}

/** Those that nobody has decided about. */
export type SavedLimitChanges = readonly LimitChange[];

interface Parts {
  readonly registry: Registry;
  readonly alarms: Pick<AlarmBook, "meetChange">;
  readonly agenda: Pick<AgendaDoor, "limit">;
}

const decided: Readonly<Record<Decide["decision"], LimitChangeStatus>> = {
  approve: "approved",
  reject: "rejected",
  withdraw: "withdrawn",
};

export function createLimits({ registry, alarms, agenda }: Parts, saved: SavedLimitChanges = []): LimitsBook {
  const drafts = new Map<string, LimitChange>(saved.map((change) => [change.id, change]));

  function seriesOf(limit: Pick<Limit, "site" | "factor">): Series | null {
    const state = registry.sites.get(limit.site);
    const offset = state === undefined ? -1 : registry.offsetOf(state, limit.factor);
    return state === undefined || offset < 0 ? null : registry.watch(state, offset);
  }

  /** All of one series: the agenda is told once what they change together. */
  function take(series: Series, limits: readonly Limit[], on: Occasion, output: Output): void {
    const before = judgedLimits(series);
    for (const limit of limits) {
      registry.putLimit(limit);
      output.state.limits.set(limit.id, limit);
      output.state.limitVersions.push({ limit, seq: on.seq, at: on.receivedAt });
      output.live.limits.set(limit.id, limit);
    }
    // Nothing ever came: there is nothing that could be judged again.
    const newest = registry.series.columns.time[series.index] ?? Number.NEGATIVE_INFINITY;
    if (newest > Number.NEGATIVE_INFINITY) tell(series, before, judgedLimits(series), on.receivedAt);
  }

  function tell(
    { state: { site }, facts }: Series,
    before: readonly Limit[],
    after: readonly Limit[],
    now: number,
  ): void {
    const { code } = facts.factor;
    if (!isJudgedKind(site.kind)) return;
    for (const basis of judgedBases) {
      const of = (limits: readonly Limit[]): Limit[] => limits.filter((limit) => limit.basis === basis);
      const found = findChangedSpan(of(before), of(after), now);
      // No reading is older.
      const from = Math.max(found?.from ?? 0, now - bounds.readingAgeMsMax);
      if (found === null || from >= found.to) continue;
      agenda.limit(site.id, code, basis, from, found.to, mustForm(site, code, before, after, from, found.to));
    }
  }

  function findRefusal(limits: readonly Wanted[], objects: readonly string[]): RefusedAnswer | null {
    const unknown = limits.find((limit) => !registry.sites.has(limit.site));
    if (unknown !== undefined) return refuse("not-found", `no site ${unknown.site}`, objects);
    const strange = limits.find((limit) => findFactor(limit.factor) === undefined);
    if (strange !== undefined) return refuse("invalid", `no factor ${strange.factor}`, objects);
    const full = limits.find((limit) => {
      const { factor, basis } = limit;
      const known = registry.limitsOf(limit.site).filter((each) => each.factor === factor && each.basis === basis);
      return known.length >= bounds.limitsPerSeriesMax && known.every(({ id }) => id !== limit.id);
    });
    if (full === undefined) return null;
    const detail = `${full.site} has ${bounds.limitsPerSeriesMax} limits for ${full.factor} already; more are not kept`;
    return refuse("illegal", detail, objects);
  }

  function put(limits: readonly Wanted[], on: Occasion, output: Output): Answer {
    const objects = limits.map(({ id }) => id);
    const refusal = findRefusal(limits, objects);
    if (refusal !== null) return refusal;
    const done: Limit[] = [];
    for (const each of limits) {
      const series = seriesOf(each);
      if (series === null) continue; // refused above
      const known = series.watch.limits[each.basis].find(({ id }) => id === each.id);
      const limit: Limit = { ...each, version: (known?.version ?? 0) + 1 };
      take(series, [limit], on, output);
      done.push(limit);
    }
    for (const limit of done) meetAlarm(limit, on, output);
    return { ok: true, result: done, objects };
  }

  function meetAlarm(limit: Limit, on: Occasion, output: Output): void {
    const series = seriesOf(limit);
    if (series === null) return;
    const { time, value } = registry.series.columns;
    const newest = {
      time: time[series.index] ?? Number.NEGATIVE_INFINITY,
      value: value[series.index] ?? 0,
      flag: registry.series.flagOf(series.index),
    };
    alarms.meetChange(series, newest, limit.basis, on, output);
  }

  function approve(change: LimitChange, actor: string, on: Occasion, output: Output, objects: string[]): Answer {
    const { by, reason, limits, id } = change;
    if (by === actor) {
      const detail = `${by} proposed it: another administrator approves it`;
      return refuse("conflict", detail, objects, change);
    }
    const answer = put(limits, on, output);
    if (!answer.ok) return { ...answer, objects, current: change };
    return { ...answer, objects: [...objects, ...answer.objects], says: `${id} proposed by ${by}: ${reason}` };
  }

  return {
    put,

    follow(state, on, output) {
      const { site } = state;
      const known = registry.limitsOf(site.id).filter(isOfStandard);
      const wanted = site.standard === null ? [] : limitsOfStandard(site, site.standard);
      const changed = changeStandard(known, wanted, dayStart(on.receivedAt));
      for (const factor of new Set(changed.map((limit) => limit.factor))) {
        const series = seriesOf({ site: site.id, factor });
        const limits = changed.filter((limit) => limit.factor === factor);
        if (series !== null) take(series, limits, on, output);
      }
    },

    propose({ change: id, limits, reason }, actor, { seq, receivedAt }, output) {
      const objects = [`limit-change:${id}`];
      const refusal = findRefusal(limits, objects);
      if (refusal !== null) return refusal;
      if (drafts.has(id)) return refuse("invalid", `there is a proposal ${id} already`, objects);
      const waiting = [...drafts.values()].reduce((sum, draft) => sum + draft.limits.length, 0);
      if (waiting + limits.length > bounds.limitsProposedMax) {
        const detail = `${waiting} proposed limits wait for a second person; more than ${bounds.limitsProposedMax} are not kept`;
        return refuse("illegal", detail, objects);
      }
      const open = { decidedBy: null, decidedAt: null, decision: null } as const;
      const change: LimitChange = { id, status: "draft", limits, reason, by: actor, at: receivedAt, ...open, seq };
      drafts.set(id, change);
      output.state.limitChanges.set(id, change);
      return { ok: true, result: change, objects };
    },

    decide({ change: id, decision, reason }, actor, on, output) {
      const objects = [`limit-change:${id}`];
      const change = drafts.get(id);
      if (change === undefined) return refuse("not-found", `no proposal ${id} that waits for a decision`, objects);
      if (decision === "withdraw" && change.by !== actor) {
        const detail = `only ${change.by}, who proposed it, may withdraw it; others reject it`;
        return refuse("illegal", detail, objects, change);
      }
      const applied: Answer =
        decision === "approve" ? approve(change, actor, on, output, objects) : { ok: true, result: null, objects };
      if (!applied.ok) return applied;
      const by = { decidedBy: actor, decidedAt: on.receivedAt, decision: reason };
      const next: LimitChange = { ...change, status: decided[decision], ...by, seq: on.seq };
      drafts.delete(id);
      output.state.limitChanges.set(id, next);
      return { ...applied, result: next };
    },

    save: () => [...drafts.values()],
  };
}

function judgedLimits({ watch }: Series): Limit[] {
  return judgedBases.flatMap((basis) => watch.limits[basis]);
}

/** Are means that count missing there, or formed with another reference oxygen? */
function mustForm(
  site: Site,
  code: string,
  before: readonly Limit[],
  after: readonly Limit[],
  from: number,
  to: number,
): boolean {
  const [was, is] = [before, after].map((limits) =>
    judgedSiteOf(site, limits)?.factors.find((factor) => factor.code === code),
  );
  if (was === undefined || is === undefined || !isSameReference(was, is, from, to)) return true;
  // Without a limit only the assessed factors are judged: before its first limit nothing was formed.
  return !assessedFactors(site.kind).includes(code) && before.every((limit) => limit.from > from);
}
