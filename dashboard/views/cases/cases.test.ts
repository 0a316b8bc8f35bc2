// What the screens of cases compute themselves: deadlines in words, who owes what, which steps there are, order and filters.

import { describe, expect, test } from "vitest";
import type { CaseStage } from "#domain/case.ts";
import { caseStages } from "#domain/case.ts";
import { hourMs } from "#domain/time.ts";
import { casesZh } from "../../i18n/cases-zh.ts";
import { caseStagesZh } from "../../i18n/case-stages-zh.ts";
import {
  awaitsReply,
  boardGroups,
  type CaseRow,
  groupOf,
  isOverdue,
  pickCases,
  readCaseFilter,
  readOrder,
  sortCases,
  titleIn,
  toQuery,
} from "./case-data.ts";
import { sayOwed, stepsOf } from "./case-steps.ts";
import { countWorkingDays, formatDeadline, sayDue } from "./due.ts";

const at = (text: string): number => Date.parse(`${text}+08:00`);

const plain: CaseRow = {
  id: "c1",
  number: "130200-2026-00001",
  version: 1,
  site: "S1",
  siteName: "总排口",
  city: "130200",
  enterprise: "一厂",
  title: "日均值超标",
  origin: "day-exceedance",
  stage: "opened",
  openedBy: "system",
  openedAt: "2026-11-20T00:00:00.000Z",
  stageSince: "2026-11-20T00:00:00.000Z",
  dueAt: "2026-11-23T16:00:00.000Z",
  calendarKnown: true,
  reminders: 0,
  remindAt: null,
  assignee: null,
  officer: null,
  replyDueAt: null,
  dispatch: null,
  links: [],
  evidence: [],
  replies: [],
  grounds: [],
  steps: [{ stage: "opened", by: "system", at: "2026-11-20T00:00:00.000Z" }],
  successor: null,
  outcome: null,
  closedAt: null,
  key: null,
  seq: 1,
};

const operator = { username: "li", role: "operator" };
const reply = {
  by: "plant",
  at: "2026-11-22T00:00:00.000Z",
  text: "",
  evidence: [],
  late: false,
  accepted: null,
  decidedBy: null,
  decidedAt: null,
  decision: null,
};

function movesOf(row: CaseRow, person = operator): string[] {
  return stepsOf(row, person).moves.map((step) => (step.kind === "move" ? step.to : step.kind));
}

describe("a deadline", () => {
  test("that ends with a day is told by that day, and weekends are not counted", () => {
    // Friday to the end of Monday: one working day.
    expect(formatDeadline(at("2026-11-24T00:00:00"))).toBe("2026-11-23");
    expect(countWorkingDays(at("2026-11-20T10:00:00"), at("2026-11-23T23:59:59"))).toBe(1);
    expect(sayDue(caseStagesZh, plain.dueAt, at("2026-11-20T10:00:00")).text).toContain("还剩 1 个工作日");
  });

  test("of today is told as such, and one that is over says since how many working days", () => {
    expect(sayDue(caseStagesZh, plain.dueAt, at("2026-11-23T10:00:00")).text).toContain("今天");
    const over = sayDue(caseStagesZh, plain.dueAt, at("2026-11-26T10:00:00"));
    expect(over).toEqual({ text: "已逾期 3 个工作日（2026-11-23 到期）", isOver: true });
    expect(sayDue(caseStagesZh, null, 0).isOver).toBe(false);
  });
});

