// Judging at work: how much waits and how quickly it goes; and the order to judge a span again.

import * as z from "zod";
import { formatIso } from "#domain/time.ts";
import type { Rooms } from "../parts.ts";
import { askIngestStatus } from "../peers.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const path = "/api/v1/judgement";
const int = z.number().int();
const sitesMax = 2_000;

const progress = z
  .object({
    waiting: int.meta({ description: "hours of sites that wait to be judged, those in work among them" }),
    windows: int.meta({ description: "windows that only meet another limit" }),
    running: z.boolean(),
    done: int.meta({ description: "hours judged since ingest was started" }),
    rate: z.number().meta({ description: "hours judged per second, of late" }),
    secondsLeft: z.number().nullable().meta({ description: "at this rate; null: nothing is known of it" }),
    oldest: shapes.isoTime.nullable().meta({ description: "since when the oldest of it waits" }),
    waitingSeconds: z.number().nullable().meta({ description: "how long that is" }),
    why: z.string().nullable().meta({ description: "why nothing is judged although something waits" }),
  })
  .meta({ id: "JudgementProgress" });

export function showJudgement(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path,
    summary: "What waits to be judged",
    access: "viewer",
    replies: { 200: { says: "progress", schema: progress }, 503: { says: "ingest does not answer" } },
    async run() {
      const asked = await askIngestStatus(rooms.ingest);
      if (!asked.ok) throw new Problem("store-unavailable", asked.why);
      const { judging } = asked.value;
      if (judging === null) throw new Problem("not-ready", "ingest has not begun to judge");
      const { waiting, windows, running, doneHours, perSecond, oldest, why } = judging;
      const body = {
        waiting,
        windows,
        running,
        done: doneHours,
        rate: perSecond,
        secondsLeft: waiting === 0 ? 0 : perSecond > 0 ? waiting / perSecond : null,
        oldest: oldest === null ? null : formatIso(oldest),
        waitingSeconds: oldest === null ? null : Math.max(0, (rooms.now() - oldest) / 1000),
        why,
      };
      return { status: 200, body };
    },
  });
}

const order = z
  .strictObject({
    sites: z
      .array(shapes.siteId)
      .min(1)
      .max(sitesMax)
      .transform((ids) => [...new Set(ids)])
      .nullish()
      .transform((ids) => ids ?? null)
      .meta({ description: "left out or null: all sites" }),
    from: shapes.time,
    to: shapes.time,
    reason: shapes.text,
  })
  .refine(({ from, to }) => from < to, "from must be before to")
  .meta({ id: "JudgeAgain" });

export function judgeAgain(rooms: Rooms): Route {
  return defineRoute({
    method: "post",
    path: `${path}/recompute`,
    summary: "Judges a span again, from its stored minutes, marks and limits",
    access: "admin",
    body: order,
    replies: {
      202: {
        says: "it waits to be judged; GET /api/v1/judgement tells how far it is",
        schema: z.object({ seq: int.meta({ description: "journal sequence of the order" }), sites: int }),
      },
    },
    async run({ body, user }) {
      const unknown = (body.sites ?? []).filter((id) => rooms.memory.site(id) === undefined);
      if (unknown.length > 0) throw new Problem("unknown-site", `not registered: ${unknown.slice(0, 5).join(", ")}`);
      const { seq, result } = await rooms.commands.send(user.username, { type: "judgement.recompute", ...body });
      const told = z.object({ sites: int }).safeParse(result);
      return { status: 202, body: { seq, sites: told.success ? told.data.sites : (body.sites?.length ?? 0) } };
    },
  });
}
