// The journal of alarms: every transition of every alarm as it was written, with its hash, and whether the chain of hashes holds.

import * as z from "zod";
import {
  alarmStates,
  type AlarmTransition,
  alarmValidities,
  suppressionKinds,
  transitionCauses,
} from "#domain/alarm.ts";
import { formatIso } from "#domain/time.ts";
import type { AlarmJournalFilter, AlarmJournalRow } from "#store/state/alarm-reader.ts";
import { type ChainReport, walkChain, writeWhenDone } from "../alarms/chain-check.ts";
import { journalColumns, listFormats, readPages, replySheet } from "../alarms/sheets.ts";
import type { Rooms } from "../parts.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const path = "/api/v1/alarms/journal";
const int = z.number().int();

export const transition = z
  .object({
    alarmId: z.string(),
    version: int,
    seq: int.meta({ description: "of the entry of the central journal that caused it" }),
    from: z.enum(alarmStates),
    to: z.enum(alarmStates),
    cause: z.enum(transitionCauses),
    value: z.number().nullable(),
    limit: z.number().nullable(),
    eventTime: shapes.isoTime,
    receivedAt: shapes.isoTime,
    actor: z.string().nullable(),
    comment: z.string().nullable(),
    definition: z.string().optional(),
    record: z.string().optional(),
    recordVersion: int.optional(),
    fromSuppression: z.enum(suppressionKinds).nullish(),
    toSuppression: z.enum(suppressionKinds).nullish(),
    fromValidity: z.enum(alarmValidities).optional(),
    toValidity: z.enum(alarmValidities).optional(),
    fromLevel: int.optional(),
    toLevel: int.optional(),
    priority: int.optional(),
    channel: z.string().nullish().meta({ description: "by which way the person came" }),
    reason: z.string().nullish(),
    annunciation: z.string().nullish().meta({ description: "id of the call to operators that it made" }),
  })
  .meta({ id: "AlarmTransition" });

export function formatTransition(row: AlarmTransition) {
  return { ...row, eventTime: formatIso(row.eventTime), receivedAt: formatIso(row.receivedAt) };
}

const journalRow = transition
  .extend({
    place: int.meta({ description: "in the chain, from 1" }),
    hash: z.string().meta({ description: "SHA-256 of the hash before it, a line feed, and the row as it was written" }),
    site: z.string(),
    siteName: z.string().nullable(),
    factor: z.string().nullable(),
    unit: z.string(),
  })
  .meta({ id: "AlarmJournalRow" });

function formatRow({ memory }: Rooms, { transition: row, place, hash, site, factor, unit }: AlarmJournalRow) {
  return { ...formatTransition(row), place, hash, site, siteName: memory.site(site)?.name ?? null, factor, unit };
}

export function listAlarmJournal(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path,
    summary: "Everything that happened to alarms, newest first",
    access: "viewer",
    query: z.strictObject({
      from: shapes.time.optional().meta({ description: "received from" }),
      to: shapes.time.optional().meta({ description: "received before" }),
      site: shapes.siteId.optional(),
      city: shapes.cityCode.optional(),
      actor: shapes.text.optional(),
      cause: shapes.repeatable(z.enum(transitionCauses), transitionCauses.length).optional(),
      definition: shapes.text.optional().meta({ description: "what can happen, or its record" }),
      alarm: shapes.text.optional(),
      format: z.enum(listFormats).default("json"),
      ...shapes.pageQuery,
    }),
    replies: { 200: { says: "a page of rows; CSV and XLSX: all", schema: shapes.page(journalRow) } },
    async run({ query }) {
      const { format, limit, cursor, cause: causes, ...rest } = query;
      const given = Object.fromEntries(
        Object.entries({ ...rest, causes }).filter(([, value]) => value !== undefined),
      ) as Omit<AlarmJournalFilter, "limit" | "cursor">;
      if (format !== "json") {
        const { total } = await rooms.state.alarmJournal({ ...given, limit: 1 });
        const parts = readPages((page) => rooms.state.alarmJournal({ ...given, ...page }));
        return replySheet(format, "alarm-journal", journalColumns(rooms.memory), parts, total);
      }
      const at = cursor === undefined ? {} : { cursor };
      const { items, total, next } = await rooms.state.alarmJournal({ ...given, ...at, limit });
      return { status: 200, body: { items: items.map((row) => formatRow(rooms, row)), total, next } };
    },
  });
}

const report: z.ZodType<ChainReport> = z
  .object({
    unbroken: z.boolean(),
    rows: int.meta({ description: "that fit, from the first on" }),
    brokenAt: int.nullable().meta({ description: "place of the first row that does not fit to the one before it" }),
    head: z
      .string()
      .meta({ description: "hash of the last row that fits: keep it to prove later what stood before it" }),
  })
  .meta({ id: "AlarmChainReport" });

export function checkAlarmJournal({ state }: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${path}/check`,
    summary: "Walks the chain of hashes: was a row of the journal changed, removed or slipped in?",
    access: "viewer",
    replies: { 200: { says: "what was found", schema: report } },
    run() {
      const work = walkChain((after, limit) => state.alarmChain(after, limit));
      return { status: 200, type: "application/json", text: writeWhenDone(work) };
    },
  });
}
