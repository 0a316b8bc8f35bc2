// What can be done about a case now, and by whom the next step is owed: read from the same table as the server does. What cannot
// be done is absent, and why is told where a person could do something about it.

import type { CaseStage } from "#domain/case.ts";
import { isEnded, stageTable } from "#domain/cases/stages.ts";
import { awaitsReply, type CaseOrder, type CaseRow, type CaseWords, hasReplyToDecide } from "./case-data.ts";

export interface Person {
  readonly username: string;
  readonly role: string;
}

export type Step =
  | { readonly kind: "move"; readonly to: CaseStage; readonly isBack: boolean }
  | { readonly kind: Exclude<CaseOrder["kind"], "move"> };

const rank: Readonly<Record<string, number>> = { viewer: 0, operator: 1, admin: 2 };

function mayMove(person: Person, role: string): boolean {
  return (rank[person.role] ?? 0) >= (rank[role] ?? 0);
}

/** Who brought it to where it is. */
export function lastMover(row: CaseRow): string | null {
  return row.steps.at(-1)?.by ?? null;
}

export type Obstacle = "evidence" | "mark" | "second" | "enterprise" | "role";

function findObstacle(row: CaseRow, to: CaseStage, person: Person): Obstacle | null {
  if (to === "confirmed" && row.evidence.length === 0) return "evidence";
  if (to === "explained" && !row.links.some(({ kind }) => kind === "mark")) return "mark";
  return to === "closed" && lastMover(row) === person.username ? "second" : null;
}

export interface Steps {
  /** Ways to the next stage, first. */
  readonly moves: readonly Step[];
  /** What leaves it where it is, or takes it away from here. */
  readonly others: readonly Step[];
  readonly obstacles: readonly Obstacle[];
}

export function stepsOf(row: CaseRow, person: Person): Steps {
  if (!mayMove(person, "operator")) return { moves: [], others: [], obstacles: [] };
  if (isEnded(row.stage)) {
    const reopen: readonly Step[] = row.stage === "closed" && mayMove(person, "admin") ? [{ kind: "reopen" }] : [];
    return { moves: reopen, others: [{ kind: "comment" }], obstacles: [] };
  }
  const obstacles: Obstacle[] = [];
  const moves: Step[] = [];
  if (hasReplyToDecide(row)) moves.push({ kind: "decide-reply" });
  if (row.stage === "triage" || row.stage === "dispatched") moves.push({ kind: "dispatch" });
  for (const { to, role, from } of stageTable.moves) {
    if (from !== row.stage) continue;
    const obstacle = mayMove(person, role) ? findObstacle(row, to, person) : "role";
    if (obstacle === null) moves.push({ kind: "move", to, isBack: row.steps.some(({ stage }) => stage === to) });
    else if (!obstacles.includes(obstacle)) obstacles.push(obstacle);
  }
  const others: Step[] = [{ kind: "comment" }, { kind: "assign" }];
  if (row.enterprise === null) obstacles.push("enterprise");
  else others.push({ kind: "ask-reply" });
  others.push({ kind: "remind" }, { kind: "link" }, { kind: "merge" });
  if (mayMove(person, "admin")) others.push({ kind: "transfer" });
  return { moves, others, obstacles };
}

/** The name of a step as it stands on its button. */
export function nameStep(words: CaseWords, step: Step, stages: Readonly<Record<CaseStage, string>>): string {
  if (step.kind !== "move") return words.acts[step.kind];
  return step.isBack ? words.page.backTo(stages[step.to]) : (words.moves[step.to] ?? stages[step.to]);
}

/** Is it the enterprise's turn to answer? While it puts things right its deadline is that of the stage. */
export function isAnswerOwed(row: CaseRow): boolean {
  return awaitsReply(row) && row.stage !== "rectifying" && !hasReplyToDecide(row);
}

/** "X must …": one sentence about who owes what. */
export function sayOwed(words: CaseWords, row: CaseRow, nameOf: (username: string) => string): string {
  const { page } = words;
  if (hasReplyToDecide(row)) return page.owesDecision;
  if (isAnswerOwed(row)) return page.owesReply(row.enterprise ?? row.site);
  const handler = row.assignee === null ? page.someone : `${nameOf(row.assignee)} `;
  const mover = lastMover(row);
  const second = mover === null ? handler : page.other(nameOf(mover));
  const closes = stageTable.moves.some(({ from, to }) => from === row.stage && to === "closed");
  if (row.stage === "dispatched" || row.stage === "on-site")
    return page.owes[row.stage](row.officer === null ? handler : `${nameOf(row.officer)} `);
  if (row.stage === "rectifying") return page.owes.rectifying(page.enterprise(row.enterprise ?? row.site));
  return page.owes[row.stage](closes ? second : handler);
}
