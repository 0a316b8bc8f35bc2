// What the other roles say about themselves, parsed: their answers cross a process border, and a role may be away or older.

import * as z from "zod";
import { Failure } from "#domain/failure.ts";
import type { Rpc } from "#store/link/link.ts";

const brokerStatus = z.object({
  head: z.object({ seq: z.number(), frames: z.number() }),
  connections: z.number(),
  writable: z.boolean(),
  why: z.string().nullable(),
  damaged: z.number().default(0),
  upstream: z
    .object({
      address: z.string(),
      connected: z.boolean(),
      since: z.number(),
      version: z.enum(["3.1.1", "5"]).nullable(),
      filters: z.array(z.string()),
      frames: z.number(),
      inFlight: z.number(),
      inFlightMost: z.number(),
      refused: z.number(),
      lastError: z.object({ at: z.number(), says: z.string() }).nullable(),
    })
    .nullable()
    .default(null),
});
export type BrokerStatus = z.output<typeof brokerStatus>;

const ingestStatus = z.object({
  cursor: z.number(),
  frames: z.number(),
  framesCommitted: z.number(),
  lagMs: z.number(),
  damaged: z.number().default(0),
  history: z.object({
    cursor: z.number(),
    ok: z.boolean(),
    why: z.string().nullable(),
    attached: z.boolean().default(true),
  }),
  state: z.object({ ok: z.boolean(), why: z.string().nullable() }).default({ ok: true, why: null }),
  judging: z
    .object({
      waiting: z.number(),
      windows: z.number(),
      running: z.boolean(),
      doneHours: z.number(),
      perSecond: z.number(),
      oldest: z.number().nullable(),
      why: z.string().nullable(),
    })
    .nullable()
    .default(null),
});
export type IngestStatus = z.output<typeof ingestStatus>;

export type Asked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

const askTimeoutMs = 2_000;

async function ask<T>(role: string, rpc: Rpc, method: string, schema: z.ZodType<T>): Promise<Asked<T>> {
  if (!rpc.connected) return { ok: false, why: `the ${role} role is not linked` };
  try {
    const parsed = schema.safeParse(await rpc.call(method, null, askTimeoutMs));
    return parsed.success
      ? { ok: true, value: parsed.data }
      : { ok: false, why: `the ${role} role answers in another form` };
  } catch (error) {
    if (error instanceof Failure) return { ok: false, why: error.message };
    throw error;
  }
}

export function askBrokerStatus(broker: Rpc): Promise<Asked<BrokerStatus>> {
  return ask("broker", broker, "status", brokerStatus);
}

export function askIngestStatus(ingest: Rpc): Promise<Asked<IngestStatus>> {
  return ask("ingest", ingest, "status", ingestStatus);
}

export function askMetrics(role: string, rpc: Rpc): Promise<Asked<string>> {
  return ask(role, rpc, "metrics", z.string());
}
