// What people do to a case: one call per act, each on the version that was looked at, each with its reason. The stages, the second
// person and the clocks are ingest's; here stand the forms and who may ask at all.

import * as z from "zod";
import { bounds } from "#domain/bounds.ts";
import { type Case, type CaseAct, caseStages } from "#domain/case.ts";
import { findMove, stageTable } from "#domain/cases/stages.ts";
import type { User } from "#store/state/accounts.ts";
import { isAtLeast } from "../auth.ts";
import { followLinks } from "../cases/capture.ts";
import { actAs, findCaseFor } from "../cases/orders.ts";
import { caseLink, caseShape, formatCase, isPlantEvidence, isPlantUser } from "../cases/view.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { caseParams, casesPath, caseText, checkLink } from "./cases.ts";

type Kind = Exclude<CaseAct["kind"], "evidence" | "ground">;

const expectedVersion = z.number().int();
const reason = caseText;

interface ActForm<B extends z.ZodObject> {
  readonly kind: Kind;
  readonly says: string;
  readonly access: "operator" | "admin";
  readonly enterprises?: true;
  readonly body: B;
  /** What the body means for this case; throws the Problem that stands against it. */
  act(body: z.output<B>, known: Case, user: User): Promise<CaseAct> | CaseAct;
}

function defineAct<B extends z.ZodObject<{ expectedVersion: z.ZodNumber }>>(rooms: Rooms, form: ActForm<B>): Route {
  const { kind, says, access, enterprises, body } = form;
  return defineRoute({
    method: "post",
    path: `${casesPath}/{id}/${kind}`,
    summary: says,
    access,
    ...(enterprises === undefined ? {} : { enterprises }),
    params: caseParams,
    body,
    replies: {
      200: { says: "the case as it is now", schema: caseShape },
      404: { says: "no such case", schema: shapes.problem },
      409: { says: "somebody else did something meanwhile: `current` shows it", schema: shapes.problem },
      422: { says: "not possible in its stage, or not for this person", schema: shapes.problem },
    },
    async run({ params, body: given, user }) {
      const known = await findCaseFor(rooms, user, params.id);
      const act = await form.act(given, known, user);
      const done = await actAs(rooms, user, known.id, given.expectedVersion, act);
      const followed = act.kind === "link" ? await followLinks(rooms, user.username, done, [act.link]) : done;
      return { status: 200, body: formatCase(rooms, user, followed) };
    },
  });
}

const moveBody = z.strictObject({ expectedVersion, to: z.enum(caseStages), reason });
const plainBody = z.strictObject({ expectedVersion, reason });
const assignBody = z.strictObject({ expectedVersion, user: z.string().max(64).nullable(), reason });
const dispatchBody = z.strictObject({
  expectedVersion,
  officer: shapes.text,
  vehicle: z.string().trim().max(bounds.textCharsMax).default(""),
  checklist: z.array(shapes.text).max(50).default([]),
  reason,
});
const askBody = z.strictObject({
  expectedVersion,
  workingDays: z.number().int().min(1).max(60).default(stageTable.reply.workingDays),
  reason,
});
const replyBody = z.strictObject({
  expectedVersion,
  text: caseText,
  evidence: z
    .array(z.string().max(bounds.textCharsMax))
    .max(bounds.caseEvidenceMax)
    .default([])
    .meta({ description: "ids of evidence that was sent before" }),
});
const decideBody = z.strictObject({ expectedVersion, accept: z.boolean(), reason });
const linkBody = z.strictObject({ expectedVersion, link: caseLink, reason });
const mergeBody = z.strictObject({
  expectedVersion,
  into: z.string().min(1).max(bounds.textCharsMax).meta({ description: "id of the case that goes on" }),
  reason,
});
const transferBody = z.strictObject({ expectedVersion, to: shapes.text, reason });

function requireMove(known: Case, to: Case["stage"], user: User): void {
  const move = findMove(known.stage, to, stageTable);
  if (move === undefined || isAtLeast(user.role, move.role)) return; // ingest says why it is none
  throw new Problem(
    "not-allowed",
    `from ${known.stage} to ${to} goes an ${move.role}, ${user.username} is ${user.role}`,
  );
}

