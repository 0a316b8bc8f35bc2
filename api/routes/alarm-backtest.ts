// A look back: what records would have raised in a span of the past, before they are put. Long ones tell how far they are; who
// leaves ends the work; one at a time per person.

import * as z from "zod";
import { type BacktestNews, runBacktest } from "../alarms/backtest.ts";
import { definitionId, importedDefinition } from "../alarms/definition-shapes.ts";
import { listInForce } from "../alarms/known-definitions.ts";
import { createRunning } from "../alarms/running.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { judgedBases } from "#domain/judged.ts";
import type { Site } from "#domain/site.ts";
import { dayMs, formatIso } from "#domain/time.ts";
import { findSite } from "./sites.ts";

const spanMsMax = 92 * dayMs;
const sitesMax = 2_000;
const definitionsMax = 50;
const runningMax = 2;

const int = z.number().int();
const counted = z.object({
  raises: int,
  calls: int.meta({ description: "each raise, and each step to a graver level" }),
  byPriority: z.record(z.string(), int),
  byDay: z.array(z.object({ day: shapes.day, raises: int })).meta({ description: "days of UTC+8 that have any" }),
  bySite: z
    .array(z.object({ site: z.string(), siteName: z.string(), raises: int }))
    .meta({ description: "most first" }),
});
const report = z
  .object({
    from: shapes.isoTime,
    to: shapes.isoTime,
    before: counted.meta({ description: "under the records in force, where the new ones say anything" }),
    after: counted,
    confirmed: int.meta({ description: "confirmed exceedances of the tested series" }),
    missedConfirmed: int.meta({ description: "of them: told by these records before, and not after" }),
    missed: z.array(
      z.object({
        id: z.string(),
        site: z.string(),
        factor: z.string(),
        basis: z.enum(judgedBases),
        start: shapes.isoTime,
      }),
    ),
    sites: int,
    series: int,
    samples: int,
    seconds: z.number(),
    skipped: z.array(z.object({ id: z.string(), why: z.string() })),
  })
  .meta({ id: "AlarmBacktest" });

export function backtestDefinitions(rooms: Rooms): Route {
  const run = createRunning(runningMax);
  return defineRoute({
    method: "post",
    path: "/api/v1/alarm-definitions/backtest",
    summary: "What records would have raised in a span of the past, beside those in force; limits and values only",
    access: "operator",
    query: z.strictObject({
      format: z.enum(["json", "ndjson"]).default("json").meta({ description: "ndjson: progress, then the report" }),
    }),
    body: z.strictObject({
      definitions: z
        .array(importedDefinition.extend({ id: definitionId }))
        .min(1)
        .max(definitionsMax),
      city: shapes.cityCode.optional(),
      sites: z.array(shapes.siteId).min(1).max(sitesMax).optional(),
      from: shapes.time,
      to: shapes.time,
    }),
    bodyBytesMax: 1024 * 1024,
    replies: {
      200: { says: "the report; ndjson: lines {progress:{done,total}}, then {report}", schema: report },
      409: { says: "one is running" },
    },
    async run({ body, query, user }) {
      const { from, to } = body;
      if (from >= to) throw new Problem("invalid-request", "from must be before to");
      if (to - from > spanMsMax) throw new Problem("invalid-request", "a back-test spans 92 days at most");
      const sites = pickSites(rooms, body);
      const records = (await listInForce(rooms.state)).map((known) => known.definition);
      const isTested = ({ subject }: { readonly subject: string }): boolean =>
        subject === "limit" || subject === "value";
      const skipped = body.definitions
        .filter((one) => !isTested(one))
        .map(({ id, subject }) => ({ id, why: `${subject} leaves no values in history to test it with` }));
      const candidates = body.definitions
        .filter(isTested)
        .map(({ version: _version, ...rest }) => ({ ...rest, version: 0 }));
      const began = performance.now();
      const work = run(user.username, () => runBacktest(rooms, { sites, records, candidates, from, to }));
      const format = (news: BacktestNews): object | null => {
        if ("progress" in news) return null;
        const seconds = Math.round(performance.now() - began) / 1000;
        return { ...formatReport(rooms, news), from: formatIso(from), to: formatIso(to), seconds, skipped };
      };
      const isLines = query.format === "ndjson";
      const type = isLines ? "application/x-ndjson" : "application/json";
      return { status: 200, type, text: isLines ? writeLines(work, format) : writeOne(work, format) };
    },
  });
}

function pickSites(
  rooms: Rooms,
  { city, sites }: { readonly city?: string | undefined; readonly sites?: readonly string[] | undefined },
): readonly Site[] {
  if ((city === undefined) === (sites === undefined))
    throw new Problem("invalid-request", "either `city` or `sites` says where");
  const found =
    sites === undefined
      ? rooms.memory.sites().filter((site) => site.city === city)
      : [...new Set(sites)].map((id) => findSite(rooms, id));
  if (found.length > sitesMax) throw new Problem("invalid-request", `a back-test is of ${sitesMax} sites at most`);
  return found;
}

function formatReport({ memory }: Rooms, { report: found }: Extract<BacktestNews, { report: unknown }>) {
  const named = (list: (typeof found)["before"]["bySite"]) =>
    list.map(({ site, raises }) => ({ site, siteName: memory.site(site)?.name ?? site, raises }));
  return {
    ...found,
    before: { ...found.before, bySite: named(found.before.bySite) },
    after: { ...found.after, bySite: named(found.after.bySite) },
    missed: found.missed.map((each) => ({ ...each, start: formatIso(each.start) })),
  };
}

type Format = (news: BacktestNews) => object | null;

/** JSON allows white space before a value: a caller that left is noticed while it is worked out. */
async function* writeOne(work: AsyncIterable<BacktestNews>, format: Format): AsyncGenerator<string> {
  for await (const news of work) {
    const answer = format(news);
    yield answer === null ? " " : JSON.stringify(answer);
  }
}

async function* writeLines(work: AsyncIterable<BacktestNews>, format: Format): AsyncGenerator<string> {
  for await (const news of work) {
    const answer = format(news);
    yield `${JSON.stringify(answer === null ? news : { report: answer })}\n`;
  }
}
