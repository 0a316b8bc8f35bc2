// Stations with a past: registered at a running system, and their readings of the last hours and days handed in at once, as a
// station does that was cut off. Values are plain functions of time, so that a test knows what must come out.

import type { ApiClient } from "./api-client.ts";

const hourMs = 3_600_000;
/** A frame holds 5,000 values at most, and 256 KiB. */
const valuesPerFrame = 1_500;

export interface PastStation {
  readonly id: string;
  readonly kind: string;
  readonly city?: string;
  readonly name?: string;
  readonly standard?: { readonly standard: string; readonly industry: string; readonly unit: string };
  readonly intervalSeconds: number;
  /** Readings begin so many hours before the hour that runs. */
  readonly hours: number;
  /** By factor; null: nothing is sent at that moment. */
  readonly values: Readonly<Record<string, (hoursAgo: number, timeMs: number) => number | null>>;
  /** Readings are the station's own hours. */
  readonly sends?: "hour";
}

export async function registerStation(api: ApiClient, station: PastStation): Promise<void> {
  const { id, kind, city = "130200", name = `Station ${id}`, standard, intervalSeconds, values } = station;
  const site = { id, name, kind, city, intervalSeconds, factors: Object.keys(values) };
  const reply = await api.call("POST", "/api/v1/sites", { ...site, ...(standard === undefined ? {} : { standard }) });
  if (reply.status !== 201) throw new Error(`POST /api/v1/sites: ${reply.text}`);
}

/** Hands in everything up to the begin of the hour that runs; resolves when it is journaled. Returns the begin of that hour. */
export async function sendPast(api: ApiClient, station: PastStation, now = Date.now()): Promise<number> {
  const { id, intervalSeconds, hours, values, sends } = station;
  const end = Math.floor(now / hourMs) * hourMs;
  const step = sends === "hour" ? hourMs : intervalSeconds * 1000;
  const factors = Object.entries(values);
  const points: { time: number; kind?: string; values: Record<string, number> }[] = [];
  for (let time = end - hours * hourMs; time < end; time += step) {
    const hoursAgo = Math.ceil((end - time) / hourMs);
    const said = factors.flatMap(([factor, of]) => {
      const value = of(hoursAgo, time);
      return value === null ? [] : [[factor, Math.round(value * 1000) / 1000] as const];
    });
    if (said.length === 0) continue;
    points.push({ time, ...(sends === undefined ? {} : { kind: sends }), values: Object.fromEntries(said) });
  }
  const perFrame = Math.max(1, Math.floor(valuesPerFrame / factors.length));
  for (let first = 0; first < points.length; first += perFrame) {
    const reply = await api.call("POST", `/api/v1/sites/${id}/readings`, points.slice(first, first + perFrame));
    if (reply.status !== 202) throw new Error(`POST readings of ${id}: ${reply.text}`);
  }
  return end;
}