function requireColleague({ accounts }: Rooms, username: string): void {
  const found = accounts.listUsers().find((each) => each.username === username);
  if (found === undefined || found.disabled || !isAtLeast(found.role, "operator"))
    throw new Problem("user-not-found", `nobody who may work on cases is called ${username}`);
}

function namedEvidence(known: Case, ids: readonly string[], user: User): Case["evidence"] {
  return [...new Set(ids)].map((id) => {
    const found = known.evidence.find((each) => each.id === id);
    if (found === undefined || !isPlantEvidence(user, known, id))
      throw new Problem("evidence-not-found", `there is no evidence ${id}`);
    return found;
  });
}

export function listCaseActs(rooms: Rooms): Route[] {
  return [
    defineAct(rooms, {
      kind: "move",
      says: "Brings a case into its next stage; closing needs another person than the one before",
      access: "operator",
      body: moveBody,
      act({ to, reason: why }, known, user) {
        requireMove(known, to, user);
        return { kind: "move", to, reason: why };
      },
    }),
    defineAct(rooms, {
      kind: "comment",
      says: "Adds a remark; also to a case that is over",
      access: "operator",
      body: plainBody,
      act: ({ reason: why }) => ({ kind: "comment", reason: why }),
    }),
    defineAct(rooms, {
      kind: "assign",
      says: "Gives a case to a person; null: to nobody",
      access: "operator",
      body: assignBody,
      act({ user: to, reason: why }) {
        if (to !== null) requireColleague(rooms, to);
        return { kind: "assign", user: to, reason: why };
      },
    }),
    defineAct(rooms, {
      kind: "dispatch",
      says: "Sends an officer with vehicle and checklist",
      access: "operator",
      body: dispatchBody,
      act: ({ officer, vehicle, checklist, reason: why }) => ({
        kind: "dispatch",
        officer,
        vehicle,
        checklist,
        reason: why,
      }),
    }),
    defineAct(rooms, {
      kind: "ask-reply",
      says: "Asks the plant to reply within so many working days",
      access: "operator",
      body: askBody,
      act: ({ workingDays, reason: why }) => ({ kind: "ask-reply", workingDays, reason: why }),
    }),
    defineAct(rooms, {
      kind: "reply",
      says: "The plant replies with text and evidence; a late reply is taken and marked as late",
      access: "operator",
      enterprises: true,
      body: replyBody,
      act({ text, evidence }, known, user) {
        if (!isPlantUser(user)) throw new Problem("not-allowed", "a reply is given by somebody of the plant");
        return { kind: "reply", text, evidence: namedEvidence(known, evidence, user) };
      },
    }),
    defineAct(rooms, {
      kind: "decide-reply",
      says: "Accepts or rejects what the plant replied",
      access: "operator",
      body: decideBody,
      act: ({ accept, reason: why }) => ({ kind: "decide-reply", accept, reason: why }),
    }),
    defineAct(rooms, {
      kind: "remind",
      says: "Reminds by hand",
      access: "operator",
      body: plainBody,
      act: ({ reason: why }) => ({ kind: "remind", reason: why }),
    }),
    defineAct(rooms, {
      kind: "link",
      says: "Points the case at an alarm, an exceedance, a hint, a mark, a frame, a limit or another case",
      access: "operator",
      body: linkBody,
      async act({ link, reason: why }, known) {
        await checkLink(rooms, known.site, link);
        return { kind: "link", link, reason: why };
      },
    }),
    defineAct(rooms, {
      kind: "merge",
      says: "Ends a case in another one of the same site or enterprise, which takes over what it points at",
      access: "operator",
      body: mergeBody,
      act: ({ into, reason: why }) => ({ kind: "merge", into, reason: why }),
    }),
    defineAct(rooms, {
      kind: "transfer",
      says: "Hands a case over to another authority, where it goes on",
      access: "admin",
      body: transferBody,
      act: ({ to, reason: why }) => ({ kind: "transfer", to, reason: why }),
    }),
    defineAct(rooms, {
      kind: "reopen",
      says: "Begins a closed case again, with triage",
      access: "admin",
      body: plainBody,
      act: ({ reason: why }) => ({ kind: "reopen", reason: why }),
    }),
  ];
}
