// How the system itself is, in one answer for people: what each role says of itself, what the metrics count, what the disk
// holds. Counters are given as they stand; whoever asks twice has the rates.

import * as z from "zod";
import { conditionNames } from "#domain/condition.ts";
import { formatIso } from "#domain/time.ts";
import type { Metrics } from "../metrics.ts";
import type { FolderFacts, Rooms } from "../parts.ts";
import { askBrokerStatus, askIngestStatus, type Asked, type BrokerStatus, type IngestStatus } from "../peers.ts";
import { readMetrics, type MetricValues } from "../read-metrics.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { judgeSystem } from "../watch.ts";

/** Beyond these a number is no longer normal. */
export const systemThresholds = {
  /** From here ingest is not live any more, and the system raises its alarm. */
  lagSeconds: 10,
  /** Share of its bound that the journal may hold before somebody should look. */
  journalShare: 0.8,
  /** Room that is left for less than this. */
  diskDays: 14,
  /** Share of the disk that is left. */
  diskFreeShare: 0.1,
} as const;

const count = z.number().int().nonnegative();
const counts = z.record(z.string(), count);
const part = { ok: z.boolean(), why: z.string().nullable() };

const upstream = z.object({
  address: z.string(),
  connected: z.boolean(),
  since: shapes.isoTime.meta({ description: "connected, or away, since then" }),
  version: z.enum(["3.1.1", "5"]).nullable().meta({ description: "of MQTT; null before the first connection" }),
  filters: z.array(z.string()).meta({ description: "topics that are subscribed to there" }),
  frames: count.meta({ description: "taken into the journal and acknowledged since the broker role began" }),
  inFlight: count.meta({ description: "messages that wait for the disk" }),
  inFlightMost: count,
  refused: count.meta({ description: "messages that are no frames; acknowledged, so that they do not come again" }),
  lastError: z.object({ at: shapes.isoTime, says: z.string() }).nullable(),
});

const system = z
  .object({
    time: shapes.isoTime,
    version: z.string(),
    conditions: z.array(z.object({ name: z.enum(conditionNames), says: z.string() })).meta({
      description: "what is wrong now; after five seconds it is an alarm in the operators' list",
    }),
    broker: z.object({
      ...part,
      devices: count.nullable().meta({ description: "connected now" }),
      acknowledged: counts.meta({ description: "frames acknowledged since the broker began, by door" }),
      unpromised: count.nullable(),
      refused: counts.meta({ description: "turned away at the door, by reason" }),
      upstream: upstream
        .nullable()
        .meta({ description: "the external broker of UPSTREAM_MQTT_URL; null: there is none" }),
    }),
    journal: z.object({
      writable: z.boolean().nullable(),
      headSeq: count.nullable(),
      queuedBytes: count.nullable().meta({ description: "waiting for the disk" }),
      bytes: count.nullable().meta({ description: "all segments, the archive of raw frames included" }),
      waitingBytes: count.nullable().meta({ description: "segments that ingest may still have to read" }),
      waitingBytesMax: count.nullable().meta({ description: "JOURNAL_BYTES_MAX; null: the disk is the bound" }),
    }),
    ingest: z.object({
      ...part,
      lagSeconds: z.number().nonnegative().nullable(),
      backlogEntries: count.nullable(),
      readings: counts.meta({ description: "readings processed since ever, by what became of them" }),
      alarmsOpen: count.nullable(),
    }),
    history: z.object({ ...part, attached: z.boolean().meta({ description: "false while it catches up" }) }),
    state: z.object(part),
    damagedEntries: count.nullable().meta({ description: "entries of the journal that cannot be read" }),
    ledger: z.object({ balanced: z.boolean().nullable().meta({ description: "null when it cannot be told" }) }),
    quarantine: z.object({ open: count.meta({ description: "refused frames and readings nobody has decided about" }) }),
    live: z.object({ screens: count, slow: count, refused: count }),
    disk: z
      .object({
        bytes: count,
        freeBytes: count,
        dataBytes: count.meta({ description: "everything below DATA_DIR" }),
        growthBytesPerDay: z.number().nullable().meta({ description: "null until it was watched for 15 minutes" }),
        watchedSeconds: z.number().nonnegative(),
        daysLeft: z.number().nonnegative().nullable().meta({ description: "null: unknown, or nothing grows" }),
      })
      .nullable(),
    thresholds: z.object({
      lagSeconds: z.number(),
      journalShare: z.number(),
      diskDays: z.number(),
      diskFreeShare: z.number(),
    }),
  })
  .meta({ id: "System" });

function describeDisk(folder: FolderFacts | null) {
  if (folder === null) return null;
  const { diskBytes: bytes, diskFreeBytes: freeBytes, dataBytes, growthBytesPerDay, watchedMs } = folder;
  const daysLeft = growthBytesPerDay === null || growthBytesPerDay <= 0 ? null : freeBytes / growthBytesPerDay;
  return { bytes, freeBytes, dataBytes, growthBytesPerDay, watchedSeconds: watchedMs / 1000, daysLeft };
}

