// Marks: spans of a site's data that do not count, with their reasons. Whoever operates a plant enters them; the centre accepts or
// rejects; whoever entered one withdraws it. Nothing is removed.

import * as z from "zod";
import { bounds } from "#domain/bounds.ts";
import {
  isMarkEffective,
  type Mark,
  markDeadline,
  markDeadlineOf,
  markLabels,
  type MarkStatus,
  markStatuses,
} from "#domain/mark.ts";
import { formatIso } from "#domain/time.ts";
import { formatIsoOrNull } from "../format.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const path = "/api/v1/marks";
const evidenceMax = 20;

const mark = z
  .object({
    id: z.string(),
    version: z.number().int(),
    site: z.string(),
    siteName: z.string(),
    city: z.string().nullable(),
    factors: z.array(z.string()).nullable().meta({ description: "null: all factors of the site" }),
    label: z.enum(markLabels),
    from: shapes.isoTime,
    to: shapes.isoTime,
    reason: z.string(),
    evidence: z.array(z.string()),
    status: z.enum(markStatuses),
    effective: z.boolean().meta({ description: "it takes data out of what counts" }),
    deadline: shapes.isoTime.meta({ description: "entered until then it counts at once, later only once accepted" }),
    deadlineSureness: z.string(),
    by: z.string(),
    byEnterprise: z
      .boolean()
      .meta({ description: "the plant's own word: it holds back no calls until it is accepted" }),
    at: shapes.isoTime,
    decidedBy: z.string().nullable(),
    decidedAt: shapes.isoTime.nullable(),
    decision: z.string().nullable().meta({ description: "the reason of whoever decided last" }),
    seq: z.number().int(),
  })
  .meta({ id: "Mark" });

function formatMark({ memory }: Rooms, stored: Mark): z.output<typeof mark> {
  const site = memory.site(stored.site);
  return {
    ...stored,
    factors: stored.factors === null ? null : [...stored.factors],
    evidence: [...stored.evidence],
    byEnterprise: stored.byEnterprise === true,
    siteName: site?.name ?? stored.site,
    city: site?.city ?? null,
    from: formatIso(stored.from),
    to: formatIso(stored.to),
    effective: isMarkEffective(stored),
    deadline: formatIso(markDeadlineOf(stored.to)),
    deadlineSureness: markDeadline.sureness,
    at: formatIso(stored.at),
    decidedAt: formatIsoOrNull(stored.decidedAt),
  };
}

export function listMarks(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path,
    summary: "Marks, newest span first",
    access: "viewer",
    query: z.strictObject({
      site: shapes.siteId.optional(),
      from: shapes.time.optional().meta({ description: "marks that end after it" }),
      to: shapes.time.optional().meta({ description: "marks that begin before it" }),
      status: shapes.repeatable(z.enum(markStatuses), markStatuses.length).optional(),
      ...shapes.pageQuery,
    }),
    replies: { 200: { says: "a page of marks", schema: shapes.page(mark) } },
    async run({ query }) {
      const { limit, status: statuses, ...rest } = query;
      if (rest.from !== undefined && rest.to !== undefined && rest.from >= rest.to)
        throw new Problem("invalid-request", "from must be before to");
      const filter = { ...rest, statuses };
      const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
      const { items, total, next } = await rooms.state.marks({ ...given, limit });
      return { status: 200, body: { items: items.map((each) => formatMark(rooms, each)), total, next } };
    },
  });
}

const markDraft = z
  .strictObject({
    site: shapes.siteId,
    factors: z
      .array(shapes.factorCode)
      .min(1)
      .max(500)
      .transform((codes) => [...new Set(codes)])
      .nullish()
      .transform((codes) => codes ?? null)
      .meta({ description: "left out or null: all factors of the site" }),
    label: z.enum(markLabels),
    from: shapes.time.meta({ description: "whole minutes of event time, inclusive" }),
    to: shapes.time.meta({ description: "exclusive" }),
    reason: shapes.text,
    evidence: z
      .array(shapes.text)
      .max(evidenceMax)
      .default([])
      .meta({ description: "names or hashes of what proves it" }),
  })
  .meta({ id: "MarkDraft" });

export function enterMark(rooms: Rooms): Route {
  return defineRoute({
    method: "post",
    path,
    summary: "A span of data that does not count, with its reason; people of a plant enter those of their own sites",
    access: "operator",
    enterprises: true,
    body: markDraft,
    replies: { 201: { says: "as it was entered: at once, or late", schema: mark } },
    async run({ body, user }) {
      const site = rooms.memory.site(body.site);
      // For somebody of a plant the sites of others are not there.
      const isForeign = user.role === "enterprise" && site?.enterprise !== user.enterprise;
      if (site === undefined || isForeign) throw new Problem("unknown-site", `not registered: ${body.site}`);
      const id = Buffer.from(rooms.random(12)).toString("base64url");
      const own = user.role === "enterprise" ? { byEnterprise: true } : {};
      await rooms.commands.send(user.username, { type: "marks.enter", marks: [{ id, ...body, ...own }] });
      // Ingest answers after the state store has it.
      return { status: 201, body: formatMark(rooms, await requireMark(rooms, id)) };
    },
  });
}

async function requireMark({ state }: Rooms, id: string): Promise<Mark> {
  const found = await state.mark(id);
  if (found === null) throw new Problem("mark-not-found", `no mark ${id}`);
  return found;
}

const decisions = {
  accept: { says: "Accepts a mark: a late one counts from now on", access: "admin" },
  reject: { says: "Rejects a mark: its data count again", access: "admin" },
  withdraw: { says: "Takes one's own mark back", access: "operator" },
} as const;

const over: ReadonlySet<MarkStatus> = new Set(["rejected", "withdrawn"]);

export function decideMark(rooms: Rooms, decision: keyof typeof decisions): Route {
  return defineRoute({
    method: "post",
    path: `${path}/{id}/${decision}`,
    summary: decisions[decision].says,
    access: decisions[decision].access,
    params: z.object({ id: z.string().max(bounds.textCharsMax) }),
    body: z.strictObject({ expectedVersion: z.number().int(), reason: shapes.text }),
    replies: {
      200: { says: "as it is now", schema: mark },
      404: { says: "there is no such mark", schema: shapes.problem },
      409: { says: "somebody else decided meanwhile", schema: shapes.problem },
      422: { says: "not possible in its state, or not for this person", schema: shapes.problem },
    },
    async run({ params: { id }, body: { expectedVersion, reason }, user }) {
      const known = await requireMark(rooms, id);
      const extra = { current: formatMark(rooms, known) };
      if (known.version !== expectedVersion)
        throw new Problem("stale-version", `the mark is at version ${known.version}`, { extra });
      if (over.has(known.status)) {
        const detail = `the mark was ${known.status} by ${known.decidedBy ?? known.by}: enter another one`;
        throw new Problem("illegal-move", detail, { extra });
      }
      await rooms.commands.send(user.username, { type: "marks.decide", mark: id, expectedVersion, decision, reason });
      return { status: 200, body: formatMark(rooms, await requireMark(rooms, id)) };
    },
  });
}
