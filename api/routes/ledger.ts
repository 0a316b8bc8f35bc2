// The ledger: what became of every acknowledged frame, by day and site, and who decided what.

import * as z from "zod";
import { addLedgerCounts, createLedgerCounts, type LedgerCounts } from "#domain/ledger.ts";
import { formatDay, formatIso } from "#domain/time.ts";
import { formatLedgerCsv } from "../export/rows.ts";
import type { Rooms } from "../parts.ts";
import { askBrokerStatus, askIngestStatus } from "../peers.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const int = z.number().int();
const frames = z.object({
  acknowledged: int,
  stored: int,
  quarantined: int,
  duplicate: int,
  pending: int.nullable(),
  unpromised: int.meta({
    description: "of stored, quarantined and duplicate: came with QoS 0, was never acknowledged",
  }),
});
const readings = z.object({ received: int, stored: int, quarantined: int, duplicate: int });
const reasons = z.record(z.string(), int);
const ledger = z
  .object({
    day: z.string(),
    balanced: z.boolean().nullable().meta({ description: "null when broker or ingest cannot be asked" }),
    frames,
    readings,
    quarantine: reasons,
    bySite: z.array(
      z.object({ site: z.string(), frames: frames.omit({ pending: true }), readings, quarantine: reasons }),
    ),
  })
  .meta({ id: "Ledger" });

function formatCounts(counts: LedgerCounts) {
  const [stored, quarantined, duplicate] = [counts.framesStored, counts.framesQuarantined, counts.framesDuplicate];
  const unpromised = counts.framesUnpromised;
  return {
    frames: { acknowledged: stored + quarantined + duplicate - unpromised, stored, quarantined, duplicate, unpromised },
    readings: {
      received: counts.readingsReceived,
      stored: counts.readingsStored,
      quarantined: counts.readingsQuarantined,
      duplicate: counts.readingsDuplicate,
    },
    quarantine: counts.reasons,
  };
}

interface Flow {
  /** Frames in the journal whose outcome is not in the state store yet. */
  readonly pending: number;
  /** Frames whose outcome is there. */
  readonly committed: number;
  /** Broker and ingest count independently; at the same place in the journal they must agree. */
  readonly agreed: boolean;
}

async function readFlow({ broker, ingest }: Rooms): Promise<Flow | null> {
  // Ingest first: the journal's head only grows, so the difference can not come out below zero.
  const behind = await askIngestStatus(ingest);
  const ahead = await askBrokerStatus(broker);
  if (!behind.ok || !ahead.ok) return null;
  const committed = behind.value.framesCommitted;
  const unprocessed = ahead.value.head.frames - behind.value.frames;
  const caughtUp = behind.value.cursor >= ahead.value.head.seq;
  const pending = Math.max(0, ahead.value.head.frames - committed);
  return { pending, committed, agreed: unprocessed >= 0 && (!caughtUp || unprocessed === 0) };
}

/** Rows and flow of one moment: read again when the state store has gone on between the two. */
async function readLedger(rooms: Rooms, day: string, site: string | undefined) {
  let flow = await readFlow(rooms);
  for (let attempt = 0; ; attempt++) {
    const rows = await rooms.state.ledger(day, site);
    const after = await readFlow(rooms);
    if (attempt === 3 || after?.committed === flow?.committed) return { rows, flow: after };
    flow = after;
  }
}

export function showLedger(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/ledger",
    summary: "What became of every frame received on a day (UTC+8)",
    access: "viewer",
    query: z.strictObject({
      day: shapes.day.optional().meta({ description: "default: today" }),
      site: shapes.siteId.optional(),
      format: z.enum(["json", "csv"]).default("json").meta({ description: "csv: one line per site" }),
    }),
    replies: { 200: { says: "the sums", schema: ledger } },
    async run({ query }) {
      const today = formatDay(rooms.now());
      const day = query.day ?? today;
      if (query.format === "csv") {
        const text = formatLedgerCsv(await rooms.state.ledger(day, query.site));
        const headers = { "content-disposition": `attachment; filename="plumeline-ledger-${day}.csv"` };
        return { status: 200, type: "text/csv; charset=utf-8; header=present", headers, text };
      }
      const { rows, flow } = await readLedger(rooms, day, query.site);
      const sum = createLedgerCounts();
      for (const row of rows) addLedgerCounts(sum, row);
      const { frames: counted, ...rest } = formatCounts(sum);
      // Whose the pending frames are is known only when ingest has come to them; they were received today.
      const mine = day === today && (query.site === undefined || flow?.pending === 0);
      const pending = flow === null || (day === today && !mine) ? null : mine ? flow.pending : 0;
      const { received, stored, quarantined, duplicate } = rest.readings;
      const balanced = flow === null ? null : flow.agreed && received === stored + quarantined + duplicate;
      const bySite = rows.map((row) => ({ site: row.site, ...formatCounts(row) }));
      const all = { ...counted, acknowledged: counted.acknowledged + (pending ?? 0), pending };
      return { status: 200, body: { day, balanced, frames: all, ...rest, bySite } };
    },
  });
}

const auditRow = z
  .object({
    seq: int,
    at: shapes.isoTime,
    actor: z.string(),
    action: z.string(),
    object: z.string(),
    outcome: z.string(),
    detail: z.string(),
  })
  .meta({ id: "Audited" });

export function listAudit({ state }: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/audit",
    summary: "Who decided what, newest first",
    access: "viewer",
    query: z.strictObject({ object: z.string().max(200).optional(), ...shapes.pageQuery }),
    replies: { 200: { says: "a page of decisions", schema: shapes.page(auditRow) } },
    async run({ query }) {
      const { limit, object, cursor } = query;
      const given = { ...(object === undefined ? {} : { object }), ...(cursor === undefined ? {} : { cursor }) };
      const { items, total, next } = await state.audit({ ...given, limit });
      return { status: 200, body: { items: items.map((row) => ({ ...row, at: formatIso(row.at) })), total, next } };
    },
  });
}
