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
import { type Channel, channels, type Door, doors } from "#domain/frame.ts";
import type { LockOut } from "#domain/lock-out.ts";
import {
  type EdgeNodeName,
  isSparkplugTopic,
  mayHearAs,
  mayPublishAs,
  maySubscribeAs,
  packMessage,
} from "#domain/sparkplug/sparkplug.ts";
import { maySubscribe, parsePublishTopic } from "#domain/topic.ts";
import type { Appender } from "#store/journal/journal.ts";
import type { Pace } from "../admit/pace.ts";
import { createAdmission, createDevice, type Device } from "./admission.ts";
import type { GoodCertificate } from "../admit/certificate.ts";
import { doorBounds } from "../admit/door-bounds.ts";
import { checkLogin, type DeviceLogin, type Peer } from "../admit/login.ts";
import type { BrokerRefusal, Refusal } from "../admit/refusal.ts";
import type { NotedRefusal } from "../identity.ts";
import { type Guard, openGuard } from "./guard.ts";
import type { BrokerMetrics } from "./metrics.ts";
import { createQuietLog } from "./quiet-log.ts";
import { boundSessions } from "./sessions.ts";
import type { Connection } from "./short-way.ts";

export interface MqttDoor {
  /** Takes over a connected stream. */
  handle(stream: Duplex, door: Door, peer: Peer): void;
  /** Counts and logs what was turned away before there was a stream. */
  refuse(refusal: Refusal): void;
  connections(): number;
  /** Is a device of this site there that listens to its commands? */
  isListening(site: string): boolean;
  /** To whoever listens; QoS 1, not retained, unless told. Resolves when it was handed on. */
  publish(topic: string, payload: string | Uint8Array, how?: { qos: 0 | 1; retain: boolean }): Promise<void>;
  /** Ends those logged in by a certificate that does not count any more; answers how many. */
  endCertified(judge: (certificate: GoodCertificate) => Refusal | null): number;
  /** Waits until what was read is acknowledged, at most `deadlineMs`. */
  drain(deadlineMs: number): Promise<void>;
  stop(): Promise<void>;
}

export interface MqttDoorParts {
  readonly journal: Appender;
  readonly pace: Pace;
  readonly login: DeviceLogin;
  readonly lockOut: LockOut;
  /** Everything that was turned away, with where it came from. */
  readonly onRefused: (refusal: NotedRefusal) => void;
  /** The edge node of Sparkplug B that a site may speak as. */
  readonly edgeNodeOf: (site: string) => EdgeNodeName;
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
  readonly peer: Peer;
  guard: Guard | null;
  readonly filters: Set<string>;
}

