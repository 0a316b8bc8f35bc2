// The book of hints: what the rules of falsification found, day by day, and what people decided about it. Pure.
//
// A hint is what is found now and what was decided, and nothing of how it came about: whether a day was looked at once or ten
// times, before or after a decision, its hints are the same. So a decision is kept also for a hint that is not found (any
// more), and the version counts decisions alone.
//
//   found, nothing decided ─▶ open ──dismiss──▶ dismissed ─┐
//                              │  └──confirm──▶ confirmed ─┤
//                              ▲                           │
//                              └─────────reopen────────────┘      not found any more, whatever was decided: gone

import { bounds } from "#domain/bounds.ts";
import type { Command } from "#domain/command.ts";
import type { Hint, HintFinding, HintStatus } from "#domain/hint.ts";
import { formatDay } from "#domain/time.ts";
import type { Occasion } from "../occasion.ts";
import { type Answer, refuse } from "../answer.ts";
import type { Output } from "../output.ts";

type Decide = Extract<Command, { type: "hints.decide" }>;

/** Which rules a look answers for: those of a site by itself, or the one about sites of one enterprise (R17). */
export type HintScope = "site" | "twins";

export interface HintsBook {
  /** All that these rules found at a site on a day (its first moment): nothing else is true of it. */
  meet(
    site: string,
    day: number,
    scope: HintScope,
    findings: readonly HintFinding[],
    on: Pick<Occasion, "seq" | "receivedAt">,
    output: Output,
  ): void;
  decide(command: Decide, actor: string, on: Occasion, output: Output): Answer;
  readonly size: number;
  /** Found long ago, and not kept any more: later data will not make them go. */
  readonly forgotten: number;
  save(): SavedHints;
}

interface Decision {
  readonly status: Extract<HintStatus, "open" | "dismissed" | "confirmed">;
  readonly by: string;
  readonly at: number;
  readonly reason: string;
  readonly times: number;
}

export interface SavedHints {
  readonly hints: readonly Hint[];
  readonly decisions: readonly (readonly [hint: string, decision: Decision])[];
  readonly forgotten: number;
}

export const noHints: SavedHints = { hints: [], decisions: [], forgotten: 0 };

const decided = { dismiss: "dismissed", confirm: "confirmed", reopen: "open" } as const;

export function hintId(site: string, { rule, factors }: Pick<HintFinding, "rule" | "factors">, day: string): string {
  return `${site}:${rule}:${factors.join("+")}:${day}`;
}

function scopeOf(rule: string): HintScope {
  return rule === "R17" ? "twins" : "site";
}

export function createHints(saved: SavedHints = noHints): HintsBook {
  const byId = new Map<string, Hint>();
  /** Site and day → ids. */
  const byDay = new Map<string, Set<string>>();
  const decisions = new Map<string, Decision>(saved.decisions);
  let forgotten = saved.forgotten;
  for (const hint of saved.hints) keep(hint);

  function keep(hint: Hint): void {
    const key = `${hint.day} ${hint.site}`;
    const ids = byDay.get(key) ?? new Set();
    byDay.set(key, ids.add(hint.id));
    byId.set(hint.id, hint);
    if (byId.size <= bounds.hintsKept) return;
    const [oldest] = byId.values();
    if (oldest !== undefined) forget(oldest);
  }

  function forget({ id, day, site }: Hint): void {
    forgotten++;
    byId.delete(id);
    const key = `${day} ${site}`;
    const ids = byDay.get(key);
    ids?.delete(id);
    if (ids?.size === 0) byDay.delete(key);
  }

  function put(hint: Hint, output: Output): void {
    keep(hint);
    output.state.hints.set(hint.id, hint);
  }

  /** What is decided about it, as it goes into the hint. */
  function standOf(id: string): Pick<Hint, "status" | "version" | "decidedBy" | "decidedAt" | "decision"> {
    const decision = decisions.get(id);
    if (decision === undefined) return { status: "open", version: 1, decidedBy: null, decidedAt: null, decision: null };
    const { status, by, at, reason, times } = decision;
    return { status, version: 1 + times, decidedBy: by, decidedAt: at, decision: reason };
  }

  return {
    meet(site, dayStart, scope, findings, { seq, receivedAt }, output) {
      const day = formatDay(dayStart);
      const now = new Set<string>();
      for (const finding of findings) {
        const id = hintId(site, finding, day);
        now.add(id);
        const known = byId.get(id);
        if (known !== undefined && known.status !== "gone" && isSame(known, finding)) continue;
        put({ ...finding, id, site, day, ...standOf(id), seq, at: receivedAt }, output);
      }
      for (const id of byDay.get(`${day} ${site}`) ?? []) {
        const known = byId.get(id);
        if (known === undefined || now.has(id) || known.status === "gone" || scopeOf(known.rule) !== scope) continue;
        put({ ...known, status: "gone", seq, at: receivedAt }, output);
      }
    },

    decide({ hint: id, expectedVersion, decision, reason }, actor, { seq, receivedAt }, output) {
      const objects = [`hint:${id}`];
      const before = decisions.get(id);
      const known = byId.get(id) ?? null;
      const times = before?.times ?? 0;
      if (expectedVersion !== times + 1)
        return refuse("conflict", `the hint is at version ${times + 1}`, objects, known);
      const isOpen = (before?.status ?? "open") === "open";
      if (isOpen === (decision === "reopen")) {
        const detail = isOpen ? "the hint is open" : "it is decided; reopen it first";
        return refuse("illegal", detail, objects, known);
      }
      if (before === undefined && decisions.size >= bounds.hintDecisionsMax) {
        const detail = `decisions about ${decisions.size} hints are kept; there is no room for more`;
        return refuse("illegal", detail, objects, known);
      }
      const status = decided[decision];
      decisions.set(id, { status, by: actor, at: receivedAt, reason, times: times + 1 });
      const stand = standOf(id);
      if (known === null) return { ok: true, result: { id, ...stand }, objects };
      const hint: Hint = { ...known, ...stand, status: known.status === "gone" ? "gone" : status, seq, at: receivedAt };
      put(hint, output);
      return { ok: true, result: hint, objects };
    },

    get size() {
      return byId.size;
    },
    get forgotten() {
      return forgotten;
    },
    save: () => ({ hints: [...byId.values()], decisions: [...decisions], forgotten }),
  };
}

function isSame(hint: HintFinding, finding: HintFinding): boolean {
  const { from, to, score, facts } = finding;
  if (hint.from !== from || hint.to !== to || hint.score !== score) return false;
  const names = Object.keys(facts);
  return names.length === Object.keys(hint.facts).length && names.every((name) => hint.facts[name] === facts[name]);
}
