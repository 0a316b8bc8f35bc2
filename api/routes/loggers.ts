// Loggers: all that were ever heard, and those that should be.

import * as z from "zod";
import { mnOfSource } from "#domain/logger.ts";
import type { LoggerDay, LoggerFacts } from "#domain/logger-card.ts";
import { faultCount } from "#domain/logger-marks.ts";
import type { Site } from "#domain/site.ts";
import { dayMs, formatDay, formatIso } from "#domain/time.ts";
import { formatCursor, isText, parseCursor } from "#store/state/page.ts";
import { byteOrderMark, formatCsvLine } from "../export/csv.ts";
import type { Rooms } from "../parts.ts";
import { defineRoute, type Reply, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const path = "/api/v1/loggers";
const int = z.number().int();
export const countsOf = z.record(z.string(), int);
export const csvOrJson = z.enum(["json", "csv"]).default("json");
export function csvReply(name: string, lines: readonly (readonly string[])[]): Reply {
  const headers = { "content-disposition": `attachment; filename="plumeline-${name}.csv"` };
  const text = byteOrderMark + lines.map((cells) => formatCsvLine(cells)).join("");
  return { status: 200, type: "text/csv; charset=utf-8; header=present", headers, text };
}

export const who = {
  site: z.string().meta({ description: 'the site; "hj212:" and the MN for a logger that no site has' }),
  known: z.boolean().meta({ description: "false: no site has this logger" }),
  mn: z.string(),
  name: z.string().nullable(),
  city: z.string().nullable(),
  enterprise: z.string().nullable(),
  maintainer: z.string().nullable(),
};

export function formatWho({ memory }: Rooms, site: string, mn: string): z.output<z.ZodObject<typeof who>> {
  const found: Site | undefined = memory.site(site);
  return {
    site,
    known: found !== undefined,
    mn: found?.mn ?? mn,
    name: found?.name ?? null,
    city: found?.city ?? null,
    enterprise: found?.enterprise ?? null,
    maintainer: found?.maintainer ?? null,
  };
}

const logger = z
  .object({
    ...who,
    edition: z.string().nullable(),
    st: z.string().nullable(),
    protocol: z.string().meta({ description: "the door its packets come through: hj212 = a line of its own" }),
    heardAt: shapes.isoTime.nullable(),
    driftMs: int.nullable().meta({ description: "receive time minus the logger's own time, of its last live packet" }),
    address: z.string(),
    lineSeenAt: shapes.isoTime.nullable(),
    packetsToday: int,
    faultsToday: int,
    faults: countsOf,
  })
  .meta({ id: "Logger" });

function formatLogger(rooms: Rooms, site: string, facts: LoggerFacts | undefined, today: LoggerDay | undefined) {
  const isoOrNull = (ms: number | null): string | null => (ms === null ? null : formatIso(ms));
  return {
    ...formatWho(rooms, site, facts?.mn ?? ""),
    edition: facts?.edition ?? null,
    st: facts?.st ?? null,
    protocol: facts?.door ?? "",
    heardAt: isoOrNull(facts?.heardAt ?? null),
    driftMs: facts?.driftMs ?? null,
    address: facts?.address ?? "",
    lineSeenAt: isoOrNull(facts?.lineSeenAt ?? null),
    packetsToday: today?.packets ?? 0,
    faultsToday: today === undefined ? 0 : faultCount(today),
    faults: { ...today?.faults },
  };
}

/** Those that were heard or whose line was seen, and those that should be; unknown ones until a site has them. */
async function gatherLoggers(rooms: Rooms): Promise<z.output<typeof logger>[]> {
  const { state, memory, now } = rooms;
  const today = formatDay(now());
  const facts = new Map((await state.loggers()).map((each) => [each.site, each]));
  const rows = await state.loggerDays({ from: today, to: formatDay(now() + dayMs) });
  const days = new Map(rows.map((row) => [row.site, row]));
  const keys = new Set(facts.keys());
  for (const site of memory.sites()) if (site.mn !== null) keys.add(site.id);
  const shown = [...keys].filter((key) => {
    const mn = mnOfSource(key);
    return mn === null || mn === "" || memory.siteOfMn(mn) === undefined;
  });
  return shown.toSorted().map((key) => formatLogger(rooms, key, facts.get(key), days.get(key)));
}

export function listLoggers(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path,
    summary: "Loggers: whose they are, when they were heard last, their clocks, and what was wrong today",
    access: "viewer",
    query: z.strictObject({
      known: z.enum(["true", "false"]).optional().meta({ description: "false: only those that no site has" }),
      format: csvOrJson,
      ...shapes.pageQuery,
    }),
    replies: { 200: { says: "a page of them; CSV: all", schema: shapes.page(logger) } },
    async run({ query }) {
      const all = await gatherLoggers(rooms);
      const found = query.known === undefined ? all : all.filter(({ known }) => String(known) === query.known);
      if (query.format === "csv") {
        const columns = Object.keys(logger.shape) as (keyof z.output<typeof logger>)[];
        const cells = found.map((row) =>
          columns.map((name) =>
            typeof row[name] === "object" && row[name] !== null ? JSON.stringify(row[name]) : String(row[name] ?? ""),
          ),
        );
        return csvReply("loggers", [columns, ...cells]);
      }
      const after = query.cursor === undefined ? null : parseCursor(query.cursor, isText)[0];
      const rest = after === null ? found : found.filter(({ site }) => site > after);
      const items = rest.slice(0, query.limit);
      const last = items.at(-1);
      const next = rest.length > items.length && last !== undefined ? formatCursor([last.site]) : null;
      return { status: 200, body: { items, total: found.length, next } };
    },
  });
}
