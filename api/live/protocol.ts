// The messages of /live: what a client may say, and how the server's frames are written. Pure text in, text out.

import * as z from "zod";
import type { Alarm } from "#domain/alarm.ts";
import { formatIso } from "#domain/time.ts";
import { formatAlarm } from "../format.ts";
import type { Counts } from "./memory.ts";
import { flagAt, type Rows } from "./series.ts";

const clientMessage = z.strictObject({
  subscribe: z.strictObject({
    sites: z.array(z.string().max(64)).max(5_000).optional(),
    cities: z.array(z.string().max(6)).max(100).optional(),
    alarms: z.union([z.boolean(), z.literal("all")]).default(true),
    values: z.enum(["every", "newest"]).default("every"),
    encoding: z.enum(["text", "deflate"]).default("text"),
  }),
  resume: z.object({ epoch: z.string().max(64), seq: z.number().int() }).nullish(),
});

/**
 * Which sites a screen wants to hear of. Without sites and cities: all; with either: their union. The filter holds for
 * readings and for alarms alike; `alarms: false` leaves alarms out, `alarms: "all"` brings those of every site, so that a
 * screen can show a few sites in detail and still sound for all of them.
 */
export interface Filter {
  readonly sites: ReadonlySet<string> | null;
  readonly cities: ReadonlySet<string> | null;
  readonly alarms: boolean | "all";
  /** Of each site only the reading with the newest time: enough to know when it was heard last, and a tenth of the bytes. */
  readonly newest: boolean;
  /** Equal for equal filters, so that their frames are written once. */
  readonly key: string;
  /** Longer frames come as binary messages, raw DEFLATE of the same text: once for all screens that see the same. */
  readonly deflate: boolean;
}

export interface Resume {
  readonly epoch: string;
  readonly seq: number;
}

export type ClientMessage =
  | { readonly ok: true; readonly filter: Filter; readonly resume: Resume | null }
  | { readonly ok: false; readonly code: "invalid-json" | "invalid-message"; readonly detail: string };

function sortedSet(items: readonly string[] | undefined): ReadonlySet<string> | null {
  return items === undefined ? null : new Set([...items].sort());
}

export function parseClientMessage(text: string): ClientMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, code: "invalid-json", detail: error instanceof Error ? error.message : "not JSON" };
  }
  const parsed = clientMessage.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, code: "invalid-message", detail: `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}` };
  }
  const { subscribe, resume } = parsed.data;
  const sites = sortedSet(subscribe.sites);
  const cities = sortedSet(subscribe.cities);
  const { alarms, values, encoding } = subscribe;
  const key = JSON.stringify([sites && [...sites], cities && [...cities], alarms, values]);
  const filter = { sites, cities, alarms, newest: values === "newest", key, deflate: encoding === "deflate" };
  return { ok: true, filter, resume: resume ?? null };
}

export function matchesFilter(filter: Filter, site: string, cityOf: (site: string) => string | undefined): boolean {
  if (filter.sites === null && filter.cities === null) return true;
  if (filter.sites?.has(site) === true) return true;
  if (filter.cities === null) return false;
  const city = cityOf(site);
  return city !== undefined && filter.cities.has(city);
}

/** Rows on the wire, without the brackets around them: [site, factor, event time ms, value, flag], … */
export function formatRows(
  rows: Rows,
  /** Which of them; null = all. */
  places: readonly number[] | null,
  names: { siteOfSlot(slot: number): string; factorOfSlot(slot: number): string },
): string {
  const count = places === null ? rows.slot.length : places.length;
  let text = "";
  let lastSite = "";
  let siteText = '""';
  for (let i = 0; i < count; i++) {
    const at = places === null ? i : (places[i] ?? 0);
    const slot = rows.slot[at] ?? 0;
    const site = names.siteOfSlot(slot);
    // The rows of one site follow one another.
    if (site !== lastSite) {
      lastSite = site;
      siteText = JSON.stringify(site);
    }
    const factor = JSON.stringify(names.factorOfSlot(slot));
    const value = JSON.stringify(rows.value[at] ?? 0);
    if (i > 0) text += ",";
    text += `[${siteText},${factor},${rows.time[at] ?? 0},${value},"${flagAt(rows.flag[at] ?? 0)}"]`;
  }
  return text;
}

export interface Frame {
  readonly epoch: string;
  readonly seq: number;
  readonly time: number;
  /** What `formatRows` made. */
  readonly latest: string;
  readonly alarms: readonly Alarm[];
  readonly counts: Counts;
  /** The subscription has more series than are sent; it gets alarms and counts only. */
  readonly limited: boolean;
}

function formatFrame(type: "snapshot" | "delta", frame: Frame, tail: object): string {
  const { epoch, seq, time, latest, alarms, counts, limited } = frame;
  const head = JSON.stringify({ type, epoch, seq, time: formatIso(time) });
  const said = limited ? { limited } : {};
  const rest = JSON.stringify({ alarms: alarms.map(formatAlarm), counts, ...said, ...tail });
  return `${head.slice(0, -1)},"latest":[${latest}],${rest.slice(1)}`;
}

export function formatSnapshot(frame: Frame): string {
  return formatFrame("snapshot", frame, {});
}

/** `merged`: how many readings of this frame were replaced by newer ones before they could be sent. */
export function formatDelta(frame: Frame, merged: number, sites: readonly string[]): string {
  return formatFrame("delta", frame, { merged, ...(sites.length === 0 ? {} : { sites }) });
}

/** With counts, since a site goes offline by the clock alone, without any delta. */
export function formatHeartbeat(beat: Pick<Frame, "epoch" | "seq" | "time" | "counts" | "limited">): string {
  const { epoch, seq, time, counts, limited } = beat;
  const said = limited ? { limited } : {};
  return JSON.stringify({ type: "heartbeat", epoch, seq, time: formatIso(time), counts, ...said });
}

export function formatError(code: string, detail: string): string {
  return JSON.stringify({ type: "error", code, detail });
}
