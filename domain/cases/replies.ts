// Replies of the plant: taken when it was asked, late ones marked as late, and decided about by the centre. Pure.

import { bounds } from "../bounds.ts";
import type { Case, CaseAct, CaseReply } from "../case.ts";
import { type CaseOccasion, type CaseStep, illegal, writeStep } from "./step.ts";

type Reply = Extract<CaseAct, { kind: "reply" }>;
type DecideReply = Extract<CaseAct, { kind: "decide-reply" }>;

/** Evidence that is in the case already is only named. */
export function takeReply(known: Case, { text, evidence }: Reply, on: CaseOccasion): CaseStep {
  if (known.replyDueAt === null) return illegal("nobody asked for a reply, or the last one was accepted");
  if (known.replies.length >= bounds.caseRepliesMax)
    return illegal(`a case has ${bounds.caseRepliesMax} replies at most`);
  const fresh = evidence.filter(({ id }) => !known.evidence.some((each) => each.id === id));
  if (known.evidence.length + fresh.length > bounds.caseEvidenceMax)
    return illegal(`a case has ${bounds.caseEvidenceMax} pieces of evidence at most`);
  const late = on.at >= known.replyDueAt;
  const open = { accepted: null, decidedBy: null, decidedAt: null, decision: null };
  const reply: CaseReply = { by: on.actor, at: on.at, text, evidence: evidence.map(({ id }) => id), late, ...open };
  const parts = { replies: [...known.replies, reply], evidence: [...known.evidence, ...fresh] };
  const about = late ? "late" : null;
  return writeStep(known, { parts, about, evidence: evidence.map(({ sha256 }) => sha256) }, "reply", text, on);
}

/** All that nobody has decided about yet; once accepted, the plant owes nothing. */
export function decideReplies(known: Case, { accept, reason }: DecideReply, on: CaseOccasion): CaseStep {
  if (known.replies.every(({ accepted }) => accepted !== null)) return illegal("there is no reply to decide about");
  const decided = { accepted: accept, decidedBy: on.actor, decidedAt: on.at, decision: reason };
  const replies = known.replies.map((reply) => (reply.accepted === null ? { ...reply, ...decided } : reply));
  const parts = { replies, replyDueAt: accept ? null : known.replyDueAt };
  return writeStep(known, { parts, about: accept ? "accepted" : "rejected" }, "decide-reply", reason, on);
}
