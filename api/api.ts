// The api role: REST, live updates, exports and the dashboard's files on one HTTP port. Composes its rooms and gives them
// life; asks the broker to journal and ingest to tell, never writes history or state itself.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { deflateRawSync } from "node:zlib";
import { type ConditionName, parseConditionDefinition } from "#domain/condition.ts";
import { Failure } from "#domain/failure.ts";
import { listRoutes } from "./app.ts";
import { createCaseWatch } from "./cases/watch.ts";
import { createCommands, createJournal } from "./commands.ts";
import { createGapFilling } from "./gap-filling.ts";
import { createDeviceIdentity } from "./identity.ts";
import { createHttpApp } from "./io/http-app.ts";
import { createIngestFeed } from "./io/ingest-feed.ts";
import { createLiveSocket } from "./io/live-socket.ts";
import { sendNotice } from "./io/notice-sender.ts";
import { createHub } from "./live/hub.ts";
import { createMemory, type Memory } from "./live/memory.ts";
import { createMetrics } from "./metrics.ts";
import { createNoticeCarrier } from "./notices/carrier.ts";
import type { ApiParts, FolderFacts, Rooms } from "./parts.ts";
import type { Rpc } from "#store/link/link.ts";
import { createCarrier } from "./request-carrier.ts";
import { createThroughputWatch } from "./throughput-watch.ts";
import { createWatch, type SystemStatus } from "./watch.ts";

export type { ApiParts, ApiSettings } from "./parts.ts";

export interface Api {
  /** Answers the address it listens on, "127.0.0.1:8080". Throws Failure "http-listen". */
  start(): Promise<string>;
  /** Lets running answers end, for two seconds at most. */
  stop(): Promise<void>;
}

const drainMs = 2_000;
const watchMs = 1_000;
const statusTimeoutMs = 3_000;

/** Conditions of the system whose alarm is active and journaled. */
function openConditions(memory: Memory): Set<ConditionName> {
  const open = new Set<ConditionName>();
  for (const alarm of memory.alarms()) {
    const name = parseConditionDefinition(alarm.definition);
    if (name !== null && alarm.active && alarm.journalSeq > 0) open.add(name);
  }
  return open;
}

/** What both other roles say of themselves; null for one that does not answer. */
async function askStatus(broker: Rpc, ingest: Rpc): Promise<SystemStatus> {
  const ask = (role: Rpc): Promise<unknown> => role.call("status", null, statusTimeoutMs).catch(() => null);
  const [brokerSays, ingestSays] = await Promise.all([ask(broker), ask(ingest)]);
  return { broker: brokerSays, ingest: ingestSays } as SystemStatus;
}

function parseListen(text: string): { readonly host: string; readonly port: number } {
  const colon = text.lastIndexOf(":");
  const port = Number(text.slice(colon + 1));
  if (colon < 0 || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Failure("http-listen", `"${text}" is no address to listen on`, { hint: "HTTP_LISTEN=127.0.0.1:8080" });
  }
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ""), port };
}

function listen(server: Server, text: string): Promise<string> {
  const { host, port } = parseListen(text);
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      const hint = "is the port taken by another program? set HTTP_LISTEN";
      reject(new Failure("http-listen", `cannot listen on ${text}`, { hint, cause }));
    });
    server.listen({ host, port }, () => {
      const address = server.address() as AddressInfo;
      resolve(
        address.family === "IPv6" ? `[${address.address}]:${address.port}` : `${address.address}:${address.port}`,
      );
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), drainMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

export function createApi(parts: ApiParts): Api {
  const { settings, accounts, broker, ingest, state, history, frames, folder, evidence, version } = parts;
  const { log, now, random, checkReplies = false } = parts;
  const memory = createMemory();
  const hub = createHub({
    memory,
    epoch: Buffer.from(random(9)).toString("base64url"),
    compress: (text) => deflateRawSync(text, { level: 4 }),
  });
  const journal = createJournal(broker);
  const commands = createCommands({ journal, now, random });
  const throughputWatch = createThroughputWatch({ ingest, folder, now, log });
  const { hj212SetUp: setUp, dashboardDir } = settings;
  const carrier = createCarrier({ broker, state, accounts, memory, commands, folder, setUp, now, random, log });
  const gapFilling = createGapFilling({
    broker,
    state,
    commands,
    onRequested: (count) => metrics.onGapRequests(count),
    now,
    random,
    log,
  });
  const notices = createNoticeCarrier({
    state,
    accounts,
    commands,
    findSite: (id) => memory.site(id),
    findAlarm: (id) => memory.alarm(id),
    send: sendNotice,
    publicUrl: settings.publicUrl ?? null,
    onAttempt: (kind, ok, seconds) => metrics.onNoticeAttempt(kind, ok, seconds),
    now,
    chance: () => (random(1)[0] ?? 0) / 255,
    log,
  });
  const { authority } = parts;
  const identity = createDeviceIdentity({ broker, accounts, authority, journal, now, random });
  const rooms: Rooms = {
    broker,
    ingest,
    state,
    accounts,
    history,
    frames,
    folder,
    evidence,
    version,
    log,
    now,
    random,
    twoPersonLimits: settings.twoPersonLimits ?? false,
    memory,
    journal,
    commands,
    throughput: throughputWatch.throughput,
    authority,
    identity,
    carrier,
    notices,
  };
  const caseWatch = createCaseWatch(rooms);
  const metrics = createMetrics({
    broker,
    ingest,
    countScreens: () => hub.screens,
    countSlowScreens: () => live.slowScreens(),
    countNotices: () => notices.waiting.count,
  });
  const routes = listRoutes(rooms, metrics, caseWatch);
  const server = createServer(createHttpApp({ routes, accounts, dashboardDir, metrics, log, random, checkReplies }));
  const feed = createIngestFeed({ ingest, state, memory, hub, log, now, onBatch: (batch) => commands.onBatch(batch) });
  const live = createLiveSocket({ hub, accounts, metrics, log, now });

  const watch = createWatch({
    commands,
    open: () => openConditions(memory),
    show: (alarm) => hub.accept({ seq: memory.seq, latest: [], alarms: [alarm], sites: [] }, now()),
    now,
    log,
  });
  let watching: NodeJS.Timeout | undefined;
  let looking = false;

  /** Everything else is worth watching even when the disk does not answer. */
  function lookAtFolder(): FolderFacts | null {
    try {
      return folder.look();
    } catch (error) {
      log.warn({ err: error }, "the data folder could not be looked at");
      return null;
    }
  }

  async function lookAround(): Promise<void> {
    if (looking) return;
    looking = true;
    try {
      const certificates = await identity.certificates.says();
      const status = await askStatus(broker, ingest);
      await watch.look({ ...status, certificates, notices: notices.says(), folder: lookAtFolder() });
    } catch (error) {
      log.error({ err: error }, "the watch over the system failed");
    } finally {
      looking = false;
    }
  }

  return {
    async start() {
      await feed.start();
      live.start(server);
      watching = setInterval(() => void lookAround(), watchMs);
      throughputWatch.start();
      carrier.start();
      caseWatch.start();
      notices.start();
      if (settings.gapFilling) gapFilling.start();
      return listen(server, settings.httpListen);
    },
    async stop() {
      clearInterval(watching);
      throughputWatch.stop();
      carrier.stop();
      caseWatch.stop();
      notices.stop();
      gapFilling.stop();
      feed.stop();
      live.stop();
      commands.stop();
      await close(server);
    },
  };
}
