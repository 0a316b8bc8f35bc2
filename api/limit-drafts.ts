// Limits as they are handed in → the order that ingest applies: at once, or as a proposal that waits for a second person.

import type * as z from "zod";
import type { Limit } from "#domain/limit.ts";
import type { Rooms } from "./parts.ts";
import { Problem } from "./problem.ts";
import type * as shapes from "./shapes.ts";

export type LimitDraft = z.output<typeof shapes.limitDraft>;
type Wanted = Omit<Limit, "version">;

/** A limit of a site is named by what it is for and from when on: the same one again is a correction of it. */
export function toLimit(draft: LimitDraft, by: string): Wanted {
  return { ...draft, id: `${draft.site}:${draft.factor}:${draft.basis}:site:${draft.from}`, by, source: "site" };
}

export function requireKnownSites({ memory }: Pick<Rooms, "memory">, drafts: readonly LimitDraft[]): void {
  const unknown = [...new Set(drafts.map((draft) => draft.site))].filter((id) => memory.site(id) === undefined);
  if (unknown.length > 0) {
    const more = unknown.length > 5 ? ` and ${unknown.length - 5} more` : "";
    throw new Problem("unknown-site", `not registered: ${unknown.slice(0, 5).join(", ")}${more}`);
  }
}

export function requireDifferent(limits: readonly Wanted[]): void {
  if (new Set(limits.map((limit) => limit.id)).size < limits.length)
    throw new Problem("invalid-request", "two limits of the list have the same site, factor, basis and from");
}

/** Two persons are asked of people: limits of simulated sites, which the simulator sets itself, are in force at once. */
function waitsForSecond({ twoPersonLimits, memory }: Rooms, limits: readonly Wanted[]): boolean {
  return twoPersonLimits && limits.some((limit) => memory.site(limit.site)?.simulated !== true);
}

/** Puts the limits; or proposes them and answers with the ids of the proposals. */
export async function sendLimits(
  rooms: Rooms,
  by: string,
  limits: readonly Wanted[],
  perCommand: number,
): Promise<readonly string[] | null> {
  const waits = waitsForSecond(rooms, limits);
  const changes: string[] = [];
  for (let from = 0; from < limits.length; from += perCommand) {
    const part = limits.slice(from, from + perCommand);
    if (waits) {
      const change = Buffer.from(rooms.random(12)).toString("base64url");
      const reason = [...new Set(part.map((limit) => limit.reason))].slice(0, 5).join("; ");
      await rooms.commands.send(by, { type: "limits.propose", change, limits: part, reason });
      changes.push(change);
    } else await rooms.commands.send(by, { type: "limits.put", limits: part });
  }
  return waits ? changes : null;
}
