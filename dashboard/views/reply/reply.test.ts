// In which of a few states a case is for the enterprise, and what stands first on its page.

import { expect, test } from "vitest";
import type { CaseRow, ReplyRow } from "../cases/case-data.ts";
import { sortOwn, stateFor } from "./reply-data.ts";

type Part = Pick<CaseRow, "id" | "stage" | "replyDueAt" | "replies">;

function caseOf(part: Part): CaseRow {
  return {
    number: part.id,
    version: 1,
    site: "S1",
    siteName: null,
    city: "130200",
    enterprise: "一厂",
    title: "",
    origin: "hand",
    openedBy: "",
    openedAt: "2026-11-20T00:00:00.000Z",
    stageSince: "2026-11-20T00:00:00.000Z",
    dueAt: null,
    calendarKnown: true,
    reminders: 0,
    remindAt: null,
    assignee: null,
    officer: null,
    dispatch: null,
    links: [],
    evidence: [],
    grounds: [],
    steps: [],
    successor: null,
    outcome: null,
    closedAt: null,
    key: null,
    seq: 1,
    ...part,
  };
}

function reply(accepted: boolean | null): ReplyRow {
  const decided = { decidedBy: null, decidedAt: null, decision: null };
  return { by: "p", at: "2026-11-22T00:00:00.000Z", text: "", evidence: [], late: false, accepted, ...decided };
}

const due = "2026-11-27T16:00:00.000Z";
const asked = caseOf({ id: "asked", stage: "triage", replyDueAt: due, replies: [] });
const again = caseOf({ id: "again", stage: "triage", replyDueAt: due, replies: [reply(false)] });
const waiting = caseOf({ id: "waiting", stage: "triage", replyDueAt: due, replies: [reply(false), reply(null)] });
const accepted = caseOf({ id: "accepted", stage: "rectifying", replyDueAt: null, replies: [reply(true)] });
const quiet = caseOf({ id: "quiet", stage: "triage", replyDueAt: null, replies: [] });
const ended = caseOf({ id: "ended", stage: "closed", replyDueAt: due, replies: [] });

test("a case is to be answered, to be answered again, waits, is accepted, asks nothing or has ended", () => {
  expect([asked, again, waiting, accepted, quiet, ended].map(stateFor)).toEqual([
    "answer",
    "again",
    "waiting",
    "accepted",
    "notAsked",
    "ended",
  ]);
});

test("what must be answered stands first, the nearest date on top", () => {
  const sooner = { ...asked, id: "sooner", replyDueAt: "2026-11-24T16:00:00.000Z" };
  expect(sortOwn([ended, quiet, waiting, asked, sooner, again]).map(({ id }) => id)).toEqual([
    "sooner",
    "asked",
    "again",
    "waiting",
    "quiet",
    "ended",
  ]);
});
