// The door to an external broker: we subscribe there, and what comes enters the journal like a frame at our own door. A message
// is acknowledged when it is on disk, in the order in which it came; what is not acknowledged stays with the broker and comes
// again after a crash of either side.
//
//   broker there ─▶ line ─▶ whose frame? ─▶ pace ─▶ JOURNAL ─▶ PUBACK
//        ▲                     └─ nobody's: counted, PUBACK          │
//        └── not read while too much waits ◀────────────────────────┘

import { readFileSync } from "node:fs";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { bounds } from "#domain/bounds.ts";
import { doors } from "#domain/frame.ts";
import type { UpstreamSettings, UpstreamState } from "#domain/upstream.ts";
import { ackCode, pushAck, readMessage, readTooLarge, type UpstreamMessage } from "../admit/upstream.ts";
import { createVersionChoice, retryMs } from "../admit/upstream-retry.ts";
import { type Admission, createDevice, type Device } from "./admission.ts";
import type { BrokerMetrics } from "./metrics.ts";
import { createQuietLog } from "./quiet-log.ts";
import { type LineEnd, openUpstreamLine, type UpstreamLine } from "./upstream-line.ts";
import type { UpstreamSession } from "./upstream-session.ts";

export interface Upstream {
  start(): void;
  state(): UpstreamState;
  /** Reads no more. */
  close(): void;
  /** Acknowledges what was read, at most `deadlineMs` long, and leaves. */
  stop(deadlineMs: number): Promise<void>;
}

export interface UpstreamParts {
  readonly settings: UpstreamSettings;
  readonly session: UpstreamSession;
  readonly admission: Admission;
  readonly metrics: BrokerMetrics;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly log: {
    info(object: object, message: string): void;
    warn(object: object, message: string): void;
  };
}

/** A message that was read; `code` is null until it may be acknowledged. */
interface Waiting {
  readonly packetId: number;
  code: number | null;
}

/** The pace of ingest holds all of them together; how fast one device may be is the external broker's to say. */
const unlimited = { takeMs: () => 0 };