describe("steps", () => {
  test("are those of the stage alone; a viewer has none", () => {
    expect(movesOf(plain)).toEqual(["triage"]);
    expect(stepsOf(plain, { username: "v", role: "viewer" })).toEqual({ moves: [], others: [], obstacles: [] });
  });

  test("a case is explained only by a mark that is linked, and confirmed only on evidence", () => {
    const triage = { ...plain, stage: "triage" } as const;
    expect(movesOf(triage)).toEqual(["dispatch", "false-data"]);
    expect(stepsOf(triage, operator).obstacles).toContain("mark");
    expect(movesOf({ ...triage, links: [{ kind: "mark", id: "m" }] })).toContain("explained");
    expect(stepsOf({ ...plain, stage: "evidence" }, operator).obstacles).toContain("evidence");
  });

  test("whoever brought it to its stage does not close it, another person does", () => {
    const recheck: CaseRow = {
      ...plain,
      stage: "recheck",
      steps: [{ stage: "recheck", by: "li", at: plain.openedAt }],
    };
    expect(movesOf(recheck)).not.toContain("closed");
    expect(stepsOf(recheck, operator).obstacles).toContain("second");
    expect(movesOf(recheck, { username: "zhang", role: "operator" })).toContain("closed");
  });

  test("a closed case is reopened by an administrator, and one at its end has no way on", () => {
    expect(movesOf({ ...plain, stage: "closed" })).toEqual([]);
    expect(movesOf({ ...plain, stage: "closed" }, { username: "a", role: "admin" })).toEqual(["reopen"]);
    expect(movesOf({ ...plain, stage: "merged" }, { username: "a", role: "admin" })).toEqual([]);
  });
});

describe("who owes the next step", () => {
  const say = (row: CaseRow): string => sayOwed(casesZh, row, (name) => name);
  test("is the handler, the officer, the enterprise or somebody else than before", () => {
    expect(say({ ...plain, assignee: "li" })).toBe("li 须核实这条线索是否成立");
    expect(say({ ...plain, stage: "dispatched", officer: "王五" })).toContain("王五 须到现场");
    expect(say({ ...plain, stage: "evidence", replyDueAt: plain.dueAt })).toBe("企业 一厂 须答复");
    expect(say({ ...plain, stage: "evidence", replyDueAt: plain.dueAt, replies: [reply] })).toContain("审核人");
    const recheck: CaseRow = {
      ...plain,
      stage: "recheck",
      steps: [{ stage: "recheck", by: "li", at: plain.openedAt }],
    };
    expect(say(recheck)).toContain("li 以外的另一人");
  });
});

describe("lists", () => {
  test("every stage has its column, and none has two", () => {
    const all: CaseStage[] = Object.values(boardGroups).flat();
    expect(all.toSorted()).toEqual(caseStages.toSorted());
    expect(groupOf("on-site")).toBe("dispatch");
  });

  test("what is due first stands first, and what has no clock last", () => {
    const rows = [{ ...plain, id: "none", dueAt: null }, plain, { ...plain, id: "soon", dueAt: plain.openedAt }];
    expect(sortCases(rows, readOrder(null)).map(({ id }) => id)).toEqual(["soon", "c1", "none"]);
    expect(sortCases(rows, readOrder("-opened"))).toHaveLength(3);
  });

  test("the filter of the address asks for open stages, and picks mine and the overdue ones", () => {
    const filter = readCaseFilter(new URLSearchParams("mine=1&overdue=1&city=130200"));
    expect(new URLSearchParams(toQuery(filter)).getAll("stage")).not.toContain("closed");
    const now = Date.parse(plain.dueAt ?? "") + hourMs;
    expect(isOverdue(plain, now)).toBe(true);
    expect(pickCases([plain, { ...plain, assignee: "li" }], filter, { username: "li", now })).toHaveLength(1);
    expect(pickCases([{ ...plain, assignee: "li" }], filter, { username: "li", now: now - 2 * hourMs })).toEqual([]);
  });

  test("a title in both languages is shown in one, and what a person wrote stays whole", () => {
    const both = "化学需氧量日均值超标 0.04× 2026-11-21 · day mean of COD(Cr) beyond its limit";
    expect(titleIn(both, "zh-CN")).toBe("化学需氧量日均值超标 0.04× 2026-11-21");
    expect(titleIn(both, "en")).toBe("day mean of COD(Cr) beyond its limit");
    expect(titleIn("告警 · 一号排口", "en")).toBe("告警 · 一号排口");
  });

  test("a rejected reply leaves the question open, an accepted one ends it", () => {
    const asked: CaseRow = { ...plain, stage: "evidence", replyDueAt: plain.dueAt };
    expect(awaitsReply(asked)).toBe(true);
    expect(awaitsReply({ ...asked, replies: [{ ...reply, accepted: false }] })).toBe(true);
    expect(awaitsReply({ ...asked, replies: [{ ...reply, accepted: true }] })).toBe(false);
  });
});
