// The short way of readings: PUBLISH with QoS 0 or 1 to `v1/{site}/readings` is nearly all that devices send, and nobody
// subscribes to it, so it goes from the socket straight to admission, and its acknowledgement straight back. Measured, this
// takes about half of what the way through the broker library takes. Everything else goes through the library; so does one
// frame of every connection now and then, because the library keeps the time of keep-alive.
//
//   socket ──▶ cut into packets ──┬─ PUBLISH of readings ──▶ admission ──▶ journal ──▶ PUBACK (one write per commit)
//                                 └─ anything else ──▶ aedes

import type { Duplex } from "node:stream";
import { bounds } from "#domain/bounds.ts";
import { channels, type Door } from "#domain/frame.ts";
import { parsePublishTopic } from "#domain/topic.ts";
import { createPacketCutter, readPublish } from "./packets.ts";
import type { Admission, Device } from "./admission.ts";
import type { BrokerRefusal } from "./metrics.ts";

export interface Connection {
  readonly door: Door;
  /** Null before login. */
  device: Device | null;
  /** PUBLISH packets with QoS 0 or 1 that the library has and that did not come to admission yet: nothing may overtake them. */
  inLibrary: number;
}

export interface ShortWayParts {
  readonly admission: Admission;
  readonly now: () => number;
  /** Counts and logs; the error ends the connection. */
  readonly refuse: (reason: BrokerRefusal, site: string | null, detail: string) => Error;
}

/** Room for the topic and the variable header beside the payload. */
const packetBytesMax = bounds.frameBytesMax + 1024;
/** Frames of one connection that may wait for the disk; at it the socket is not read. */
const pendingMax = 1_000;
const pendingBytesMax = 4 * 1024 * 1024;
/** The shortest keep-alive is a second, and a connection may be silent for one and a half of them [MQTT-3.1.2-24]. */
const libraryMs = 900;

/** Puts itself between a stream and the library that reads it. */
export function openShortWay(stream: Duplex, connection: Connection, parts: ShortWayParts): void {
  const { admission, now, refuse } = parts;
  let pending = 0;
  let pendingBytes = 0;
  let isHeld = false;
  let libraryAt = Number.NEGATIVE_INFINITY;
  let acknowledged: number[] = [];
  /** The topic that this connection used last, when it is the readings of its own site. */
  let knownTopic: Buffer | null = null;

  function isReadings(topic: Buffer, device: Device): boolean {
    if (knownTopic !== null && knownTopic.equals(topic)) return true;
    const parsed = parsePublishTopic(topic.toString("latin1"));
    if (parsed === null || parsed.site !== device.site || parsed.channel !== channels.readings) return false;
    knownTopic = Buffer.from(topic);
    return true;
  }

  function acknowledge(packetId: number): void {
    if (acknowledged.length === 0) process.nextTick(writeAcknowledged);
    acknowledged.push(packetId);
  }

  /** All that one commit brought, in the order in which it was sent [MQTT-4.6.0-2]. */
  function writeAcknowledged(): void {
    const bytes = Buffer.allocUnsafe(4 * acknowledged.length);
    acknowledged.forEach((packetId, i) => bytes.writeUInt32BE(0x40020000 + packetId, 4 * i));
    acknowledged = [];
    if (!stream.destroyed && stream.writable) stream.write(bytes);
  }

  function release(bytes: number): void {
    pending--;
    pendingBytes -= bytes;
    if (!isHeld || pending > pendingMax / 2 || pendingBytes > pendingBytesMax / 2) return;
    isHeld = false;
    // The library waits for this event to read on.
    setImmediate(() => stream.emit("readable"));
  }

  function passOn(): boolean {
    connection.inLibrary++;
    libraryAt = now();
    return false;
  }

  const cutter = createPacketCutter(packetBytesMax, {
    take(firstByte, body) {
      const { device } = connection;
      if (device === null || device.listensToItself || connection.inLibrary > 0 || now() - libraryAt > libraryMs)
        return passOn();
      const packet = readPublish(firstByte, body);
      // What is malformed or goes elsewhere is the library's and its hooks' to refuse.
      if (packet === null || packet.payload.length > bounds.frameBytesMax || !isReadings(packet.topic, device))
        return passOn();
      const { packetId, payload } = packet;
      pending++;
      pendingBytes += payload.length;
      admission.admit(device, connection.door, channels.readings, packetId > 0, payload, (failure) => {
        release(payload.length);
        if (failure !== null) stream.destroy(failure);
        else if (packetId > 0) acknowledge(packetId);
      });
      return true;
    },
  });

  const read = stream.read.bind(stream);
  // The library takes everything there is by read(null); this sees the same bytes one step before its parser gathers them.
  stream.read = (size?: number) => {
    if (pending >= pendingMax || pendingBytes >= pendingBytesMax) {
      isHeld = true;
      return null;
    }
    const chunk: unknown = read(size);
    if (!Buffer.isBuffer(chunk)) return chunk;
    const rest = cutter.accept(chunk);
    if (rest !== "too-large") return rest;
    stream.destroy(refuse("too-large", connection.device?.site ?? null, `a packet above ${packetBytesMax} bytes`));
    return null;
  };
}
