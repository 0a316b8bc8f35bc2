// The broker role: sockets in, durable entries out, acknowledgement after the disk.
//
//   TCP ─────────┐
//                ├─▶ size ─▶ login ─▶ own topic? ─▶ rate, pace ─▶ JOURNAL (fsync) ─▶ PUBACK / PUBREC
//   WebSocket ───┘     │        │          │            │             │       (an external broker: io/upstream.ts)
//                    close    CONNACK 4  close        wait          wait while the disk is full
//
// It decodes nothing, judges nothing and writes nothing but the journal. Once a second it appends a tick, so that ingest
// knows the time without a clock.

import { Failure } from "#domain/failure.ts";
import { channels, doors, type EntryDraft, entryKinds } from "#domain/frame.ts";
import type { Address } from "#domain/settings.ts";
import type { UpstreamSettings } from "#domain/upstream.ts";
import type { Journal } from "#store/journal/journal.ts";
import type { Rpc } from "#store/link/link.ts";
import type { DeviceRequest } from "#domain/device-request.ts";
import type { WantedBirth } from "#domain/sparkplug/sparkplug.ts";
import type { TlsSettings } from "#domain/tls.ts";
import type { DeviceLogin } from "./admit/login.ts";
import { createPace } from "./admit/pace.ts";
import { createDownlink, type Downlink } from "./downlink.ts";
import { createIdentity } from "./identity.ts";
import { createAdmission } from "./io/admission.ts";
import { createHj212Door, type Hj212Door } from "./io/hj212/hj212-door.ts";
import type { LoggerDirectory } from "./io/hj212/logger.ts";
import { createListeners, type Listeners } from "./io/listeners.ts";
import { type BrokerMetrics, createBrokerMetrics } from "./io/metrics.ts";
import { createUpstream, type Upstream } from "./io/upstream.ts";
import type { UpstreamSession } from "./io/upstream-session.ts";
import { createMqttCarrier, type MqttCarrier } from "./io/mqtt-carrier.ts";
import { createMqttDoor, type MqttDoor } from "./io/mqtt-door.ts";
import type { DoorCertificates } from "./io/tls.ts";
import {
  createSparkplugHost,
  type EdgeNodeDirectory,
  rememberEdgeNodes,
  type SparkplugHost,
} from "./io/sparkplug-host.ts";

export interface BrokerLog {
  info(object: object, message: string): void;
  warn(object: object, message: string): void;
  error(object: object, message: string): void;
}

export interface BrokerParts {
  readonly settings: {
    readonly mqttListen: Address;
    readonly mqttWsListen: Address;
    readonly hj212Listen: Address;
    readonly tls: TlsSettings;
  };
  readonly journal: Journal;
  readonly login: DeviceLogin;
  /** What TLS doors show and whom they believe; null: there are none. */
  readonly certificates: DoorCertificates | null;
  /** Serial numbers of certificates that were revoked since this was asked last. */
  readonly takeRevoked: () => readonly string[];
  readonly edgeNodes: EdgeNodeDirectory;
  readonly loggers: LoggerDirectory;
  /** An external broker to subscribe to, and what its session needs; null: none. */
  readonly upstream: { readonly settings: UpstreamSettings; readonly session: UpstreamSession } | null;
  /** How far ingest has come; null when it never ran. */
  readonly position: () => { readonly seq: number; readonly at: number } | null;
  /** Links to the api, which hands over commands and readings that came by HTTP. */
  readonly rpc: Rpc;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly log: BrokerLog;
}

export interface Broker {
  /** Name of a door → where it listens. */
  start(): Promise<Readonly<Record<string, string>>>;
  stop(): Promise<void>;
}

const tickMs = 1000;
const paceMs = 100;
/** A position older than this was left by an ingest that is away. */
const positionMsMax = 1000;

