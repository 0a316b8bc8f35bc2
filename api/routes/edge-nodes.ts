// Edge nodes of Sparkplug B as ingest knows them: who is alive, who has died, of whom messages are missing.

import * as z from "zod";
import { type EdgeNodeRow, nodeStates } from "#domain/sparkplug/node-row.ts";
import { formatIso } from "#domain/time.ts";
import { formatCursor, isText, parseCursor } from "#store/state/page.ts";
import type { Rooms } from "../parts.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const row = z
  .object({
    site: z.string(),
    group: z.string(),
    node: z.string(),
    state: z.enum(nodeStates).meta({ description: "unborn: it sent something, but no birth" }),
    bdSeq: z.number().int().nullable().meta({ description: "life count of its birth" }),
    seq: z.number().int().meta({ description: "of its newest message" }),
    gaps: z.number().int().meta({ description: "messages were missing so often since its birth; its aliases wait" }),
    metrics: z.number().int().meta({ description: "announced by its births" }),
    devices: z.array(z.string()),
    heardAt: shapes.isoTime,
    askedAt: shapes.isoTime.nullable().meta({ description: "when it was asked for its birth last" }),
  })
  .meta({ id: "EdgeNode" });

function formatRow({ heardAt, askedAt, ...rest }: EdgeNodeRow) {
  const asked = askedAt === null ? null : formatIso(askedAt);
  return { ...rest, devices: [...rest.devices], heardAt: formatIso(heardAt), askedAt: asked };
}

function keyOf({ site, group, node }: EdgeNodeRow): string {
  return `${site}\n${group}\n${node}`;
}

export function listEdgeNodes({ ingest }: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/edge-nodes",
    summary: "Senders of Sparkplug B as they are known now, ordered by site",
    access: "viewer",
    query: z.strictObject({
      site: shapes.siteId.optional(),
      state: z.enum(nodeStates).optional(),
      ...shapes.pageQuery,
    }),
    replies: { 200: { says: "a page of edge nodes", schema: shapes.page(row) } },
    async run({ query }) {
      const { site, state, limit, cursor } = query;
      const after = cursor === undefined ? "" : parseCursor(cursor, isText)[0];
      const known = (await ingest.call("edge-nodes", site ?? null)) as readonly EdgeNodeRow[];
      const found = known.filter((each) => state === undefined || each.state === state);
      const rest = found.map((each) => [keyOf(each), each] as const).filter(([key]) => key > after);
      const items = rest.toSorted(([a], [b]) => (a < b ? -1 : 1)).slice(0, limit);
      const last = items.at(-1);
      const next = rest.length > items.length && last !== undefined ? formatCursor([last[0]]) : null;
      return { status: 200, body: { items: items.map(([, each]) => formatRow(each)), total: found.length, next } };
    },
  });
}
