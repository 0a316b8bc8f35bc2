// The stages of cases as data (tables/case-stages.json): how long each may last, which move leads where and who may make it,
// who is reminded when one is overdue. Pure.

import { type CaseStage, caseStages } from "../case.ts";
import table from "../tables/case-stages.json" with { type: "json" };

/** Whose sign-in is enough for a move; roles above it may do it too. */
export type CaseRole = "operator" | "admin";

export interface StageRule {
  readonly stage: CaseStage;
  /** Null: no clock runs. */
  readonly workingDays: number | null;
  /** A rule that finds more of the same adds it to a case in this stage instead of opening another one. */
  readonly takesMore: boolean;
  readonly nameZh: string;
  readonly nameEn: string;
}

export interface StageMove {
  readonly from: CaseStage;
  readonly to: CaseStage;
  readonly role: CaseRole;
}

export interface StageTable {
  readonly source: string;
  readonly sureness: string;
  readonly stages: readonly StageRule[];
  readonly moves: readonly StageMove[];
  /** The n-th reminder goes to the n-th level, all further ones to the last. */
  readonly reminders: { readonly everyWorkingDays: number; readonly levels: readonly string[] };
  readonly reply: { readonly workingDays: number };
}

function isStage(text: string): text is CaseStage {
  return (caseStages as readonly string[]).includes(text);
}

function isRole(text: string): text is CaseRole {
  return text === "operator" || text === "admin";
}

/** The table as it is written → as it is used; a stage that is missing or unknown stops the program. */
export function readStageTable(raw: typeof table): StageTable {
  const named = (text: string): CaseStage => {
    if (!isStage(text)) throw new Error(`case-stages: there is no stage ${text}`);
    return text;
  };
  const stages = raw.stages.map((rule) => ({ ...rule, stage: named(rule.stage) }));
  for (const stage of caseStages) {
    if (stages.filter((rule) => rule.stage === stage).length !== 1) throw new Error(`case-stages: ${stage} once`);
  }
  const moves = raw.moves.map(({ from, to, role }) => {
    if (!isRole(role)) throw new Error(`case-stages: there is no role ${role}`);
    return { from: named(from), to: named(to), role };
  });
  if (raw.reminders.levels.length === 0) throw new Error("case-stages: somebody is reminded");
  return { ...raw, stages, moves };
}

export const stageTable: StageTable = readStageTable(table);

const ended: ReadonlySet<CaseStage> = new Set(["closed", "merged", "transferred"]);

/** Nobody owes a next step. */
export function isEnded(stage: CaseStage): boolean {
  return ended.has(stage);
}

export function ruleOf(stage: CaseStage, { stages }: StageTable): StageRule {
  const rule = stages.find((each) => each.stage === stage);
  if (rule === undefined) throw new Error(`case-stages: there is no stage ${stage}`);
  return rule;
}

export function findMove(from: CaseStage, to: CaseStage, { moves }: StageTable): StageMove | undefined {
  return moves.find((move) => move.from === from && move.to === to);
}

/** Whom the n-th reminder (from 1) goes to. */
export function reminderLevel(n: number, { reminders }: StageTable): string {
  const { levels } = reminders;
  return levels[Math.min(n, levels.length) - 1] ?? "";
}
