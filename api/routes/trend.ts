// The last day of the province in one small answer: how many alarms were raised in each hour, in all and by city; how many
// readings a second were processed; when anything about an alarm changed last.

import * as z from "zod";
import { formatIso } from "#domain/time.ts";
import type { Rooms } from "../parts.ts";
import { createRaisedAlarms, raisedFrom, raisedHours } from "../raised-alarms.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { throughputStepMs } from "../throughput.ts";

const hourly = z.array(z.number().int().nonnegative()).length(raisedHours);

const trend = z
  .object({
    time: shapes.isoTime,
    alarms: z
      .object({
        from: shapes.isoTime.meta({ description: "begin of the first of 24 hours; the last one is not over" }),
        counts: hourly.meta({ description: "alarms raised in each hour" }),
        first: hourly.meta({ description: "of them those of priority 1" }),
        cities: z.array(z.object({ city: z.string(), counts: hourly })),
      })
      .meta({ description: "cities without an alarm are left out; alarms of no registered site are in `counts` only" }),
    readings: z.object({
      from: shapes.isoTime,
      stepSeconds: z.number(),
      perSecond: z.array(z.number().nonnegative().nullable()).meta({
        description: "processed per second, by step; null: nobody watched",
      }),
    }),
    lastChange: shapes.isoTime
      .nullable()
      .meta({ description: "newest transition of any alarm; null: there never was one" }),
  })
  .meta({ id: "Trend" });

/** As many transitions are read at once: more would hold up other answers. */
const stepsAtOnce = 2_000;

/** Follows the transitions: a day of them at first, then what is new. */
function createFollower({ state }: Rooms) {
  const raised = createRaisedAlarms();
  let after: number | null = null;
  return async function follow(at: number) {
    for (;;) {
      const steps = await state.alarmSteps({ after, from: raisedFrom(at), limit: stepsAtOnce });
      raised.note(steps);
      after = steps.at(-1)?.place ?? after;
      if (steps.length < stepsAtOnce) return raised.counts(at);
    }
  };
}

async function describeTrend({ state, throughput }: Rooms, follow: ReturnType<typeof createFollower>, at: number) {
  const { from, ...alarms } = await follow(at);
  const lastChange = await state.lastAlarmChange();
  const rates = throughput.perSecond(at);
  return {
    time: formatIso(at),
    alarms: { from: formatIso(from), ...alarms },
    readings: { from: formatIso(rates.from), stepSeconds: throughputStepMs / 1000, perSecond: rates.values },
    lastChange: lastChange === null ? null : formatIso(lastChange),
  };
}

/** Many screens may look at once: what was found out is good for so long. */
const keptMs = 5_000;

export function showTrend(rooms: Rooms): Route {
  const follow = createFollower(rooms);
  let kept: { readonly at: number; readonly answer: ReturnType<typeof describeTrend> } | null = null;
  return defineRoute({
    method: "get",
    path: "/api/v1/trend",
    summary: "The last 24 hours of the province: alarms per hour, readings per second",
    access: "viewer",
    replies: { 200: { says: "the last day", schema: trend } },
    async run() {
      const at = rooms.now();
      if (kept === null || Math.abs(at - kept.at) >= keptMs) {
        // One behind the other: two walks at once would count the same twice.
        const before = kept?.answer ?? Promise.resolve();
        const look = () => describeTrend(rooms, follow, at);
        kept = { at, answer: before.then(look, look) };
      }
      try {
        return { status: 200, body: await kept.answer };
      } catch (error) {
        kept = null;
        throw error;
      }
    },
  });
}
