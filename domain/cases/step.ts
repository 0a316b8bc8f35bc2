// One step of a case: the next version and the row of its chain, or why there is none. Words and the writing of both. Pure.

import type { Case, CaseEvent } from "../case.ts";
import type { WorkingDays } from "../working-days.ts";
import type { StageTable } from "./stages.ts";

export interface CaseRules {
  readonly table: StageTable;
  readonly days: WorkingDays;
}

/** Who does it, and where it stands in the journal. */
export interface CaseOccasion {
  readonly actor: string;
  readonly seq: number;
  readonly at: number;
}

export interface CaseRefusal {
  readonly ok: false;
  readonly code: "illegal" | "invalid";
  readonly detail: string;
}
export interface CaseDone {
  readonly ok: true;
  readonly next: Case;
  readonly event: CaseEvent;
}
export type CaseStep = CaseDone | CaseRefusal;

export function illegal(detail: string): CaseRefusal {
  return { ok: false, code: "illegal", detail };
}

/** What an act changes beside version and journal number, and what its row says. */
export interface CaseChange {
  readonly parts: Partial<Case>;
  readonly about?: string | null;
  readonly what?: string;
  readonly evidence?: readonly string[];
}

export function writeStep(known: Case, change: CaseChange, what: string, reason: string, on: CaseOccasion): CaseDone {
  const next: Case = { ...known, ...change.parts, version: known.version + 1, seq: on.seq };
  const event: CaseEvent = {
    case: known.id,
    version: next.version,
    seq: on.seq,
    at: on.at,
    actor: on.actor,
    what: change.what ?? what,
    from: known.stage,
    to: next.stage,
    reason,
    about: change.about ?? null,
    evidence: change.evidence ?? [],
  };
  return { ok: true, next, event };
}
