// Readings over HTTP: in, as the exact bytes received, after they are in the journal; out, the newest values from memory.

import * as z from "zod";
import { bounds } from "#domain/bounds.ts";
import { findFactor, factorUnit } from "#domain/factor.ts";
import { channels, doors, entryKinds } from "#domain/frame.ts";
import type { LatestRow } from "#domain/live.ts";
import { flags, qualityNames } from "#domain/reading.ts";
import { staleAfterMs, type Site } from "#domain/site.ts";
import { formatIso } from "#domain/time.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { createRate } from "../rate.ts";
import { defineRoute, parseJsonBytes, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { findSite } from "./sites.ts";

const idParams = z.object({ id: shapes.siteId });

const readingForm = z
  .looseObject({
    time: z.union([z.string(), z.number()]),
    kind: z.string().optional(),
    values: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "Readings", description: "as on MQTT; an array of such objects is allowed" });

export function postReadings(rooms: Rooms): Route {
  const rate = createRate();
  return defineRoute({
    method: "post",
    path: "/api/v1/sites/{id}/readings",
    summary: "Hand in a frame of readings; a device may use HTTP Basic with its own credentials",
    access: "admin",
    devices: true,
    params: idParams,
    rawBody: readingForm,
    bodyBytesMax: bounds.frameBytesMax,
    replies: {
      202: { says: "in the journal, on disk", schema: z.object({ accepted: z.literal(true), seq: z.number().int() }) },
    },
    async run({ params, bytes }) {
      const site = findSite(rooms, params.id).id;
      const value = parseJsonBytes(bytes);
      if (typeof value !== "object" || value === null) {
        throw new Problem("invalid-json", "a frame is a JSON object or an array of such");
      }
      if (!rate.take(site, rooms.now())) {
        const detail = `more than ${bounds.deviceFramesPerSecond} frames per second from ${site}`;
        throw new Problem("too-many-readings", detail, { headers: { "retry-after": "1" } });
      }
      const place = { kind: entryKinds.frame, door: doors.http, channel: channels.readings, promised: true } as const;
      // A copy of its own: a view into a shared buffer would carry its neighbours across the link.
      const payload = Uint8Array.from(bytes);
      const seq = await rooms.journal.append({ ...place, receivedAt: rooms.now(), source: site, payload });
      return { status: 202, body: { accepted: true, seq } };
    },
  });
}

const latestValue = z.object({
  value: z.number(),
  unit: z.string(),
  flag: z.enum(flags),
  quality: z.array(z.string()),
  time: shapes.isoTime,
  receivedAt: shapes.isoTime,
  ageSeconds: z.number(),
  stale: z.boolean(),
});

function formatLatestValue(site: Site, row: LatestRow, now: number): z.output<typeof latestValue> {
  const [, code, time, value, flag, quality, receivedAt] = row;
  const factor = findFactor(code);
  const ageMs = Math.max(0, now - time);
  return {
    value,
    unit: factor === undefined ? "" : factorUnit(factor, site.kind),
    flag,
    quality: qualityNames(quality),
    time: formatIso(time),
    receivedAt: formatIso(receivedAt),
    ageSeconds: Math.floor(ageMs / 1000),
    stale: ageMs > staleAfterMs(site.intervalSeconds),
  };
}

export function showLatest(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/sites/{id}/latest",
    summary: "The newest value of every factor of a site",
    access: "viewer",
    params: idParams,
    replies: {
      200: {
        says: "the values; stale ones are older than twice the interval and five seconds",
        schema: z.object({ site: z.string(), time: shapes.isoTime, values: z.record(z.string(), latestValue) }),
      },
    },
    run({ params }) {
      const site = findSite(rooms, params.id);
      const now = rooms.now();
      const rows = [...rooms.memory.latest(site.id).values()];
      const values = Object.fromEntries(rows.map((row) => [row[1], formatLatestValue(site, row, now)]));
      return { status: 200, body: { site: site.id, time: formatIso(now), values } };
    },
  });
}

const columns = ["site", "factor", "time", "value", "flag", "quality", "receivedAt"] as const;

/** Rows of one piece of the answer. A register of millions of series is never one text. */
const rowsPerPiece = 2_000;

async function* writeLatest({ memory, now }: Rooms, city: string | undefined): AsyncGenerator<string> {
  let piece = `{"time":${JSON.stringify(formatIso(now()))},"columns":${JSON.stringify(columns)},"rows":[`;
  let inPiece = 0;
  let isFirst = true;
  for (const row of memory.allLatest()) {
    if (city !== undefined && memory.site(row[0])?.city !== city) continue;
    piece += isFirst ? JSON.stringify(row) : `,${JSON.stringify(row)}`;
    isFirst = false;
    if (++inPiece < rowsPerPiece) continue;
    yield piece;
    piece = "";
    inPiece = 0;
  }
  yield `${piece}]}`;
}

export function listLatest(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/latest",
    summary: "The newest values of all sites, as rows of columns; times in ms, quality as bits",
    access: "viewer",
    query: z.strictObject({ city: shapes.cityCode.optional() }),
    replies: {
      200: {
        says: "the rows",
        schema: z.object({
          time: shapes.isoTime,
          columns: z.array(z.string()),
          rows: z.array(z.array(z.union([z.string(), z.number()]))),
        }),
      },
    },
    run({ query }) {
      return { status: 200, type: "application/json", text: writeLatest(rooms, query.city) };
    },
  });
}
