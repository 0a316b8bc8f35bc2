// For machines that watch this machine: does the process live, is everything linked and in time, what do the numbers say.

import * as z from "zod";
import type { Metrics } from "../metrics.ts";
import type { Rooms } from "../parts.ts";
import { askBrokerStatus, askIngestStatus } from "../peers.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";

export function showHealth(): Route {
  return defineRoute({
    method: "get",
    path: "/healthz",
    summary: "The process lives",
    access: "open",
    replies: { 200: { says: "it does", schema: z.object({ status: z.literal("alive") }) } },
    run: () => ({ status: 200, body: { status: "alive" } }),
  });
}

/** From here ingest is too far behind for its answers to be called live. */
const lagMsMax = 10_000;

const part = z.object({ ok: z.boolean(), why: z.string().nullable() });
type Part = z.output<typeof part>;

async function checkParts({ broker, ingest }: Rooms): Promise<Record<"broker" | "ingest" | "history", Part>> {
  const [head, tail] = await Promise.all([askBrokerStatus(broker), askIngestStatus(ingest)]);
  const brokerPart = head.ok ? { ok: head.value.writable, why: head.value.why } : head;
  if (!tail.ok) return { broker: brokerPart, ingest: tail, history: { ok: false, why: tail.why } };
  const { lagMs, history } = tail.value;
  const late = lagMs > lagMsMax;
  return {
    broker: brokerPart,
    ingest: { ok: !late, why: late ? `ingest is ${Math.round(lagMs / 1000)} s behind the journal` : null },
    history: { ok: history.ok, why: history.why },
  };
}

export function showReadiness(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/readyz",
    summary: "Broker and ingest are linked, and ingest is in time",
    access: "open",
    replies: {
      200: {
        says: "ready; history may still be catching up, `parts` says so",
        schema: z.object({ status: z.literal("ready"), parts: z.record(z.string(), part) }),
      },
      503: { says: "not ready; `parts` says what is missing" },
    },
    async run() {
      const parts = await checkParts(rooms);
      const missing = (["broker", "ingest"] as const).filter((role) => !parts[role].ok);
      if (missing.length === 0) return { status: 200, body: { status: "ready", parts } };
      const detail = missing.map((role) => `${role}: ${parts[role].why ?? "not writable"}`).join("; ");
      throw new Problem("not-ready", detail, { extra: { parts } });
    },
  });
}

export function showMetrics(metrics: Metrics): Route {
  return defineRoute({
    method: "get",
    path: "/metrics",
    summary: "Prometheus text of all roles",
    access: "open",
    replies: { 200: { says: "the metrics", type: "text/plain" } },
    run: async () => ({ status: 200, type: "text/plain; version=0.0.4; charset=utf-8", text: await metrics.format() }),
  });
}