function describeJournal(broker: BrokerStatus | null, folder: FolderFacts | null, metrics: MetricValues) {
  return {
    writable: broker?.writable ?? null,
    headSeq: broker?.head.seq ?? null,
    queuedBytes: metrics.value("plumeline_journal_queued_bytes"),
    bytes: folder?.journalBytes ?? null,
    waitingBytes: folder?.waitingBytes ?? null,
    waitingBytesMax: folder?.waitingBytesMax ?? null,
  };
}

function describeBroker(asked: Asked<BrokerStatus>, metrics: MetricValues) {
  return {
    ok: asked.ok && asked.value.writable,
    why: asked.ok ? asked.value.why : asked.why,
    devices: asked.ok ? asked.value.connections : null,
    acknowledged: metrics.byLabel("plumeline_broker_frames_acknowledged_total", "door"),
    unpromised: metrics.value("plumeline_broker_frames_unpromised_total"),
    refused: metrics.byLabel("plumeline_broker_refused_total", "reason"),
    upstream: asked.ok ? describeUpstream(asked.value) : null,
  };
}

function describeUpstream({ upstream: state }: BrokerStatus) {
  if (state === null) return null;
  const { lastError, since } = state;
  return {
    ...state,
    since: formatIso(since),
    lastError: lastError === null ? null : { at: formatIso(lastError.at), says: lastError.says },
  };
}

/** What ingest and both stores say; a store nobody can ask about is not called well. */
function describeIngest(asked: Asked<IngestStatus>, metrics: MetricValues) {
  const lagSeconds = asked.ok ? Math.max(0, asked.value.lagMs) / 1000 : null;
  const late = lagSeconds !== null && lagSeconds > systemThresholds.lagSeconds;
  const unknown = { ok: false, why: asked.ok ? null : asked.why };
  const { history, state } = asked.ok ? asked.value : { history: { ...unknown, attached: false }, state: unknown };
  return {
    ingest: {
      ok: asked.ok && !late,
      why: asked.ok ? null : asked.why,
      lagSeconds,
      backlogEntries: metrics.value("plumeline_ingest_backlog_entries"),
      readings: metrics.byLabel("plumeline_ingest_readings_total", "outcome"),
      alarmsOpen: metrics.value("plumeline_ingest_alarms_open"),
    },
    history: { ok: history.ok, why: history.why, attached: history.attached },
    state: { ok: state.ok, why: state.why },
  };
}

function lookAtFolder({ folder, log }: Rooms): FolderFacts | null {
  try {
    return folder.look();
  } catch (error) {
    // Everything else is worth saying even when the disk does not answer; the page shows the gap.
    log.warn({ err: error }, "the data folder could not be looked at");
    return null;
  }
}

async function describeSystem(rooms: Rooms, metrics: Metrics) {
  const [head, tail, text, refused] = await Promise.all([
    askBrokerStatus(rooms.broker),
    askIngestStatus(rooms.ingest),
    metrics.format(),
    rooms.state.quarantine({ state: "open", limit: 1 }),
  ]);
  const values = readMetrics(text);
  const folder = lookAtFolder(rooms);
  const [broker, ingest] = [head.ok ? head.value : null, tail.ok ? tail.value : null];
  const certificates = await rooms.identity.certificates.says();
  const conditions = judgeSystem({ broker, ingest, certificates, notices: rooms.notices.says(), folder });
  const damaged = [broker?.damaged, ingest?.damaged].filter((entry) => entry !== undefined);
  return {
    time: formatIso(rooms.now()),
    version: rooms.version,
    conditions: [...conditions].map(([name, says]) => ({ name, says })),
    broker: describeBroker(head, values),
    journal: describeJournal(broker, folder, values),
    ...describeIngest(tail, values),
    damagedEntries: damaged.length === 0 ? null : Math.max(...damaged),
    ledger: { balanced: broker === null || ingest === null ? null : !conditions.has("ledger-unbalanced") },
    quarantine: { open: refused.total },
    live: {
      screens: values.value("plumeline_api_live_screens") ?? 0,
      slow: values.value("plumeline_api_live_slow_screens") ?? 0,
      refused: values.value("plumeline_api_live_refused_total") ?? 0,
    },
    disk: describeDisk(folder),
    thresholds: systemThresholds,
  };
}

/** Many screens may look at once: what was found out is good for a second. */
const keptMs = 1_000;

export function showSystem(rooms: Rooms, metrics: Metrics): Route {
  let kept: { readonly at: number; readonly answer: ReturnType<typeof describeSystem> } | null = null;
  return defineRoute({
    method: "get",
    path: "/api/v1/system",
    summary: "How the system itself is: roles, journal, stores, ledger, screens, disk",
    access: "viewer",
    replies: { 200: { says: "the numbers of now", schema: system } },
    async run() {
      const at = rooms.now();
      if (kept === null || Math.abs(at - kept.at) >= keptMs) kept = { at, answer: describeSystem(rooms, metrics) };
      try {
        return { status: 200, body: await kept.answer };
      } catch (error) {
        kept = null;
        throw error;
      }
    },
  });
}
