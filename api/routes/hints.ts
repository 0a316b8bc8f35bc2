// Hints of falsification: what the rules found, the series around it, the rules themselves, and what people decide. A hint is
// a lead, never a violation.

import * as z from "zod";
import { factorUnit, findFactor } from "#domain/factor.ts";
import { type Hint, hintStatuses } from "#domain/hint.ts";
import { describeHint, findHintRule, hintRules } from "#domain/hints/sentence.ts";
import { surenesses } from "#domain/rules/sureness.ts";
import { formatIso, hourMs, minuteMs } from "#domain/time.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const path = "/api/v1/hints";
const int = z.number().int();

const hint = z
  .object({
    id: z.string(),
    version: int.meta({ description: "grows with every decision" }),
    site: z.string(),
    siteName: z.string().nullable(),
    city: z.string().nullable(),
    enterprise: z.string().nullable(),
    rule: z.string(),
    ruleZh: z.string(),
    ruleEn: z.string(),
    factors: z.array(z.string()),
    from: shapes.isoTime.meta({ description: "begin of the evidence" }),
    to: shapes.isoTime.meta({ description: "its end" }),
    score: z.number().meta({ description: "0 to 1: how far it is beyond what the rule asks for" }),
    facts: z.record(z.string(), z.union([z.number(), z.string()])),
    saysZh: z.string(),
    saysEn: z.string(),
    day: shapes.day,
    status: z.enum(hintStatuses).meta({ description: "gone: later data or a mark took its ground away" }),
    decidedBy: z.string().nullable(),
    decidedAt: shapes.isoTime.nullable(),
    decision: z.string().nullable().meta({ description: "the reason that was given" }),
    at: shapes.isoTime.meta({ description: "when it was found, or changed last" }),
  })
  .meta({ id: "Hint" });

function formatHint({ memory }: Rooms, found: Hint): z.output<typeof hint> {
  const { seq: _, from, to, at, decidedAt, ...rest } = found;
  const site = memory.site(found.site);
  const rule = findHintRule(found.rule);
  const says = describeHint(found, (id) => memory.site(id)?.name ?? id);
  return {
    ...rest,
    factors: [...found.factors],
    facts: { ...found.facts },
    siteName: site?.name ?? null,
    city: site?.city ?? null,
    enterprise: site?.enterprise ?? null,
    ruleZh: rule?.nameZh ?? found.rule,
    ruleEn: rule?.nameEn ?? found.rule,
    saysZh: says.zh,
    saysEn: says.en,
    from: formatIso(from),
    to: formatIso(to),
    at: formatIso(at),
    decidedAt: decidedAt === null ? null : formatIso(decidedAt),
  };
}

export function listHints(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path,
    summary: "Hints of falsification, newest evidence first",
    access: "viewer",
    query: z.strictObject({
      site: shapes.siteId.optional(),
      city: shapes.cityCode.optional(),
      rule: z.enum(hintRules.map(({ id }) => id)).optional(),
      status: shapes.repeatable(z.enum(hintStatuses), hintStatuses.length).optional(),
      from: shapes.time.optional().meta({ description: "begin of the evidence from" }),
      to: shapes.time.optional().meta({ description: "begin of the evidence before" }),
      ...shapes.pageQuery,
    }),
    replies: { 200: { says: "a page of them", schema: shapes.page(hint) } },
    async run({ query }) {
      const { limit, status: statuses, ...rest } = query;
      const given = Object.fromEntries(
        Object.entries({ statuses, ...rest }).filter(([, value]) => value !== undefined),
      );
      const { items, total, next } = await rooms.state.hints({ ...given, limit });
      return { status: 200, body: { items: items.map((each) => formatHint(rooms, each)), total, next } };
    },
  });
}

const rule = z
  .object({
    id: z.string(),
    nameZh: z.string(),
    nameEn: z.string(),
    saysZh: z.string(),
    saysEn: z.string(),
    parameters: z.record(z.string(), z.unknown()),
    source: z.string(),
    sureness: z.enum(surenesses),
  })
  .meta({ id: "HintRule" });

export function listHintRules(): Route {
  return defineRoute({
    method: "get",
    path: `${path}/rules`,
    summary: "The rules of falsification with their parameters and sources",
    access: "viewer",
    replies: { 200: { says: "all of them", schema: z.object({ items: z.array(rule) }) } },
    run: () => ({
      status: 200,
      body: { items: hintRules.map((each) => ({ ...each, parameters: { ...each.parameters } })) },
    }),
  });
}

const idParams = z.object({ id: z.string().max(500) });

