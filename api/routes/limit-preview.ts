// A look ahead: which exceedances a span would have under limits that nobody has put yet.

import * as z from "zod";
import type { ExceedingWindow } from "#domain/judged.ts";
import { judgedBases } from "#domain/judged.ts";
import { dayMs, formatIso } from "#domain/time.ts";
import { requireDifferent, requireKnownSites, toLimit } from "../limit-drafts.ts";
import type { Rooms } from "../parts.ts";
import { type PreviewedSeries, previewNotes, previewSites } from "../preview.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const spanMsMax = 366 * dayMs;
const sitesMax = 2_000;
const limitsMax = 5_000;
/** Windows listed of one series; all are counted. */
const listedMax = 50;

const counts = z.object({
  windows: z.number().int().meta({ description: "windows of the span that have a mean" }),
  before: z.number().int().meta({ description: "exceedances under the limits as they are" }),
  after: z.number().int().nullable().meta({ description: "under the limits as they would be; null: cannot be told" }),
  appearing: z.number().int(),
  disappearing: z.number().int(),
});
const window = z.object({
  start: shapes.isoTime,
  compared: z.number(),
  limit: z.number(),
  multiple: z.number().nullable(),
});
const previewed = counts.extend({
  site: z.string(),
  siteName: z.string(),
  factor: z.string(),
  basis: z.enum(judgedBases),
  unit: z.string(),
  note: z.enum(previewNotes).nullable().meta({
    description:
      "kind-not-judged: sites of this kind are not judged; not-formed: there are no means that count yet; other-reference: the means would be formed again with another reference oxygen",
  }),
  appears: z.array(window).meta({ description: `the first ${listedMax} that appear` }),
  disappears: z.array(window).meta({ description: `the first ${listedMax} that disappear` }),
});
const preview = z
  .object({
    from: shapes.isoTime,
    to: shapes.isoTime,
    total: counts,
    unanswered: z.number().int(),
    series: z.array(previewed),
  })
  .meta({ id: "LimitPreview" });

function formatWindow({ start, compared, bound, multiple }: ExceedingWindow): z.output<typeof window> {
  return { start: formatIso(start), compared, limit: bound, multiple };
}

function formatSeries({ memory }: Rooms, series: PreviewedSeries): z.output<typeof previewed> {
  const { site, factor, basis, unit, windows, before, after, note } = series;
  const lacks = (list: readonly ExceedingWindow[], others: readonly ExceedingWindow[]): ExceedingWindow[] => {
    const starts = new Set(others.map(({ start }) => start));
    return list.filter(({ start }) => !starts.has(start));
  };
  const [appears, disappears] = after === null ? [[], []] : [lacks(after, before), lacks(before, after)];
  return {
    site,
    siteName: memory.site(site)?.name ?? site,
    factor,
    basis,
    unit,
    windows,
    before: before.length,
    after: after?.length ?? null,
    appearing: appears.length,
    disappearing: disappears.length,
    note,
    appears: appears.slice(0, listedMax).map(formatWindow),
    disappears: disappears.slice(0, listedMax).map(formatWindow),
  };
}

/** Of the series that can be answered. */
function sum(series: readonly z.output<typeof previewed>[]): z.output<typeof counts> {
  const answered = series.filter(({ after }) => after !== null);
  const of = (key: keyof z.output<typeof counts>): number =>
    answered.reduce((total, each) => total + (each[key] ?? 0), 0);
  return {
    windows: of("windows"),
    before: of("before"),
    after: of("after"),
    appearing: of("appearing"),
    disappearing: of("disappearing"),
  };
}

export function previewLimits(rooms: Rooms): Route {
  // A year of two thousand sites keeps this thread busy for seconds: one after the other.
  let isRunning = false;
  return defineRoute({
    method: "post",
    path: "/api/v1/limits/preview",
    summary: "Exceedances of a span, before and after limits that nobody has put yet",
    access: "admin",
    body: z.strictObject({
      limits: z.array(shapes.limitDraft).min(1).max(limitsMax),
      from: shapes.time,
      to: shapes.time,
    }),
    bodyBytesMax: 4 * 1024 * 1024,
    replies: {
      200: { says: "by site, factor and basis", schema: preview },
      409: { says: "another one is being made", schema: shapes.problem },
    },
    async run({ body: { limits: drafts, from, to }, user }) {
      if (from >= to) throw new Problem("invalid-request", "from must be before to");
      if (to - from > spanMsMax) throw new Problem("invalid-request", "a preview spans 366 days at most");
      if (drafts.some(({ basis }) => basis === "realtime"))
        throw new Problem("invalid-request", "limits for readings raise alarms; only those of hours and days judge");
      requireKnownSites(rooms, drafts);
      const limits = drafts.map((draft) => toLimit(draft, user.username));
      requireDifferent(limits);
      const bySite = Map.groupBy(limits, ({ site }) => site);
      if (bySite.size > sitesMax) throw new Problem("invalid-request", `a preview is of ${sitesMax} sites at most`);
      if (isRunning) throw new Problem("preview-running", "one preview is made at a time");
      isRunning = true;
      try {
        const series: z.output<typeof previewed>[] = [];
        const jobs = [...bySite].flatMap(([id, own]) => {
          const site = rooms.memory.site(id);
          return site === undefined ? [] : [{ site, drafts: own }];
        });
        for await (const found of previewSites(rooms, jobs, { from, to }))
          series.push(...found.map((each) => formatSeries(rooms, each)));
        const unanswered = series.filter(({ after }) => after === null).length;
        return {
          status: 200,
          body: { from: formatIso(from), to: formatIso(to), total: sum(series), unanswered, series },
        };
      } finally {
        isRunning = false;
      }
    },
  });
}
