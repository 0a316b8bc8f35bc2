// The explanation of an exceedance: recomputed from what is stored, with the limit and its versions, marks, inputs, and the raw
// frames that brought the readings.

import * as z from "zod";
import { explainDay, explainHour } from "#domain/judge/explain.ts";
import type { Exceedance } from "#domain/judged.ts";
import { formatIso } from "#domain/time.ts";
import { formatCursor, isNumberPair, parseCursor } from "#store/state/page.ts";
import { formatExceedance } from "../exceedance-format.ts";
import {
  explanation,
  findDisagreement,
  formatComparison,
  formatInputs,
  formatLimitHistory,
  formatMarks,
  formatValidity,
  type AnyExplanation,
  type rawFrame,
} from "../explanation.ts";
import { excerptOf } from "../frame-format.ts";
import { gatherMinutes } from "../judged-minutes.ts";
import type { Rooms } from "../parts.ts";
import { defineRoute, type Route } from "../route.ts";
import { findExceedance, path } from "./exceedances.ts";

const framesDefault = 20;
const framesMax = 200;

interface FramePage {
  readonly frames: z.output<typeof rawFrame>[];
  readonly framesNext: string | null;
}

/** The frames of the window, oldest first; the place to go on is the event time and number of the last one. */
async function readFrames(rooms: Rooms, { site, start, end }: Exceedance, query: FrameQuery): Promise<FramePage> {
  const { history } = rooms;
  if (history.readFrames === undefined) return { frames: [], framesNext: null };
  const [time, seq] = query.frames === undefined ? [start, 0] : parseCursor(query.frames, isNumberPair);
  // Of one moment there may be several versions, so the page begins with the moment of the last one.
  const asked = { site, kind: "realtime", from: Math.max(start, time), to: end } as const;
  let limit = query.framesLimit + 1;
  let found = await history.readFrames({ ...asked, limit });
  const isBehind = (i: number): boolean => (found.time[i] ?? 0) > time || (found.seq[i] ?? 0) > seq;
  const placesOf = (): number[] => found.seq.map((_, i) => i).filter(isBehind);
  while (found.seq.length >= limit && placesOf().length <= query.framesLimit) {
    limit *= 2;
    found = await history.readFrames({ ...asked, limit });
  }
  const places = placesOf();
  const shown = places.slice(0, query.framesLimit);
  const excerpts = new Map<number, string>();
  const numbers = shown.map((i) => found.seq[i] ?? 0);
  for await (const entry of rooms.frames.read(numbers)) excerpts.set(entry.seq, excerptOf(entry));
  const frames = shown.map((i) => ({
    seq: found.seq[i] ?? 0,
    time: formatIso(found.time[i] ?? 0),
    receivedAt: formatIso(found.receivedAt[i] ?? 0),
    excerpt: excerpts.get(found.seq[i] ?? 0) ?? null,
  }));
  const last = shown.at(-1);
  const framesNext =
    last === undefined || places.length <= shown.length
      ? null
      : formatCursor([found.time[last] ?? 0, found.seq[last] ?? 0]);
  return { frames, framesNext };
}

async function recompute(rooms: Rooms, stored: Exceedance): Promise<AnyExplanation | null> {
  const site = rooms.memory.site(stored.site);
  const gathered = site === undefined ? null : await gatherMinutes(rooms, site, stored.start, stored.end);
  if (gathered === null) return null;
  const { facts, block, marks } = gathered;
  return stored.basis === "hour"
    ? explainHour(facts, stored.factor, block, marks, stored.start)
    : explainDay(facts, stored.factor, block, marks, stored.start);
}

async function findLimit({ state }: Rooms, { site, factor, limitId }: Exceedance) {
  const [limits, versions] = await Promise.all([state.limits({ site, factor }), state.limitVersions({ id: limitId })]);
  const limit = limits.find(({ id }) => id === limitId);
  return limit === undefined ? null : formatLimitHistory(limit, versions);
}

const frameQuery = {
  framesLimit: z.coerce
    .number()
    .int()
    .min(0)
    .max(framesMax)
    .default(framesDefault)
    .meta({ description: "raw frames of a page" }),
  frames: z.string().max(500).optional().meta({ description: "`framesNext` of the page before" }),
};
type FrameQuery = z.output<z.ZodObject<typeof frameQuery>>;

/** Everything that says why a window exceeds, with the raw frames of one page. */
export async function gatherExplanation(
  rooms: Rooms,
  found: Exceedance,
  query: FrameQuery,
): Promise<z.output<typeof explanation>> {
  const [now, limit, page] = await Promise.all([
    recompute(rooms, found),
    findLimit(rooms, found),
    readFrames(rooms, found, query),
  ]);
  const site = rooms.memory.site(found.site);
  const disagreement = findDisagreement(found, now);
  return {
    exceedance: formatExceedance(rooms.memory, found, null),
    site: {
      id: found.site,
      name: site?.name ?? null,
      kind: site?.kind ?? null,
      city: site?.city ?? null,
      enterprise: site?.enterprise ?? null,
    },
    limit,
    comparison: formatComparison(found),
    formula: now?.formula ?? null,
    validity: now === null ? null : formatValidity(now),
    inputs: now === null ? [] : formatInputs(now.inputs),
    marks: formatMarks(now?.marks ?? []),
    agrees: disagreement === null,
    recomputed: now?.window.value ?? null,
    verdict: now?.judgement.status ?? "unknown",
    disagreement,
    ...page,
  };
}

export function explainExceedance(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${path}/{id}/explanation`,
    summary: "Why a window exceeds: recomputed from its minutes, with limit, rules, marks and raw frames",
    access: "viewer",
    params: z.object({ id: z.string().max(300) }),
    query: z.strictObject(frameQuery),
    replies: { 200: { says: "the explanation", schema: explanation }, 404: { says: "no such exceedance" } },
    async run({ params, query }) {
      const { found } = await findExceedance(rooms, params.id, null);
      return { status: 200, body: await gatherExplanation(rooms, found, query) };
    },
  });
}
