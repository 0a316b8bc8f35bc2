// One connection to an external broker, on the packet codec alone. A client library would answer one message before it looks
// at the next one; here a thousand of them wait for the disk at once, and what the disk took is answered in one write.
//
//   socket ─▶ CONNECT ─▶ CONNACK ─▶ (UNSUBSCRIBE) SUBSCRIBE ─▶ SUBACK: open ─▶ … ─▶ closed, with the reason, once
//                            └─ messages of the kept session may come from here on
//
// It decides nothing about messages, never connects again, and never acknowledges by itself.

import type { Socket } from "node:net";
import { generate, type Packet, parser } from "mqtt-packet";
import type { MqttVersion } from "#domain/upstream.ts";
import { doorBounds } from "../admit/door-bounds.ts";
import { packetTypes } from "../admit/packet.ts";
import type { EndKind } from "../admit/upstream-retry.ts";
import { createUpstreamCutter } from "./upstream-packets.ts";

export interface LineEnd {
  readonly kind: EndKind;
  readonly says: string;
}

export interface UpstreamLine {
  /** Bytes of acknowledgements. */
  write(bytes: Uint8Array): void;
  /** Nothing more is read until `resume`. */
  pause(): void;
  resume(): void;
  /** DISCONNECT; the session stays there. */
  end(): void;
  /** Ends at once. */
  destroy(says: string): void;
}

export interface UpstreamLineParts {
  readonly open: () => Socket;
  readonly version: MqttVersion;
  readonly clientId: string;
  readonly username: string | null;
  readonly password: string | null;
  readonly filters: readonly string[];
  /** Filters of an earlier start that the session there may still have. */
  readonly staleFilters: readonly string[];
  readonly framesInFlightMax: number;
  readonly onOpen: () => void;
  readonly onMessage: (firstByte: number, body: Buffer) => void;
  readonly onTooLarge: (firstByte: number, head: Buffer, bytes: number) => void;
  readonly onEnd: (end: LineEnd) => void;
}

/** Until SUBACK. */
const openMsMax = 15_000;
const keepaliveSeconds = 30;
/** How long the broker keeps the session of a program that is away [MQTT-5 3.1.2.11.2]; it may decide on less. */
const sessionSeconds = 7 * 86_400;
/** What is no PUBLISH: CONNACK, SUBACK and DISCONNECT with their texts. */
const subscribeId = 1;
const unsubscribeId = 2;

/** Codes of CONNACK and DISCONNECT that people meet [MQTT-5 2.4]; those of MQTT 3.1.1 begin at 1. */
const codeNames: ReadonlyMap<number, string> = new Map([
  [1, "it does not speak this version of MQTT"],
  [2, "it does not take this client id"],
  [3, "it is not available"],
  [4, "user name or password are wrong"],
  [5, "not authorized"],
  [0x84, "it does not speak this version of MQTT"],
  [0x85, "it does not take this client id"],
  [0x86, "user name or password are wrong"],
  [0x87, "not authorized"],
  [0x88, "it is not available"],
  [0x89, "it is busy"],
  [0x8a, "this client is banned"],
  [0x8b, "it is shutting down"],
  [0x8d, "it heard nothing for too long"],
  [0x8e, "another program has the same client id"],
  [0x97, "a quota is exceeded"],
]);

function nameCode(code: number): string {
  return `${codeNames.get(code) ?? "no known reason"} (0x${code.toString(16).padStart(2, "0")})`;
}

