// Cases: lists, one with its chained events, opening one by hand, the rules and stages as data, and whether the chain is whole.

import * as z from "zod";
import { bounds } from "#domain/bounds.ts";
import { type CaseLink, type CaseOrigin, caseOrigins, caseStages } from "#domain/case.ts";
import { caseRuleTable } from "#domain/cases/rules.ts";
import { stageTable } from "#domain/cases/stages.ts";
import { holidayTable } from "#domain/working-days.ts";
import type { CaseFilter } from "#store/state/case-reader.ts";
import { followLinks } from "../cases/capture.ts";
import { drawId, findCaseFor, openAs } from "../cases/orders.ts";
import {
  caseEvent,
  caseLink,
  caseShape,
  formatCase,
  formatEvent,
  isPlantUser,
  mayKnowEvent,
  plantStages,
} from "../cases/view.ts";
import type { CaseWatch } from "../cases/watch.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

export const casesPath = "/api/v1/cases";
const int = z.number().int();
export const caseParams = z.object({ id: z.string().min(1).max(bounds.textCharsMax) });
export const caseText = z.string().trim().min(1).max(bounds.caseTextCharsMax);

export function listCases(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: casesPath,
    summary: "Cases, newest first; people of a plant see those of their own enterprise",
    access: "viewer",
    enterprises: true,
    query: z.strictObject({
      stage: shapes.repeatable(z.enum(caseStages), caseStages.length).optional(),
      site: shapes.siteId.optional(),
      city: shapes.cityCode.optional(),
      enterprise: shapes.text.optional(),
      overdue: z.enum(["true", "false", "1", "0"]).optional().meta({ description: "true: only what is overdue now" }),
      q: z
        .string()
        .max(bounds.textCharsMax)
        .optional()
        .meta({ description: "part of number, title, site, enterprise" }),
      from: shapes.time.optional().meta({ description: "opened from" }),
      to: shapes.time.optional().meta({ description: "opened before" }),
      ...shapes.pageQuery,
    }),
    replies: { 200: { says: "a page of cases", schema: shapes.page(caseShape) } },
    async run({ query, user }) {
      const { limit, stage, overdue, ...rest } = query;
      if (rest.from !== undefined && rest.to !== undefined && rest.from >= rest.to)
        throw new Problem("invalid-request", "from must be before to");
      const isPlant = isPlantUser(user);
      const stages = stage !== undefined && isPlant ? plantStages(stage) : stage;
      const isOverdue = (overdue === "true" || overdue === "1") && !isPlant;
      const own = isPlant ? { enterprise: user.enterprise ?? "", shownToPlant: true } : {};
      const filter = { ...rest, stages, overdueAt: isOverdue ? rooms.now() : undefined, ...own };
      const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as Omit<
        CaseFilter,
        "limit"
      >;
      const { items, total, next } = await rooms.state.cases({ ...given, limit });
      return { status: 200, body: { items: items.map((each) => formatCase(rooms, user, each)), total, next } };
    },
  });
}