export function createBroker(parts: BrokerParts): Broker {
  const { journal, log, now, rpc, settings } = parts;
  const metrics = createBrokerMetrics(journal);
  const pace = createPace();
  const { certificates, takeRevoked } = parts;
  const identity = createIdentity({ settings: settings.tls, certificates, takeRevoked, metrics, now });
  const nothing = new Uint8Array(0);
  let door: MqttDoor | null = null;
  let sparkplug: SparkplugHost | null = null;
  let listeners: Listeners | null = null;
  let hj212: Hj212Door | null = null;
  let downlink: Downlink | null = null;
  let upstream: Upstream | null = null;
  let mqttCarrier: MqttCarrier | null = null;
  let ticker: NodeJS.Timeout | null = null;
  let pacer: NodeJS.Timeout | null = null;
  /** Entries found unreadable at the start. */
  let damaged = 0;

  function tick(): void {
    // While the disk does not take anything a queue of ticks would be worthless.
    if (!journal.writable) return;
    journal.append(entryKinds.tick, doors.none, channels.none, false, now(), "", nothing, (failure) => {
      if (failure !== null) log.warn({ err: failure }, "a tick could not be journaled");
    });
  }

  function keepPace(): void {
    const position = parts.position();
    const at = now();
    if (position === null || Math.abs(at - position.at) > positionMsMax) pace.away();
    else pace.note(position.at, journal.head().seq, position.seq);
  }

  function serveApi(): void {
    rpc.handle("journal.append", (argument) => appendDraft(journal, argument as EntryDraft, metrics));
    rpc.handle("status", () => ({
      head: journal.head(),
      connections: door?.connections() ?? 0,
      devicesOnline: door?.connections() ?? 0,
      writable: journal.writable,
      why: journal.why,
      damaged,
      upstream: upstream?.state() ?? null,
    }));
    rpc.handle("metrics", () => metrics.text());
    rpc.handle("devices.offer", (requests) => downlink?.offer(requests as readonly DeviceRequest[]) ?? 0);
    rpc.handle("devices.drop", (request) => downlink?.drop(request as DeviceRequest) ?? false);
    rpc.handle("devices.loggers", () => hj212?.loggers() ?? []);
    rpc.on("births", (wanted) => sparkplug?.ask(wanted as readonly WantedBirth[]));
  }

  return {
    async start() {
      const opened = await journal.start();
      for (const damage of opened.damages)
        log.error({ damage }, "the journal is damaged: acknowledged entries cannot be read");
      if (opened.tornBytes > 0)
        log.warn({ tornBytes: opened.tornBytes }, "cut a torn tail that was never acknowledged");
      metrics.damages(opened.damages);
      damaged = opened.damages.reduce((sum, damage) => sum + damage.toSeq - damage.fromSeq + 1, 0);
      const carrier = createMqttCarrier({ now, onProgress: (progress) => downlink?.progress(progress) });
      mqttCarrier = carrier;
      const edgeNodeOf = rememberEdgeNodes(parts.edgeNodes, now);
      door = await createMqttDoor({
        journal,
        pace,
        login: parts.login,
        lockOut: identity.lockOut,
        onRefused: identity.note,
        edgeNodeOf,
        metrics,
        now,
        log,
        ...carrier.hears,
      });
      sparkplug = createSparkplugHost({ publish: door.publish, metrics, now });
      await sparkplug.start();
      carrier.use(door);
      listeners = createListeners({
        mqtt: settings.mqttListen,
        mqttWs: settings.mqttWsListen,
        onStream: door.handle,
        onRefused: door.refuse,
        log,
      });
      const admission = createAdmission({ journal, pace, metrics, now });
      hj212 = createHj212Door({
        admission,
        directory: parts.loggers,
        onRefused: identity.note,
        metrics,
        onProgress: (progress) => downlink?.progress(progress),
        onLines: (lines) => downlink?.lines(lines),
        onOwnRequest: (site, command, reason) => downlink?.request(site, command, reason),
        now,
        log,
      });
      if (parts.upstream !== null)
        upstream = createUpstream({ ...parts.upstream, admission, metrics, now, random: parts.random, log });
      downlink = createDownlink({ journal, carriers: { hj212, mqtt: carrier }, now, random: parts.random, log });
      const addresses = {
        ...(await listeners.start()),
        hj212: await hj212.start(settings.hj212Listen),
        ...(await identity.start({ mqtt: door, hj212: hj212.handle })),
      };
      serveApi();
      identity.serveApi(rpc);
      tick();
      upstream?.start();
      ticker = setInterval(() => {
        tick();
        identity.look();
      }, tickMs);
      pacer = setInterval(() => {
        keepPace();
        mqttCarrier?.look();
        downlink?.flush();
      }, paceMs);
      return addresses;
    },

    async stop() {
      if (ticker !== null) clearInterval(ticker);
      if (pacer !== null) clearInterval(pacer);
      listeners?.close();
      hj212?.close();
      identity.close();
      upstream?.close();
      // What was read from sockets is committed and acknowledged before they are closed.
      await Promise.all([door?.drain(2000), hj212?.drain(2000), upstream?.stop(2000)]);
      await sparkplug?.stop();
      await door?.stop();
      listeners?.destroy();
      hj212?.destroy();
      identity.destroy();
      downlink?.flush();
      await journal.stop();
    },
  };
}

function appendDraft(journal: Journal, draft: EntryDraft, metrics: BrokerMetrics): Promise<{ seq: number }> {
  return new Promise((done, fail) => {
    if (!journal.writable) {
      fail(new Failure("journal-full", journal.why ?? "the journal cannot be written", { retryable: true }));
      return;
    }
    const { kind, door, channel, promised, receivedAt, source, payload } = draft;
    journal.append(kind, door, channel, promised, receivedAt, source, payload, (failure, seq) => {
      if (failure !== null) {
        fail(failure);
        return;
      }
      if (kind === entryKinds.frame) metrics.acknowledged("http");
      done({ seq });
    });
  });
}