export function openUpstreamLine(parts: UpstreamLineParts): UpstreamLine {
  const { version, filters, staleFilters } = parts;
  const socket = parts.open();
  const packets = parser({ protocolVersion: version });
  let stage: "connecting" | "connected" | "open" | "ended" = "connecting";
  let end: LineEnd | null = null;
  let isPaused = false;
  let heardAt = performance.now();
  let pinger: NodeJS.Timeout | null = null;
  const opening = setTimeout(() => fail("other", "no answer to CONNECT and SUBSCRIBE in time"), openMsMax);

  /** The first reason counts; whatever follows is a consequence of it. */
  function fail(kind: EndKind, says: string): void {
    end ??= { kind, says };
    stage = "ended";
    socket.destroy();
  }

  function send(packet: Packet): void {
    if (socket.writable) socket.write(generate(packet, { protocolVersion: version }));
  }

  function keepAlive(seconds: number): void {
    if (seconds === 0) return;
    const stepMs = Math.max(1, seconds / 2) * 1_000;
    pinger = setInterval(() => {
      // What is not read cannot have been heard.
      if (!isPaused && performance.now() - heardAt > 2 * stepMs + 1_000) fail("other", "the broker has fallen silent");
      else send({ cmd: "pingreq" });
    }, stepMs);
  }

  function subscribe(): void {
    if (staleFilters.length > 0)
      send({ cmd: "unsubscribe", messageId: unsubscribeId, unsubscriptions: [...staleFilters] });
    const options = version === 5 ? { nl: false, rap: false, rh: 1 } : {};
    send({
      cmd: "subscribe",
      messageId: subscribeId,
      subscriptions: filters.map((topic) => ({ topic, qos: 1, ...options })),
    });
  }

  function connected(packet: Extract<Packet, { cmd: "connack" }>): void {
    const code = (version === 5 ? packet.reasonCode : packet.returnCode) ?? 0;
    if (code !== 0) {
      const isVersion = code === (version === 5 ? 0x84 : 1);
      fail(isVersion ? "version" : "other", `the broker refused us: ${nameCode(code)}`);
      return;
    }
    stage = "connected";
    keepAlive(packet.properties?.serverKeepAlive ?? keepaliveSeconds);
    subscribe();
  }

  function subscribed(packet: Extract<Packet, { cmd: "suback" }>): void {
    if (packet.messageId !== subscribeId || stage !== "connected") return;
    const refused = filters.filter((_, i) => Number(packet.granted[i] ?? 0x80) >= 0x80);
    // With less than what it is told to watch a program would be silently blind.
    if (refused.length > 0) {
      fail("other", `the broker refused the subscription to ${refused.join(", ")}`);
      return;
    }
    clearTimeout(opening);
    stage = "open";
    parts.onOpen();
  }

  packets.on("packet", (packet: Packet) => {
    if (packet.cmd === "connack") connected(packet);
    else if (packet.cmd === "suback") subscribed(packet);
    else if (packet.cmd === "disconnect")
      fail("other", `the broker ended the connection: ${nameCode(packet.reasonCode ?? 0)}`);
    else if (packet.cmd !== "pingresp" && packet.cmd !== "unsuback") fail("other", `${packet.cmd} from a broker`);
  });
  packets.on("error", (error: Error) => fail("other", `no MQTT: ${error.message}`));

  const cutter = createUpstreamCutter(doorBounds.publishBytesMax, {
    take(firstByte, body) {
      if (stage === "ended") return;
      const isAnswer = firstByte >> 4 === 2;
      if ((stage === "connecting") !== isAnswer) {
        fail("other", "CONNACK out of turn");
      } else if (firstByte >> 4 === packetTypes.publish) {
        parts.onMessage(firstByte, body);
      } else if (isAnswer && version === 5 && body.length === 2) {
        // Two bytes are a CONNACK of MQTT 3.1.1: a broker that knows only this says so in its own form.
        const isVersion = body[1] === 1;
        fail(isVersion ? "version" : "other", `the broker refused us: ${nameCode(body[1] ?? 0)}`);
      } else {
        packets.parse(Buffer.concat([formatHeader(firstByte, body.length), body]));
      }
    },
    tooLarge: (firstByte, head, bytes) => {
      if (stage !== "ended") parts.onTooLarge(firstByte, head, bytes);
    },
  });

  const openedBy = "encrypted" in socket ? "secureConnect" : "connect";
  socket.once(openedBy, () => {
    const { clientId, username, password, framesInFlightMax } = parts;
    const properties = { sessionExpiryInterval: sessionSeconds, receiveMaximum: framesInFlightMax };
    send({
      cmd: "connect",
      clientId,
      clean: false,
      keepalive: keepaliveSeconds,
      protocolVersion: version,
      ...(username === null ? {} : { username }),
      ...(password === null ? {} : { password: Buffer.from(password) }),
      ...(version === 5 ? { properties } : {}),
    });
  });
  socket.on("data", (chunk: Buffer) => {
    heardAt = performance.now();
    if (stage !== "ended" && !cutter.accept(chunk)) fail("other", "no MQTT: a packet above its bound");
  });
  let isEstablished = false;
  socket.once(openedBy, () => (isEstablished = true));
  socket.on("error", (error) => fail("other", error.message));
  socket.once("close", () => {
    clearTimeout(opening);
    if (pinger !== null) clearInterval(pinger);
    const isSilent = isEstablished && stage === "connecting";
    const kind = isSilent ? "silent" : "other";
    stage = "ended";
    parts.onEnd(end ?? { kind, says: isSilent ? "closed without an answer" : "closed by the broker" });
  });

  return {
    write(bytes) {
      if (stage !== "ended" && socket.writable) socket.write(bytes);
    },
    pause() {
      isPaused = true;
      socket.pause();
    },
    resume() {
      if (!isPaused) return;
      isPaused = false;
      heardAt = performance.now();
      socket.resume();
    },
    end() {
      send(version === 5 ? { cmd: "disconnect", reasonCode: 0 } : { cmd: "disconnect" });
      end ??= { kind: "other", says: "ended by us" };
      stage = "ended";
      socket.end();
      setTimeout(() => socket.destroy(), doorBounds.farewellMs).unref();
    },
    destroy: (says) => fail("other", says),
  };
}

/** The fixed header again, for the codec. */
function formatHeader(firstByte: number, length: number): Buffer {
  const bytes = [firstByte];
  let left = length;
  do {
    const digit = left % 128;
    left = Math.floor(left / 128);
    bytes.push(left > 0 ? digit | 0x80 : digit);
  } while (left > 0);
  return Buffer.from(bytes);
}