export function showCase(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${casesPath}/{id}`,
    summary: "One case with everything that happened to it, each row with its hash in the chain",
    access: "viewer",
    enterprises: true,
    params: caseParams,
    replies: {
      200: { says: "the case", schema: z.object({ case: caseShape, events: z.array(caseEvent) }) },
      404: { says: "no such case", schema: shapes.problem },
    },
    async run({ params, user }) {
      const found = await findCaseFor(rooms, user, params.id);
      const events = (await rooms.state.caseEvents(found.id)).filter((event) => mayKnowEvent(user, event));
      const body = { case: formatCase(rooms, user, found), events: events.map((event) => formatEvent(user, event)) };
      return { status: 200, body };
    },
  });
}

const origins: Readonly<Partial<Record<CaseLink["kind"], CaseOrigin>>> = {
  alarm: "alarm",
  exceedance: "exceedance",
  hint: "falsification",
};

/** By what it points at first. */
function originOf(links: readonly CaseLink[]): CaseOrigin {
  const [first] = links;
  if (first?.kind === "exceedance" && first.id.split(":").includes("day")) return "day-exceedance";
  return first === undefined ? "hand" : (origins[first.kind] ?? "hand");
}

/** Throws when what a link points at is not there, or is of another site. */
export async function checkLink({ state, memory }: Rooms, site: string, { kind, id }: CaseLink): Promise<void> {
  const missing = (code: "alarm-not-found" | "hint-not-found" | "mark-not-found" | "case-not-found"): never => {
    throw new Problem(code, `there is no ${kind} ${id}`);
  };
  const ofSite = (other: string): void => {
    const enterprise = memory.site(site)?.enterprise ?? null;
    const isSame = other === site || (enterprise !== null && memory.site(other)?.enterprise === enterprise);
    if (!isSame)
      throw new Problem("invalid-request", `${kind} ${id} is of ${other}, another enterprise than that of ${site}`);
  };
  if (kind === "alarm") ofSite((await state.alarm(id))?.site ?? missing("alarm-not-found"));
  if (kind === "hint") ofSite((await state.hint(id))?.site ?? missing("hint-not-found"));
  if (kind === "mark") ofSite((await state.mark(id))?.site ?? missing("mark-not-found"));
  if (kind === "case") ofSite((await state.case(id))?.site ?? missing("case-not-found"));
  if (kind === "exceedance") {
    const [of = "", factor = "", basis = "", start = ""] = id.split(":");
    const isBasis = basis === "hour" || basis === "day";
    const versions = isBasis ? await state.exceedanceVersions({ site: of, factor, basis, start: Number(start) }) : [];
    if (versions.length === 0) throw new Problem("exceedance-not-found", `there is no exceedance ${id}`);
    ofSite(of);
  }
}

export function openCase(rooms: Rooms): Route {
  return defineRoute({
    method: "post",
    path: casesPath,
    summary: "Opens a case by hand; what it points at is frozen as evidence",
    access: "operator",
    body: z.strictObject({
      site: shapes.siteId,
      title: shapes.text,
      origin: z.enum(caseOrigins).optional().meta({ description: "left out: by what it points at first" }),
      links: z.array(caseLink).max(50).default([]),
      reason: caseText,
    }),
    replies: {
      201: { says: "opened", schema: caseShape },
      409: { says: "a case points at it already", schema: shapes.problem },
    },
    async run({ body, user }) {
      const site = rooms.memory.site(body.site);
      if (site === undefined) throw new Problem("unknown-site", `not registered: ${body.site}`);
      for (const link of body.links) {
        await checkLink(rooms, site.id, link);
        const [other] = link.kind === "case" ? [] : await rooms.state.casesLinked(site, link);
        if (other === undefined || other.stage === "transferred") continue;
        const current = formatCase(rooms, user, other);
        throw new Problem("case-exists", `${other.number} points at ${link.kind} ${link.id}`, { extra: { current } });
      }
      const { origin = originOf(body.links), ...rest } = body;
      const draft = { id: drawId(rooms), ...rest, origin, key: null };
      const opened = await openAs(rooms, user.username, draft);
      if (opened === null) throw new Problem("case-not-found", "the case was not opened");
      const followed = await followLinks(rooms, user.username, opened, body.links);
      return { status: 201, body: formatCase(rooms, user, followed) };
    },
  });
}

export function checkCases(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${casesPath}/check`,
    summary: "Walks the chain over all events of cases, and compares each case with its newest event",
    access: "viewer",
    replies: {
      200: {
        says: "whether everything fits",
        schema: z.object({
          ok: z.boolean(),
          events: int.meta({ description: "that fit, from the first" }),
          brokenAt: int.nullable().meta({ description: "place of the first event that was changed; null: none" }),
          cases: int,
          differing: z.array(z.string()).meta({ description: "cases that are not as their newest event says" }),
        }),
      },
    },
    async run() {
      const found = await rooms.state.checkCases();
      const ok = found.brokenAt === null && found.differing.length === 0;
      return { status: 200, body: { ok, ...found, differing: [...found.differing] } };
    },
  });
}

const rule = z.object({
  id: z.string(),
  enabled: z.boolean(),
  parameters: z.record(z.string(), z.number()),
  nameZh: z.string(),
  nameEn: z.string(),
  saysZh: z.string(),
  saysEn: z.string(),
});
const stage = z.object({
  stage: z.enum(caseStages),
  workingDays: z.number().nullable(),
  takesMore: z.boolean(),
  nameZh: z.string(),
  nameEn: z.string(),
});
const ground = { source: z.string(), sureness: z.string() };

const rules = z
  .object({
    rules: z.array(rule),
    ...ground,
    stages: z.object({
      ...ground,
      stages: z.array(stage),
      moves: z.array(z.object({ from: z.enum(caseStages), to: z.enum(caseStages), role: z.string() })),
      reminders: z.object({ everyWorkingDays: z.number(), levels: z.array(z.string()) }),
      reply: z.object({ workingDays: z.number() }),
    }),
    holidays: z.object({
      ...ground,
      years: z.array(int).meta({ description: "of other years only weekends and fixed dates are known" }),
    }),
    watch: z
      .object({
        lookedAt: shapes.isoTime.nullable(),
        opened: int,
        joined: int,
        tooOld: int.meta({ description: "findings beyond the age bound of their rule: no case was opened" }),
        held: int.meta({ description: "silent sites now for which nothing is opened: too many at once, or too early" }),
        problem: z.string().nullable(),
      })
      .meta({ description: "what the watch has done; counted since the data folder began" }),
  })
  .meta({ id: "CaseRules" });

export function showCaseRules({ watch }: { readonly watch: Pick<CaseWatch, "facts"> }): Route {
  return defineRoute({
    method: "get",
    path: `${casesPath}/rules`,
    summary: "The rules by which cases open, their stages, moves and clocks, the calendar, and what the watch did",
    access: "viewer",
    replies: { 200: { says: "all of it", schema: rules } },
    run() {
      const { rules: all, source, sureness } = caseRuleTable;
      const { stages, moves, reminders, reply } = stageTable;
      const body: z.output<typeof rules> = {
        rules: all.map((each) => ({ ...each, parameters: { ...each.parameters } })),
        source,
        sureness,
        stages: {
          source: stageTable.source,
          sureness: stageTable.sureness,
          stages: [...stages],
          moves: [...moves],
          reminders: { ...reminders, levels: [...reminders.levels] },
          reply,
        },
        holidays: {
          source: holidayTable.source,
          sureness: holidayTable.sureness,
          years: holidayTable.years.map(({ year }) => year),
        },
        watch: watch.facts(),
      };
      return { status: 200, body };
    },
  });
}
