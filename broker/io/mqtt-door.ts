// The MQTT door: aedes behind one file, so that another broker library can take its place.
//
// Why authorizePublish is where frames are journaled: aedes writes PUBACK before it calls `published`; authorizePublish is
// the only hook that runs earlier, and it may answer late. For QoS 2 it runs before the packet id is looked up, so a PUBLISH
// that is repeated is kept from it: on the same connection by the guard, on the next one of a kept session here.

import type { Duplex } from "node:stream";
import {
  Aedes,
  type AedesPublishPacket,
  type AuthenticateError,
  type Client,
  type PublishPacket,
  type Subscription,
} from "aedes";
import { bounds } from "#domain/bounds.ts";
import { channels, type Door } from "#domain/frame.ts";
import { maySubscribe, parsePublishTopic } from "#domain/topic.ts";
import type { Appender } from "#store/journal/journal.ts";
import type { Pace } from "../admit/pace.ts";
import { createAdmission, createDevice, type Device } from "./admission.ts";
import { doorBounds } from "../admit/door-bounds.ts";
import type { BrokerRefusal, Refusal } from "../admit/refusal.ts";
import { type Guard, openGuard } from "./guard.ts";
import type { BrokerMetrics } from "./metrics.ts";
import { createQuietLog } from "./quiet-log.ts";
import { boundSessions } from "./sessions.ts";
import type { Connection } from "./short-way.ts";

/** Is this the password that was issued to this site? Synchronous: it is asked on the broker's own thread. */
export interface DeviceLogin {
  verify(site: string, password: string): boolean;
}

export interface MqttDoor {
  /** Takes over a connected stream. */
  handle(stream: Duplex, door: Door): void;
  /** Counts and logs what was turned away before there was a stream. */
  refuse(refusal: Refusal): void;
  connections(): number;
  /** Is a device of this site there that listens to its commands? */
  isListening(site: string): boolean;
  /** To whoever listens; QoS 1. */
  publish(topic: string, payload: string): void;
  /** Waits until what was read is acknowledged, at most `deadlineMs`. */
  drain(deadlineMs: number): Promise<void>;
  stop(): Promise<void>;
}

export interface MqttDoorParts {
  readonly journal: Appender;
  readonly pace: Pace;
  readonly login: DeviceLogin;
  readonly metrics: BrokerMetrics;
  /** A device's answer to a command; it is in the journal. */
  readonly onAnswer: (site: string, payload: Uint8Array) => void;
  /** No device of this site listens to its commands any more. */
  readonly onDeaf: (site: string) => void;
  readonly now: () => number;
  readonly log: { info(object: object, message: string): void; warn(object: object, message: string): void };
}

const connectionsPerDeviceMax = 8;

interface Line extends Connection {
  guard: Guard | null;
  readonly filters: Set<string>;
}

