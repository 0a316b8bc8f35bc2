// Orders about cases on their way to the journal: by a person on the version that was looked at, or by the centre itself on
// whatever version there is. What a refusal carries along is told in the form that whoever asked may see.

import type { Case, CaseAct, CaseDraft } from "#domain/case.ts";
import type { User } from "#store/state/accounts.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { formatCase, maySee } from "./view.ts";

export function drawId({ random }: Pick<Rooms, "random">): string {
  return Buffer.from(random(12)).toString("base64url");
}

function isCase(value: unknown): value is Case {
  return typeof value === "object" && value !== null && "stage" in value && "links" in value && "number" in value;
}

/** A case that this person may not see is not there. Throws "case-not-found". */
export async function findCaseFor({ state }: Pick<Rooms, "state">, user: User, id: string): Promise<Case> {
  const found = await state.case(id);
  if (found === null || !maySee(user, found)) throw new Problem("case-not-found", `there is no case ${id}`);
  return found;
}

/** Ingest answers when the state store has it: the case as it is then. */
function readResult(result: unknown): Case | null {
  return isCase(result) ? result : null;
}

export async function openAs(rooms: Rooms, actor: string, draft: CaseDraft): Promise<Case | null> {
  return readResult((await rooms.commands.send(actor, { type: "case.open", draft })).result);
}

export async function actAs(
  rooms: Rooms,
  user: User,
  id: string,
  expectedVersion: number,
  act: CaseAct,
): Promise<Case> {
  try {
    const { result } = await rooms.commands.send(user.username, { type: "case.act", case: id, expectedVersion, act });
    const known = readResult(result);
    if (known === null) throw new Problem("case-not-found", `there is no case ${id}`);
    return known;
  } catch (error) {
    if (!(error instanceof Problem) || !isCase(error.extra["current"])) throw error;
    const current = formatCase(rooms, user, error.extra["current"]);
    throw new Problem(error.code, error.message, { extra: { ...error.extra, current }, cause: error });
  }
}

const attemptsMax = 5;

/**
 * What adds to a case and meets nobody else's decision: on the version there is. Null: it is not possible there (any more).
 * `isThere`: an order that was journaled and not answered in time may have done it since.
 */
export async function addAs(
  rooms: Rooms,
  actor: string,
  id: string,
  act: CaseAct,
  isThere: (known: Case) => boolean = () => false,
): Promise<Case | null> {
  for (let attempt = 1; ; attempt++) {
    const known = await rooms.state.case(id);
    if (known === null) return null;
    if (isThere(known)) return known;
    try {
      const order = { type: "case.act", case: id, expectedVersion: known.version, act } as const;
      return readResult((await rooms.commands.send(actor, order)).result);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === "illegal-move" || error.code === "case-not-found") return null;
      if (error.code !== "stale-version" || attempt === attemptsMax) throw error;
    }
  }
}
