// What stands between the socket of a device and the broker library: every packet is looked at before anything acts on it, in
// the order in which it came, and nothing of a connection is read while its login is in work.
//
//            ┌────────────── CONNECT is wrong ──────────────┐
//   new ──CONNECT──▶ connecting ──CONNACK──▶ open ──DISCONNECT, or a packet that is wrong──▶ ended: nothing is looked at
//                     nothing is read

import type { Duplex } from "node:stream";
import { checkConnect } from "../admit/connect.ts";
import { doorBounds } from "../admit/door-bounds.ts";
import { createExactlyOnce, type ExactlyOnce } from "../admit/exactly-once.ts";
import { checkPacket, packetTypes } from "../admit/packet.ts";
import type { BrokerRefusal, Refusal } from "../admit/refusal.ts";
import { type AllOutgoing, boundOutgoing } from "./outgoing.ts";
import { createPacketCutter, type Cut, type Verdict } from "./packets.ts";
import { type Connection, openShortWay, type ShortWayParts } from "./short-way.ts";

const connectByte = packetTypes.connect << 4;

export interface Guard {
  /** CONNACK was written: what came behind CONNECT is looked at now. */
  opened(): void;
  /** The frame of a PUBLISH with QoS 2 is on disk. */
  finished(packetId: number): void;
  /** Ends the connection for a reason that the stream itself cannot know. */
  turnAway(refusal: Refusal): void;
}

export interface GuardParts extends ShortWayParts {
  readonly outgoing: AllOutgoing;
  /** Counts and logs; the error ends the connection. */
  readonly refuse: (reason: BrokerRefusal, site: string | null, detail: string) => Error;
}

/** Puts itself between a stream and the library that reads it. */
export function openGuard(stream: Duplex, connection: Connection, parts: GuardParts): Guard {
  let stage: "new" | "connecting" | "open" | "ended" = "new";
  /** Made when the first PUBLISH with QoS 2 comes: most devices send none. */
  let once: ExactlyOnce | null = null;

  function turnAway({ reason, detail, returnCode }: Refusal): "stop" {
    stage = "ended";
    const error = parts.refuse(reason, connection.device?.site ?? null, detail);
    if (returnCode === undefined) {
      stream.destroy(error);
      return "stop";
    }
    // Not destroyed at once, or its answer could be lost with the connection.
    stream.end(Buffer.of(0x20, 2, 0, returnCode));
    const timer = setTimeout(() => stream.destroy(), doorBounds.farewellMs);
    stream.once("close", () => clearTimeout(timer));
    return "stop";
  }

  function received(packetId: number, times: number): void {
    const bytes = Buffer.allocUnsafe(4 * times);
    for (let i = 0; i < times; i++) bytes.writeUInt32BE(0x50020000 + packetId, 4 * i);
    if (times > 0 && stream.writable) stream.write(bytes);
  }

  function takePublish(firstByte: number, body: Buffer): Verdict {
    if ((firstByte & 0x06) !== 0x04) return shortWay.take(firstByte, body) ? "taken" : passChecked(firstByte, body);
    const refusal = checkPacket(firstByte, body);
    if (refusal !== null) return turnAway(refusal);
    const packetId = body.readUInt16BE(2 + body.readUInt16BE(0));
    once ??= createExactlyOnce();
    const state = once.begin(packetId);
    if (state === "answered") received(packetId, 1);
    return state === "first" ? "pass" : "taken";
  }

  function passChecked(firstByte: number, body: Buffer): Verdict {
    const refusal = checkPacket(firstByte, body);
    if (refusal !== null) return turnAway(refusal);
    shortWay.passOn();
    return "pass";
  }

  function takeOpen(firstByte: number, body: Buffer): Verdict {
    const type = firstByte >> 4;
    if (type === packetTypes.publish) return takePublish(firstByte, body);
    if (type === packetTypes.connect) return turnAway({ reason: "out-of-turn", detail: "a second CONNECT" }); // [MQTT-3.1.0-2]
    const refusal = checkPacket(firstByte, body);
    if (refusal !== null) return turnAway(refusal);
    if (type === packetTypes.pubrel && once?.release(body.readUInt16BE(0)) === false)
      return turnAway({ reason: "out-of-turn", detail: "PUBREL before its PUBREC" });
    if (type !== packetTypes.disconnect) return "pass";
    stage = "ended";
    return "wait";
  }

  function takeConnect(body: Buffer): Verdict {
    const refusal = checkConnect(body);
    if (refusal !== null) return turnAway(refusal);
    stage = "connecting";
    return "wait";
  }

  const shortWay = openShortWay(stream, connection, parts);
  const cutter = createPacketCutter({
    bytesMax: (firstByte) =>
      firstByte >> 4 === packetTypes.publish && stage === "open"
        ? doorBounds.publishBytesMax
        : doorBounds.controlBytesMax,
    take: (firstByte, body) => (stage === "open" ? takeOpen(firstByte, body) : takeConnect(body)),
  });
  boundOutgoing(stream, parts.outgoing, (detail) => turnAway({ reason: "slow-reader", detail }));

  function handOn(cut: Cut): Buffer | null {
    if (cut === "too-large" || cut === "bad-length") {
      const isLarge = cut === "too-large";
      turnAway({
        reason: isLarge ? "too-large" : "malformed",
        detail: isLarge ? "a packet above its bound" : "a length of more than four bytes",
      });
      return null;
    }
    // [MQTT-3.14.4-2]: what is behind DISCONNECT was never sent, for us; the connection ends anyway.
    if (stage === "ended" && cutter.behind > 0)
      parts.refuse("out-of-turn", connection.device?.site ?? null, `${cutter.behind} bytes behind DISCONNECT`);
    return cut;
  }

  const read = stream.read.bind(stream);
  // The library takes everything there is by read(null); this sees the same bytes one step before its parser gathers them.
  stream.read = (size?: number) => {
    if (stage === "connecting" || (stage === "open" && shortWay.isFull())) return null;
    if (cutter.behind > 0 && stage === "open") {
      const rest = handOn(cutter.resume());
      if (rest !== null) return rest;
    }
    const chunk: unknown = read(size);
    if (!Buffer.isBuffer(chunk)) return chunk;
    if (stage === "ended") return null;
    // [MQTT-3.1.0-1]; seen at the first byte, so that nothing is gathered of what is no MQTT at all.
    if (stage === "new" && cutter.heldBytes === 0 && chunk[0] !== connectByte) {
      turnAway({ reason: "out-of-turn", detail: "something else than CONNECT begins the connection" });
      return null;
    }
    return handOn(cutter.accept(chunk));
  };

  return {
    opened() {
      if (stage !== "connecting") return;
      stage = "open";
      // The library waits for this event to read on.
      setImmediate(() => stream.emit("readable"));
    },
    finished: (packetId) => received(packetId, once?.finish(packetId) ?? 0),
    turnAway: (refusal) => void (stage === "ended" ? null : turnAway(refusal)),
  };
}