export async function createMqttDoor(parts: MqttDoorParts): Promise<MqttDoor> {
  const { journal, login, log, metrics, now, pace } = parts;
  const devices = new Map<string, Device>();
  /** By site: the lines that listen to its commands. */
  const listening = new Map<string, Set<Line>>();
  const connections = new WeakMap<object, Line>();
  const outgoing = { bytes: 0 };
  const admission = createAdmission({ journal, pace, metrics, now });

  const sayInfo = createQuietLog(log, now);
  /** Errors of connections that were refused: they were told already. */
  const told = new WeakSet<Error>();

  function refuse(reason: BrokerRefusal, site: string | null, detail: string): Error {
    metrics.refused(reason);
    sayInfo({ reason, site, detail: detail.slice(0, bounds.textCharsMax) }, "refused at the MQTT door");
    const error = new Error(`${reason}: ${detail}`);
    told.add(error);
    return error;
  }

  function connectionOf(client: Client | null): Line | undefined {
    return client === null ? undefined : connections.get(client.conn);
  }

  function authenticate(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
    done: (error: AuthenticateError | null, success: boolean | null) => void,
  ): void {
    const connection = connectionOf(client);
    const site = username ?? "";
    if (connection === undefined || !login.verify(site, password?.toString("utf8") ?? "")) {
      // Its end must touch no session, whatever id it came with.
      client.id = "";
      const error = refuse("bad-credentials", site.slice(0, 64), "user name and password do not fit");
      // 4 = bad user name or password [MQTT-3.2.2.3]
      done(Object.assign(error, { returnCode: 4 }), false);
      return;
    }
    let device = devices.get(site);
    if (device === undefined) {
      device = createDevice(site);
      devices.set(site, device);
    }
    if (device.connections >= connectionsPerDeviceMax) {
      client.id = "";
      const error = refuse(
        "too-many-connections",
        site,
        `more than ${connectionsPerDeviceMax} connections of one device`,
      );
      done(Object.assign(error, { returnCode: 3 }), false);
      return;
    }
    device.connections++;
    connection.device = device;
    // A client id lives within its site: a device that picks another's id gets neither that connection nor that session.
    client.id = `${site}/${client.id}`;
    if (!client.clean) sessions.keep(client.id);
    done(null, true);
  }

  function authorizePublish(client: Client | null, packet: PublishPacket, done: (error?: Error | null) => void): void {
    const connection = connectionOf(client);
    const device = connection?.device ?? null;
    if (connection === undefined || device === null) {
      done(new Error("not a device")); // a will of a connection that never logged in
      return;
    }
    if (packet.qos !== 2) connection.inLibrary = Math.max(0, connection.inLibrary - 1);
    const topic = parsePublishTopic(packet.topic);
    if (topic === null || topic.site !== device.site) {
      done(refuse("foreign-topic", device.site, packet.topic));
      return;
    }
    const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
    if (payload.length > bounds.frameBytesMax) {
      done(refuse("too-large", device.site, `${payload.length} bytes`));
      return;
    }
    // Only the last status is worth keeping for subscribers; anything else retained would fill the memory.
    if (topic.channel !== channels.status) packet.retain = false;
    const finish = (failure: Error | null): void => {
      if (packet.qos === 2 && failure === null) connection.guard?.finished(packet.messageId ?? 0);
      if (topic.channel === channels.answers && failure === null) parts.onAnswer(device.site, payload);
      done(failure);
    };
    const admit = (): void => admission.admit(device, connection.door, topic.channel, packet.qos > 0, payload, finish);
    if (packet.qos !== 2 || client === null || client.clean) admit();
    else sessions.whenReceived(client, packet, () => finish(null), admit);
  }

  function authorizeSubscribe(
    client: Client,
    subscription: Subscription,
    done: (error: Error | null, subscription?: Subscription | null) => void,
  ): void {
    const connection = connectionOf(client);
    const { device = null, filters } = connection ?? {};
    const { topic } = subscription;
    if (connection === undefined || device === null || filters === undefined || !maySubscribe(device.site, topic)) {
      refuse("foreign-subscription", device?.site ?? null, topic);
      done(null, null); // SUBACK 0x80 [MQTT-3.8.4-5]
      return;
    }
    if (filters.size < doorBounds.subscriptionsMax) filters.add(topic);
    if (!filters.has(topic)) {
      refuse("too-many-subscriptions", device.site, `more than ${doorBounds.subscriptionsMax} filters`);
      done(null, null);
      return;
    }
    // Its readings could come back to it: a wildcard is enough.
    if (/[#+]|\/readings$/.test(topic)) device.listensToItself = true;
    if (isForCommands(device.site, topic)) {
      const lines = listening.get(device.site) ?? new Set();
      listening.set(device.site, lines.add(connection));
    }
    done(null, subscription);
  }

  /** It has left, or listens to something else now. */
  function stopListening(line: Line): void {
    const site = line.device?.site ?? "";
    const lines = listening.get(site);
    if (lines === undefined || !lines.delete(line) || lines.size > 0) return;
    listening.delete(site);
    parts.onDeaf(site);
  }

  /** The last line of defence: nothing is forwarded across sites, whatever was subscribed. */
  function authorizeForward(client: Client, packet: AedesPublishPacket): AedesPublishPacket | null {
    const device = connectionOf(client)?.device ?? null;
    return device !== null && packet.topic.startsWith(`v1/${device.site}/`) ? packet : null;
  }

  const broker = await Aedes.createBroker({
    concurrency: 1000,
    queueLimit: 1000,
    connectTimeout: 10_000,
    maxClientsIdLength: 256,
    authenticate,
    authorizePublish,
    authorizeSubscribe,
    authorizeForward,
  });
  const sessions = boundSessions(broker, (site, detail) => void refuse("session-full", site, detail));
  broker.on("clientReady", (client) => connectionOf(client)?.guard?.opened());
  broker.on("unsubscribe", (topics, client) => {
    const line = connectionOf(client);
    if (line === undefined) return;
    for (const topic of topics) line.filters.delete(topic);
    const site = line.device?.site ?? "";
    if (![...line.filters].some((filter) => isForCommands(site, filter))) stopListening(line);
  });
  const sayError = (site: string | undefined, error: Error, message: string): void => {
    if (!told.has(error)) sayInfo({ site, reason: error.message }, message);
  };
  broker.on("connectionError", (_, error) => sayError(undefined, error, "a connection ended before login"));
  broker.on("clientError", (client, error) =>
    sayError(connectionOf(client)?.device?.site, error, "a device connection failed"),
  );
  metrics.connections(() => broker.connectedClients);

  return {
    handle(stream, door) {
      const connection: Line = { door, device: null, inLibrary: 0, guard: null, filters: new Set() };
      connections.set(stream, connection);
      stream.once("close", () => {
        const { device } = connection;
        if (device === null) return;
        stopListening(connection);
        // The device is kept: coming back does not refill its rate. There are no more of them than registered sites.
        device.connections--;
      });
      connection.guard = openGuard(stream, connection, { admission, now, outgoing, refuse });
      broker.handle(stream);
    },
    refuse: ({ reason, detail }) => void refuse(reason, null, detail),
    connections: () => broker.connectedClients,
    isListening: (site) => listening.has(site),
    publish: (topic, payload) =>
      broker.publish(
        { cmd: "publish", topic, payload, qos: 1, retain: false, dup: false },
        (error) => error !== undefined && error !== null && sayInfo({ topic, reason: error.message }, "not published"),
      ),
    async drain(deadlineMs) {
      const end = now() + deadlineMs;
      while (admission.pending > 0 && now() < end) await new Promise((wake) => setTimeout(wake, 5));
    },
    stop() {
      return new Promise((done) => {
        broker.close(() => done());
      });
    },
  };
}

function isForCommands(site: string, filter: string): boolean {
  return ["commands", "+", "#"].some((last) => filter === `v1/${site}/${last}`);
}
