// Report cards: of one logger day by day, and of all of them put together by who answers for them.

import { setImmediate as turn } from "node:timers/promises";
import * as z from "zod";
import { bounds } from "#domain/bounds.ts";
import { addLoggerDay, createLoggerDay, loggerChangeKinds, type LoggerDay } from "#domain/logger-card.ts";
import { type CardSpan, marks } from "#domain/logger-marks.ts";
import { dayMs, formatDay, formatIso, parseDay } from "#domain/time.ts";
import {
  addSilence,
  cardColumns,
  elapsedMs,
  formatCard,
  formatCardCells,
  formatMarks,
  listDays,
  startOfDay,
  sumDays,
} from "../logger-cards.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { countsOf, csvOrJson, csvReply, formatWho, who } from "./loggers.ts";

const path = "/api/v1/loggers";
const int = z.number().int();
const share = z.number().nullable();
const cardDaysMax = 400;
const cardsDaysMax = 31;
const changesShown = 500;
const daysDefault = 7;

const dayOrTime = z
  .union([shapes.day.transform((day) => parseDay(day) ?? 0), shapes.time])
  .meta({ description: "a day (UTC+8), or a time in it", example: "2026-11-22" });
const range = {
  from: dayOrTime.optional().meta({ description: "from this day; default: a week ago" }),
  to: dayOrTime.optional().meta({ description: "before this day, or until the day of this time; default: today too" }),
};

interface Days {
  readonly from: string;
  readonly to: string;
}

/** Whole days of UTC+8 that the range touches. */
function readDays(query: { from?: number | undefined; to?: number | undefined }, now: number, most: number): Days {
  const to = formatDay((query.to ?? now + dayMs) + (query.to === undefined ? 0 : dayMs - 1));
  const from = formatDay(query.from ?? startOfDay(to) - daysDefault * dayMs);
  const days = (startOfDay(to) - startOfDay(from)) / dayMs;
  if (days <= 0) throw new Problem("invalid-request", "from must be before to");
  if (days > most) throw new Problem("invalid-request", `at most ${most} days at once`);
  return { from, to };
}

const kind = z.object({
  due: int.meta({ description: "intervals of these days that are known to be due" }),
  received: int,
  receivedShare: share,
  live: int.meta({ description: "came by themselves, and not long after" }),
  withinMinuteShare: share,
  meanDelayMs: z.number().nullable(),
  greatestDelayMs: z.number().nullable(),
  backfilled: int,
});
const card = z
  .object({
    frames: int,
    packets: int,
    commands: countsOf,
    editions: countsOf,
    answersWanted: int,
    drift: z.object({
      count: int,
      leastMs: int.nullable(),
      meanMs: z.number().nullable(),
      greatestMs: int.nullable(),
      within95Ms: z.number().nullable().meta({ description: "95 % of the packets were within this, either way" }),
    }),
    remarks: countsOf.meta({ description: "deviations from the standard" }),
    refused: countsOf.meta({ description: "what ingest refused, by reason" }),
    faults: countsOf.meta({ description: "what the door refused; modbus and encrypted are hints beside crc" }),
    faultsTotal: int,
    lineEnds: int,
    repeats: int,
    connections: int,
    connectedShare: share,
    excerpt: z.string(),
    kinds: z.object({ minute: kind, hour: kind, day: kind }),
    meansCompared: int.meta({ description: "hour and day means of the logger that could be compared with ours" }),
    meansOff: int.meta({ description: "of those, too far apart: GET /api/v1/findings" }),
    boots: int,
    changes: int,
  })
  .meta({ id: "LoggerCard" });
const mark = z
  .object({
    line: z.string(),
    value: z.number().nullable(),
    unit: z.string(),
    mark: z.enum(marks).nullable(),
    threshold: z.object({ better: z.enum(["low", "high"]), good: z.number(), fair: z.number() }),
    says: z.string(),
    source: z.string(),
  })
  .meta({ id: "CardMark" });
const change = z
  .object({
    seq: int,
    at: shapes.isoTime,
    kind: z.enum(loggerChangeKinds),
    code: z.string(),
    factor: z.string(),
    value: z.string(),
    before: z.string().nullable(),
  })
  .meta({ id: "LoggerChange" });

const cardAnswer = z.object({
  ...who,
  from: z.string(),
  to: z.string().meta({ description: "exclusive" }),
  days: z.array(z.object({ day: z.string(), card })),
  sum: card,
  marks: z.array(mark),
  changes: z.array(change).meta({ description: `the newest ${changesShown}` }),
});

