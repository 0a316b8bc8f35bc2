// Quarantine: refused frames and readings as a list and as a file, and one refused frame with its bytes. What is decided about
// them stands in decisions.ts.

import * as z from "zod";
import { bounds } from "#domain/bounds.ts";
import { channels, doors, type Entry } from "#domain/frame.ts";
import type { QuarantineRow } from "#domain/ledger.ts";
import { quarantineStates } from "#domain/quarantine.ts";
import { formatIso } from "#domain/time.ts";
import type { QuarantineFilter } from "#store/state/state.ts";
import { formatQuarantineHead, formatQuarantineLines } from "../export/rows.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

export const path = "/api/v1/quarantine";
const int = z.number().int();

const decision = z.object({
  by: z.string(),
  at: shapes.isoTime,
  why: z.string(),
  seq: int.meta({ description: "journal sequence of the decision" }),
});

const row = z
  .object({
    seq: int,
    part: int,
    site: z.string(),
    receivedAt: shapes.isoTime,
    reason: z.string(),
    detail: z.string(),
    factor: z.string().nullable(),
    excerpt: z.string(),
    state: z.enum(quarantineStates),
    decision: decision.nullable(),
  })
  .meta({ id: "Quarantined" });

function formatRow(stored: QuarantineRow): z.output<typeof row> {
  const { decision: decided, receivedAt, state = "open", seq, part, site, reason, detail, factor, excerpt } = stored;
  return {
    seq,
    part,
    site,
    receivedAt: formatIso(receivedAt),
    reason,
    detail,
    factor,
    excerpt,
    state,
    decision: decided === undefined ? null : { ...decided, at: formatIso(decided.at) },
  };
}

const exportPageRows = 1000;

/** All pages of a filter, written one after the other. */
async function* writePages(
  { state }: Rooms,
  filter: Omit<QuarantineFilter, "limit" | "cursor">,
  head: string,
  format: (rows: readonly QuarantineRow[]) => string,
): AsyncGenerator<string> {
  let cursor: string | null = null;
  yield head;
  do {
    const at: { cursor?: string } = cursor === null ? {} : { cursor };
    const page = await state.quarantine({ ...filter, ...at, limit: exportPageRows });
    yield format(page.items);
    cursor = page.next;
  } while (cursor !== null);
}

const formatLines = (rows: readonly QuarantineRow[]): string =>
  rows.map((one) => `${JSON.stringify(formatRow(one))}\n`).join("");

export function listQuarantine(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path,
    summary: "Refused frames and readings, newest first",
    access: "viewer",
    query: z.strictObject({
      day: shapes.day.optional(),
      from: shapes.time.optional().meta({ description: "received from" }),
      to: shapes.time.optional().meta({ description: "received before" }),
      site: z.string().max(64).optional(),
      reason: z.string().max(100).optional(),
      state: z.enum(quarantineStates).optional(),
      format: z.enum(["json", "csv", "ndjson"]).default("json").meta({ description: "files come whole" }),
      ...shapes.pageQuery,
    }),
    replies: { 200: { says: "a page of them; CSV and NDJSON: all of them", schema: shapes.page(row) } },
    async run({ query }) {
      const { limit, cursor, format, ...rest } = query;
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      const headers = (name: string) => ({ "content-disposition": `attachment; filename="${name}"` });
      if (format === "csv") {
        const text = writePages(rooms, given, formatQuarantineHead(), formatQuarantineLines);
        const type = "text/csv; charset=utf-8; header=present";
        return { status: 200, type, headers: headers("plumeline-quarantine.csv"), text };
      }
      if (format === "ndjson") {
        const text = writePages(rooms, given, "", formatLines);
        return { status: 200, type: "application/x-ndjson", headers: headers("plumeline-quarantine.ndjson"), text };
      }
      const at = cursor === undefined ? {} : { cursor };
      const { items, total, next } = await rooms.state.quarantine({ ...given, ...at, limit });
      return { status: 200, body: { items: items.map(formatRow), total, next } };
    },
  });
}

const frame = z.object({
  door: z.string(),
  channel: z.string(),
  promised: z.boolean().meta({ description: "false: it came with QoS 0" }),
  bytes: int,
  text: z.string().nullable().meta({ description: "as received, when it is UTF-8" }),
  base64: z.string().nullable().meta({ description: "when it is not" }),
  hex: z
    .string()
    .nullable()
    .meta({ description: `the first ${bounds.hexPreviewBytes} bytes of what is not UTF-8` }),
});

function nameOf(table: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(table).find(([, number]) => number === value)?.[0] ?? String(value);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function readText(payload: Uint8Array): string | null {
  try {
    return utf8.decode(payload);
  } catch {
    // That is the answer: it is not UTF-8.
    return null;
  }
}

function formatFrame(entry: Entry): z.output<typeof frame> {
  const text = readText(entry.payload);
  const bytes = Buffer.from(entry.payload);
  return {
    door: nameOf(doors, entry.door),
    channel: nameOf(channels, entry.channel),
    promised: entry.promised,
    bytes: bytes.length,
    text,
    base64: text === null ? bytes.toString("base64") : null,
    hex: text === null ? bytes.subarray(0, bounds.hexPreviewBytes).toString("hex") : null,
  };
}

const details = z
  .object({
    seq: int,
    site: z.string(),
    receivedAt: shapes.isoTime,
    open: int.meta({ description: "refusals that nobody has decided about" }),
    readings: z
      .object({ received: int, stored: int, duplicate: int, quarantined: int })
      .nullable()
      .meta({ description: "what became of its readings; null in frames refused by an older version" }),
    refusals: z.array(row),
    frame: frame.nullable().meta({ description: "null when the journal cannot give it back" }),
  })
  .meta({ id: "QuarantinedFrame" });

export function showQuarantined(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${path}/{seq}`,
    summary: "A refused frame: all its refusals, and its bytes as they were received",
    access: "viewer",
    params: z.object({ seq: z.coerce.number().int().min(1) }),
    replies: { 200: { says: "the frame", schema: details }, 404: { says: "nothing was refused of it" } },
    async run({ params }) {
      const rows = await rooms.state.quarantineOf([params.seq]);
      const [first] = rows;
      if (first === undefined) throw new Problem("frame-not-found", `nothing was refused of the frame ${params.seq}`);
      let found: z.output<typeof frame> | null = null;
      for await (const entry of rooms.frames.read([params.seq])) found = formatFrame(entry);
      const known = first.frame;
      const readings =
        known === undefined
          ? null
          : {
              received: known.received,
              stored: known.stored,
              duplicate: known.duplicate,
              quarantined: known.quarantined,
            };
      const body = {
        seq: first.seq,
        site: first.site,
        receivedAt: formatIso(first.receivedAt),
        open: rows.filter((one) => (one.state ?? "open") === "open").length,
        readings,
        refusals: rows.map(formatRow),
        frame: found,
      };
      return { status: 200, body };
    },
  });
}