export async function createMqttDoor(parts: MqttDoorParts): Promise<MqttDoor> {
  const { edgeNodeOf, journal, lockOut, login, log, metrics, now, pace } = parts;
  const devices = new Map<string, Device>();
  /** By site: the lines that listen to its commands. */
  const listening = new Map<string, Set<Line>>();
  const connections = new WeakMap<object, Line>();
  /** Logged in by a certificate. */
  const certified = new Set<Line>();
  const outgoing = { bytes: 0 };
  const admission = createAdmission({ journal, pace, metrics, now });

  const sayInfo = createQuietLog(log, now);
  /** Errors of connections that were refused: they were told already. */
  const told = new WeakSet<Error>();

  function refuse(
    reason: BrokerRefusal,
    site: string | null,
    detail: string,
    line?: Pick<Line, "peer" | "door">,
  ): Error {
    const address = line?.peer.address ?? "";
    metrics.refused(reason);
    parts.onRefused({ reason, site, detail, address, door: line?.door ?? doors.mqtt });
    sayInfo({ reason, site, address, detail: detail.slice(0, bounds.textCharsMax) }, "refused at the MQTT door");
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
    if (connection === undefined) return;
    const words = { username, password: password?.toString("utf8") ?? "", clientId: client.id };
    const verdict = checkLogin(connection.peer, words, login, lockOut, now());
    if (!verdict.ok) {
      // Its end must touch no session, whatever id it came with.
      client.id = "";
      const error = refuse(verdict.reason, verdict.site, verdict.detail, connection);
      done(Object.assign(error, { returnCode: verdict.returnCode }), false);
      return;
    }
    const { site } = verdict;
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
        connection,
      );
      done(Object.assign(error, { returnCode: 3 }), false);
      return;
    }
    device.connections++;
    connection.device = device;
    if (connection.peer.certificate !== null) certified.add(connection);
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
    const channel = channelOf(device.site, packet.topic);
    if (channel === null) {
      done(refuse("foreign-topic", device.site, packet.topic, connection));
      return;
    }
    const bytes = typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
    // What a message of Sparkplug B says depends on its topic, so the journal keeps both.
    const payload = channel === channels.sparkplug ? packMessage({ topic: packet.topic, payload: bytes }) : bytes;
    if (payload.length > bounds.frameBytesMax) {
      done(refuse("too-large", device.site, `${payload.length} bytes`, connection));
      return;
    }
    // Only the last status is worth keeping for subscribers; anything else retained would fill the memory.
    if (channel !== channels.status) packet.retain = false;
    const finish = (failure: Error | null): void => {
      if (packet.qos === 2 && failure === null) connection.guard?.finished(packet.messageId ?? 0);
      if (channel === channels.answers && failure === null) parts.onAnswer(device.site, payload);
      done(failure);
    };
    const admit = (): void => admission.admit(device, connection.door, channel, packet.qos > 0, payload, finish);
    if (packet.qos !== 2 || client === null || client.clean) admit();
    else sessions.whenReceived(client, packet, () => finish(null), admit);
  }

  const isOwnNode = (site: string, topic: string): boolean => mayPublishAs(edgeNodeOf(site), topic);

  /** What a device of this site may publish there; null = nothing. */
  function channelOf(site: string, name: string): Channel | null {
    if (isSparkplugTopic(name)) return isOwnNode(site, name) ? channels.sparkplug : null;
    const topic = parsePublishTopic(name);
    return topic === null || topic.site !== site ? null : topic.channel;
  }

  function mayListen(site: string, filter: string): boolean {
    return isSparkplugTopic(filter) ? maySubscribeAs(edgeNodeOf(site), filter) : maySubscribe(site, filter);
  }

  function authorizeSubscribe(
    client: Client,
    subscription: Subscription,
    done: (error: Error | null, subscription?: Subscription | null) => void,
  ): void {
    const connection = connectionOf(client);
    const { device = null, filters } = connection ?? {};
    const { topic } = subscription;
    if (connection === undefined || device === null || filters === undefined || !mayListen(device.site, topic)) {
      refuse("foreign-subscription", device?.site ?? null, topic, connection);
      done(null, null); // SUBACK 0x80 [MQTT-3.8.4-5]
      return;
    }
    if (filters.size < doorBounds.subscriptionsMax) filters.add(topic);
    if (!filters.has(topic)) {
      refuse("too-many-subscriptions", device.site, `more than ${doorBounds.subscriptionsMax} filters`, connection);
      done(null, null);
      return;
    }
    // Its readings could come back to it: a wildcard is enough.
    if (!isSparkplugTopic(topic) && /[#+]|\/readings$/.test(topic)) device.listensToItself = true;
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
    if (device === null) return null;
    const isOwn = isSparkplugTopic(packet.topic)
      ? mayHearAs(edgeNodeOf(device.site), packet.topic)
      : packet.topic.startsWith(`v1/${device.site}/`);
    return isOwn ? packet : null;
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
    handle(stream, door, peer) {
      const connection: Line = { door, peer, device: null, inLibrary: 0, guard: null, filters: new Set() };
      connections.set(stream, connection);
      stream.once("close", () => {
        const { device } = connection;
        if (device === null) return;
        stopListening(connection);
        certified.delete(connection);
        // The device is kept: coming back does not refill its rate. There are no more of them than registered sites.
        device.connections--;
      });
      connection.guard = openGuard(stream, connection, {
        admission,
        isOwnNode,
        now,
        outgoing,
        refuse: (reason, site, detail) => refuse(reason, site, detail, connection),
      });
      broker.handle(stream);
    },
    refuse: ({ reason, detail }) =>
      void refuse(reason, null, detail, { door: doors.mqttWs, peer: { address: "", certificate: null } }),
    connections: () => broker.connectedClients,
    endCertified(judge) {
      let ended = 0;
      for (const { peer, guard } of certified) {
        const refusal = peer.certificate?.ok === true ? judge(peer.certificate) : null;
        if (refusal === null) continue;
        guard?.turnAway(refusal);
        ended += 1;
      }
      return ended;
    },
    isListening: (site) => listening.has(site),
    publish(topic, bytes, { qos, retain } = { qos: 1, retain: false }) {
      const payload = typeof bytes === "string" ? bytes : Buffer.from(bytes);
      return new Promise((done) => {
        broker.publish({ cmd: "publish", topic, payload, qos, retain, dup: false }, (error) => {
          if (error !== undefined && error !== null) sayInfo({ topic, reason: error.message }, "not published");
          done();
        });
      });
    },
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
