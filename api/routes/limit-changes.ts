// Proposals of limits that wait for a second person (TWO_PERSON_LIMITS=on), and what was decided about them.

import * as z from "zod";
import { type LimitChange, limitChangeStatuses } from "#domain/limit-change.ts";
import { formatIso } from "#domain/time.ts";
import { formatIsoOrNull, formatLimit } from "../format.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const path = "/api/v1/limit-changes";

const limitChange = z
  .object({
    id: z.string(),
    status: z.enum(limitChangeStatuses),
    limits: z.array(shapes.limit.omit({ version: true })),
    reason: z.string(),
    by: z.string(),
    at: shapes.isoTime,
    decidedBy: z.string().nullable(),
    decidedAt: shapes.isoTime.nullable(),
    decision: z.string().nullable().meta({ description: "the reason of whoever decided" }),
    seq: z.number().int(),
  })
  .meta({ id: "LimitChange" });

function formatChange(change: LimitChange): z.output<typeof limitChange> {
  const limits = change.limits.map((limit) => {
    const { version: _only, ...rest } = formatLimit({ ...limit, version: 0 });
    return rest;
  });
  return { ...change, limits, at: formatIso(change.at), decidedAt: formatIsoOrNull(change.decidedAt) };
}

export function listLimitChanges({ state }: Rooms): Route {
  return defineRoute({
    method: "get",
    path,
    summary: "Proposals of limits, newest first",
    access: "viewer",
    query: z.strictObject({ status: z.enum(limitChangeStatuses).optional(), ...shapes.pageQuery }),
    replies: { 200: { says: "a page of them", schema: shapes.page(limitChange) } },
    async run({ query }) {
      const { limit, ...rest } = query;
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      const { items, total, next } = await state.limitChanges({ ...given, limit });
      return { status: 200, body: { items: items.map(formatChange), total, next } };
    },
  });
}

const decisions = {
  approve: "Approves a proposal of somebody else: its limits are in force",
  reject: "Rejects a proposal",
  withdraw: "Takes one's own proposal back",
} as const;

export function decideLimitChange(rooms: Rooms, decision: keyof typeof decisions): Route {
  return defineRoute({
    method: "post",
    path: `${path}/{id}/${decision}`,
    summary: decisions[decision],
    access: "admin",
    params: z.object({ id: z.string().max(64) }),
    body: z.strictObject({ reason: shapes.text }),
    replies: {
      200: { says: "as it is now", schema: limitChange },
      404: { says: "there is no such proposal", schema: shapes.problem },
      409: { says: "its author cannot approve it", schema: shapes.problem },
      422: { says: "somebody decided about it already", schema: shapes.problem },
    },
    async run({ params: { id }, body, user }) {
      const known = await rooms.state.limitChange(id);
      if (known === null) throw new Problem("limit-change-not-found", `no proposal ${id}`);
      if (known.status !== "draft") {
        const detail = `it was ${known.status} by ${known.decidedBy ?? known.by} already`;
        throw new Problem("illegal-move", detail, { extra: { current: formatChange(known) } });
      }
      const order = { type: "limits.decide", change: id, decision, reason: body.reason } as const;
      await rooms.commands.send(user.username, order);
      // Ingest answers after the state store has it.
      return { status: 200, body: formatChange((await rooms.state.limitChange(id)) ?? known) };
    },
  });
}