export function showCard(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${path}/{site}/card`,
    summary: "The report card of a logger: day by day, in sum, measured, and what changed in it",
    access: "viewer",
    params: z.object({ site: z.string().min(1).max(bounds.textCharsMax) }),
    query: z.strictObject({ ...range, format: csvOrJson }),
    replies: { 200: { says: "the card; CSV: one line per day", schema: cardAnswer }, 404: { says: "never heard of" } },
    async run({ params: { site }, query }) {
      const { state, memory, now } = rooms;
      const { from, to } = readDays(query, now(), cardDaysMax);
      const facts = await state.logger(site);
      if (facts === null && memory.site(site) === undefined)
        throw new Problem("site-not-found", `there is no site or logger ${site}`);
      const rows = await state.loggerDays({ site, from, to });
      const gaps = await state.loggerGaps({ site });
      const days = addSilence(rows, gaps, site, listDays(from, to), now());
      const spanOf = (first: string, last: string): CardSpan => {
        const ms = elapsedMs(first, last, now(), facts?.firstAt);
        return { ms, days: ms / dayMs, loggers: 1 };
      };
      const spanOfDay = (day: string): CardSpan => spanOf(day, formatDay(startOfDay(day) + dayMs));
      if (query.format === "csv") {
        const lines = days.map((row) => [row.day, ...formatCardCells(row, spanOfDay(row.day))]);
        return csvReply(`logger-${site.replaceAll(/[^\w.-]/g, "_")}`, [["day", ...cardColumns], ...lines]);
      }
      const sum = sumDays(days, site);
      const all = spanOf(from, to);
      const filter = { site, from: startOfDay(from), to: startOfDay(to), limit: changesShown };
      const changes = await state.loggerChanges(filter);
      const body = {
        ...formatWho(rooms, site, facts?.mn ?? ""),
        from,
        to,
        days: days.map((row) => ({ day: row.day, card: formatCard(row, spanOfDay(row.day)) })),
        sum: formatCard(sum, all),
        marks: formatMarks(sum, all),
        changes: changes.map(({ seq, at, kind: what, code, factor, value, before }) => ({
          seq,
          at: formatIso(at),
          kind: what,
          code,
          factor,
          value,
          before,
        })),
      };
      return { status: 200, body };
    },
  });
}

const groupings = ["maintainer", "enterprise", "city"] as const;
type Grouping = (typeof groupings)[number];

const cardsAnswer = z.object({
  by: z.enum(groupings),
  from: z.string(),
  to: z.string(),
  items: z.array(
    z.object({
      group: z.string().nullable().meta({ description: "null: the sites say none" }),
      loggers: int,
      card,
      marks: z.array(mark),
    }),
  ),
});

interface Group {
  readonly sites: Set<string>;
  readonly sum: LoggerDay;
}

/** Day by day, so that other work gets its turn. */
async function gatherGroups(rooms: Rooms, by: Grouping, { from, to }: Days): Promise<Map<string | null, Group>> {
  const groups = new Map<string | null, Group>();
  const gaps = Map.groupBy(await rooms.state.loggerGaps({}), ({ site }) => site);
  for (const day of listDays(from, to)) {
    const next = formatDay(startOfDay(day) + dayMs);
    const rows = new Map((await rooms.state.loggerDays({ from: day, to: next })).map((row) => [row.site, row]));
    for (const site of new Set([...rows.keys(), ...gaps.keys()])) {
      const found = rooms.memory.site(site);
      if (found === undefined) continue;
      const row = rows.get(site);
      const [full] = addSilence(row === undefined ? [] : [row], gaps.get(site) ?? [], site, [day], rooms.now());
      if (full === undefined) continue;
      const name = found[by] ?? null;
      const group = groups.get(name) ?? { sites: new Set<string>(), sum: createLoggerDay("", "") };
      groups.set(name, group);
      group.sites.add(site);
      addLoggerDay(group.sum, full);
    }
    await turn();
  }
  return groups;
}

export function listCards(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${path}/cards`,
    summary: "Report cards of loggers put together by who answers for them",
    access: "viewer",
    query: z.strictObject({ by: z.enum(groupings).default("maintainer"), ...range, format: csvOrJson }),
    replies: { 200: { says: "one card per group; CSV: one line each", schema: cardsAnswer } },
    async run({ query }) {
      const { by } = query;
      const days = readDays(query, rooms.now(), cardsDaysMax);
      const firstAt = new Map((await rooms.state.loggers()).map((facts) => [facts.site, facts.firstAt]));
      const groups = await gatherGroups(rooms, by, days);
      const sorted = [...groups].toSorted(([a], [b]) => (a ?? "").localeCompare(b ?? ""));
      const spanOf = ({ sites }: Group): CardSpan => {
        let all = 0;
        for (const site of sites) all += elapsedMs(days.from, days.to, rooms.now(), firstAt.get(site));
        const ms = all / Math.max(1, sites.size);
        return { ms, days: ms / dayMs, loggers: sites.size };
      };
      if (query.format === "csv") {
        const lines = sorted.map(([name, group]) => [
          name ?? "",
          String(group.sites.size),
          ...formatCardCells(group.sum, spanOf(group)),
        ]);
        return csvReply(`loggers-by-${by}`, [[by, "loggers", ...cardColumns], ...lines]);
      }
      const items = sorted.map(([name, group]) => ({
        group: name,
        loggers: group.sites.size,
        card: formatCard(group.sum, spanOf(group)),
        marks: formatMarks(group.sum, spanOf(group)),
      }));
      return { status: 200, body: { by, ...days, items } };
    },
  });
}