export function createUpstream(parts: UpstreamParts): Upstream {
  const { settings, session, admission, metrics, now, log } = parts;
  const address = `${settings.host}:${settings.port}`;
  const sayInfo = createQuietLog(log, now);
  const versions = createVersionChoice(settings.versions);
  const sites = new Map<string, { readonly device: Device; waiting: number }>();
  let line: UpstreamLine | null = null;
  let isConnected = false;
  let isClosed = false;
  let isHeld = false;
  let since = now();
  let version: UpstreamState["version"] = null;
  let attempt = 0;
  let retry: NodeJS.Timeout | null = null;
  let frames = 0;
  let refused = 0;
  let inFlight = 0;
  let inFlightBytes = 0;
  let inFlightMost = 0;
  let lastError: UpstreamState["lastError"] = null;

  function openSocket(): Socket {
    const { host, port, tls, caFile } = settings;
    if (!tls) return connect({ host, port, noDelay: true });
    return connectTls({
      host,
      port,
      minVersion: "TLSv1.2",
      ...(isIP(host) === 0 ? { servername: host } : {}),
      // Read anew each time: a changed authority needs no restart.
      ...(caFile === null ? {} : { ca: readFileSync(caFile) }),
    }).setNoDelay(true);
  }

  function connectLine(): void {
    retry = null;
    const current = versions.current;
    /** In the order in which they came [MQTT-4.6.0-2]. */
    const waiting: Waiting[] = [];
    let flushing = false;

    const mine = openUpstreamLine({
      open: openSocket,
      version: current,
      clientId: session.clientId,
      username: settings.username,
      password: settings.password,
      filters: settings.filters,
      staleFilters: session.staleFilters(settings.filters),
      framesInFlightMax: bounds.upstreamFramesInFlightMax,
      onOpen() {
        attempt = 0;
        isConnected = true;
        since = now();
        version = current === 5 ? "5" : "3.1.1";
        session.keep(settings.filters);
        log.info({ address, version, filters: settings.filters }, "subscribed to the external broker");
      },
      onMessage: (firstByte, body) => take(readMessage(firstByte, body, current)),
      onTooLarge: (firstByte, head, bytes) => take(readTooLarge(firstByte, head, bytes)),
      onEnd: (end) => {
        if (line === mine) ended(end);
      },
    });
    line = mine;

    function flush(): void {
      flushing = false;
      const bytes: number[] = [];
      let done = 0;
      for (const { packetId, code } of waiting) {
        if (code === null) break;
        if (packetId > 0) pushAck(bytes, packetId, code, current);
        done++;
      }
      waiting.splice(0, done);
      if (bytes.length > 0) mine.write(Uint8Array.from(bytes));
    }

    function settle(each: Waiting, code: number): void {
      each.code = code;
      if (flushing) return;
      flushing = true;
      process.nextTick(flush);
    }

    function take(message: UpstreamMessage | null): void {
      if (message === null) {
        mine.destroy("no MQTT: a PUBLISH that is malformed, or has QoS 2");
        return;
      }
      const { packetId, outcome } = message;
      const each: Waiting = { packetId, code: null };
      waiting.push(each);
      if (!outcome.ok) {
        const { reason, detail } = outcome.refusal;
        refused++;
        metrics.refused(reason);
        sayInfo({ reason, detail: detail.slice(0, bounds.textCharsMax) }, "refused of the external broker");
        settle(each, ackCode(outcome.refusal));
        return;
      }
      const { site, channel, payload } = outcome;
      hold(payload.length);
      const device = begin(site);
      admission.admit(device, doors.upstream, channel, packetId > 0, payload, (failure) => {
        finish(site);
        release(payload.length);
        if (failure !== null) {
          mine.destroy(failure.message);
          return;
        }
        frames++;
        settle(each, 0);
      });
    }
  }

  /** A site is known as long as something of it waits, so that its messages keep their order. */
  function begin(site: string): Device {
    const known = sites.get(site);
    if (known !== undefined) {
      known.waiting++;
      return known.device;
    }
    const device = { ...createDevice(site), rate: unlimited };
    sites.set(site, { device, waiting: 1 });
    return device;
  }

  function finish(site: string): void {
    const known = sites.get(site);
    if (known !== undefined && --known.waiting === 0) sites.delete(site);
  }

  function hold(bytes: number): void {
    inFlight++;
    inFlightBytes += bytes;
    inFlightMost = Math.max(inFlightMost, inFlight);
    if (inFlight < bounds.upstreamFramesInFlightMax && inFlightBytes < bounds.upstreamBytesInFlightMax) return;
    isHeld = true;
    line?.pause();
  }

  function release(bytes: number): void {
    inFlight--;
    inFlightBytes -= bytes;
    if (!isHeld || isClosed) return;
    if (inFlight > bounds.upstreamFramesInFlightMax / 2 || inFlightBytes > bounds.upstreamBytesInFlightMax / 2) return;
    isHeld = false;
    line?.resume();
  }

  function ended({ kind, says }: LineEnd): void {
    line = null;
    if (isConnected) since = now();
    isConnected = false;
    versions.ended(kind);
    if (isClosed) return;
    lastError = { at: now(), says };
    const ms = retryMs(attempt++, drawShare());
    log.warn({ address, reason: says, retryMs: ms }, "not connected to the external broker");
    retry = setTimeout(tryLine, ms);
  }

  function tryLine(): void {
    try {
      connectLine();
    } catch (error) {
      // The file of the authority cannot be read now.
      ended({ kind: "other", says: error instanceof Error ? error.message : String(error) });
    }
  }

  function drawShare(): number {
    const [a = 0, b = 0] = parts.random(2);
    return (a * 256 + b) / 65_536;
  }

  metrics.upstream(state);

  function state(): UpstreamState {
    const { filters } = settings;
    return {
      address,
      connected: isConnected,
      since,
      version,
      filters,
      frames,
      inFlight,
      inFlightMost,
      refused,
      lastError,
    };
  }

  return {
    start: tryLine,
    state,
    close() {
      isClosed = true;
      if (retry !== null) clearTimeout(retry);
      line?.pause();
    },
    async stop(deadlineMs) {
      const until = now() + deadlineMs;
      while (inFlight > 0 && now() < until) await new Promise((wake) => setTimeout(wake, 5));
      // The acknowledgements of the last commit are written in the next turn.
      await new Promise((wake) => setImmediate(wake));
      line?.end();
    },
  };
}