async function findHint({ state }: Rooms, id: string): Promise<Hint> {
  const found = await state.hint(id);
  if (found === null) throw new Problem("hint-not-found", `there is no hint ${id}`);
  return found;
}

/** What helps to judge a rule beside its own factors: oxygen, flow, production, treatment, pumps. */
const companions = ["a19001", "a00000", "w00000", "d20405", "d30406", "g10401"] as const;
const aroundMs = 2 * hourMs;
const evidenceSeriesMax = 12;

const point = z.array(z.number().nullable()).meta({ description: "[startMs, mean, min, max, count, valid]" });
const evidence = z
  .object({
    from: shapes.isoTime,
    to: shapes.isoTime,
    hint,
    series: z.array(z.object({ site: z.string(), factor: z.string(), unit: z.string(), points: z.array(point) })),
  })
  .meta({ id: "HintEvidence" });

export function showHintEvidence(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${path}/{id}/evidence`,
    summary: "Minute means around the evidence of a hint, with what helps to judge it",
    access: "viewer",
    params: idParams,
    replies: { 200: { says: "two hours before to two hours after", schema: evidence } },
    async run({ params }) {
      const found = await findHint(rooms, params.id);
      const site = rooms.memory.site(found.site);
      const measured = site?.factors ?? [];
      const beside = companions.filter((code) => measured.includes(code));
      const factors = [...new Set([...found.factors, ...beside])].slice(0, evidenceSeriesMax);
      const from = Math.floor((found.from - aroundMs) / minuteMs) * minuteMs;
      const to = found.to + aroundMs;
      const range = { tier: "1m", from, to, limit: Math.ceil((to - from) / minuteMs) } as const;
      const asked = [{ site: found.site, factors }];
      // A mirror is judged by what is on both of its sides.
      const other = found.facts["other"];
      if (typeof other === "string") asked.push({ site: other, factors: [...found.factors] });
      const series = [];
      for (const each of asked) {
        const kind = rooms.memory.site(each.site)?.kind ?? "gas-outfall";
        for (const one of await rooms.history.readMeans({ ...each, ...range })) {
          const factor = findFactor(one.factor);
          const numberAt = (values: readonly number[], i: number): number | null => {
            const value = values[i] ?? Number.NaN;
            return Number.isNaN(value) ? null : value;
          };
          const points = one.start.map((start, i) => [
            start,
            ...[one.mean, one.min, one.max].map((values) => numberAt(values, i)),
            one.count[i] ?? 0,
            one.valid[i] ?? 0,
          ]);
          const unit = factor === undefined ? "" : factorUnit(factor, kind);
          series.push({ site: each.site, factor: one.factor, unit, points });
        }
      }
      const body = { from: formatIso(from), to: formatIso(to), hint: formatHint(rooms, found), series };
      return { status: 200, body };
    },
  });
}

const says = {
  dismiss: "Close a hint: there is an honest reason",
  confirm: "Confirm a hint: it deserves an inspection",
  reopen: "Take a decision about a hint back",
} as const;

export function decideHint(rooms: Rooms, decision: keyof typeof says): Route {
  return defineRoute({
    method: "post",
    path: `${path}/{id}/${decision}`,
    summary: says[decision],
    access: "operator",
    params: idParams,
    body: z.strictObject({ expectedVersion: int, reason: shapes.text }),
    replies: {
      200: { says: "the hint as it is now", schema: hint },
      409: { says: "somebody has decided meanwhile: `current` shows it" },
      422: { says: "not possible in its state" },
    },
    async run({ params, body, user }) {
      const found = await findHint(rooms, params.id);
      if (found.status === "gone") {
        const current = formatHint(rooms, found);
        throw new Problem("illegal-move", "its ground is gone: there is nothing to decide", { extra: { current } });
      }
      const command = { type: "hints.decide", hint: found.id, decision, ...body } as const;
      try {
        const { result } = await rooms.commands.send(user.username, command);
        const decided = result as Pick<Hint, "status" | "version" | "decidedBy" | "decidedAt" | "decision">;
        return { status: 200, body: formatHint(rooms, { ...found, ...decided }) };
      } catch (error) {
        if (!(error instanceof Problem) || !isHint(error.extra["current"])) throw error;
        const current = formatHint(rooms, error.extra["current"]);
        throw new Problem(error.code, error.message, { extra: { ...error.extra, current }, cause: error });
      }
    },
  });
}

function isHint(value: unknown): value is Hint {
  return typeof value === "object" && value !== null && "rule" in value && "facts" in value;
}
