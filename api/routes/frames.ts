// Raw frames: one entry of the journal as it was received, by its number. The archive keeps it as long as its segment is there.

import * as z from "zod";
import { bounds } from "#domain/bounds.ts";
import { formatIso } from "#domain/time.ts";
import { showFrame } from "../frame-format.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const int = z.number().int();

const frame = z
  .object({
    seq: int,
    site: z.string(),
    siteName: z.string().nullable(),
    door: z.string(),
    channel: z.string(),
    receivedAt: shapes.isoTime,
    bytes: int,
    text: z.string().nullable().meta({ description: "as received, when it is UTF-8" }),
    hex: z
      .string()
      .nullable()
      .meta({ description: `the first ${bounds.hexPreviewBytes} bytes of what is not UTF-8` }),
    hidden: z.boolean().meta({ description: "the password of an HJ 212 packet is not shown" }),
    sha256: z.string().meta({ description: "of the bytes as they were received" }),
  })
  .meta({ id: "RawFrame" });

export function showRawFrame(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/frames/{seq}",
    summary: "A raw frame from the journal, by its number",
    access: "viewer",
    params: z.object({ seq: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
    replies: {
      200: { says: "the frame", schema: frame },
      404: { says: "no frame has this number" },
      410: { says: "retention has removed it" },
    },
    async run({ params: { seq } }) {
      for await (const entry of rooms.frames.read([seq])) {
        const shown = showFrame(entry);
        const siteName = rooms.memory.site(shown.site)?.name ?? null;
        return { status: 200, body: { ...shown, siteName, receivedAt: formatIso(shown.receivedAt) } };
      }
      const beginsAt = rooms.frames.beginsAt?.() ?? 1;
      if (seq < beginsAt)
        throw new Problem("raw-frame-removed", `the archive begins at ${beginsAt}; the frame ${seq} lies before it`);
      const why = "no entry has it, it is a command or a tick of the clock, or it is damaged";
      throw new Problem("raw-frame-not-found", `the journal gives no frame with the number ${seq}: ${why}`);
    },
  });
}
