// How well the alarms serve the people who live with them: every figure with its target and where that comes from, floods, points
// that call too often with what could be done about them, time to acknowledge, and what stands or is hidden now.

import * as z from "zod";
import type { KpiStanding } from "#domain/alarms/kpi-shapes.ts";
import { alarmStates, suppressionKinds } from "#domain/alarm.ts";
import { dayMs, formatIso } from "#domain/time.ts";
import { type KpiAnswer, kpiGroupings, type KpiQuestion, readKpi } from "../alarms/kpi.ts";
import { formatIsoOrNull } from "../format.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { createRecentAnswers } from "../recent-answers.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const spanMsMax = 400 * dayMs;
const spanMsDefault = 30 * dayMs;
/** Standing and shelved alarms that are listed; all are counted. */
const listedMax = 200;
const keptMs = 10_000;
const keptMax = 20;

const int = z.number().int();
const priority = int.min(1).max(4);
const maybe = z.number().nullable();

const value = z.object({
  id: z.string(),
  nameZh: z.string(),
  nameEn: z.string(),
  unit: z.string().meta({ description: '"1" is a count' }),
  value: maybe.meta({ description: "null: it cannot be known" }),
  target: maybe,
  manageable: maybe,
  better: z.enum(["low", "high", "mix"]),
  verdict: z.enum(["target", "manageable", "beyond", "no-target", "unknown"]),
  ok: z.boolean().nullable().meta({ description: "is the target met? null: there is none, or it is not known" }),
  source: z.string(),
  sureness: z.string(),
});
const slot = z
  .tuple([int, int, int, int, int, int])
  .meta({ description: "[from ms, calls, of priority 1, 2, 3, 4]; slots without a call are there too" });
const standing = z.object({
  id: z.string(),
  site: z.string(),
  definition: z.string(),
  priority,
  state: z.enum(alarmStates),
  active: z.boolean(),
  acked: z.boolean(),
  onset: shapes.isoTime,
  suppression: z.enum(suppressionKinds).nullable(),
  until: shapes.isoTime.nullable(),
  suppressedAt: shapes.isoTime.nullable(),
});
const kpi = z
  .object({
    from: shapes.isoTime,
    to: shapes.isoTime,
    positions: int,
    alarms: int.meta({ description: "calls to operators" }),
    rows: int.meta({ description: "rows of the journal that this rests on" }),
    values: z.array(value),
    hours: z.array(slot),
    tenMinutes: z.array(slot).meta({ description: "of spans up to 8 days; empty for longer ones" }),
    floods: z.array(
      z.object({
        from: shapes.isoTime,
        to: shapes.isoTime.nullable().meta({ description: "null: it goes on" }),
        calls: int,
        peak: int.meta({ description: "the most in any ten minutes" }),
        first: z.object({ at: shapes.isoTime, alarm: z.string(), site: z.string() }),
      }),
    ),
    eemuaClass: z.string().nullable(),
    ack: z.array(
      z.object({
        priority,
        shift: z.string(),
        count: int,
        medianMs: z.number(),
        p95Ms: z.number(),
        inTime: int.nullable().meta({ description: "within the time of the class; null: it promises none" }),
      }),
    ),
    badActors: z.array(
      z.object({
        site: z.string(),
        siteName: z.string(),
        definition: z.string(),
        priority,
        count: int,
        share: z.number().meta({ description: "per cent of all calls" }),
        raises: int,
        chattering: z.boolean(),
        fleeting: int,
        medianActiveMs: maybe,
        proposal: z
          .object({
            onDelayMs: maybe,
            offDelayMs: maybe,
            deadband: z.object({ kind: z.enum(["absolute", "percent"]), value: z.number() }).nullable(),
            whyZh: z.string(),
            whyEn: z.string(),
          })
          .nullable(),
      }),
    ),
    groups: z.array(z.object({ key: z.string(), calls: int, share: z.number() })),
    standing: z.object({ total: int, items: z.array(standing) }),
    shelved: z.object({ total: int, items: z.array(standing) }),
  })
  .meta({ id: "AlarmKpi" });

