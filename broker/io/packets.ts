// Cuts the bytes of one MQTT connection into packets, as far as the door needs it: PUBLISH packets with QoS 0 or 1 are offered
// whole, everything else is passed on as it came. Finds packets that are too large before they are gathered in memory: a
// packet parser would buffer up to 256 MB. Looks at fixed headers only [MQTT-3.1.1 2.2].

export interface PacketCutter {
  /**
   * Takes what arrived; answers with the bytes that are to be passed on (null: none), or with "too-large" as soon as a packet
   * announces more than the bound, or a length that MQTT does not allow.
   */
  accept(chunk: Buffer): Buffer | null | "too-large";
}

export interface PacketTaker {
  /** One PUBLISH packet; `body` begins behind the fixed header. True when it was taken, false when it is to be passed on. */
  take(firstByte: number, body: Buffer): boolean;
}

const publish = 3;

export function createPacketCutter(packetBytesMax: number, taker: PacketTaker): PacketCutter {
  /** The beginning of a packet that is not there as a whole yet. */
  let held: Buffer | null = null;
  /** Bytes of the current packet that are still to be passed on. */
  let passing = 0;

  return {
    accept(arrived) {
      const chunk = held === null ? arrived : Buffer.concat([held, arrived]);
      held = null;
      const passed: Buffer[] = [];
      /** Where the bytes begin that are passed on together. */
      let passFrom = 0;
      let at = 0;
      const flush = (to: number): void => {
        if (to > passFrom) passed.push(chunk.subarray(passFrom, to));
      };
      while (at < chunk.length) {
        if (passing > 0) {
          const step = Math.min(passing, chunk.length - at);
          passing -= step;
          at += step;
          continue;
        }
        const header = readHeader(chunk, at);
        if (header === "invalid" || (header !== null && header.length > packetBytesMax)) return "too-large";
        if (header === null) {
          // The length itself is not there yet: a byte or two more.
          flush(at);
          held = chunk.subarray(at);
          return join(passed);
        }
        const firstByte = chunk[at] ?? 0;
        const end = header.end + header.length;
        if (firstByte >> 4 !== publish || (firstByte & 0x06) > 0x02) {
          passing = end - at;
          continue;
        }
        if (end > chunk.length) {
          flush(at);
          held = chunk.subarray(at);
          return join(passed);
        }
        if (taker.take(firstByte, chunk.subarray(header.end, end))) {
          flush(at);
          passFrom = end;
        }
        at = end;
      }
      flush(chunk.length);
      return join(passed);
    },
  };
}

function join(parts: readonly Buffer[]): Buffer | null {
  if (parts.length === 0) return null;
  return parts.length === 1 ? (parts[0] ?? null) : Buffer.concat(parts);
}

/** Where the packet at `at` has its body and how long that is; null while its length is not there yet. */
function readHeader(chunk: Buffer, at: number): { readonly end: number; readonly length: number } | "invalid" | null {
  let length = 0;
  for (let i = 1; i <= 4; i++) {
    const byte = chunk[at + i];
    if (byte === undefined) return null;
    length += (byte & 0x7f) * 128 ** (i - 1);
    if (byte < 0x80) return { end: at + i + 1, length };
  }
  return "invalid";
}

/** The parts of a PUBLISH body [MQTT-3.1.1 3.3.2]; null when it is malformed. */
export function readPublish(
  firstByte: number,
  body: Buffer,
): { readonly topic: Buffer; readonly packetId: number; readonly payload: Buffer } | null {
  const qos = (firstByte >> 1) & 0x03;
  if (body.length < 2) return null;
  const topicEnd = 2 + body.readUInt16BE(0);
  const payloadFrom = qos === 0 ? topicEnd : topicEnd + 2;
  if (payloadFrom > body.length) return null;
  const packetId = qos === 0 ? 0 : body.readUInt16BE(topicEnd);
  // [MQTT-2.3.1-1]: a packet that is to be acknowledged has an identifier other than 0.
  if (qos > 0 && packetId === 0) return null;
  return { topic: body.subarray(2, topicEnd), packetId, payload: body.subarray(payloadFrom) };
}
