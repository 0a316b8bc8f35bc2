// Gaps: minute, hour and day data of loggers that were due and did not come, and whether they were asked for.

import * as z from "zod";
import { requestStates } from "#domain/device-request.ts";
import { type IntervalKind, intervalKinds } from "#domain/logger-card.ts";
import { cutSpan, type GapSpan, intervalsIn, missingSpans } from "#domain/logger-gaps.ts";
import { formatIso, formatLocal } from "#domain/time.ts";
import { formatCursor, isNumberAndText, parseCursor } from "#store/state/page.ts";
import { type Asked, pastMs, readAsked } from "../gap-plan.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { csvOrJson, csvReply } from "./loggers.ts";

const int = z.number().int();
const pastRequestsMax = 500;

const gap = z
  .object({
    site: z.string(),
    name: z.string().nullable(),
    kind: z.enum(intervalKinds),
    from: shapes.isoTime.meta({ description: "start of the first interval that is missing" }),
    to: shapes.isoTime.meta({ description: "end of the last one" }),
    intervalSeconds: int,
    missing: int.meta({ description: "intervals" }),
    ageSeconds: int.meta({ description: "since the last one ended" }),
    request: z
      .object({ id: z.string(), state: z.enum(requestStates), detail: z.string(), changedAt: shapes.isoTime })
      .nullable()
      .meta({ description: "the last request of these days that asked for some of it" }),
  })
  .meta({ id: "Gap" });

const sums = z.object({ spans: int, intervals: int, loggers: int });
const answer = z.object({
  items: z.array(gap),
  total: int,
  next: z.string().nullable(),
  totals: z.object({ all: sums, minute: sums, hour: sums, day: sums }),
});

interface Missing {
  readonly site: string;
  readonly kind: IntervalKind;
  readonly span: GapSpan;
}

interface GapQuery {
  readonly site?: string | undefined;
  readonly kind?: IntervalKind | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

async function gatherMissing(rooms: Rooms, { site, kind, from = 0, to = rooms.now() }: GapQuery): Promise<Missing[]> {
  const filter = { ...(site === undefined ? {} : { site }), ...(kind === undefined ? {} : { kind }) };
  const found = await rooms.state.loggerGaps(filter);
  return found.flatMap((gaps) =>
    missingSpans(gaps, rooms.now())
      .flatMap((span) => cutSpan(span, from, to) ?? [])
      .map((span) => ({ site: gaps.site, kind: gaps.kind, span })),
  );
}

function sum(list: readonly Missing[]): z.output<typeof sums> {
  return {
    spans: list.length,
    intervals: list.reduce((count, { span }) => count + intervalsIn(span), 0),
    loggers: new Set(list.map(({ site }) => site)).size,
  };
}

/** The last request for some of each; asked once for every site. */
async function formatGaps(rooms: Rooms, list: readonly Missing[]): Promise<z.output<typeof gap>[]> {
  const asked = new Map<string, Asked[]>();
  for (const site of new Set(list.map((each) => each.site))) {
    const past = await rooms.state.requests({ site, from: rooms.now() - pastMs, limit: pastRequestsMax });
    asked.set(
      site,
      past.items.flatMap((request) => readAsked(request) ?? []),
    );
  }
  return list.map(({ site, kind, span }) => {
    const last = asked.get(site)?.find((each) => each.kind === kind && each.from < span.to && each.to >= span.from);
    const { id, state, detail, changedAt } = last?.request ?? {};
    const isAsked = id !== undefined && state !== undefined && detail !== undefined && changedAt !== undefined;
    return {
      site,
      name: rooms.memory.site(site)?.name ?? null,
      kind,
      from: formatIso(span.from),
      to: formatIso(span.to),
      intervalSeconds: span.stepMs / 1000,
      missing: intervalsIn(span),
      ageSeconds: Math.round((rooms.now() - span.to) / 1000),
      request: isAsked ? { id, state, detail, changedAt: formatIso(changedAt) } : null,
    };
  });
}

const csvHead = [
  "监测点 site",
  "名称 name",
  "数据类型 kind",
  "开始 from (UTC+8)",
  "结束 to (UTC+8)",
  "缺失个数 missing",
  "补数请求 request",
  "说明 detail",
];

function formatCsvRows(items: readonly z.output<typeof gap>[]): string[][] {
  return items.map(({ site, name, kind, from, to, missing, request }) => {
    const times = [formatLocal(Date.parse(from)), formatLocal(Date.parse(to))];
    return [site, name ?? "", kind, ...times, String(missing), request?.state ?? "", request?.detail ?? ""];
  });
}

export function listGaps(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/gaps",
    summary: "Data of loggers that were due and did not come, newest first",
    access: "viewer",
    query: z.strictObject({
      site: shapes.siteId.optional(),
      kind: z.enum(intervalKinds).optional(),
      from: shapes.time.optional(),
      to: shapes.time.optional(),
      format: csvOrJson,
      ...shapes.pageQuery,
    }),
    replies: { 200: { says: "a page of spans, and the sums of all; CSV: all spans", schema: answer } },
    async run({ query }) {
      const { limit, cursor, format, ...rest } = query;
      if (rest.from !== undefined && rest.to !== undefined && rest.from >= rest.to)
        throw new Problem("invalid-request", "from must be before to");
      const all = await gatherMissing(rooms, rest);
      const keyOf = ({ site, kind, span }: Missing) => [span.to, `${site} ${kind} ${span.from}`] as const;
      const sorted = all
        .map((each) => ({ each, key: keyOf(each) }))
        .toSorted((a, b) => b.key[0] - a.key[0] || (a.key[1] < b.key[1] ? -1 : 1));
      if (format === "csv") {
        const items = await formatGaps(
          rooms,
          sorted.map(({ each }) => each),
        );
        return csvReply("gaps", [csvHead, ...formatCsvRows(items)]);
      }
      const after = cursor === undefined ? null : parseCursor(cursor, isNumberAndText);
      const left = sorted.filter(
        ({ key }) => after === null || key[0] < after[0] || (key[0] === after[0] && key[1] > after[1]),
      );
      const page = left.slice(0, limit);
      const last = page.at(-1);
      const ofKind = (kind: IntervalKind) => sum(all.filter((each) => each.kind === kind));
      const body = {
        items: await formatGaps(
          rooms,
          page.map(({ each }) => each),
        ),
        total: all.length,
        next: left.length > page.length && last !== undefined ? formatCursor(last.key) : null,
        totals: { all: sum(all), minute: ofKind("minute"), hour: ofKind("hour"), day: ofKind("day") },
      };
      return { status: 200, body };
    },
  });
}
