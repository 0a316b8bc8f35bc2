// The short way of readings: PUBLISH with QoS 0 or 1 to `v1/{site}/readings`, or as an edge node of Sparkplug B, is nearly all
// that devices send, and nobody subscribes to it, so it goes from the socket straight to admission, and its acknowledgement straight back. Measured, this
// takes about half of what the way through the broker library takes. Everything else goes through the library; so does one
// frame of every connection now and then, because the library keeps the time of keep-alive.
//
//   socket ──▶ guard ──┬─ PUBLISH of readings ──▶ admission ──▶ journal ──▶ PUBACK (one write per commit)
//                      └─ anything else ──▶ aedes

import type { Duplex } from "node:stream";
import { bounds } from "#domain/bounds.ts";
import { type Channel, channels, type Door } from "#domain/frame.ts";
import { isSparkplugTopic } from "#domain/sparkplug/own-topics.ts";
import { parsePublishTopic } from "#domain/topic.ts";
import { locatePublish } from "../admit/packet.ts";
import { readText } from "../admit/text.ts";
import type { Admission, Device } from "./admission.ts";

export interface Connection {
  readonly door: Door;
  /** Null before login. */
  device: Device | null;
  /** PUBLISH packets with QoS 0 or 1 that the library has and that did not come to admission yet: nothing may overtake them. */
  inLibrary: number;
}

export interface ShortWayParts {
  readonly admission: Admission;
  /** May a device of this site speak there as its edge node of Sparkplug B? */
  readonly isOwnNode: (site: string, topic: string) => boolean;
  readonly now: () => number;
}

export interface ShortWay {
  /** One PUBLISH packet with QoS 0 or 1. True when it was taken, false when the library is to have it, or nobody. */
  take(firstByte: number, body: Buffer): boolean;
  /** A PUBLISH goes to the library. */
  passOn(): void;
  /** Too much waits for the disk: the socket is not to be read. Says so once there is room again. */
  isFull(): boolean;
}

/** Frames of one connection that may wait for the disk; at it the socket is not read. */
const pendingMax = 1_000;
const pendingBytesMax = 4 * 1024 * 1024;
/** The shortest keep-alive is a second, and a connection may be silent for one and a half of them [MQTT-3.1.2-24]. */
const libraryMs = 900;
/** A change in the register reaches an edge node that is connected after so long. */
const nodeMsMax = 1_000;

export function openShortWay(stream: Duplex, connection: Connection, parts: ShortWayParts): ShortWay {
  const { admission, now } = parts;
  let pending = 0;
  let pendingBytes = 0;
  let isHeld = false;
  let libraryAt = Number.NEGATIVE_INFINITY;
  let acknowledged: number[] = [];
  /** The topic that this connection used last, when it is its own and may go this way. */
  let known: { readonly topic: Buffer; readonly channel: Channel; readonly at: number } | null = null;

  /** Null: not this way. */
  function channelOf(bytes: Buffer, { site }: Device): Channel | null {
    const at = now();
    if (known !== null && known.topic.equals(bytes)) {
      const isFresh = known.channel === channels.readings || Math.abs(at - known.at) < nodeMsMax;
      if (isFresh) return known.channel;
    }
    const topic = readText(bytes);
    if (topic === null) return null;
    if (isSparkplugTopic(topic)) {
      if (!parts.isOwnNode(site, topic)) return null;
      known = { topic: Buffer.from(bytes), channel: channels.sparkplug, at };
      return known.channel;
    }
    const parsed = parsePublishTopic(topic);
    if (parsed === null || parsed.site !== site || parsed.channel !== channels.readings) return null;
    known = { topic: Buffer.from(bytes), channel: channels.readings, at };
    return known.channel;
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

  return {
    take(firstByte, body) {
      const { device } = connection;
      if (device === null || device.listensToItself || connection.inLibrary > 0 || now() - libraryAt > libraryMs)
        return false;
      const places = locatePublish(firstByte, body);
      if (places === null) return false;
      const { packetId, payloadFrom, topicEnd } = places;
      const channel = channelOf(body.subarray(2, topicEnd), device);
      if (channel === null) return false;
      const sent = body.subarray(payloadFrom);
      // As MQTT writes a topic, length and text, so the journal keeps it in front of what was sent.
      const payload = channel === channels.sparkplug ? Buffer.concat([body.subarray(0, topicEnd), sent]) : sent;
      // What goes elsewhere is the library's and its hooks' to refuse.
      if (payload.length > bounds.frameBytesMax) return false;
      pending++;
      pendingBytes += payload.length;
      admission.admit(device, connection.door, channel, packetId > 0, payload, (failure) => {
        release(payload.length);
        if (failure !== null) stream.destroy(failure);
        else if (packetId > 0) acknowledge(packetId);
      });
      return true;
    },
    passOn() {
      connection.inLibrary++;
      libraryAt = now();
    },
    isFull() {
      isHeld = pending >= pendingMax || pendingBytes >= pendingBytesMax;
      return isHeld;
    },
  };
}
