// Revisions: readings that came again with another value, each with what it replaced and the journal entry that brought it.

import * as z from "zod";
import { flags, readingKinds } from "#domain/reading.ts";
import type { RevisionRow } from "#domain/revision.ts";
import { formatIso } from "#domain/time.ts";
import { formatFactor } from "../format.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const row = z
  .object({
    seq: z.number().int().meta({ description: "journal sequence of the entry that brought the new value" }),
    site: z.string(),
    factor: z.string(),
    kind: z.enum(readingKinds),
    time: shapes.isoTime.meta({ description: "event time: with site, factor and kind it says which reading it is" }),
    value: z.number(),
    flag: z.enum(flags),
    before: z.number().nullable().meta({ description: "what counted until then; null when it was not remembered" }),
    beforeFlag: z.enum(flags).nullable(),
    unit: z.string(),
    receivedAt: shapes.isoTime,
  })
  .meta({ id: "Revision" });

function formatRevision({ memory }: Rooms, stored: RevisionRow): z.output<typeof row> {
  const kind = memory.site(stored.site)?.kind;
  const unit = kind === undefined ? "" : formatFactor(stored.factor, kind).unit;
  return { ...stored, time: formatIso(stored.time), receivedAt: formatIso(stored.receivedAt), unit };
}

export function listRevisions(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/revisions",
    summary: "Readings that came again with another value, newest event time first, every version of them",
    access: "viewer",
    query: z.strictObject({
      site: shapes.siteId.optional(),
      factor: shapes.factorCode.optional(),
      from: shapes.time.optional().meta({ description: "event time from" }),
      to: shapes.time.optional().meta({ description: "event time before" }),
      ...shapes.pageQuery,
    }),
    replies: { 200: { says: "a page of them", schema: shapes.page(row) } },
    async run({ query }) {
      const { limit, ...rest } = query;
      if (rest.from !== undefined && rest.to !== undefined && rest.from >= rest.to)
        throw new Problem("invalid-request", "from must be before to");
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      const { items, total, next } = await rooms.state.revisions({ ...given, limit });
      return { status: 200, body: { items: items.map((stored) => formatRevision(rooms, stored)), total, next } };
    },
  });
}
