// One device's MQTT connection: own client id, own credentials, a will, QoS 1. A frame leaves the outbox only with its
// PUBACK; after a break everything unacknowledged is sent again. Reconnects with jitter through a shared gate.
//
//   idle ─▶ queued ─▶ connecting ─▶ up ─▶ (closed) ─▶ backing off ─▶ queued …      cut: down until the line is restored

import { connect, type MqttClient } from "mqtt";
import { createOutbox } from "../outbox.ts";
import type { Random } from "../random.ts";
import type { MqttMessage, Speech } from "../speech.ts";
import type { Gate } from "./gate.ts";

/** Shared by all links of a process. */
export interface LinkCounters {
  connected: number;
  /** Connections that were up and broke without being asked to. */
  lost: number;
  reconnects: number;
  sent: number;
  acked: number;
  resent: number;
  /** Frames given up because an outbox was full. */
  dropped: number;
  /** CONNACK with bad user name or password. */
  refused: number;
}

export function createLinkCounters(): LinkCounters {
  return { connected: 0, lost: 0, reconnects: 0, sent: 0, acked: 0, resent: 0, dropped: 0, refused: 0 };
}

export interface LinkOptions {
  readonly host: string;
  readonly port: number;
  readonly site: string;
  readonly password: string;
  readonly speech: Speech;
  readonly gate: Gate;
  readonly random: Random;
  readonly counters: LinkCounters;
  /** The broker does not know this password (any more). */
  onRefused(site: string): void;
}

export interface Link {
  readonly pending: number;
  readonly connected: boolean;
  start(): void;
  send(payload: string): void;
  /** false pulls the plug: no goodbye, so that the broker publishes the will. */
  setLine(up: boolean): void;
  setPassword(password: string): void;
  /** Says offline, disconnects; resolves when the socket is closed. */
  stop(): Promise<void>;
}

const backOffMsFirst = 1_000;
const backOffMsMax = 15_000;
const refusedCodes: ReadonlySet<unknown> = new Set([4, 5]);

export function createMqttLink(options: LinkOptions): Link {
  const { site, speech, gate, random, counters } = options;
  const outbox = createOutbox();
  let password = options.password;
  let client: MqttClient | null = null;
  let up = false;
  let lineUp = true;
  let stopped = false;
  let everUp = false;
  let failures = 0;
  let timer: NodeJS.Timeout | null = null;

  const pump = (): void => {
    const current = client;
    if (current === null || !up || stopped) return;
    for (let frame = outbox.take(); frame !== null; frame = outbox.take()) {
      const { id, payload } = frame;
      const messages = speech.say(payload);
      let unacknowledged = messages.length;
      counters.sent++;
      for (const message of messages) {
        publish(current, message, () => {
          // An answer that belongs to a connection that is gone: the frame already waits again.
          if (current !== client) return;
          if (--unacknowledged > 0) return;
          counters.acked++;
          outbox.acknowledge(id);
          pump();
        });
      }
    }
  };

  const publish = (over: MqttClient, { topic, payload, qos, retain }: MqttMessage, done: () => void): void => {
    over.publish(topic, payload, { qos, retain }, (error) => {
      if (error === undefined || error === null) done();
    });
  };

  const queue = (): void => {
    if (stopped || !lineUp) return;
    gate.enter((done) => {
      if (stopped || !lineUp || client !== null) done();
      else open(done);
    });
  };

  const retryLater = (): void => {
    if (stopped || !lineUp) return;
    const ceiling = Math.min(backOffMsMax, backOffMsFirst * 2 ** Math.min(failures, 6));
    failures++;
    timer = setTimeout(
      () => {
        timer = null;
        queue();
      },
      ceiling * random.between(0.5, 1.5),
    );
  };

  const open = (done: () => void): void => {
    const will = speech.will();
    const current = connect({
      host: options.host,
      port: options.port,
      protocol: "mqtt",
      clientId: site,
      username: site,
      password,
      clean: true,
      keepalive: 60,
      connectTimeout: 10_000,
      // Every attempt is a fresh client: what is unacknowledged lives in the outbox, not in the library.
      reconnectPeriod: 0,
      resubscribe: false,
      will: { ...will, payload: Buffer.from(will.payload) },
    });
    client = current;
    current.on("connect", () => {
      done();
      up = true;
      failures = 0;
      counters.connected++;
      if (everUp) counters.reconnects++;
      everUp = true;
      if (speech.filters.length > 0) current.subscribe([...speech.filters], { qos: 0 });
      for (const message of speech.hello()) publish(current, message, () => undefined);
      pump();
    });
    current.on("message", (topic, payload) => {
      if (current !== client || stopped) return;
      for (const message of speech.hear(topic, payload)) publish(current, message, () => undefined);
    });
    current.on("error", (error) => {
      // Network errors are followed by close, where they are handled; a refusal has a reason worth knowing.
      if ("code" in error && refusedCodes.has(error.code)) {
        counters.refused++;
        options.onRefused(site);
      }
    });
    current.on("close", () => {
      done();
      if (current !== client) return;
      client = null;
      if (up) {
        up = false;
        counters.connected--;
        if (!stopped && lineUp) counters.lost++;
      }
      counters.resent += outbox.inFlight;
      outbox.rewind();
      retryLater();
    });
  };

  return {
    get pending() {
      return outbox.size;
    },
    get connected() {
      return up;
    },
    start: queue,
    send: (payload) => {
      counters.dropped += outbox.push(up ? payload : speech.late(payload));
      pump();
    },
    setLine: (wanted) => {
      if (wanted === lineUp) return;
      lineUp = wanted;
      if (timer !== null) clearTimeout(timer);
      timer = null;
      if (wanted) queue();
      else client?.stream.destroy();
    },
    setPassword: (fresh) => {
      password = fresh;
      // No reason to sit out the back-off that the old password earned.
      failures = 0;
      if (timer === null) return;
      clearTimeout(timer);
      timer = null;
      queue();
    },
    stop: () => {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      const current = client;
      if (current === null) return Promise.resolve();
      return new Promise((resolve) => {
        current.once("close", () => resolve());
        if (!up) current.end(true);
        else publish(current, speech.goodbye(), () => current.end(false));
      });
    },
  };
}