function formatStanding(list: readonly KpiStanding[]): z.output<typeof kpi>["standing"] {
  const items = list.slice(0, listedMax).map((alarm) => {
    const { id, site, definition, priority: grade, state, active, acked, onset, suppression, suppressedAt } = alarm;
    return {
      id,
      site,
      definition,
      priority: grade,
      state,
      active,
      acked,
      onset: formatIso(onset),
      suppression: suppression?.kind ?? null,
      until: formatIsoOrNull(suppression?.until ?? null),
      suppressedAt: formatIsoOrNull(suppressedAt),
    };
  });
  return { total: list.length, items };
}

function formatKpi({ memory }: Rooms, { positions }: KpiQuestion, { report, groups, rows }: KpiAnswer) {
  const { from, to, alarms, values, hours, tenMinutes, floods, eemuaClass, ack, badActors } = report;
  const toSlot = ({ from: begin, count, byPriority }: (typeof hours)[number]) => [begin, count, ...byPriority];
  return {
    from: formatIso(from),
    to: formatIso(to),
    positions,
    alarms,
    rows,
    values: values.map((one) => {
      const ok = one.verdict === "unknown" || one.verdict === "no-target" ? null : one.verdict === "target";
      return { ...one, ok };
    }),
    hours: hours.map(toSlot),
    // A month of ten minutes is more than a picture has pixels.
    tenMinutes: to - from > 8 * dayMs ? [] : tenMinutes.map(toSlot),
    floods: floods.map(({ from: begin, to: end, count, peak, first }) => {
      const { at, alarm, site } = first;
      return {
        from: formatIso(begin),
        to: formatIsoOrNull(end),
        calls: count,
        peak,
        first: { at: formatIso(at), alarm, site },
      };
    }),
    eemuaClass,
    ack,
    badActors: badActors.map((actor) => ({ ...actor, siteName: memory.site(actor.site)?.name ?? actor.site })),
    groups,
    standing: formatStanding(report.standing),
    shelved: formatStanding(report.shelved),
  };
}

export function showAlarmKpi(rooms: Rooms): Route {
  const answers = createRecentAnswers<KpiAnswer>(keptMs, keptMax);
  return defineRoute({
    method: "get",
    path: "/api/v1/alarms/kpi",
    summary:
      "Figures about alarms with their targets, floods, bad actors, times to acknowledge, what stands and is hidden",
    access: "viewer",
    query: z.strictObject({
      from: shapes.time.optional().meta({ description: "default: 30 days before `to`" }),
      to: shapes.time.optional().meta({ description: "default: now" }),
      city: shapes.cityCode.optional(),
      by: z.enum(kpiGroupings).optional().meta({ description: "calls grouped by this, most first, fifty at most" }),
      positions: z.coerce
        .number()
        .int()
        .min(1)
        .max(100)
        .default(1)
        .meta({ description: "desks that share the calls; the targets are for one" }),
    }),
    replies: { 200: { says: "the figures", schema: kpi } },
    async run({ query }) {
      const { city, by = null, positions } = query;
      const to = query.to ?? rooms.now();
      const from = query.from ?? to - spanMsDefault;
      if (from >= to) throw new Problem("invalid-request", "from must be before to");
      if (to - from > spanMsMax) throw new Problem("invalid-request", "400 days at most");
      const question: KpiQuestion = { from, to, positions, by, ...(city === undefined ? {} : { city }) };
      // "Now" moves with every request: the same question within ten seconds is the same.
      const asked = [query.from ?? "", query.to ?? "", city ?? "", by ?? "", positions].join(" ");
      const answer = await answers.get(asked, rooms.now(), () => readKpi(rooms, question));
      return { status: 200, body: formatKpi(rooms, question, answer) };
    },
  });
}
